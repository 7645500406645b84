"""What earlier runs found, in the user's own cache folder: records, a line each, in a few files a project.

A file begins with a line that names the format, the dlint that wrote it and a checksum of the rest, which is packed if
it is large; one that does not is none. Which file a record lies in its path decides, so that a run over one file reads
one. Who asks for a record says what it must depend on: its key. A cache that cannot be read or written is none.
"""

from __future__ import annotations

import os
import time

from dlint.cache.store import project_folder, regular_file, sweep, write
from dlint.lazy import blake2b, json_text, json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FORMAT = "dlint results 2"
# Bytes of a file, of a record and of a report, and how many records of one group of files are kept, each for another
# configuration.
_LARGEST_FILE = 16_000_000
_LARGEST_RECORD = 4_000_000
_LARGEST_REPORT = 12_000_000
# Bytes from which on a file is packed: that takes longer than to make the records of few files.
_SMALL = 32_000
_VARIANTS = 4
REPORTS = "report\0"
"""How the names of whole reports begin, which no path does."""
# Seconds after which a file that is only read is marked as used.
_DAY = 24 * 3600


class Results:
    """The records of one project. ``root`` is its folder, ``identity`` tells one dlint from another."""

    def __init__(self, root: str, identity: str) -> None:
        self._folder = project_folder(root)
        self._identity = identity
        self._files: dict[str, _File] = {}

    def get(self, name: str, key: str) -> Any:
        """The record of that key in the file for ``name``; None without one."""
        line = self.line(name, key)
        return loads(line) if line else None

    def line(self, name: str, key: str) -> str:
        """The record as it is kept; empty without one."""
        found = self._file(name)
        line = found.lines.get(key)
        if line is None:
            return ""
        found.used[key] = None
        return line

    def put(self, name: str, key: str, record: Any) -> str:
        """Keep a record, made of what JSON has; gives it as it is kept, "" if it is too large.

        ``key`` begins with what its variants have in common, up to a dot.
        """
        line = json_text(record)
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
        """Write what is new. Never raises."""
        new = {name: file for name, file in self._files.items() if file.new}
        try:
            for name, file in new.items():
                write(os.path.join(self._folder, name), self._bytes(file))
                file.new = False
            if new:
                sweep(self._folder)
        except OSError:
            # A full disk, a home that may not be written: the next run lints again.
            pass

    def _bytes(self, file: _File) -> bytes:
        kept = {key: line for key, line in file.lines.items() if key not in file.used}
        kept.update((key, file.lines[key]) for key in file.lines if key in file.used)
        lines = [f"{key} {line}" for key, line in kept.items()]
        size = sum(map(len, lines)) + len(lines)
        while size > _LARGEST_FILE:
            size -= len(lines.pop(0)) + 1
        body = "\n".join(lines).encode("ascii")
        packed = size > _SMALL
        if packed:
            import zlib

            # The quickest there is: records are much alike.
            body = zlib.compress(body, 1)
        return self._head(body, packed) + b"\n" + body

    def _head(self, body: bytes, packed: bool) -> bytes:
        how = "packed" if packed else "plain"
        return f"{_FORMAT} {how} {self._identity} {blake2b(body, digest_size=16).hexdigest()}".encode()

    def _file(self, name: str) -> _File:
        shard = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=1).hexdigest() if name else "graph"
        if name.startswith(REPORTS):
            # One file's record is not looked for beside the report of thousands.
            shard = f"report{shard[0]}"
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
            lines = [line.partition(" ") for line in body.decode("ascii").split("\n")]
        except ValueError:
            return {}
        return {key: line for key, _, line in lines}


def _unpacked(body: bytes) -> bytes:
    """As much as a file may hold; nothing of what was not packed."""
    import zlib

    try:
        return zlib.decompressobj().decompress(body, _LARGEST_FILE)
    except zlib.error:
        return b""


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
