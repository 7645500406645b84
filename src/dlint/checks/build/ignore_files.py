"""Ignore files themselves: whether a build reads them, and whether their patterns match anything."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.build import IgnoreUse, closest


@check(on=IgnoreUse)
def ignore_file_unread(use: IgnoreUse) -> Problems:
    """An ignore file that no build reads."""
    ignore, files = use.ignore, use.workspace.files
    if use.workspace.partial or not use.workspace.knows_builders or use.readers or not ignore.patterns:
        return
    if ignore.source.path.endswith(".containerignore"):
        return
    first = Node(ignore.source, ignore.patterns[0].span)
    if use.owner is not None:
        if files.lacks(use.owner):
            yield Problem(first, f"No build reads this: its Dockerfile {use.owner} does not exist")
        return
    known = {build.dockerfile for build in use.others}
    if not use.others or any(path not in known for path in use.dockerfiles):
        return
    build = use.others[0]
    counting = use.counts_for(build)
    where = counting.source.path if counting is not None else f"one at the top of {build.context or 'the project'}"
    config = build.service.build
    related = [Related(Node(counting.source, counting.span), "this one counts")] if counting is not None else []
    if config is not None:
        related.append(Related(config.context or config, f"the context of {build.service.name}"))
    message = f"No build reads this: for the build of {build.service.name} it is {where} that counts"
    yield Problem(first, message, related=related)


_SPECIAL = pattern(r"[*?\[\\]")
_USUAL = frozenset(
    "node_modules bower_components vendor venv env dist build target out bin obj tmp temp log logs coverage docs doc"
    " test tests spec cache data secrets npm-debug.log yarn-error.log dockerfile readme license changelog".split()
)
"""Names that people exclude wherever they come to lie; that one is not there says nothing."""


@check(on=IgnoreUse)
def ignore_pattern_matches_nothing(use: IgnoreUse) -> Problems:
    """A pattern whose first folder is not there, while one of nearly that name is."""
    if use.owner is not None or use.workspace.partial or use.ignore.faults:
        return
    names = [name for name in use.workspace.files.listdir(use.folder) if not name.startswith(".")]
    for written in use.ignore.patterns:
        first = written.text.partition("/")[0]
        stem = first.lower().partition(".")[0]
        if len(first) < 4 or first.startswith(".") or _SPECIAL.search(first):
            continue
        if first in names or not use.context.lacks(first):
            continue
        inner = written.text.partition("/")[2]
        if inner and first == use.folder.rpartition("/")[2] and use.context.has(inner):
            yield Problem(written, f"Patterns start at {use.folder}, where nothing is called {first}: write {inner}")
            continue
        near = closest(first, names, 1 if len(first) < 7 else 2)
        if stem in _USUAL and near not in (f"{first}s", first.removesuffix("s")):
            continue
        if near is not None and not any(other.text.partition("/")[0] == near for other in use.ignore.patterns):
            folder = f" of {use.folder}" if use.folder else ""
            yield Problem(written, f"Nothing{folder} is called {first}, did you mean {near}?")
