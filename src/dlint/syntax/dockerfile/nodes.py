"""The parts instructions are made of: words, flags, key-value pairs, mounts, heredocs and comments.

All of them are cut out of the logical line of their instruction (continuations joined, comment lines dropped), so
each keeps the way back to the exact characters of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from dlint.lazy import pattern
from dlint.source import Node, Source, Span, Text, span_of
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.lexer import SPACE
from dlint.syntax.dockerfile.words import VariableUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

Pieces = list[tuple[int, int]]

_AFTER_ALL = 1 << 62


def cut(text: Text, start: int, end: int) -> tuple[Span, Pieces]:
    """The span and the pieces of characters ``start`` to ``end`` of ``text.text``."""
    pieces = text.pieces
    if len(pieces) == 1:
        shift = pieces[0][1] - pieces[0][0]
        return span_of((shift + start, shift + end)), [(0, shift + start)]
    at = bisect_right(pieces, (start, _AFTER_ALL)) - 1
    index, offset = pieces[at]
    begin = offset + start - index
    result = [(0, begin)]
    for following in range(at + 1, len(pieces)):
        if pieces[following][0] >= end:
            break
        index, offset = pieces[following]
        result.append((index - start, offset))
    return span_of((begin, offset + end - index if end > start else begin)), result


class Word(Text):
    """One word of an instruction, as the builder has it before it takes quotes away and expands variables.

    ``escape`` is the file's escape character, or ``""`` if the builder takes the word as it is (a stage name, a word of
    an exec form). ``json`` says whether the word is a string of a JSON array; its ``text`` is then the decoded string.
    """

    __slots__ = ("escape", "json", "_bare")

    def __init__(self, source: Source, span: Span, text: str, pieces: Pieces, escape: str, json: bool = False) -> None:
        self.source = source
        self.span = span
        self.text = text
        self.pieces = pieces
        self.escape = escape
        self.json = json
        self._bare: bool | None = None

    @property
    def bare(self) -> bool:
        """Whether there is nothing in the word to expand, unquote or unescape."""
        if self._bare is None:
            text = self.text
            self._bare = not ("$" in text or '"' in text or "'" in text or "\\" in text or "`" in text)
        return self._bare or not self.escape

    @property
    def value(self) -> str:
        """The word without quotes and escapes, variables as written."""
        return self.text if self._bare or self.bare else words.unquote(self.text, self.escape)

    @property
    def literal(self) -> str | None:
        """The value, or ``None`` if it contains a variable or the builder cannot read it."""
        return self.text if self._bare or self.bare else words.literal(self.text, self.escape)

    @property
    def variables(self) -> list[VariableUse]:
        """The variables used, with indexes into ``text``: ``word.at(use.start, use.end)`` is the place in the file."""
        return [] if self._bare or self.bare else words.variables(self.text, self.escape)


def word_of(text: Text, start: int, end: int, escape: str) -> Word:
    """The word that characters ``start`` to ``end`` of ``text.text`` make."""
    span, pieces = cut(text, start, end)
    return Word(text.source, span, text.text[start:end], pieces, escape)


class Comment(Node):
    """A comment line, from its ``#`` to the end of the line.

    ``inside`` is the instruction whose continuation holds it.
    """

    __slots__ = ("inside",)

    def __init__(self, source: Source, span: Span) -> None:
        self.source = source
        self.span = span
        self.inside: Text | None = None

    @property
    def text(self) -> str:
        """What stands after the ``#``, without white space at either end."""
        return self.raw[1:].strip()

    @property
    def indented(self) -> bool:
        """Whether white space stands before the ``#``: the builder reads no ``check=`` from such a comment."""
        start = self.span[0]
        return start > 0 and self.source.text[start - 1] != "\n"


class Flag(Text):
    """A flag of an instruction, ``--name`` or ``--name=value``.

    ``text`` is the flag without quotes and escapes; the span of ``value`` holds its quotes.
    """

    __slots__ = ("name", "value")

    def __init__(self, source: Source, span: Span, text: str, pieces: Pieces) -> None:
        super().__init__(source, span, text, pieces)
        self.name, equals, _ = text[2:].partition("=")
        self.value: Word | None = None
        if equals:
            at = len(self.name) + 2
            _, inner = cut(self, at + 1, len(text))
            place = Span(self.origin(at) + 1, span[1])
            self.value = Word(source, place, text[at + 1 :], inner, "")

    @property
    def name_node(self) -> Node:
        """The name without its dashes."""
        return self.at(2, 2 + len(self.name))


class Pair(Node):
    """``key=value`` (or the old ``key value``, or the bare ``key`` of ARG: ``value`` is then ``None``)."""

    __slots__ = ("key", "value")

    def __init__(self, key: Word, value: Word | None) -> None:
        super().__init__(key.source, Span(key.span[0], (value or key).span[1]))
        self.key = key
        self.value = value


class Heredoc(Node):
    """A heredoc of RUN, COPY or ADD: from its word in the instruction line to the end of its terminator.

    ``quoted`` means that the body is taken as it is; ``strip_tabs`` that leading tabs go (``<<-``); ``fd`` is the
    number before ``<<`` (0 without one). ``body`` is the text as the builder uses it. ``terminator`` is ``None`` if
    the file ends first.
    """

    __slots__ = ("name", "quoted", "strip_tabs", "fd", "opener", "terminator", "_body", "_body_span")

    def __init__(self, opener: Node, name: str, quoted: bool, strip_tabs: bool, fd: int) -> None:
        super().__init__(opener.source, opener.span)
        self.opener = opener
        self.name = name
        self.quoted = quoted
        self.strip_tabs = strip_tabs
        self.fd = fd
        self.terminator: Node | None = None
        self._body_span = Span(opener.span[1], opener.span[1])
        self._body: Text | None = None

    def close(self, body: Span, terminator: Span | None) -> None:
        """Say where the body (with its last newline) and the terminator (without one) stand."""
        self._body_span = body
        self.terminator = self.part(*terminator) if terminator else None
        self.span = Span(self.opener.span[0], terminator[1] if terminator else body[1])

    @property
    def content(self) -> str:
        """The lines of the body as they stand in the file."""
        return self.source.text[self._body_span[0] : self._body_span[1]]

    @property
    def body(self) -> Text:
        """The body, leading tabs of each line removed if ``strip_tabs``."""
        if self._body is None:
            read = _without_tabs if self.strip_tabs else Text.plain
            self._body = read(self.source, self._body_span)
        return self._body

    @property
    def variables(self) -> list[VariableUse]:
        """The variables the builder expands in the body of COPY and ADD, with indexes into ``body.text``."""
        return [] if self.quoted else words.variables(self.body.text, "\\", quotes=False)


_LEADING_TABS = pattern(r"^\t+", re.MULTILINE)


def _without_tabs(source: Source, span: Span) -> Text:
    parts: list[str] = []
    pieces: Pieces = []
    length, at = 0, span[0]
    for tabs in _LEADING_TABS.finditer(source.text[span[0] : span[1]]):
        start, end = tabs.start() + span[0], tabs.end() + span[0]
        if start > at:
            pieces.append((length, at))
            parts.append(source.text[at:start])
            length += start - at
        at = end
    pieces.append((length, at))
    parts.append(source.text[at : span[1]])
    return Text(source, span, "".join(parts), pieces)


_HEREDOC: Final = pattern(r"(\d*)<<(-?)([^<]*)")


def heredoc_word(text: str) -> tuple[str, bool, bool, int] | None:
    """Name, quoted, strip_tabs and file descriptor if ``text`` is a heredoc word: ``[digits]<<[-][blanks]NAME``."""
    match = _HEREDOC.fullmatch(text) if "<<" in text else None
    if match is None:
        return None
    rest = match[3]
    if len(words.raw_words(rest)) != 1:
        return None
    rest = rest.strip(SPACE)
    name = words.unquote(rest, "\\")
    return (name, name != rest, bool(match[2]), int(match[1][:9] or 0)) if name else None


def heredocs_in(line: Text) -> list[Heredoc]:
    """The heredocs that the logical line of an instruction opens, in order, not closed yet."""
    found: list[Heredoc] = []
    for start, end in words.raw_words(line.text):
        parts = heredoc_word(line.text[start:end])
        if parts is not None:
            found.append(Heredoc(line.at(start, end), *parts))
    return found


class MountOption(Node):
    """One option of a mount, ``key=value`` or a bare ``key``."""

    __slots__ = ("key", "value")

    def __init__(self, key: Text, value: Word | None) -> None:
        super().__init__(key.source, Span(key.span[0], (value or key).span[1]))
        self.key = key
        self.value = value


MOUNT_ALIASES: Final = {
    "dst": "target",
    "destination": "target",
    "src": "source",
    "ro": "readonly",
    "rw": "readwrite",
}
"""Other names of mount options, and the name that ``Mount.get`` knows them by."""


class Mount(Text):
    """The value of one ``--mount`` flag of RUN.

    ``fields`` are its options in order; ``options`` maps each key as written, in lower case, to the last option of that
    key. ``csv_error`` says why the value is no comma-separated list, if it is not.
    """

    __slots__ = ("fields", "options", "csv_error", "_named")

    def __init__(self, value: Word, escape: str) -> None:
        super().__init__(value.source, value.span, value.text, value.pieces)
        self.fields: list[MountOption] = []
        self.options: dict[str, MountOption] = {}
        self._named: dict[str, MountOption] = {}
        found, self.csv_error = _csv_fields(self.text)
        for field in found:
            whole = _csv_text(self, field)
            key, equals, _ = whole.text.partition("=")
            key_text = Text(self.source, *_reordered(cut(whole, 0, len(key)), key))
            name = key.lower()
            lexed = "" if name == "from" else escape
            option = MountOption(key_text, word_of(whole, len(key) + 1, len(whole.text), lexed) if equals else None)
            self.fields.append(option)
            self.options[name] = option
            self._named[MOUNT_ALIASES.get(name, name)] = option

    @property
    def type(self) -> str:
        """The mount's type in lower case; ``bind`` if it does not say."""
        return (self.get("type") or "bind").lower()

    def option(self, key: str) -> MountOption | None:
        """The last option called ``key`` or one of its other names (``target``, ``dst``, ``destination``…)."""
        return self._named.get(MOUNT_ALIASES.get(key, key))

    def get(self, key: str) -> str | None:
        """The value of that option, variables as written; ``"true"`` for a bare key, ``None`` without the option."""
        option = self.option(key)
        if option is None:
            return None
        return option.value.value if option.value is not None else "true"


def _reordered(place: tuple[Span, Pieces], text: str) -> tuple[Span, str, Pieces]:
    return place[0], text, place[1]


_CSV_FIELD = pattern(r'"((?>(?:[^"]|"")*))"(?=,|\Z)|([^",]*+)(?=,|\Z)')


def _csv_fields(text: str) -> tuple[list[tuple[int, int, bool]], str | None]:
    """Start, end and whether quoted, for each field; and what is wrong with the rest, if anything."""
    if not text:
        return [], "it is empty"
    fields: list[tuple[int, int, bool]] = []
    at = 0
    if '"' not in text:
        for field in text.split(","):
            fields.append((at, at + len(field), False))
            at += len(field) + 1
        return fields, None
    while True:
        match = _CSV_FIELD.match(text, at)
        if match is None:
            return fields, "a quote stands in the middle of a field or is not closed"
        quoted = match[1] is not None
        fields.append((*match.span(1 if quoted else 2), quoted))
        at = match.end() + 1
        if at > len(text):
            return fields, None


def _csv_text(text: Text, field: tuple[int, int, bool]) -> Text:
    """The text of a field, doubled quotes made single."""
    start, end, quoted = field
    raw = text.text[start:end]
    span, pieces = cut(text, start, end)
    plain = Text(text.source, span, raw, pieces)
    if not quoted or '""' not in raw:
        return plain
    return without(plain, [(m.start() + 1, m.end()) for m in re.finditer('""', raw)])


def without(text: Text, gaps: list[tuple[int, int]]) -> Text:
    """``text`` without the characters in ``gaps``: half-open pairs of indexes, in order."""
    parts: list[str] = []
    pieces: Pieces = []
    length = at = 0
    for start, end in [*gaps, (len(text.text), len(text.text))]:
        if start > at:
            pieces += [(length + index, offset) for index, offset in cut(text, at, start)[1]]
            parts.append(text.text[at:start])
            length += start - at
        at = end
    return Text(text.source, text.span, "".join(parts), pieces or [(0, text.span[0])])
