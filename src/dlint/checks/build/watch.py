"""What ``develop.watch`` watches, held to the build: the ignore file, and where COPY puts the files.

Source: Compose, ``pkg/compose/watch.go`` and ``pkg/watch/dockerignore.go``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check
from dlint.api.build import Add, Build, Context, Copy, Run, Stage, path_in_context, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.compose import Service, WatchRule


_MOST_RULES = 50
"""So many rules of a service are held to all its COPY; nobody writes that many."""


class _Watched(NamedTuple):
    """A rule, the path it watches inside the context, and what says so besides."""

    rule: WatchRule
    path: str
    service: Service
    related: list[Related]


def _watched(build: Build) -> Iterator[_Watched]:
    top = build.context
    for link in build.links:
        for rule in link.service.watch[:_MOST_RULES]:
            written = rule.path
            path = link.model.path(written, written.literal) if written is not None and written.literal else None
            if path is None:
                continue
            path = "" if path == "." else path
            if top and path != top and not path.startswith(top + "/"):
                continue
            inner = path[len(top) + 1 :] if top and path != top else ("" if path == top else path)
            yield _Watched(rule, inner or ".", link.service, build.origins(link, written))


@check(on=Build, having=("links",))
def watch_path_ignored(build: Build) -> Problems:
    """A watched path that the build's ignore file leaves out, so that changes in it are passed over."""
    for one in _watched(build):
        where = one.rule.path
        if where is None or one.path == ".":
            continue
        if one.path == ".git" or one.path.startswith(".git/"):
            yield Problem(where.place, "Changes below .git are never watched", related=one.related)
            continue
        pattern = _left_out(build.contents, one.path)
        if pattern is not None:
            message = f"Changes of {one.path} are not seen: '{pattern.raw}' in {pattern.source.path} leaves them out"
            related = [Related(pattern, "this pattern"), *one.related]
            yield Problem(where.place, message, related=related)


def _left_out(context: Context, path: str) -> Node | None:
    ignore = context.ignore
    if ignore is None or any(one.text == "*" and not one.negated for one in ignore.patterns):
        return None  # Beside a pattern `*` watch drops all plain ones.
    return context.kept_out_by(path)


@check(on=Build, having=("links",))
def watch_target_elsewhere(build: Build) -> Problems:
    """Files that are synchronised to another folder than the one to which COPY puts them."""
    for one in _watched(build):
        action, target = one.rule.action, one.rule.target
        if action is None or not (action.literal or "").startswith("sync") or target is None:
            continue
        wanted = target.literal
        if not wanted or not wanted.startswith("/"):
            continue
        wanted = posixpath.normpath(wanted)
        places = list(_places(build, one.path))
        if not places or any(place is None or place == wanted for place, _ in places):
            continue
        if any(_mentions(stage, wanted) for stage in build.graph.shipped):
            continue
        place, copy = places[-1]
        message = f"Changes of {one.path} go to {wanted}, while the image has these files in {place}"
        yield Problem(target.place, message, related=[Related(copy, "copied here"), *one.related])


def _places(build: Build, path: str) -> Iterator[tuple[str | None, Copy | Add]]:
    """Where the shipped stages have what lies at a path of the context; None where that is unknown."""
    for shipped in build.graph.shipped:
        for stage in shipped.lineage:
            for node in stage.instructions if stage.graph is build.graph else ():
                if isinstance(node, Add) or (isinstance(node, Copy) and node.from_ is None):
                    yield from ((place, node) for place in _put(build, stage, node, path))


def _put(build: Build, stage: Stage, node: Copy | Add, path: str) -> Iterator[str | None]:
    target = node.destination
    text = value_of(target, node, stage) if target is not None else None
    folder = stage.workdir_at(node)
    for word in node.sources:
        source = path_in_context(value_of(word, node, stage) or "://")
        if source is None or any(char in source for char in "*?["):
            if not (word.literal and "://" in word.literal):
                yield None
            continue
        if not _holds(source, path):
            if _holds(path, source) and path != ".":
                yield None  # Parts of what is watched; where the others are is not looked at.
            continue
        if text is None or not (text.startswith("/") or isinstance(folder, str)) or node.flag("parents") is not None:
            yield None
            continue
        into = posixpath.join(folder if isinstance(folder, str) else "/", text)
        if not build.project.is_dir(build.contents.path(source)) and (
            text.endswith(("/", ".")) or len(node.sources) > 1
        ):
            into = posixpath.join(into, posixpath.basename(source))
        yield posixpath.normpath(posixpath.join(into, posixpath.relpath(path, source)))


def _holds(folder: str, path: str) -> bool:
    return folder in (".", path) or path.startswith(folder + "/")


def _mentions(stage: Stage, path: str) -> bool:
    """Whether a RUN names the path: it may put the files there, or link to them."""
    return any(path in run.raw for each in stage.lineage for run in each.of(Run))
