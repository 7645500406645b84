"""What is in effect at a line: the last change before it, and what cannot be known."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.instructions import Workdir
from dlint.syntax.dockerfile.words import Lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeVar

    _V = TypeVar("_V")


class UnknownType:
    """The type of ``UNKNOWN``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = UnknownType()
"""What cannot be known from the files: the base image decides."""


def in_effect(changes: list[tuple[int, _V]], index: int) -> _V:
    """The state of the last change before ``index``; the first one has index -2."""
    return changes[bisect_left(changes, index, key=_index_of) - 1][1]


def _index_of(change: tuple[int, object]) -> int:
    return change[0]


def absolute(path: str) -> bool:
    """Whether a path is an absolute one, of Linux or of Windows."""
    return path.startswith(("/", "\\")) or path[1:3] in (":\\", ":/")


def clean(path: str) -> str:
    """An absolute path with ``.`` and ``..`` resolved; a Windows path as it is."""
    return "/" + posixpath.normpath(path).lstrip("/") if path.startswith("/") else path


def workdirs(
    state: str | UnknownType | None, nodes: Iterable[tuple[int, Workdir]], lookup: Callable[[int], Lookup]
) -> Iterator[tuple[int, str | UnknownType | None]]:
    """The directory after each WORKDIR, by its index; ``state`` is the one before them, ``None`` an unknown value."""
    for index, node in nodes:
        word = node.path
        if word is None:
            continue
        path = word.literal
        if path is None:
            path = words.expand(word.text, lookup(index), escape=word.escape).value
        if path is None:
            state = None
        elif absolute(path):
            state = clean(path)
        elif isinstance(state, str):
            state = clean(state.rstrip("/\\") + ("\\" if state[1:2] == ":" else "/") + path)
        yield index, state
