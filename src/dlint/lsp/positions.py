"""Lines and columns as editors count them, see "Position" in the Language Server Protocol 3.18.

A line ends at ``\\n``, ``\\r\\n`` or a lone ``\\r``; columns count units of UTF-8, UTF-16 or UTF-32.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol import types

from dlint.source import Source, Span

_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_ENDS = "\r\n"


def lines_of(text: str) -> list[str]:
    """The lines of a text as editors count them."""
    return _LINE_END.split(text)


class Lines:
    """The lines of one text."""

    __slots__ = ("text", "starts", "ascii")

    def __init__(self, text: str) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def end(self, line: int) -> int:
        """The offset at which a line (from 0) ends, without its line ending."""
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1]
        while end > self.starts[line] and self.text[end - 1] in _LINE_ENDS:
            end -= 1
        return end


class Positions:
    """Places of the protocol in one of the encodings of positions; the last texts are remembered."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._known: dict[str, Lines] = {}

    def lines(self, text: str) -> Lines:
        """The lines of a text."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= 8:
                self._known.clear()
            found = self._known[text] = Lines(text)
        return found

    def offset(self, text: str, position: types.Position) -> int:
        """The offset of a position; one past the end of its line or of the text is at that end."""
        lines = self.lines(text)
        if position.line < 0:
            return 0
        if position.line >= len(lines.starts):
            return len(text)
        start, end = lines.starts[position.line], lines.end(position.line)
        wanted = max(position.character, 0)
        if lines.ascii or self.encoding == "utf-32":
            return min(start + wanted, end)
        size = _utf8 if self.encoding == "utf-8" else _utf16
        for offset in range(start, end):
            wanted -= size(text[offset])
            if wanted < 0:
                return offset
        return end

    def position(self, text: str, offset: int) -> types.Position:
        """The position of an offset (0 to len(text))."""
        lines = self.lines(text)
        line = bisect_right(lines.starts, offset) - 1
        start = lines.starts[line]
        if lines.ascii or self.encoding == "utf-32":
            return types.Position(line, offset - start)
        size = _utf8 if self.encoding == "utf-8" else _utf16
        return types.Position(line, sum(map(size, text[start:offset])))

    def range(self, source: Source, span: tuple[int, int]) -> types.Range:
        """The range of a span of a file. An editor does not show the byte order mark, nor does ``source.text``."""
        return types.Range(self.position(source.text, span[0]), self.position(source.text, span[1]))

    def span(self, text: str, range_: types.Range) -> Span:
        """The span of a range, also of one whose ends are the wrong way round."""
        start, end = self.offset(text, range_.start), self.offset(text, range_.end)
        return Span(min(start, end), max(start, end))


def _utf8(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _utf16(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
