"""Text of a file and places in it: the only line, column, UTF-16 and byte arithmetic in dlint.

Offsets are indexes of characters (code points) into ``Source.text``; spans are half-open. Lines and
columns are 1-based and count characters. A line ends at ``\\n`` alone: a ``\\r`` before it belongs to the
line, as for the builder (BuildKit's parser drops it) and for editors.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from types import MethodType

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    _Answer = TypeVar("_Answer")

_BOM = "\ufeff"
_BAD_BYTE = pattern("[\udc80-\udcff]")


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (half-open) of one ``Source.text``."""

    start: int
    end: int

    def __new__(cls, start: int, end: int) -> Span:  # type: ignore[misc]
        """In half the time of any tuple with names: there are thousands of spans."""
        return tuple.__new__(cls, (start, end))


span_of: Callable[[tuple[int, int]], Span] = MethodType(tuple.__new__, Span)
"""``Span(*pair)`` in half the time, for where thousands are made."""


class Position(NamedTuple):
    """A place for people: line and column, both 1-based, the column in characters."""

    line: int
    column: int


position_of: Callable[[tuple[int, int]], Position] = MethodType(tuple.__new__, Position)
"""``Position(*pair)`` in half the time: each finding has one."""


class Source:
    """The text of one file.

    ``path`` is what reports print: relative to the project's root, with ``/``. ``text`` has no byte order
    mark (``bom`` says whether there was one) but keeps every line ending as it stands. Bytes that are not
    UTF-8 are kept as lone surrogates, so that ``encode`` gives back exactly the bytes that were read.
    """

    __slots__ = (
        "path", "text", "bom", "encoding", "_starts", "_mentioned", "_in_any_case", "_searched", "_lowered", "_answers",
    )  # fmt: skip

    def __init__(self, path: str, text: str, *, bom: bool = False, encoding: str = "utf-8") -> None:
        self.path = path
        self.text = text
        self.bom = bom
        self.encoding = encoding
        self._starts: list[int] | None = None
        self._mentioned: dict[tuple[str, ...] | frozenset[str], bool] = {}
        self._in_any_case: dict[frozenset[str] | tuple[str, ...], bool] = {}
        self._answers: dict[Callable[[str], Any], Any] = {}
        self._searched: dict[tuple[str, ...], bool] = {}
        self._lowered: str | None = None

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

    def mentions(self, *words: str) -> bool:
        """Whether one of these texts stands anywhere in the file; looked for once, however often it is asked."""
        found = self._mentioned.get(words)
        if found is None:
            found = self._mentioned[words] = any(map(self.text.__contains__, words))
        return found

    def asked(self, question: Callable[[str], _Answer]) -> _Answer:
        """What a function says of the whole text; it is called once."""
        if question not in self._answers:
            self._answers[question] = question(self.text)
        found: _Answer = self._answers[question]
        return found

    def mentions_any(self, words: frozenset[str]) -> bool:
        """The same as ``mentions`` for a set that is kept, which is found again in less time than many words."""
        found = self._mentioned.get(words)
        if found is None:
            found = self._mentioned[words] = any(map(self.text.__contains__, words))
        return found

    def mentions_in_any_case(self, words: frozenset[str] | tuple[str, ...]) -> bool:
        """The same for words in lower case that may be written in any."""
        found = self._in_any_case.get(words)
        if found is None:
            found = self._in_any_case[words] = any(map(self.lowered.__contains__, words))
        return found

    @property
    def lowered(self) -> str:
        """The text in lower case."""
        if self._lowered is None:
            self._lowered = self.text.lower()
        return self._lowered

    def writes(self, *patterns: str) -> bool:
        """Whether a regular expression is found anywhere in the file, in any case; looked for once.

        The patterns are in lower case and start with plain text, up to the first parenthesis or backslash, that of a
        dot apart: in most files it is not found, and they are not compiled.
        """
        found = self._searched.get(patterns)
        if found is None:
            import re

            lowered = self.lowered
            found = self._searched[patterns] = any(
                _plain_start(pattern) in lowered and re.search(pattern, lowered) for pattern in patterns
            )
        return found

    def forget(self) -> None:
        """Let go of what was found out about the text; it can be found out again."""
        self._mentioned, self._in_any_case, self._searched, self._answers = {}, {}, {}, {}
        self._lowered = None

    def forget_lines(self) -> None:
        """Let go of where lines begin, which is found out again when somebody asks."""
        self._starts = None

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
        return [found.start() for found in _BAD_BYTE.finditer(self.text)]

    def with_text(self, text: str) -> Source:
        """The same file with other text, as after a fix."""
        return Source(self.path, text, bom=self.bom, encoding=self.encoding)

    def starts(self) -> list[int]:
        """The offset of the first character of each line."""
        if self._starts is None:
            self._starts = list(accumulate([len(line) + 1 for line in self.text.split("\n")[:-1]], initial=0))
        return self._starts

    def line(self, offset: int) -> int:
        """The 1-based line that holds ``offset`` (0 to len(text))."""
        return bisect_right(self._starts or self.starts(), offset)

    def position(self, offset: int) -> Position:
        """Line and column of ``offset`` (0 to len(text))."""
        starts = self._starts or self.starts()
        line = bisect_right(starts, offset)
        return position_of((line, offset - starts[line - 1] + 1))

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a 1-based line and column, clamped to the text and to the line."""
        starts = self.starts()
        if line > len(starts):
            return len(self.text)
        return min(starts[line - 1] + column - 1, self.line_span(line).end)

    def line_span(self, line: int) -> Span:
        """The span of a 1-based line without its line ending."""
        starts = self._starts or self.starts()
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return span_of((start, end))

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

    def __reduce__(self) -> tuple[Any, ...]:
        """What was found out about the text is not packed; it can be found out again."""
        from functools import partial

        return partial(Source, bom=self.bom, encoding=self.encoding), (self.path, self.text)

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

    def __new__(cls, source: Source, span: Span, text: str) -> Edit:  # type: ignore[misc]
        """In half the time of any tuple with names: most findings have one."""
        return tuple.__new__(cls, (source, span, text))

    @property
    def replacement(self) -> str:
        """``text`` in the newline style of the file."""
        if "\n" not in self.text or self.source.newline == "\n":
            return self.text
        return self.text.replace("\r\n", "\n").replace("\n", "\r\n")


edit_of: Callable[[tuple[Source, Span, str]], Edit] = MethodType(tuple.__new__, Edit)
"""``Edit(*fields)`` in a third of the time, for fixes that hardly anybody asks for."""


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
        at, offset = pieces[max(bisect_right(pieces, (index, 1 << 62)) - 1, 0) if len(pieces) > 1 else 0]
        found, end = offset + index - at, self.span[1]
        return found if found < end else end

    def at(self, start: int, end: int) -> Node:
        """The node in the file for the characters ``start`` to ``end`` (half-open) of ``text``."""
        first = self.origin(start)
        last = self.origin(end - 1) + 1 if end > start else first
        return Node(self.source, Span(first, max(first, last)))


MOST_READ_BACK = 2_000_000


class Embedded(Source):
    """Text that stands inside another file, as a Dockerfile in a YAML value does, read as a file of its own.

    Its nodes have offsets into this text; ``place`` and ``edits`` lead from there to the file that holds it, ``outer``.
    ``read`` gives the text for other characters in the place of ``outer.span``, None if they would not be one value;
    ``written`` how characters of this text are spelled there, apart from line ends. ``unknown`` are the spans of this
    text that stand for something else nobody knows: what is in them cannot be judged.
    """

    __slots__ = ("outer", "unknown", "_read", "_written", "_left")

    def __init__(
        self,
        outer: Text,
        read: Callable[[str], str | None],
        written: Callable[[str], str],
        unknown: Sequence[Span] = (),
    ) -> None:
        super().__init__(outer.source.path, outer.text)
        self.outer = outer
        self.unknown = unknown
        self._read = read
        self._written = written
        self._left = MOST_READ_BACK

    def place(self, node: Node) -> Node:
        """A node of this text as a node of the file around it; any other node stays as it is."""
        return self.outer.at(*self._within(node.span)) if node.source is self else node

    def is_unknown(self, node: Node) -> bool:
        """Whether the node is a part of this text that nobody knows."""
        start, end = node.span
        return node.source is self and any(first <= start and end <= last for first, last in self.unknown)

    def _within(self, span: Span) -> Span:
        size = len(self.text)
        return Span(min(span[0], size), min(span[1], size))

    def edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...] | None:
        """Edits of this text as edits of the file around it, indented as its lines are.

        None if the changed file would not hold the changed text: where quoting or folding is in the way. None also
        once MOST_READ_BACK characters were read to find that out: then there is more to fix than one pass does.
        """
        self._left -= len(self.text)
        if self._left < 0:
            return None
        mine = sorted((edit for edit in edits if edit.source is self), key=lambda edit: edit.span)
        moved = [self._moved(edit) for edit in mine]
        start, end = self.outer.span
        around = self.outer.source.text
        raw = spliced(around[:end], moved)[start:]
        wanted = spliced(self.text, mine)
        found = self._read(raw)
        if found is None or found.rstrip("\n") != wanted.replace("\r\n", "\n").rstrip("\n"):
            return None
        return (*(edit for edit in edits if edit.source is not self), *moved)

    @property
    def _margin(self) -> str:
        """The white space that stands before the lines of this text in the file around it."""
        first = self.outer.origin(len(self.text) - len(self.text.lstrip("\n")))
        return " " * (self.outer.source.position(first).column - 1)

    def _moved(self, edit: Edit) -> Edit:
        (start, end), text = self._within(edit.span), edit.text
        if end == len(self.text) and self.text.endswith("\n"):
            # The last line end stays: behind it the file goes on with something else.
            end -= 1
            if start > end:
                start, text = end, "\n" + text
            if text.endswith("\n"):
                text = text[:-1]
            elif not text and start and self.text[start - 1] == "\n":
                start -= 1
        first = self.outer.origin(start)
        last = self.outer.origin(end) if end > start else first
        text = self._written(text).replace("\n", "\n" + self._margin)
        if text and (not start or self.text[start - 1] == "\n"):
            # An empty line has no margin yet.
            text = self._margin[self.outer.source.position(first).column - 1 :] + text
        return Edit(self.outer.source, Span(first, max(first, last)), text)


def _plain_start(pattern: str) -> str:
    return pattern.partition("(")[0].replace("\\.", ".").partition("\\")[0]


def spliced(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with ``edits`` made, which are in order and do not overlap; all else stays as it is."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += [text[at : edit.span[0]], edit.replacement]
        at = edit.span[1]
    return "".join([*parts, text[at:]])
