"""Environment files (``.env``, ``env_file``), as compose-go's ``dotenv`` package reads them.

A statement is ``NAME=value``, ``NAME: value``, either with ``export`` before it, or ``NAME`` alone, which takes the
value of the environment. A value without quotes ends at the line or at `` #``; in double quotes escapes and
variables count, in single quotes nothing but ``\\'`` does; quoted values may span lines.
"""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault
from dlint.syntax.interpolation import interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SPACE = "\t\v\f\r \x85\xa0"
_EXPORT = pattern(r"export[ \t\v\f\r]+")
_KEY_CHAR = frozenset("_.-[]")
_ESCAPE = pattern(r"\\(?:[abcfnrtv$\"\\]|0[0-9]{0,3})")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_QUOTED = {quote: pattern(rf"(?:[^{quote}\\]|\\.)*", re.S) for quote in ("'", '"')}


class DotEnvEntry(Node):
    """One statement. ``name`` is the variable, ``key`` its place; ``value`` is None if it is unknown.

    ``value_node`` is the place of the value without its quotes, None for a name alone.
    """

    __slots__ = ("name", "key", "value", "value_node")

    def __init__(self, source: Source, span: Span, key: Node, value: str | None, value_node: Node | None) -> None:
        super().__init__(source, span)
        self.name = key.raw
        self.key = key
        self.value = value
        self.value_node = value_node


class DotEnv(Node):
    """An environment file. ``values`` has the last value of each assigned name, None if it is unknown."""

    __slots__ = ("entries", "values", "faults")

    def __init__(self, source: Source) -> None:
        super().__init__(source, Span(0, len(source.text)))
        self.entries: list[DotEnvEntry] = []
        self.values: dict[str, str | None] = {}
        self.faults: list[Fault] = []


def parse(source: Source, lookup: Callable[[str], str | None] | None = None, *, unset: str | None = None) -> DotEnv:
    """Read an environment file. Never raises; reading stops at the first fault, as Compose does.

    ``lookup`` gives values of the surrounding environment, which win over the file's own. ``unset`` is what a
    variable without value stands for: None (unknown) or ``""``.
    """
    return _Reader(source, lookup or _nothing, unset).read()


def _nothing(name: str) -> str | None:
    return None


class _Reader:
    def __init__(self, source: Source, lookup: Callable[[str], str | None], unset: str | None) -> None:
        self.source = source
        self.text = source.text
        self.lookup = lookup
        self.unset = unset
        self.out = DotEnv(source)
        self.unknown: set[str] = set()

    def read(self) -> DotEnv:
        at = self._start(0)
        while at < len(self.text) and not self.out.faults:
            at = self._start(self._statement(at))
        return self.out

    def _start(self, at: int) -> int:
        """The next statement: blanks and comment lines skipped."""
        text = self.text
        while at < len(text):
            if text[at] == "#":
                line_end = text.find("\n", at)
                at = len(text) if line_end < 0 else line_end
            elif not text[at].isspace() and text[at] != "\ufeff":
                break
            else:
                at += 1
        return at

    def _statement(self, start: int) -> int:
        """Read the statement at ``start`` and give the offset after it."""
        text = self.text
        export = _EXPORT.match(text, start)
        begin = export.end() if export else start
        end = begin
        while end < len(text) and text[end] not in "=:\n":
            char = text[end]
            if char not in _SPACE and char not in _KEY_CHAR and not char.isalnum() and not char.isnumeric():
                return self._fail(end, end + 1, f"`{char}` cannot stand in a variable's name")
            end += 1
        name = text[begin:end].rstrip()
        key = Node(self.source, Span(begin, begin + len(name)))
        if " " in name:
            return self._fail(begin, begin + len(name), "A variable's name cannot hold a space: write `NAME=value`")
        if end >= len(text) or text[end] == "\n":
            self._add(start, key, self.lookup(name), None, inherited=True)
            return end + 1
        at = end + 1
        while at < len(text) and text[at] in _SPACE:
            at += 1
        if text[at : at + 1] in ("'", '"') and at < len(text):
            return self._quoted(start, key, at)
        return self._bare(start, key, at)

    def _bare(self, start: int, key: Node, at: int) -> int:
        text = self.text
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        comment = text.find(" #", at, line_end)
        value = text[at : comment if comment >= 0 else line_end].rstrip()
        self._add(start, key, self._expand(value, at, at + len(value)), Span(at, at + len(value)))
        return line_end + 1

    def _quoted(self, start: int, key: Node, at: int) -> int:
        text = self.text
        quote = text[at]
        match = _QUOTED[quote].match(text, at + 1)
        end = match.end() if match else at + 1
        if text[end : end + 1] != quote:
            return self._fail(at, at + 1, f"This {quote} quote is never closed: add the closing quote")
        value: str | None = _unquote(text[at + 1 : end], quote)
        if quote == '"':
            value = self._expand(_unescape(value or ""), at + 1, end)
        self._add(start, key, value, Span(at + 1, end), end + 1)
        return end + 1

    def _expand(self, value: str, start: int, end: int) -> str | None:
        """``value`` with its variables filled in; ``start`` and ``end`` are its place for a fault."""
        if "$" not in value:
            return value
        uses_unknown = False

        def find(name: str) -> str | None:
            nonlocal uses_unknown
            known = self.lookup(name)
            if known is None and name in self.unknown:
                uses_unknown = True
            return self.out.values.get(name) if known is None else known

        result = interpolate(value, find, unset=self.unset)
        if result.error is not None:
            self._fail(start, end, result.error)
        return None if uses_unknown else result.value

    def _add(
        self, start: int, key: Node, value: str | None, span: Span | None, end: int = 0, *, inherited: bool = False
    ) -> None:
        node = Node(self.source, span) if span is not None else None
        stop = max(end, span.end if span is not None else key.span.end)
        self.out.entries.append(DotEnvEntry(self.source, Span(start, stop), key, value, node))
        if inherited and value is None:
            return
        self.out.values[key.raw] = value
        (self.unknown.add if value is None else self.unknown.discard)(key.raw)

    def _fail(self, start: int, end: int, message: str) -> int:
        self.out.faults.append(Fault(self.source, Span(start, end), "bad-dotenv", message))
        return len(self.text)


def _unquote(text: str, quote: str) -> str:
    """The text between quotes with escaped quotes undone and every other backslash as it is."""
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda match: quote if match.group(1) == quote else match.group(), text, flags=re.S)


def _unescape(text: str) -> str:
    """Shell escapes undone; ``\\$`` becomes ``$$``, which stands for a dollar."""
    return _ESCAPE.sub(_unescape_one, text)


def _unescape_one(match: re.Match[str]) -> str:
    code = match.group()[1:]
    if code == "$":
        return "$$"
    if code[0] == "0":
        digits = code[1:]
        fits = len(digits) == 3 and not set(digits) & set("89") and int(digits, 8) < 256
        return chr(int(digits, 8)) if fits else match.group()
    return _ESCAPES.get(code, match.group())
