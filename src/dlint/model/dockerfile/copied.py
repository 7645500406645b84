"""Which files of the build context may lie at a path of an image, by the COPY and ADD instructions of its stages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from dlint.model.dockerfile.commands import value_of
from dlint.model.dockerfile.taken import local_path, takes_from_context, target_of, transfers
from dlint.syntax.dockerfile.parser import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Add

_MOST_STAGES: Final = 8
_MOST: Final = 500
"""So many instructions are looked at."""


def copied(stage: Stage, path: str) -> Iterator[str]:
    """The paths in the context that may lie at an absolute path, the likeliest first; the first that is there does.

    It ends where something may lie there of which nothing is known.
    """
    return _copied(stage, path, 0, iter(range(_MOST)))


def _copied(stage: Stage, path: str, depth: int, left: Iterator[int]) -> Iterator[str]:
    """The same ``depth`` stages away, for as many instructions as are ``left`` to be looked at."""
    for at in stage.lineage:
        if at.graph is not stage.graph or depth > _MOST_STAGES:
            return
        for node in reversed(transfers(at)):
            to = target_of(node, at)
            if to is None or node.flag("parents") is not None:
                return
            if path != to and not path.startswith(to.rstrip("/") + "/"):
                continue
            if next(left, None) is None:
                return
            if takes_from_context(node):
                yield from _candidates(path, to, [local_path(word, node, at) for word in node.sources])
                continue
            origin = at.source_of(node) if isinstance(node, Copy) else None
            if origin is None or origin is at:
                return
            for one in _candidates(path, to, _in_stage(node, at)):
                yield from _copied(origin, "/" + one.lstrip("/"), depth + 1, left)


def _in_stage(node: Copy | Add, stage: Stage) -> list[str | None]:
    values = (value_of(word, node, stage) for word in node.sources)
    return [posixpath.normpath("/" + value).lstrip("/") or "." if value else None for value in values]


def _candidates(path: str, to: str, sources: list[str | None]) -> Iterator[str]:
    """What each source brings to a path: itself, what is in it, or what its pattern fits."""
    for inner in sources:
        if inner is None:
            continue
        folder, name = posixpath.split(path)
        if any(sign in inner for sign in "*?["):
            if folder == to.rstrip("/") or folder == to:
                fits = fnmatchcase(name, posixpath.basename(inner))
                yield from [posixpath.join(posixpath.dirname(inner), name)] if fits else []
            continue
        if path == to or (path == posixpath.join(to, posixpath.basename(inner))):
            yield inner
        if path != to:
            yield posixpath.normpath(posixpath.join(inner, posixpath.relpath(path, to)))
