"""Answers of ShellCheck kept between runs, in the user's own cache folder.

Not in the project: what lies there is part of the build context, where a new file makes Docker run ``COPY . .`` again,
and of the repository, whose author could leave answers that hide something. A cache that cannot be read or written is
none; it is safe to delete at any time.
"""

from __future__ import annotations

import os
import sys
import time

from dlint.lazy import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FORMAT = 1
# Entries of one project, and bytes of its file: more is not kept, and not read.
_MOST = 20_000
_LARGEST = 20_000_000
# Seconds after which the file of a project that nobody lints any more is taken away.
_OLD = 30 * 24 * 3600


class Cache:
    """What was said about things of one project, by a key that tells all that the answer depends on.

    ``root`` is the project's folder. The file is read when something is first asked for.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._path = ""
        self._entries: dict[str, Any] | None = None
        self._used: set[str] = set()
        self._new = False

    def key(self, *parts: str) -> str:
        """The key for what ``parts`` describe, from which they cannot be told: scripts may hold credentials."""
        return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()

    def get(self, key: str) -> Any:
        """The answer, None if there is none."""
        if self._entries is None:
            self._entries = self._read()
        self._used.add(key)
        return self._entries.get(key)

    def put(self, key: str, answer: Any) -> None:
        """Keep an answer, made of what JSON has."""
        if self._entries is None:
            self._entries = self._read()
        self._used.add(key)
        self._entries[key] = answer
        self._new = True

    def save(self) -> None:
        """Write what is new; what this run asked for outlives the rest. Never raises."""
        if not self._new or not self._path or self._entries is None:
            return
        import json

        entries = self._entries
        kept = {key: entries[key] for key in entries if key not in self._used}
        kept.update((key, entries[key]) for key in entries if key in self._used)
        for key in list(kept)[:-_MOST]:
            del kept[key]
        beside = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            with open(beside, "x", encoding="utf-8") as handle:
                json.dump({"format": _FORMAT, "entries": kept}, handle, separators=(",", ":"))
            os.replace(beside, self._path)
            self._forget()
        except OSError:
            # A full disk, a home that may not be written: the next run asks again.
            _take_away(beside)
        self._new = False

    def _read(self) -> dict[str, Any]:
        folder = cache_folder()
        if not folder:
            return {}
        self._path = os.path.join(folder, f"{self.key(self._root)}.json")
        try:
            if os.path.getsize(self._path) > _LARGEST:
                return {}
            import json

            with open(self._path, encoding="utf-8") as handle:
                found = json.load(handle)
        except (OSError, ValueError, RecursionError):
            return {}
        fits = isinstance(found, dict) and found.get("format") == _FORMAT and isinstance(found.get("entries"), dict)
        return found["entries"] if fits else {}

    def _forget(self) -> None:
        """Take away the files that no run has written for a month."""
        folder = os.path.dirname(self._path)
        limit = time.time() - _OLD
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < limit:
                    os.unlink(entry.path)


def _take_away(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def cache_folder() -> str:
    """dlint's folder in the user's cache folder (XDG Base Directory Specification); "" where there is no home."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA", "")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        if not os.path.isabs(base):
            home = os.path.expanduser("~")
            own = "Library/Caches" if sys.platform == "darwin" else ".cache"
            base = os.path.join(home, own) if os.path.isabs(home) else ""
    return os.path.join(base, "dlint") if base else ""
