"""The builder's word lexer: quotes, escapes and ``${…}`` in the words of an instruction.

This is BuildKit's own little shell language (``frontend/dockerfile/shell``), not a POSIX shell: it knows no
command substitution and no globbing. Text is lexed once into flat tokens, iteratively, so that nesting costs no
recursion; expansion, variable lists and unquoting all read the same tokens. Indexes are half-open indexes into the
text that was given.
"""

from __future__ import annotations

from collections.abc import Callable

from dlint.lazy import NamedTuple, pattern
from dlint.syntax.dockerfile.lexer import (
    CLOSE,
    ESCAPED,
    LONGEST,
    OPEN,
    PLAIN,
    QUOTE,
    QUOTED,
    SPACE,
    SPLIT,
    TOO_LONG,
    VARIABLE,
    lex,
    unsupported,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SPACES = pattern(f"[{SPACE}]+")
_MAX_DEPTH = 100


class Unset:
    """The type of ``UNSET``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
"""What a lookup answers for a name that is not set."""

Lookup = Callable[[str], "str | Unset | None"]
"""Name to value; ``None`` if the name is set but its value is not known, ``UNSET`` if it is not set."""


class Expansion(NamedTuple):
    """What expanding a word gives.

    ``value`` is ``None`` if it depends on something unknown or if there is an ``error`` (BuildKit's reason, without
    its ``failed to process`` prefix). ``used`` and ``unset`` list names once each, in the order of their lookup;
    ``unset`` holds those of ``${v:-x}`` too.
    """

    value: str | None
    error: str | None
    unset: list[str]
    used: list[str]


class VariableUse:
    """One ``$name`` or ``${name…}``: characters ``start`` to ``end`` of the text it was found in.

    ``operator`` is ``""`` or one of ``- :- + :+ ? :? # ## % %% / //`` (or ``:x`` for an operator the builder refuses);
    ``argument`` is what stands after it, as written.
    """

    __slots__ = ("name", "start", "end", "operator", "_text", "_argument")

    def __init__(self, name: str, start: int, end: int, operator: str, text: str, argument: int) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.operator = operator
        self._text = text
        self._argument = argument

    @property
    def argument(self) -> str:
        """What stands between the operator and the closing brace."""
        return self._text[self._argument : self.end - 1] if self.operator else ""

    def __repr__(self) -> str:
        return f"VariableUse({self._text[self.start : self.end]!r})"


class _Frame:
    """One open ``${name…`` while it is expanded, or the whole word."""

    __slots__ = ("name", "operator", "parts", "unknown", "raw", "pattern")

    def __init__(self, name: str, operator: str, raw: bool) -> None:
        self.name = name
        self.operator = operator
        self.parts: list[tuple[str, bool]] = []
        self.unknown = False
        self.raw = raw
        self.pattern: str | None = ""

    def value(self) -> str | None:
        """What was put together so far; ``None`` if a part of it is unknown, or if it is too long to be of use."""
        if self.unknown or sum([len(part) for part, _ in self.parts]) > LONGEST:
            return None
        return "".join([part for part, _ in self.parts])


def expand(text: str, lookup: Lookup, *, escape: str = "\\", quotes: bool = True) -> Expansion:
    """Expand one word as the builder does.

    ``escape`` is the file's escape character. ``quotes=False`` takes quotes literally, as in the body of a heredoc of
    COPY or ADD (whose escape character is always ``\\``). Never raises.
    """
    unset: dict[str, None] = {}
    used: dict[str, None] = {}
    frame, error = _expand(text, lookup, escape, quotes, unset, used)
    return Expansion(None if error else frame.value(), error, list(unset), list(used))


def expand_words(text: str, lookup: Lookup, escape: str = "\\") -> list[str] | None:
    """Expand ``text`` and split the result at unquoted white space, as EXPOSE does.

    ``None`` if the result depends on something unknown or the builder refuses the text. Never raises.
    """
    frame, error = _expand(text, lookup, escape, True, {}, {})
    if error or frame.unknown:
        return None
    words: list[str] = []
    word = ""
    for part, plain in frame.parts:
        if not plain:
            word += part
            continue
        pieces = _SPACES.split(part)
        word += pieces[0]
        for piece in pieces[1:]:
            if word:
                words.append(word)
            word = piece
    if word:
        words.append(word)
    return words


def _expand(
    text: str, lookup: Lookup, escape: str, quotes: bool, unset: dict[str, None], used: dict[str, None]
) -> tuple[_Frame, str | None]:
    """Walk the tokens with a stack of frames; the frame of the whole word and BuildKit's error, if any."""
    frame = _Frame("", "", False)
    frames: list[_Frame] = []
    tokens, error = lex(text, escape, quotes)
    quoted = False

    def value_of(name: str) -> str | Unset | None:
        value = lookup(name)
        used[name] = None
        if value is UNSET:
            unset[name] = None
        return value

    for kind, start, end, name, operator in tokens:
        if kind == PLAIN:
            frame.parts.append((text[start:end], True))
        elif kind == QUOTED:
            frame.parts.append((text[start:end], False))
        elif kind == ESCAPED:
            frame.parts.append((text[start if frame.raw else start + 1 : end], False))
        elif kind == QUOTE:
            if not frames and text[start] == '"':
                quoted = not quoted
        elif kind == VARIABLE:
            value = value_of(name)
            if value is None:
                frame.unknown = True
            elif isinstance(value, str) and value:
                frame.parts.append((value, not quoted))
        elif kind == OPEN:
            frames.append(frame)
            frame = _Frame(name, operator, operator in ("#", "%", "/", "//"))
            if len(frames) > _MAX_DEPTH:
                frame.unknown = True
        elif kind == TOO_LONG:
            frame.unknown = True
        elif kind == SPLIT:
            frame.pattern = frame.value()
            frame.parts, frame.unknown = [], False
        else:
            value = value_of(frame.name)
            result, refused = _operate(frame, value)
            frame = frames.pop()
            if refused:
                if end >= len(text) and frames:
                    refused = error or refused
                return frame, refused
            if result is None:
                frame.unknown = True
            elif result:
                frame.parts.append((result, not quoted))
    return frame, error


def _operate(frame: _Frame, value: str | Unset | None) -> tuple[str | None, str | None]:
    """The result of ``${name operator word}``, or the error it makes."""
    word = frame.value()
    operator = frame.operator
    if operator in ("-", ":-"):
        if value is None:
            return None, None
        return (word if value is UNSET or (operator == ":-" and value == "") else str(value)), None
    if operator in ("+", ":+"):
        if value is None and operator == ":+":
            return None, None
        return ("" if value is UNSET or (operator == ":+" and value == "") else word), None
    if operator in ("?", ":?"):
        if value is UNSET:
            return None, f"{frame.name}: {word or 'is not allowed to be unset'}"
        if operator == ":?" and value == "":
            return None, f"{frame.name}: {word or 'is not allowed to be empty'}"
        return (None if value is None else str(value)), None
    if operator in ("#", "%", "/", "//"):
        # Few variables are expanded by a pattern.
        from dlint.syntax.dockerfile.patterns import replaced, trimmed

        if operator in ("#", "%"):
            return trimmed(operator, word, "" if value is UNSET else value)  # type: ignore[arg-type]
        return replaced(frame.pattern, word, "" if value is UNSET else value, operator == "//")  # type: ignore[arg-type]
    return None, unsupported(operator)


def variables(text: str, escape: str = "\\", *, quotes: bool = True) -> list[VariableUse]:
    """Every use of a variable, nested ones included, by start. A use the builder cannot read is left out."""
    if "$" not in text:
        return []
    found: list[VariableUse] = []
    opened: list[VariableUse] = []
    for kind, start, end, name, operator in lex(text, escape, quotes)[0]:
        if kind == VARIABLE:
            found.append(VariableUse(name, start, end, "", text, end))
        elif kind == OPEN:
            if operator in ("#", "%") and text[end : end + 1] == operator:
                operator, end = operator * 2, end + 1
            opened.append(VariableUse(name, start, len(text), operator, text, end))
            found.append(opened[-1])
        elif kind == CLOSE:
            opened.pop().end = end
    unclosed = set(map(id, opened))
    return [use for use in found if id(use) not in unclosed] if unclosed else found


def check(text: str, escape: str = "\\", *, quotes: bool = True) -> str | None:
    """Why the builder cannot read ``text`` whatever the variables hold, or ``None`` if it can."""
    tokens, error = lex(text, escape, quotes)
    for kind, _, _, _, operator in tokens:
        if kind == CLOSE and operator[0] == ":" and operator[1] not in "-+?":
            return unsupported(operator)
    return error


def unquote(text: str, escape: str = "\\") -> str:
    """``text`` without its quotes and escapes; variables stay as written, and so does what is not closed."""
    tokens, error = lex(text, escape)
    parts: list[str] = []
    depth = 0
    at = 0
    for kind, start, end, _, _ in tokens:
        depth += (kind == OPEN) - (kind == CLOSE)
        at = end
        if depth or kind == CLOSE:
            parts.append(text[start:end])
        elif kind == ESCAPED:
            parts.append(text[start + 1 : end])
        elif kind != QUOTE:
            parts.append(text[start:end])
    if error:
        parts.append(text[at:])
    return "".join(parts)


def literal(text: str, escape: str = "\\") -> str | None:
    """The value of ``text`` if it needs no variable and the builder can read it, else ``None``."""
    tokens, error = lex(text, escape)
    if error:
        return None
    parts: list[str] = []
    for kind, start, end, _, _ in tokens:
        if kind >= VARIABLE:
            return None
        if kind != QUOTE:
            parts.append(text[start + 1 if kind == ESCAPED else start : end])
    return "".join(parts)


def raw_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a shell line stand, quotes and escapes kept: how the builder looks for heredocs.

    The escape character is ``\\`` whatever the file says, and ``${v:-a b}`` falls apart at its blanks, quoted or not.
    Empty if the line has an unbalanced quote or brace.
    """
    tokens, error = lex(text, "\\", longest=8 * LONGEST)
    if error:
        return []
    words: list[tuple[int, int]] = []
    begin = -1
    depth = 0
    quoted = False
    for kind, start, end, _, _ in tokens:
        if kind == QUOTE and not depth and text[start] == '"':
            quoted = not quoted
        depth += (kind == OPEN) - (kind == CLOSE)
        if quoted or not (kind == PLAIN or depth):
            if begin < 0:
                begin = start
            continue
        for gap in _SPACES.finditer(text, start, end):
            if begin < 0 and gap.start() > start:
                begin = start
            if begin >= 0:
                words.append((begin, gap.start()))
            begin, start = -1, gap.end()
        if begin < 0 and start < end:
            begin = start
    if begin >= 0:
        words.append((begin, len(text)))
    return words
