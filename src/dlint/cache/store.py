"""What is kept between runs in the user's own cache folder: a folder a project, ShellCheck's answers in it.

Not in the project: what lies there is part of the build context, where a new file makes Docker run ``COPY . .`` again,
and of the repository, whose author could leave answers that hide something. A cache that cannot be read or written is
none; it is safe to delete at any time.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time

from dlint.lazy import blake2b, json_text, json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWERS = "answers.json"
_FORMAT = 1
# Entries of one project, and bytes of all that is kept for it: more is not kept, and a larger file not read.
_MOST = 20_000
LARGEST = 20_000_000
# Bytes of all projects together.
LARGEST_OF_ALL = 200_000_000
# Seconds after which what is not used any more is taken away, and how often that is looked for.
_OLD = 30 * 24 * 3600
_DAY = 24 * 3600


class Cache:
    """What was said about things of one project, by a key that tells all that the answer depends on.

    ``root`` is the project's folder. The file is read when something is first asked for. One that is ``shared`` serves
    other machines as well.
    """

    shared = False

    def __init__(self, root: str) -> None:
        self._root = root
        self._path = ""
        self._entries: dict[str, Any] | None = None
        self._used: set[str] = set()
        self._new: dict[str, Any] = {}
        # In a process that is there for another one, which keeps what is new.
        self.lent = False

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
        self._new[key] = answer

    def save(self) -> None:
        """Write what is new; what this run asked for outlives the rest. Never raises."""
        if self.lent or not self._new or not self._path or self._entries is None:
            return
        entries = self._entries
        kept = {key: entries[key] for key in entries if key not in self._used}
        kept.update((key, entries[key]) for key in entries if key in self._used)
        for key in list(kept)[:-_MOST]:
            del kept[key]
        text = json_text({"format": _FORMAT, "entries": kept})
        try:
            write(self._path, text.encode())
            sweep(os.path.dirname(self._path))
        except OSError:
            # A full disk, a home that may not be written: the next run asks again.
            pass
        self._new = {}

    def take_new(self) -> dict[str, Any]:
        """What was put since this was last asked."""
        new, self._new = self._new, {}
        return new

    def _read(self) -> dict[str, Any]:
        folder = project_folder(self._root)
        if not folder:
            return {}
        self._path = os.path.join(folder, ANSWERS)
        try:
            data = regular_file(self._path)
            if data is None:
                return {}
            found = json_value(data.decode())
        except (OSError, ValueError, RecursionError):
            return {}
        fits = isinstance(found, dict) and found.get("format") == _FORMAT and isinstance(found.get("entries"), dict)
        return found["entries"] if fits else {}


def write(path: str, data: bytes) -> None:
    """Put a file in place of another in one step, for the user alone. Raises OSError."""
    # Not by the number of the process: in a container that is the same each time, and a run that was killed there may
    # have left a file behind.
    beside = f"{path}.{os.urandom(8).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(beside, flags, 0o600)
    except FileNotFoundError:
        folder = os.path.dirname(path)
        for place in (os.path.dirname(folder), folder):
            # The mode is that of the last folder only.
            os.makedirs(place, mode=0o700, exist_ok=True)
        descriptor = os.open(beside, flags, 0o600)
    try:
        with open(descriptor, "wb") as handle:
            handle.write(data)
        os.replace(beside, path)
    except BaseException:
        _take_away(beside)
        raise


def sweep(folder: str) -> None:
    """Take away what is too much of one project, whose ``folder`` is given, and once a day what nobody uses."""
    _shrink(_kept_in(folder), LARGEST)
    top = os.path.dirname(folder)
    mark = os.path.join(top, "swept")
    now = time.time()
    try:
        if now - os.stat(mark).st_mtime < _DAY:
            return
    except OSError:
        pass
    write(mark, b"")
    found = [kept for place in _folders(top) for kept in _kept_in(place)]
    for kept in found:
        if now - kept.used > _OLD:
            _take_away(kept.path)
    _shrink([kept for kept in found if now - kept.used <= _OLD], LARGEST_OF_ALL)
    for place in _folders(top):
        try:
            os.rmdir(place)
        except OSError:
            # There is still something in it.
            pass


class Kept:
    """A file of the cache: where it is, when it was last used, and its size."""

    __slots__ = ("path", "size", "used")

    def __init__(self, path: str, used: float, size: int) -> None:
        self.path = path
        self.used = used
        self.size = size


def _folders(top: str) -> list[str]:
    with os.scandir(top) as entries:
        return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]


def _kept_in(folder: str) -> list[Kept]:
    with os.scandir(folder) as entries:
        found = []
        for entry in entries:
            try:
                if entry.is_file():
                    info = entry.stat(follow_symlinks=False)
                    found.append(Kept(entry.path, info.st_mtime, info.st_size))
            except FileNotFoundError:
                # Another run has put it in its place, or taken it away.
                continue
    return found


def _shrink(found: list[Kept], most: int) -> None:
    """Take the least used away until no more than ``most`` bytes are left."""
    size = sum(kept.size for kept in found)
    for kept in sorted(found, key=lambda kept: kept.used):
        if size <= most:
            break
        _take_away(kept.path)
        size -= kept.size


def contents() -> dict[str, list[Kept]]:
    """What is kept of each project, by its folder in the cache."""
    top = cache_folder()
    try:
        return {folder: _kept_in(folder) for folder in _folders(top)} if top else {}
    except OSError:
        return {}


def clear() -> None:
    """Take all away that is kept. Raises OSError."""
    for folder, files in contents().items():
        for kept in files:
            try:
                os.unlink(kept.path)
            except FileNotFoundError:
                # Another run was first.
                pass
        try:
            os.rmdir(folder)
        except OSError as error:
            # Another run has kept something anew, or was first here too.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
                raise


def project_folder(root: str) -> str:
    """The folder in which something is kept of the project at ``root``; "" where there is no home."""
    folder = cache_folder()
    name = blake2b(root.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
    return os.path.join(folder, name) if folder else ""


def regular_file(path: str) -> bytes | None:
    """The bytes of a file; None for a pipe or a device, which may never end, and for more than is kept."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as handle:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = handle.read(LARGEST + 1)
    return data if len(data) <= LARGEST else None


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
