"""Ignore files themselves: whether a build reads them, and whether their patterns match anything."""

from __future__ import annotations

import posixpath

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
    if not use.others and not use.dockerfiles:
        yield from _copied_without(use, first)
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


def _copied_without(use: IgnoreUse, first: Node) -> Problems:
    """An ignore file in a folder that is only copied: it is meant to keep something out of that, and does not."""
    found = next(use.copied(), None)
    if found is None:
        return
    build, copied = found
    counting = use.counts_for(build)
    where = counting.source.path if counting is not None else f"one at the top of {build.context or 'the project'}"
    related = [Related(copied, f"the build of {build.service.name} copies the folder here")]
    if counting is not None:
        related.append(Related(Node(counting.source, counting.span), "this one counts"))
    message = f"No build reads this, as {use.folder} is copied into an image and is no build context"
    yield Problem(first, f"{message}: for the build of {build.service.name} it is {where} that counts", related=related)


_SPECIAL = pattern(r"[*?\[\\]")
_USUAL = frozenset(
    "node_modules bower_components vendor venv env dist build target out bin obj tmp temp log logs coverage docs doc"
    " test tests spec cache data secrets npm-debug.log yarn-error.log dockerfile readme license changelog".split()
)
"""Names that people exclude wherever they lie; that one is not there says nothing."""


@check(on=IgnoreUse)
def ignore_pattern_matches_nothing(use: IgnoreUse) -> Problems:
    """A pattern whose first folder is not there, while one of nearly that name is."""
    if use.owner is not None or use.workspace.partial or use.ignore.faults:
        return
    written_in_full = {other.text for other in use.ignore.patterns}
    for written in use.ignore.patterns:
        absent = _absent_part(use, written.text)
        if absent is None:
            continue
        above, part, inner = absent
        if not above and inner and part == use.folder.rpartition("/")[2] and use.context.has(inner):
            yield Problem(written, f"Patterns start at {use.folder}, where nothing is called {part}: write {inner}")
            continue
        near = _near_name(use, above, part)
        whole = posixpath.join(above, near) if near is not None else ""
        if near is not None and not any(other == whole or other.startswith(f"{whole}/") for other in written_in_full):
            folder = posixpath.join(use.folder, above)
            yield Problem(written, f"Nothing{f' of {folder}' if folder else ''} is called {part}, did you mean {near}?")


def _absent_part(use: IgnoreUse, text: str) -> tuple[str, str, str] | None:
    """The first part of a pattern that is not there: the folder above it, itself, and what follows.

    None if all of it is there, or wildcards come before it.
    """
    above = ""
    parts = text.split("/")
    for at, part in enumerate(parts):
        if _SPECIAL.search(part):
            return None
        path = posixpath.join(above, part)
        if use.context.lacks(path):
            return (above, part, "/".join(parts[at + 1 :])) if part and not part.startswith(".") else None
        above = path
    return None


def _near_name(use: IgnoreUse, above: str, part: str) -> str | None:
    """What lies where the part was looked for, and is called nearly so; a short name is like too many others."""
    if len(part) < 4:
        return None
    names = [name for name in use.workspace.files.listdir(posixpath.join(use.folder, above)) if name[:1] != "."]
    near = closest(part, names, 1 if len(part) < 7 else 2)
    usual = part.lower().partition(".")[0] in _USUAL
    return near if not usual or near in (f"{part}s", part.removesuffix("s")) else None
