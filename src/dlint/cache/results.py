"""What earlier runs found, in the user's own cache folder: records, a line each, in a few files a project.

A file begins with a line that names the format, the dlint that wrote it and a checksum of the rest; if that is large it
is packed, with zlib's own checksum at its end. A file that does not is none. Which file a record lies in its path
decides, so that a run over one file reads one. Who asks for a record says what it must depend on: its key. A cache that
cannot be read or written is none.
"""

from __future__ import annotations

import os
import time

from dlint.cache.store import project_folder, regular_file, sweep, write
from dlint.lazy import blake2b, json_text, json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_FORMAT = "dlint results 4"
# Bytes of a file, of a record and of a report, and how many records of one group of files are kept, each for another
# configuration.
_LARGEST_FILE = 40_000_000
_LARGEST_RECORD = 4_000_000
_LARGEST_REPORT = 30_000_000
# Bytes from which on a file is packed: that takes longer than to make the records of few files.
_SMALL = 128_000
# Characters that are packed at a time.
_PART = 1_000_000
_VARIANTS = 4
# How many files there are for records and for reports: primes, so that each character of a name counts.
_SHARDS = 61
_REPORTS = 13
REPORTS = "report\0"
"""How the names of whole reports begin, which no path does."""
# What stands between a record and its text, and in no JSON.
_TEXT = "\x1d"
# Seconds after which a file that is only read is marked as used.
_DAY = 24 * 3600


class Results:
    """The records of one project. ``root`` is its folder, ``identity`` tells one dlint from another."""

    def __init__(self, root: str, identity: str) -> None:
        self._folder = project_folder(root)
        self._identity = identity
        self._files: dict[str, _File] = {}
        # Whether this run has taken away what is too much; it does not write that much twice.
        self._is_swept = False

    def get(self, name: str, key: str) -> Any:
        """The record of that key in the file for ``name``; None without one."""
        line = self.line(name, key)
        return loads(line) if line else None

    def with_text(self, name: str, key: str) -> tuple[Any, str]:
        """The record of that key, and the text that was put behind it; None and "" without one."""
        line, _, text = self.line(name, key).partition(_TEXT)
        return loads(line) if line else None, text

    def line(self, name: str, key: str) -> str:
        """The record as it is kept; empty without one."""
        found = self._file(name)
        line = found.lines.get(key)
        if line is None:
            return ""
        found.used[key] = None
        return line

    def put(self, name: str, key: str, record: Any, text: Sequence[str] = ()) -> str:
        """Keep a record, made of what JSON has, and behind it a ``text`` in parts, in one line; "" if it is too large.

        ``key`` begins with what its variants have in common, up to a dot. Gives the line as it is kept.
        """
        line = json_text(record)
        if text:
            line = "".join([line, _TEXT, *text])
        found = self._file(name)
        found.lines.pop(key, None)
        if len(line) > (_LARGEST_REPORT if name.startswith(REPORTS) else _LARGEST_RECORD):
            return ""
        found.lines[key] = line
        found.used[key] = None
        found.new = True
        alike = [other for other in found.lines if other.partition(".")[0] == key.partition(".")[0]]
        for other in alike[:-_VARIANTS]:
            del found.lines[other]
        return line

    def save(self) -> None:
        """Write what is new, and let go of it. Never raises."""
        new = {name: file for name, file in self._files.items() if file.new}
        try:
            for name, file in new.items():
                write(os.path.join(self._folder, name), self._bytes(file))
                del self._files[name]
            if new and not self._is_swept:
                self._is_swept = True
                sweep(self._folder)
        except OSError:
            # A full disk, a home that may not be written: the next run lints again.
            pass

    def _bytes(self, file: _File) -> bytes:
        kept = {key: line for key, line in file.lines.items() if key not in file.used}
        kept.update((key, file.lines[key]) for key in file.lines if key in file.used)
        size = sum(len(key) + len(line) + 2 for key, line in kept.items())
        while size > _LARGEST_FILE:
            key = next(iter(kept))
            size -= len(key) + len(kept.pop(key)) + 2
        packed = size > _SMALL
        body = _packed(kept) if packed else _bytes_of("\n".join([f"{key} {line}" for key, line in kept.items()]))
        return self._head(body, packed) + b"\n" + body

    def _head(self, body: bytes, packed: bool) -> bytes:
        how = "packed" if packed else f"plain {blake2b(body, digest_size=16).hexdigest()}"
        return f"{_FORMAT} {self._identity} {how}".encode()

    def _file(self, name: str) -> _File:
        number = int.from_bytes(name.encode("utf-8", "surrogatepass"), "big")
        if name.startswith(REPORTS):
            # One file's record is not looked for beside the report of thousands.
            shard = f"report{number % _REPORTS}"
        else:
            shard = f"{number % _SHARDS}" if name else "graph"
        found = self._files.get(shard)
        if found is None:
            found = self._files[shard] = _File(self._read(shard))
        return found

    def _read(self, name: str) -> dict[str, str]:
        path = os.path.join(self._folder, name)
        try:
            data = regular_file(path) if self._folder else None
            if data is None:
                return {}
            if time.time() - os.stat(path).st_mtime > _DAY:
                os.utime(path)
        except OSError:
            return {}
        head, _, body = data.partition(b"\n")
        if head == self._head(body, True):
            body = _unpacked(body)
        elif head != self._head(body, False):
            return {}
        try:
            lines = [line.partition(" ") for line in body.decode("utf-8", "surrogatepass").split("\n")]
        except ValueError:
            return {}
        return {key: line for key, _, line in lines}


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _packed(kept: Mapping[str, str]) -> bytes:
    """The lines of a file packed, a part at a time: a report of thousands of files is in memory often enough."""
    import zlib

    # The quickest there is: records are much alike.
    packer = zlib.compressobj(1)
    found = []
    between = ""
    for key, line in kept.items():
        found.append(packer.compress(_bytes_of(f"{between}{key} ")))
        for start in range(0, len(line), _PART):
            found.append(packer.compress(_bytes_of(line[start : start + _PART])))
        between = "\n"
    found.append(packer.flush())
    return b"".join(found)


def _unpacked(body: bytes) -> bytes:
    """What was packed; nothing if it is not whole, or more than a file may hold."""
    import zlib

    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(body, _LARGEST_FILE)
    except zlib.error:
        return b""
    return found if unpacker.eof and not unpacker.unused_data else b""


def loads(line: str) -> Any:
    """What a line of JSON says; None for what is none."""
    try:
        return json_value(line)
    except (ValueError, RecursionError):
        return None


class _File:
    """The lines of one file by their keys, those that were asked for, and whether there is something to write."""

    __slots__ = ("lines", "new", "used")

    def __init__(self, lines: dict[str, str]) -> None:
        self.lines = lines
        self.used: dict[str, None] = {}
        self.new = False
