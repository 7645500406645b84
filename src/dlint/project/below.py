"""What lies below a folder, kept for all who ask: a folder of thousands may be the context of each file in it."""

from __future__ import annotations

import posixpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

LIMIT: Final = 5000
"""So many files and folders are looked at."""

DEPTH: Final = 8
"""So many folders deep."""

_MOST_KEPT: Final = 16
"""Of so many folders it is kept what lies below."""

SKIPPED: Final = frozenset(
    "node_modules .venv venv __pycache__ .tox .mypy_cache .ruff_cache .git .hg .svn vendor".split()
)
"""Folders of tools and of other people's packages, which nobody searches for files of their own."""


class Below:
    """The files and folders below a folder: ``kinds`` maps their paths from there to whether they are folders.

    Folders of tools are named but not entered. ``folders`` are those that were listed, from the project's root.
    ``credentials`` are the files of credentials that workspace/build found, by what it calls the folder.
    """

    __slots__ = ("_in_any_case", "_like", "_named", "credentials", "folders", "kinds")

    def __init__(self, folder: str, entries: Callable[[str], Sequence[tuple[str, bool]]]) -> None:
        self.kinds: dict[str, bool] = {}
        self.folders: list[str] = []
        self.credentials: dict[str, list[str]] = {}
        self._named: dict[str, list[str]] | None = None
        self._like: dict[int | str, list[str]] | None = None
        self._in_any_case: dict[str, list[str]] | None = None
        self._walk(folder, entries)

    def _walk(self, folder: str, entries: Callable[[str], Sequence[tuple[str, bool]]]) -> None:
        waiting = [("", 0)]
        while waiting:
            current, depth = waiting.pop()
            self.folders.append(posixpath.join(folder, current) if current else folder)
            for name, is_folder in entries(self.folders[-1]):
                if len(self.kinds) == LIMIT:
                    return
                path = f"{current}/{name}" if current else name
                self.kinds[path] = is_folder
                if is_folder and name not in SKIPPED and depth < DEPTH:
                    waiting.append((path, depth + 1))

    def named(self, name: str) -> Sequence[str]:
        """The paths that end in this name."""
        if self._named is None:
            self._named = {}
            for path in self.kinds:
                self._named.setdefault(path.rpartition("/")[2], []).append(path)
        return self._named.get(name, ())

    def in_any_case(self, name: str) -> Sequence[str]:
        """The names in the folder itself that are this one but for capital letters."""
        if self._in_any_case is None:
            self._in_any_case = {}
            for own in self.kinds:
                if "/" not in own:
                    self._in_any_case.setdefault(own.lower(), []).append(own)
        return self._in_any_case.get(name.lower(), ())

    def like(self, name: str) -> list[str]:
        """The names in the folder itself that are about as long as this one, or start like it; sorted."""
        if self._like is None:
            self._like = {}
            for own in self.kinds:
                if "/" not in own:
                    self._like.setdefault(len(own), []).append(own)
                    self._like.setdefault(own[:3].lower(), []).append(own)
        sizes = range(len(name) - 2, len(name) + 3)
        return sorted({own for key in (*sizes, name[:3].lower()) for own in self._like.get(key, ())})


def below(folder: str, entries: Callable[[str], Sequence[tuple[str, bool]]], kept: dict[str, Below]) -> Below:
    """What lies below a folder, from those that are ``kept``, the last that were asked for, or walked and kept."""
    found = kept.pop(folder, None) or Below(folder, entries)
    if found.kinds:
        kept[folder] = found
        if len(kept) > _MOST_KEPT:
            del kept[next(iter(kept))]
    return found
