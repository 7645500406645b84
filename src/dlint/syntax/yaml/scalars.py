"""YAML scalars: the type Compose's reader (go-yaml v3) gives a value, and the decoded text's way back to the file."""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.source import Source, Span, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# go-yaml v3, resolve.go: the words, then integers as Go's ParseInt with base 0 reads them without underscores, then
# floats by its own pattern, then timestamps.
_WORDS = {
    "": "null",
    "~": "null",
    "null": "null",
    "Null": "null",
    "NULL": "null",
    "true": "bool",
    "True": "bool",
    "TRUE": "bool",
    "false": "bool",
    "False": "bool",
    "FALSE": "bool",
    ".nan": "float",
    ".NaN": "float",
    ".NAN": "float",
    ".inf": "float",
    ".Inf": "float",
    ".INF": "float",
    "+.inf": "float",
    "+.Inf": "float",
    "+.INF": "float",
    "-.inf": "float",
    "-.Inf": "float",
    "-.INF": "float",
}
NULLS = frozenset(word for word, kind in _WORDS.items() if kind == "null")
"""What a plain scalar is written as that is null."""

_OF_NUMBERS = "0123456789abcdefABCDEFxXoO+-._"
_INT = pattern(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIMESTAMP = pattern(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?)?)?"
)
_STANDARD = "tag:yaml.org,2002:"
_KINDS = frozenset(("null", "bool", "int", "float", "str", "timestamp"))


def plain_kind(value: str) -> str:
    """The type of an untagged plain scalar."""
    word = _WORDS.get(value)
    if word is not None:
        return word
    if value[0] not in "0123456789.+-":
        return "str"
    if not value.strip(_OF_NUMBERS):
        digits = value.replace("_", "") if "_" in value else value
        if _INT.fullmatch(digits):
            return "int"
        # An address or a version has more dots.
        if digits.count(".") < 2 and _FLOAT.fullmatch(digits):
            return "float"
    if value[4:5] == "-" and _TIMESTAMP.fullmatch(value):
        return "timestamp"
    return "str"


def kind(value: str, tag: str, plain: bool) -> str:
    """The type of a scalar: ``null``, ``bool``, ``int``, ``float``, ``timestamp`` or ``str``."""
    if tag.startswith(_STANDARD):
        named = tag[len(_STANDARD) :]
        return named if named in _KINDS else "str"
    if not plain or tag:
        return "str"
    return plain_kind(value)


def data(value: str, kind: str) -> Any:
    """The Python value of ``value`` read as ``kind``; text that does not fit its kind stays text."""
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() == "true"
    if kind == "int":
        return integer(value)
    if kind == "float":
        return number(value)
    return value


def integer(value: str) -> int | str:
    """An integer as Go reads it: ``0777`` and ``0o777`` are octal, ``0x`` and ``0b`` as usual, ``_`` ignored."""
    digits = value.replace("_", "")
    sign = -1 if digits[:1] == "-" else 1
    digits = digits.lstrip("+-")
    try:
        if len(digits) > 1 and digits[0] == "0" and digits[1] not in "xXoObB":
            return sign * int(digits, 8)
        return sign * int(digits[:5000], 0)
    except ValueError:
        return value


def number(value: str) -> float | str:
    """A float as go-yaml reads it."""
    digits = value.replace("_", "").lower()
    try:
        return float(digits.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return value


def text(source: Source, span: Span, value: str, style: str) -> Text:
    """The value of the scalar at ``span`` as a ``Text`` whose pieces lead back to the characters of the file."""
    raw = source.text[span[0] : span[1]]
    if style == "plain":
        if raw == value:
            return Text(source, span, value, [(0, span[0])])
        return Text(source, span, value, _lines(raw, value, span[0], 0))
    if style in ("single", "double"):
        inner = raw[1:-1]
        if inner == value:
            return Text(source, span, value, [(0, span[0] + 1)])
        return Text(source, span, value, _quoted(raw, value, span[0], style == "double"))
    head = raw.find("\n") + 1
    if not head:
        return Text(source, span, value, [(0, span[0])])
    return Text(source, span, value, _block(raw, value, span[0], head))


def _lines(raw: str, value: str, base: int, at: int) -> list[tuple[int, int]]:
    """Pieces of folded text without escapes: each line's content stands in the value, in order."""
    pieces: list[tuple[int, int]] = []
    index = 0
    for match in re.finditer(r"[^\r\n\x85\u2028\u2029]+", raw[at:]):
        content = match.group().strip(" \t")
        if not content:
            continue
        found = value.find(content, index)
        if found < 0:
            continue
        offset = base + at + match.start() + match.group().index(content)
        pieces.append((found, offset))
        index = found + len(content)
        pieces.append((index, offset + len(content)))
    return _in_step(pieces, base)


def _block(raw: str, value: str, base: int, head: int) -> list[tuple[int, int]]:
    """Pieces of a literal or folded scalar; ``head`` is the index after the header line."""
    pieces: list[tuple[int, int]] = []
    index = 0
    indent = -1
    at = head
    for line in raw[head:].split("\n"):
        content = line.rstrip("\r")
        if content.strip(" "):
            if indent < 0:
                lead = len(content) - len(content.lstrip(" "))
                own = value.lstrip("\n\x85\u2028\u2029")
                indent = lead - (len(own) - len(own.lstrip(" ")))
            content = content[max(indent, 0) :]
            found = value.find(content, index)
            if found >= 0:
                offset = base + at + max(indent, 0)
                pieces.append((found, offset))
                index = found + len(content)
                pieces.append((index, offset + len(content)))
        at += len(line) + 1
    return _in_step(pieces, base)


_ESCAPE = pattern(
    r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r?\n[ \t]*(?:\r?\n[ \t]*)*|[^\r\n])"
    r"|(?<![ \t])[ \t]*+(?:\r\n|[\r\n\x85\u2028\u2029])[ \t\r\n\x85\u2028\u2029]*",
)
_QUOTE_PAIR = pattern(r"''|(?<![ \t])[ \t]*+(?:\r\n|[\r\n\x85\u2028\u2029])[ \t\r\n\x85\u2028\u2029]*")


def _quoted(raw: str, value: str, base: int, double: bool) -> list[tuple[int, int]]:
    """Pieces of a quoted scalar: escapes and folds are where text and file stop running in step."""
    pieces = [(0, base + 1)]
    index = 0
    at = 1
    end = len(raw) - 1
    for match in (_ESCAPE if double else _QUOTE_PAIR).finditer(raw, 1, end):
        index += match.start() - at
        at = match.end()
        whole = match.group()
        pieces.append((index, base + match.start()))
        if (whole[0] == "\\" and whole[1] not in "\r\n") or whole == "''":
            index += 1
        elif whole[0] == "\\":
            index += max(re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", whole).count("\n") - 1, 0)
        else:
            index += _fold_length(whole)
        pieces.append((index, base + at))
    return _in_step(pieces, base)


def _fold_length(gap: str) -> int:
    """How many characters of the value a fold makes: one line break is a space, n are n - 1 line breaks."""
    breaks = re.findall(r"\r\n|[\r\n\x85\u2028\u2029]", gap)
    if breaks[0] in ("\u2028", "\u2029"):
        return len(breaks)
    return max(len(breaks) - 1, 1)


def _in_step(pieces: list[tuple[int, int]], base: int) -> list[tuple[int, int]]:
    """The pieces without those that go on in step with the one before; never empty, first at index 0."""
    kept: list[tuple[int, int]] = []
    for index, offset in pieces:
        if kept and kept[-1][0] == index:
            kept[-1] = (index, offset)
        elif not kept or offset - index != kept[-1][1] - kept[-1][0]:
            kept.append((index, offset))
    if not kept or kept[0][0] > 0:
        kept.insert(0, (0, kept[0][1] if kept else base))
    return kept
