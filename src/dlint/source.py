"""Text of a file and places in it: the only line, column, UTF-16 and byte arithmetic in dlint.

Offsets are indexes of characters (code points) into ``Source.text``; spans are half-open. Lines and
columns are 1-based and count characters. A line ends at ``\\n`` alone: a ``\\r`` before it belongs to the
line, as for the builder (BuildKit's parser drops it) and for editors.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

_BOM = "\ufeff"


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (half-open) of one ``Source.text``."""

    start: int
    end: int


class Position(NamedTuple):
    """A place for people: line and column, both 1-based, the column in characters."""

    line: int
    column: int


class Source:
    """The text of one file.

    ``path`` is what reports print: relative to the project's root, with ``/``. ``text`` has no byte order
    mark (``bom`` says whether there was one) but keeps every line ending as it stands. Bytes that are not
    UTF-8 are kept as lone surrogates, so that ``encode`` gives back exactly the bytes that were read.
    """

    __slots__ = ("path", "text", "bom", "encoding", "_starts")

    def __init__(self, path: str, text: str, *, bom: bool = False, encoding: str = "utf-8") -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.encoding = encoding
        self._starts: list[int] | None = None

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> Source:
        """Decode a file: UTF-8 with or without BOM; UTF-16 and UTF-32 by their BOM. Never raises."""
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                text = data[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
                return cls(path, text, bom=True, encoding=encoding)
        return cls(path, data.decode("utf-8", "surrogateescape"))

    def encode(self, text: str | None = None) -> bytes:
        """The bytes of this text, or of ``text`` written the way this file is: same encoding, same BOM."""
        body = self.text if text is None else text
        mark = next((m for m, e in _MARKS if e == self.encoding), b"") if self.bom else b""
        return mark + body.encode(self.encoding, "surrogateescape" if self.encoding == "utf-8" else "strict")

    @property
    def newline(self) -> str:
        """The newline style of the first line: ``\\r\\n`` or ``\\n``."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    @property
    def bad_bytes(self) -> list[int]:
        """Offsets of the characters that stand for bytes which are not UTF-8."""
        if self.text.isascii():
            return []
        return [i for i, c in enumerate(self.text) if "\udc80" <= c <= "\udcff"]

    def with_text(self, text: str) -> Source:
        """The same file with other text, as after a fix."""
        return Source(self.path, text, bom=self.bom, encoding=self.encoding)

    def starts(self) -> list[int]:
        """The offset of the first character of each line."""
        if self._starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def line(self, offset: int) -> int:
        """The 1-based line that holds ``offset`` (0 to len(text))."""
        return bisect_right(self.starts(), offset)

    def position(self, offset: int) -> Position:
        """Line and column of ``offset`` (0 to len(text))."""
        starts = self.starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a 1-based line and column, clamped to the text and to the line."""
        starts = self.starts()
        if line > len(starts):
            return len(self.text)
        return min(starts[line - 1] + column - 1, self.line_span(line).end)

    def line_span(self, line: int) -> Span:
        """The span of a 1-based line without its line ending."""
        starts = self.starts()
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return Span(start, end)

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its line ending."""
        start, end = self.line_span(line)
        return self.text[start:end]

    def full_line_span(self, line: int) -> Span:
        """The span of a 1-based line with its line ending."""
        starts = self.starts()
        return Span(starts[line - 1], starts[line] if line < len(starts) else len(self.text))

    @property
    def line_count(self) -> int:
        """How many lines there are; a text that ends in a newline has an empty last one."""
        return len(self.starts())

    def utf16_column(self, offset: int) -> int:
        """The 0-based column of ``offset`` in UTF-16 code units, as the Language Server Protocol counts."""
        line_start = self.starts()[self.line(offset) - 1]
        if self.text.isascii():
            return offset - line_start
        return len(self.text[line_start:offset].encode("utf-16-le", "surrogatepass")) // 2

    def utf8_column(self, offset: int) -> int:
        """The 0-based column of ``offset`` in UTF-8 bytes."""
        line_start = self.starts()[self.line(offset) - 1]
        if self.text.isascii():
            return offset - line_start
        return len(self.text[line_start:offset].encode("utf-8", "surrogateescape"))

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class Edit(NamedTuple):
    """Replace the characters of ``span`` in ``source`` with ``text``; an empty span inserts."""

    source: Source
    span: Span
    text: str

    @property
    def replacement(self) -> str:
        """``text`` in the newline style of the file."""
        if "\n" not in self.text or self.source.newline == "\n":
            return self.text
        return self.text.replace("\r\n", "\n").replace("\n", "\r\n")


class Node:
    """A stretch of a source that means something. Everything a rule can point at is a node."""

    __slots__ = ("source", "span")

    def __init__(self, source: Source, span: Span) -> None:
        self.source = source
        self.span = span

    @property
    def raw(self) -> str:
        """The characters of the span as they stand in the file."""
        return self.source.text[self.span[0] : self.span[1]]

    @property
    def line(self) -> int:
        """The 1-based line the node starts on."""
        return self.source.line(self.span[0])

    def replace(self, text: str) -> Edit:
        """The edit that puts ``text`` in place of the node."""
        return Edit(self.source, self.span, text)

    def insert_before(self, text: str) -> Edit:
        """The edit that writes ``text`` right before the node."""
        return Edit(self.source, Span(self.span[0], self.span[0]), text)

    def insert_after(self, text: str) -> Edit:
        """The edit that writes ``text`` right after the node."""
        return Edit(self.source, Span(self.span[1], self.span[1]), text)

    def part(self, start: int, end: int) -> Node:
        """A node for the characters ``start`` to ``end`` of the file (offsets into ``Source.text``)."""
        return Node(self.source, Span(start, end))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.source.path}:{self.line} {self.raw[:40]!r}>"


class Text(Node):
    """Text as the tool that reads it sees it, with the way back to the file.

    ``text`` may differ from ``raw``: continuations joined, comment lines dropped, quotes or YAML folding
    undone. ``pieces`` holds, in order, ``(index in text, offset in the file)`` for every place where the two
    stop running in step; between two pieces they advance together, character by character.
    """

    __slots__ = ("text", "pieces")

    def __init__(self, source: Source, span: Span, text: str, pieces: list[tuple[int, int]]) -> None:
        super().__init__(source, span)
        self.text = text
        self.pieces = pieces

    @classmethod
    def plain(cls, source: Source, span: Span) -> Text:
        """Text that reads just as it is written."""
        return cls(source, span, source.text[span[0] : span[1]], [(0, span[0])])

    def origin(self, index: int) -> int:
        """The offset in the file of character ``index`` of ``text`` (0 to len(text))."""
        pieces = self.pieces
        if not pieces:
            return self.span[0]
        at, offset = pieces[max(bisect_right(pieces, (index, 1 << 62)) - 1, 0)]
        return min(offset + index - at, self.span[1])

    def at(self, start: int, end: int) -> Node:
        """The node in the file for the characters ``start`` to ``end`` (half-open) of ``text``."""
        first = self.origin(start)
        last = self.origin(end - 1) + 1 if end > start else first
        return Node(self.source, Span(first, max(first, last)))
