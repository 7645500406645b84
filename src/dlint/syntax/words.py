"""The builder's word lexer: quotes, escapes and ``${…}`` in the words of an instruction.

This is BuildKit's own little shell language (``frontend/dockerfile/shell``), not a POSIX shell: it knows no
command substitution and no globbing. Text is lexed once into flat tokens, iteratively, so that nesting costs no
recursion; expansion, variable lists and unquoting all read the same tokens. Indexes are half-open indexes into the
text that was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

SPACE: Final = " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""The characters Go's ``unicode.IsSpace`` accepts: what the builder takes for white space."""


class Unset:
    """The type of ``UNSET``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
"""What a lookup answers for a name that is not set."""

Lookup = Callable[[str], "str | None | Unset"]
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


# Tokens are (kind, start, end, name, operator). Only VARIABLE, OPEN and CLOSE have a name and an operator.
_PLAIN = 0  # characters as they are; white space among them separates words
_QUOTED = 1  # characters as they are, inside quotes
_ESCAPED = 2  # escape character and the character it protects
_QUOTE = 3  # a quote that opens or closes
_VARIABLE = 4  # $name or ${name}
_OPEN = 5  # ${name and operator
_SPLIT = 6  # the slash between pattern and replacement
_CLOSE = 7  # the brace that ends an _OPEN

_Token = tuple[int, int, int, str, str]

_NAME = re.compile(r"\d+|[@*#?\-$!]|\w+")
_MISSING_BRACE = "syntax error: missing '}'"
_MISSING_SLASH = "syntax error: missing '/' in ${}"
_BAD_SUBSTITUTION = "syntax error: bad substitution"
_END_OF_TEXT = "\ufffd"
_MAX_DEPTH = 100
_runs: dict[tuple[str, bool, str], re.Pattern[str]] = {}


def _run(escape: str, quotes: bool, stop: str) -> re.Pattern[str]:
    """The pattern of a run of characters that mean only themselves, in one state of the lexer."""
    key = (escape, quotes, stop)
    pattern = _runs.get(key)
    if pattern is None:
        special = "$" + escape + (stop if stop == '"' or not quotes else stop + "'\"")
        pattern = _runs[key] = re.compile("[^" + re.escape(special) + "]+")
    return pattern


def _unclosed(message: str, at: int, text: str, stack: list[str]) -> str:
    """The reason the builder gives: at the end of the text the outermost open ``${`` has the last word."""
    if at >= len(text):
        for closer in stack:
            if closer != '"':
                return _MISSING_SLASH if closer == "/" else _MISSING_BRACE
    return message


def _lex(text: str, escape: str, quotes: bool = True) -> tuple[list[_Token], str | None]:
    """Tokens up to the first thing that is wrong, and what is wrong there."""
    tokens: list[_Token] = []
    add = tokens.append
    stack: list[str] = []
    opened: list[str] = []
    at, end = 0, len(text)
    while True:
        stop = stack[-1] if stack else ""
        quoted = stop == '"'
        run = _run(escape, quotes, stop).match(text, at)
        if run is not None:
            add((_QUOTED if quoted else _PLAIN, at, run.end(), "", ""))
            at = run.end()
        if at >= end:
            if quoted:
                return tokens, _unclosed(_looking_for("double-quote"), at, text, stack)
            return tokens, _unclosed("", at, text, stack) or None
        char = text[at]
        if char == stop:
            at += 1
            stack.pop()
            if quoted:
                add((_QUOTE, at - 1, at, "", ""))
            elif char == "/":
                add((_SPLIT, at - 1, at, "", ""))
                stack.append("}")
            else:
                add((_CLOSE, at - 1, at, "", opened.pop()))
        elif char == "$":
            start, at = at, at + 1
            if text[at : at + 1] != "{":
                name = _NAME.match(text, at)
                if name is not None:
                    at = name.end()
                    add((_VARIABLE, start, at, name[0], ""))
                else:
                    add((_QUOTED if quoted else _PLAIN, start, at, "", ""))
                continue
            at += 1
            if at >= end:
                return tokens, _unclosed(_MISSING_BRACE, at, text, stack)
            if text[at] in "{}:":
                return tokens, _unclosed(_BAD_SUBSTITUTION, at, text, stack)
            match = _NAME.match(text, at)
            name_text = ""
            if match is not None:
                name_text, at = match[0], match.end()
            operator = text[at : at + 1] or _END_OF_TEXT
            at += 1
            if operator == "}":
                add((_VARIABLE, start, at, name_text, ""))
                continue
            closer = "}"
            if operator == ":":
                operator += text[at : at + 1] or _END_OF_TEXT
                at += 1
                if operator in (":#", ":%"):
                    return tokens, _unclosed(_unsupported(operator), at, text, stack)
            elif operator == "/":
                closer = "/"
                if text[at : at + 1] == "/":
                    operator, at = "//", at + 1
            elif operator not in "+-?#%":
                return tokens, _unclosed(_unsupported(operator), at, text, stack)
            add((_OPEN, start, min(at, end), name_text, operator))
            opened.append(operator)
            stack.append(closer)
        elif char == escape:
            if quoted and text[at + 1 : at + 2] not in ('"', "$", escape):
                add((_QUOTED, at, at + 1, "", ""))
                at += 1
            elif at + 1 < end:
                add((_ESCAPED, at, at + 2, "", ""))
                at += 2
            else:
                at += 1
        elif char == '"':
            add((_QUOTE, at, at + 1, "", ""))
            at += 1
            stack.append('"')
        else:
            close = text.find("'", at + 1)
            if close < 0:
                return tokens, _unclosed(_looking_for("single-quote"), end, text, stack)
            add((_QUOTE, at, at + 1, "", ""))
            if close > at + 1:
                add((_QUOTED, at + 1, close, "", ""))
            at = close + 1
            add((_QUOTE, close, at, "", ""))


def _looking_for(quote: str) -> str:
    return "unexpected end of statement while looking for matching " + quote


def _unsupported(operator: str) -> str:
    return f"unsupported modifier ({operator}) in substitution"


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
        """What was put together so far; ``None`` if a part of it is unknown."""
        return None if self.unknown else "".join([part for part, _ in self.parts])


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


_SPACES = re.compile(f"[{SPACE}]+")


def _expand(
    text: str, lookup: Lookup, escape: str, quotes: bool, unset: dict[str, None], used: dict[str, None]
) -> tuple[_Frame, str | None]:
    """Walk the tokens with a stack of frames; the frame of the whole word and BuildKit's error, if any."""
    frame = _Frame("", "", False)
    frames: list[_Frame] = []
    tokens, error = _lex(text, escape, quotes)
    quoted = False

    def value_of(name: str) -> str | None | Unset:
        value = lookup(name)
        used[name] = None
        if value is UNSET:
            unset[name] = None
        return value

    for kind, start, end, name, operator in tokens:
        if kind == _PLAIN:
            frame.parts.append((text[start:end], True))
        elif kind == _QUOTED:
            frame.parts.append((text[start:end], False))
        elif kind == _ESCAPED:
            frame.parts.append((text[start if frame.raw else start + 1 : end], False))
        elif kind == _QUOTE:
            if not frames and text[start] == '"':
                quoted = not quoted
        elif kind == _VARIABLE:
            value = value_of(name)
            if value is None:
                frame.unknown = True
            elif isinstance(value, str) and value:
                frame.parts.append((value, not quoted))
        elif kind == _OPEN:
            frames.append(frame)
            frame = _Frame(name, operator, operator in ("#", "%", "/", "//"))
            if len(frames) > _MAX_DEPTH:
                frame.unknown = True
        elif kind == _SPLIT:
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


def _operate(frame: _Frame, value: str | None | Unset) -> tuple[str | None, str | None]:
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
    if operator in ("#", "%"):
        return _trimmed(operator, word, "" if value is UNSET else value)  # type: ignore[arg-type]
    if operator in ("/", "//"):
        return _replaced(frame.pattern, word, "" if value is UNSET else value, operator == "//")  # type: ignore[arg-type]
    return None, _unsupported(operator)


_MAX_MATCHING = 1_000_000


def _trimmed(operator: str, word: str | None, value: str | None) -> tuple[str | None, str | None]:
    """``${v#p}``, ``${v##p}``, ``${v%p}``, ``${v%%p}``."""
    if word is None:
        return None, None
    longest = word.startswith(operator)
    if longest:
        word = word[1:]
    suffix = operator == "%"
    pattern, error = shell_pattern(_reversed_pattern(word) if suffix else word, longest)
    if pattern is None:
        return None, f"invalid pattern ({word}) in substitution: {error}"
    if value is None or len(value) * len(word) > _MAX_MATCHING:
        return None, None
    match = pattern.match(value[::-1] if suffix else value)
    cut = match.end() if match else 0
    return (value[: len(value) - cut] if suffix else value[cut:]), None


def _replaced(
    pattern: str | None, replacement: str | None, value: str | None, every: bool
) -> tuple[str | None, str | None]:
    """``${v/p/r}`` and ``${v//p/r}``."""
    if pattern is None:
        return None, None
    compiled, error = shell_pattern(pattern, True)
    if compiled is None:
        return None, f"invalid pattern ({pattern}) in substitution: {error}"
    if value is None or replacement is None or len(value) * len(pattern) > _MAX_MATCHING:
        return None, None
    if every and "$" in replacement:
        return None, None  # Go would expand it as a template of its own
    parts: list[str] = []
    done, at = 0, 0
    while at <= len(value):
        match = compiled.search(value, at)
        if match is None:
            break
        start, end = match.span()
        if end > start or start != done or not parts:
            parts += (value[done:start], replacement)
            done = end
        if not every:
            break
        at = end if end > start else end + 1
    return "".join(parts) + value[done:], None


def _reversed_pattern(pattern: str) -> str:
    """The pattern that matches reversed text: escapes stay in front of what they protect."""
    units: list[str] = []
    at = 0
    while at < len(pattern):
        step = 2 if pattern[at] == "\\" else 1
        units.append(pattern[at : at + step])
        at += step
    return "".join(reversed(units))


def shell_pattern(pattern: str, longest: bool) -> tuple[re.Pattern[str] | None, str | None]:
    """The regular expression for a pattern of ``*`` and ``?``, or why the builder refuses it.

    Every ``*`` but the last takes as little as it can and never gives back (the match ends at the same place, and
    matching stays linear); the last takes as much as it can if ``longest``.
    """
    segments = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            segments.append("")
            continue
        if char == "?":
            segments[-1] += "."
            continue
        if char == "\\":
            char = pattern[at : at + 1]
            if char in ("}", "/") and char:
                continue
            at += 1
            if char not in ("*", "?", "\\") or not char:
                return None, f"invalid escape '\\{char or _END_OF_TEXT}'"
        segments[-1] += re.escape(char)
    regex = segments[0]
    for index, segment in enumerate(segments[1:], 1):
        star = ".*" if longest and index == len(segments) - 1 else ".*?"
        regex += f"(?>{star}{segment})"
    return re.compile(regex), None


def variables(text: str, escape: str = "\\", *, quotes: bool = True) -> list[VariableUse]:
    """Every use of a variable, nested ones included, by start. A use the builder cannot read is left out."""
    if "$" not in text:
        return []
    found: list[VariableUse] = []
    opened: list[VariableUse] = []
    for kind, start, end, name, operator in _lex(text, escape, quotes)[0]:
        if kind == _VARIABLE:
            found.append(VariableUse(name, start, end, "", text, end))
        elif kind == _OPEN:
            if operator in ("#", "%") and text[end : end + 1] == operator:
                operator, end = operator * 2, end + 1
            opened.append(VariableUse(name, start, len(text), operator, text, end))
            found.append(opened[-1])
        elif kind == _CLOSE:
            opened.pop().end = end
    unclosed = set(map(id, opened))
    return [use for use in found if id(use) not in unclosed] if unclosed else found


def check(text: str, escape: str = "\\", *, quotes: bool = True) -> str | None:
    """Why the builder cannot read ``text`` whatever the variables hold, or ``None`` if it can."""
    tokens, error = _lex(text, escape, quotes)
    for kind, _, _, _, operator in tokens:
        if kind == _CLOSE and operator[0] == ":" and operator[1] not in "-+?":
            return _unsupported(operator)
    return error


def unquote(text: str, escape: str = "\\") -> str:
    """``text`` without its quotes and escapes; variables stay as written, and so does what is not closed."""
    tokens, error = _lex(text, escape)
    parts: list[str] = []
    depth = 0
    at = 0
    for kind, start, end, _, _ in tokens:
        depth += (kind == _OPEN) - (kind == _CLOSE)
        at = end
        if depth or kind == _CLOSE:
            parts.append(text[start:end])
        elif kind == _ESCAPED:
            parts.append(text[start + 1 : end])
        elif kind != _QUOTE:
            parts.append(text[start:end])
    if error:
        parts.append(text[at:])
    return "".join(parts)


def literal(text: str, escape: str = "\\") -> str | None:
    """The value of ``text`` if it needs no variable and the builder can read it, else ``None``."""
    tokens, error = _lex(text, escape)
    if error:
        return None
    parts: list[str] = []
    for kind, start, end, _, _ in tokens:
        if kind >= _VARIABLE:
            return None
        if kind != _QUOTE:
            parts.append(text[start + 1 if kind == _ESCAPED else start : end])
    return "".join(parts)


def raw_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a shell line stand, quotes and escapes kept: how the builder looks for heredocs.

    The escape character is ``\\`` whatever the file says, and ``${v:-a b}`` falls apart at its blanks, quoted or not.
    Empty if the line has an unbalanced quote or brace.
    """
    tokens, error = _lex(text, "\\")
    if error:
        return []
    words: list[tuple[int, int]] = []
    begin = -1
    depth = 0
    quoted = False
    for kind, start, end, _, _ in tokens:
        if kind == _QUOTE and not depth and text[start] == '"':
            quoted = not quoted
        depth += (kind == _OPEN) - (kind == _CLOSE)
        if quoted or not (kind == _PLAIN or depth):
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
