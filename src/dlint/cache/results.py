"""What earlier runs found, in the user's own cache folder: records, a line each, in a few files a project.

A file begins with a line that names the format, the dlint that wrote it and a checksum of the rest; if that is large it
is packed, in parts with zlib's own checksum at the end of each. A file that does not is none. Which file a record lies
in its path decides, so that a run over one file reads one. Who asks for a record says what it must depend on: its key.
A cache that cannot be read or written is none.
"""

from __future__ import annotations

import os
import time

from dlint.cache.store import project_folder, regular_file, sweep, write
from dlint.lazy import blake2b, json_text, json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from dlint.cache.packing import PackedText

_FORMAT = "dlint results 5"
# Bytes of a file, of a record and of a report, and how many records of one group of files are kept, each for another
# configuration.
_LARGEST_FILE = 40_000_000
_LARGEST_RECORD = 4_000_000
_LARGEST_REPORT = 30_000_000
# Bytes from which on a file is packed: that takes longer than to make the records of few files.
_SMALL = 128_000
# Characters of new records of one file that are kept as they are: beyond, they are packed, as those of thousands would
# take more memory than all else.
_MOST_LOOSE = 64_000
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
        return self._file(name).line(key) or ""

    def put(self, name: str, key: str, record: Any, text: Sequence[str] = ()) -> bool:
        """Keep a record, made of what JSON has, and behind it a ``text`` in parts, in one line; whether it is not too
        large.

        ``key`` begins with what its variants have in common, up to a dot.
        """
        line = json_text(record)
        if text:
            line = "".join([line, _TEXT, *text])
        fits = len(line) <= _LARGEST_RECORD
        self._file(name).take(key, line if fits else "")
        return fits

    def put_report(self, name: str, key: str, record: Any, text: PackedText) -> None:
        """The same for a long report, which later runs find."""
        text.end()
        line = json_text(record) + _TEXT
        if len(line) + text.size <= _LARGEST_REPORT:
            self._file(name).take(key, line, text)

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
        size = file.packed_size + sum(len(key) + len(line) + 2 for key, line in kept.items())
        size += sum(text.size for text in file.texts.values())
        while size > _LARGEST_FILE and kept:
            key = next(iter(kept))
            size -= len(key) + len(kept.pop(key)) + 2
        packed = size > _SMALL or bool(file.packed or file.texts)
        if packed:
            body = b"".join([*_parts(kept, file.texts), *file.packed])
        else:
            body = "".join([f"{key} {line}\n" for key, line in kept.items()]).encode("utf-8", "surrogatepass")
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
            from dlint.cache.packing import unpacked

            body = unpacked(body, _LARGEST_FILE)
        elif head != self._head(body, False):
            return {}
        return _lines_of(body)


def _lines_of(body: bytes) -> dict[str, str]:
    try:
        lines = [line.partition(" ") for line in body.decode("utf-8", "surrogatepass").split("\n")]
    except ValueError:
        return {}
    return {key: line for key, _, line in lines if key}


def _parts(kept: Mapping[str, str], texts: Mapping[str, PackedText]) -> Iterator[bytes]:
    """The lines of a file packed, with the texts behind some of them, which are packed."""
    from dlint.cache.packing import packed

    waiting: list[str] = []
    for key, line in kept.items():
        waiting += (key, " ", line)
        if key in texts:
            yield packed(waiting)
            yield from texts[key].parts
            waiting = []
        waiting.append("\n")
    yield packed(waiting)


def loads(line: str) -> Any:
    """What a line of JSON says; None for what is none."""
    try:
        return json_value(line)
    except (ValueError, RecursionError):
        return None


class _File:
    """The ``lines`` of one file by their keys, those that were ``used``, and whether there is something ``new``.

    ``texts`` follow on some of them. ``packed`` are new ones in large numbers, and ``packed_size`` their characters.
    """

    __slots__ = ("_loose", "_put", "lines", "new", "packed", "packed_size", "texts", "used")

    def __init__(self, lines: dict[str, str]) -> None:
        self.lines = lines
        self.used: dict[str, None] = {}
        self.new = False
        self.texts: dict[str, PackedText] = {}
        self.packed: list[bytes] = []
        self.packed_size = 0
        # The keys of new lines that are not packed, and how many characters these have.
        self._put: dict[str, None] = {}
        self._loose = 0

    def line(self, key: str) -> str | None:
        """One that is asked for."""
        if self.packed and key not in self.lines:
            # Hardly ever: who has put it there knows what it says.
            from dlint.cache.packing import unpacked

            self.lines.update(_lines_of(unpacked(b"".join(self.packed), _LARGEST_FILE)))
            self.packed, self.packed_size = [], 0
        line = self.lines.get(key)
        if line is not None:
            self.used[key] = None
        return line

    def take(self, key: str, line: str, text: PackedText | None = None) -> None:
        """Take a new line in place of the one of this key, and the text that follows on it; an empty one is none."""
        self.lines.pop(key, None)
        self.texts.pop(key, None)
        if not line:
            return
        self.lines[key] = line
        self.used[key] = None
        self.new = True
        alike = [other for other in self.lines if other.partition(".")[0] == key.partition(".")[0]]
        for other in alike[:-_VARIANTS]:
            del self.lines[other]
        if text is not None:
            self.texts[key] = text
            return
        self._put[key] = None
        self._loose += len(line)
        if self._loose > _MOST_LOOSE:
            self._pack()

    def _pack(self) -> None:
        from dlint.cache.packing import packed

        put = [f"{key} {self.lines.pop(key)}\n" for key in self._put if key in self.lines]
        self.used = {key: None for key in self.used if key in self.lines}
        self.packed.append(packed(put))
        self.packed_size += sum(map(len, put))
        self._put, self._loose = {}, 0
