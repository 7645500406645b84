"""A project on disk as it was before a change: what the change did not touch is read from disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping

from dlint.project.files import ProjectFiles
from dlint.source import Source


class Before(ProjectFiles):
    """``old`` are the files that the change altered or deleted, ``added`` the files and folders that it brought.

    All are paths from the root. ``fetch`` gives the bytes of one of ``old`` as they were, None if it cannot; such paths
    are ``lost``.
    """

    __slots__ = ("_added", "_fetch", "_old", "lost")

    def __init__(
        self, root: str, *, old: Iterable[str], added: Collection[str], fetch: Callable[[str], bytes | None]
    ) -> None:
        super().__init__(os.path.abspath(root))
        self.lost: list[str] = []
        self._old = set(old)
        self._added = frozenset(added)
        self._fetch = fetch
        for path in self._old:
            self._overlaid.add(path)
            self._enter(path)

    def read(self, path: str) -> Source | None:
        """The file at ``path`` as it was; None if there was none, or if it cannot be read."""
        key = self.path(path)
        if key is not None and key in self._old:
            self._old.discard(key)
            data = self._fetch(key)
            if data is not None:
                return self.overlay(key, data)
            self._sources[key] = None
            self.lost.append(key)
        return super().read(path)

    def with_sources(self, sources: Mapping[str, Source]) -> ProjectFiles:
        """Nothing lints changed texts of what is past. Raises NotImplementedError."""
        raise NotImplementedError

    def _list(self, key: str) -> dict[str, bool | None] | None:
        found = super()._list(key)
        if not found or not self._added:
            return found
        folder = f"{key}/" if key else ""
        return {name: kind for name, kind in found.items() if folder + name not in self._added}

    def _read_disk(self, key: str) -> Source | None:
        parts = key.split("/")
        if any("/".join(parts[:end]) in self._added for end in range(1, len(parts) + 1)):
            return None
        return super()._read_disk(key)
