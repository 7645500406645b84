"""How the rest of an instruction falls into flags and words: the builder's four ways to split a line.

All functions take the logical line and a range in it (half-open indexes) and run in linear time.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dlint.lazy import pattern
from dlint.source import Text, span_of
from dlint.syntax.dockerfile.lexer import SPACE
from dlint.syntax.dockerfile.nodes import Flag, Word, cut, without, word_of

BLANK = r"\t\v\f\r "
"""What separates instruction and arguments, for a regular expression's character class."""

_NOT_BLANK = re.compile(f"[^{BLANK}]+")
_ENDS_ONLY = "\x85\xa0"
"""White space that ends a flag, but before which none begins: the builder looks at single bytes here."""

_FLAG_SPACE = " \t\v\f\r" + _ENDS_ONLY
# What a flag without quotes and escapes is; else, all of it.
_PLAIN_FLAG = pattern(rf"""[^{_FLAG_SPACE}'"\\]++""")
_FLAG = pattern(
    rf"""(?>(?:[^{_FLAG_SPACE}'"\\]++|\\.|\\\Z|'(?>(?:[^'\\]++|\\.)*)'?|"(?>(?:[^"\\]++|\\.)*)"?)+)""", re.DOTALL
)
_FLAG_GAPS = pattern(r"""\\(.)|\\\Z|'(?>(?:[^'\\]++|\\.)*)'?|"(?>(?:[^"\\]++|\\.)*)"?""", re.DOTALL)
_INNER_ESCAPE = pattern(r"\\(?=.)", re.DOTALL)


def blank_separated(text: Text, start: int, end: int, escape: str) -> list[Word]:
    """Words between blanks; quotes mean nothing (FROM, EXPOSE, and COPY, ADD, VOLUME in plain form)."""
    line, source, pieces = text.text, text.source, text.pieces
    if len(pieces) == 1:
        shift = pieces[0][1] - pieces[0][0]
        return [
            Word(source, span_of((m.start() + shift, m.end() + shift)), m[0], [(0, m.start() + shift)], escape)
            for m in _NOT_BLANK.finditer(line, start, end)
        ]
    return [word_of(text, m.start(), m.end(), escape) for m in _NOT_BLANK.finditer(line, start, end)]


def quoted_words(text: Text, start: int, end: int, escape: str) -> list[Word]:
    """Words between white space outside quotes; quotes and escapes stay (ENV, LABEL, ARG)."""
    return [word_of(text, m.start(), m.end(), escape) for m in _quoted_word(escape).finditer(text.text, start, end)]


def first_quoted_word(text: Text, start: int, end: int, escape: str) -> str | None:
    """The first of the words that ``quoted_words`` would find."""
    match = _quoted_word(escape).search(text.text, start, end)
    return match[0] if match else None


@lru_cache(maxsize=4)
def _quoted_word(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    # The last alternative: what Python takes for white space and Go does not (NO_SPACE).
    return re.compile(rf"""(?>(?:[^\s'"{e}]++|{e}.|'[^']*+'?|"(?>(?:[^"{e}]++|{e}.)*)"?|[\x1c-\x1f])+)""", re.DOTALL)


def leading_flags(text: Text, start: int, end: int) -> tuple[list[Flag], int]:
    """The flags at the start of the range, and where the arguments begin.

    A word ``--`` ends the flags. Quotes are removed from a flag, and backslashes, whatever the file's escape is.
    """
    flags: list[Flag] = []
    line = text.text
    while line.startswith("--", start, end):
        stop = _flag_end(line, start, end)
        flag = _flag(text, start, stop)
        start = stop
        if start < end and line[start] in _ENDS_ONLY:
            start += 1
        while start < end and line[start] in " \t\v\f\r":
            start += 1
        if flag.text == "--":
            break
        flags.append(flag)
    while start < end and line[start] in SPACE:
        start += 1
    return flags, start


def _flag_end(line: str, start: int, end: int) -> int:
    match = _PLAIN_FLAG.match(line, start, end)
    if match is not None and match.end() < end and line[match.end()] in "'\"\\":
        match = _FLAG.match(line, start, end)
    return match.end() if match is not None else start + 2


def _flag(text: Text, start: int, end: int) -> Flag:
    span, pieces = cut(text, start, end)
    raw = text.text[start:end]
    if "'" in raw or '"' in raw or "\\" in raw:
        gaps: list[tuple[int, int]] = []
        for match in _FLAG_GAPS.finditer(raw):
            first, last = match.span()
            if raw[first] == "\\":
                gaps.append((first, first + 1))
                continue
            gaps.append((first, first + 1))
            closed = last - first > 1 and _closes(raw, first, last)
            inner = last - 1 if closed else last
            at = first + 1
            while (found := _INNER_ESCAPE.search(raw, at, inner)) is not None:
                gaps.append((found.start(), found.start() + 1))
                at = found.start() + 2
            if closed:
                gaps.append((last - 1, last))
        stripped = without(Text(text.source, span, raw, pieces), gaps)
        raw, pieces = stripped.text, stripped.pieces
    return Flag(text.source, span, raw, pieces)


def _closes(raw: str, first: int, last: int) -> bool:
    """Whether the quoted stretch ends in its quote, and not in an escaped one."""
    if raw[last - 1] != raw[first]:
        return False
    backslashes = 0
    while last - 2 - backslashes > first and raw[last - 2 - backslashes] == "\\":
        backslashes += 1
    return backslashes % 2 == 0


# A string of JSON, and what stands behind it.
_STRING = pattern(r'("(?>(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)")[ \t\n\r]*+([,\]])[ \t\n\r]*+')
_OPENING = pattern(r"\[[ \t\n\r]*+\]?")
_JSON_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def json_strings(text: Text, start: int, end: int, escape: str) -> list[Word] | None:
    """The strings of a JSON array, or ``None`` if the range is no JSON array of strings.

    ``escape`` is the escape character for words that the builder expands later, else ``""``.
    """
    line = text.text
    if not line.startswith("[", start, end):
        return None
    written = line[start:end]
    if "\\" not in written and written.isprintable():
        return _plain_strings(text, start, written.split('"'), escape)
    opening = _OPENING.match(line, start, end)
    if opening is None:
        return None
    if opening[0].endswith("]"):
        return [] if opening.end() == end else None
    found: list[Word] = []
    at = opening.end()
    while (match := _STRING.match(line, at, end)) is not None:
        found.append(_json_word(text, match.start(1) + 1, match.end(1) - 1, escape))
        if match[2] == "]":
            return found if match.end(2) == end else None
        at = match.end()
    return None


def _plain_strings(text: Text, at: int, parts: list[str], escape: str) -> list[Word] | None:
    """The strings of an array without escapes, which stand between every two quotes."""
    between = [part.strip(" ") for part in parts[::2]]
    if len(parts) == 1:
        return [] if parts[0][1:].lstrip(" ") == "]" else None
    if parts[-1][-1:] != "]" or between != ["[", *[","] * (len(between) - 2), "]"]:
        return None
    found: list[Word] = []
    for index, part in enumerate(parts):
        if index % 2:
            found.append(_json_word(text, at, at + len(part), escape))
        at += len(part) + 1
    return found


def is_json_array(text: str) -> bool:
    """Whether ``text`` is one whole JSON array, of whatever elements."""
    if not text.startswith("["):
        return False
    import json

    try:
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except RecursionError:
        return text.endswith("]")
    except ValueError:
        return False
    return isinstance(value, list)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _json_word(text: Text, start: int, end: int, escape: str) -> Word:
    raw = text.text[start:end]
    span, pieces = cut(text, start, end)
    if "\\" not in raw:
        return Word(text.source, span, raw, pieces, escape, True)
    whole = Text(text.source, span, raw, pieces)
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    length = at = 0
    while True:
        match = _JSON_ESCAPE.search(raw, at)
        stop = match.start() if match else len(raw)
        if stop > at:
            places += [(length + index, offset) for index, offset in cut(whole, at, stop)[1]]
            parts.append(raw[at:stop])
            length += stop - at
        if match is None:
            break
        char, at = _unescaped(raw, match)
        places.append((length, whole.origin(match.start())))
        parts.append(char)
        length += 1
    return Word(text.source, span, "".join(parts), places or pieces, escape, True)


def _unescaped(raw: str, match: re.Match[str]) -> tuple[str, int]:
    """The character an escape stands for, and where it ends; half a surrogate pair becomes U+FFFD, as in Go."""
    if match[2]:
        return _ESCAPES.get(match[2], match[2]), match.end()
    code = int(match[1], 16)
    if not 0xD800 <= code < 0xE000:
        return chr(code), match.end()
    low = _JSON_ESCAPE.match(raw, match.end())
    if code < 0xDC00 and low is not None and low[1] and 0xDC00 <= int(low[1], 16) < 0xE000:
        return chr(0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00), low.end()
    return "\ufffd", match.end()
