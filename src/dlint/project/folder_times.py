"""When folders last changed on the disk: whether what was listed of them still holds."""

from __future__ import annotations

import os
from collections.abc import Iterable


class FolderTimes:
    """When each folder had last been changed, as of the last look.

    A file may come so soon after another that the time of its folder stays the same: a time counts once two looks,
    which are seconds apart, have found it.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int | None, bool]] = {}

    def differ(self, root: str, folders: Iterable[str]) -> bool:
        """Whether one of these folders may hold something else than at the last look. Looks at each once."""
        before, self._seen = self._seen, {}
        differs = False
        for folder in folders:
            changed = _changed_at(os.path.join(root, folder))
            last = before.get(folder)
            same = last is not None and last[0] == changed
            self._seen[folder] = (changed, same)
            differs = differs or not same or last is None or not last[1]
        return differs


def _changed_at(path: str) -> int | None:
    """When it was changed; None if it is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return None
