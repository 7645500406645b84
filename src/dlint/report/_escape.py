"""Makes text from files safe for where it goes: terminals, XML, JSON, UTF-8."""

from __future__ import annotations

import re

from dlint.lazy import json_text, pattern
from dlint.report import TAB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONE = pattern("[\ud800-\udfff]")
# https://www.w3.org/TR/xml/#charsets: all that is not Char. Named, as the negated set takes 4 ms more to compile.
_NOT_XML = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_XML_SPECIAL = pattern('[&<>"\n\r\t]')
_NARROW = pattern("[ -~\xa1-\xac\xae-\u02ff\u2010-\u2027]*")
# What a service that shows a log would obey: commands of GitHub, Azure Pipelines and TeamCity. The second sign of each.
# https://docs.github.com/actions/reference/workflow-commands-for-github-actions,
# https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands,
# https://www.jetbrains.com/help/teamcity/service-messages.html
_COMMAND = pattern(r"(?<=#)#(?=(?:vso|teamcity)?\[)|(?<!\S):(?=:[a-z])", re.IGNORECASE)
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


def scrub(text: str) -> str:
    """``text`` with bytes that are not UTF-8 (lone surrogates) shown as U+FFFD."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


class Written(str):
    """What is JSON already, as ``written`` makes it: ``dumps`` takes it as it is."""

    __slots__ = ()


def written(value: Any) -> Written:
    """``value`` as JSON on one line; keys keep their order. What nobody would see in it is written as an escape."""
    text = json_text(value, for_people=True)
    if not text.isprintable():
        text = "".join([c if c.isprintable() else _json_escape(c) for c in scrub(text)])
    return Written(text)


def dumps(value: Any, depth: int = 2) -> str:
    """``value`` as JSON with a final newline; keys keep their order.

    Down to ``depth`` each key and each item has a line of its own, so that a report can be read and compared line by
    line; what is deeper is on one line, which is what the encoder in C writes.
    """
    return _lines(value, depth) + "\n"


def _lines(value: Any, depth: int) -> str:
    if isinstance(value, Written):
        return value
    if not depth or not value or not isinstance(value, dict | list):
        return written(value)
    if isinstance(value, dict):
        return "{\n" + ",\n".join([f"{written(key)}: {_lines(item, depth - 1)}" for key, item in value.items()]) + "\n}"
    return "[\n" + ",\n".join([_lines(item, depth - 1) for item in value]) + "\n]"


def _json_escape(character: str) -> str:
    """A character as JSON may write it, in UTF-16: a program reads it as it is, a person sees that it is there."""
    data = character.encode("utf-16-be")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))


def said(text: str) -> str:
    """A sentence about a file, for people who read it in whatever a report is put into: nothing in it is unseen.

    It keeps its lines.
    """
    return "\n".join(map(visible, scrub(text).replace("\r\n", "\n").split("\n")))


def xml(text: str) -> str:
    """``text`` for an XML attribute in double quotes or for element content; what XML 1.0 forbids is dropped.

    What is not printable is a reference, so that a program reads it as it is and a person sees that it is there.
    """
    made = _XML_SPECIAL.sub(lambda match: _XML[match[0]], _NOT_XML.sub("", text))
    return made if made.isprintable() else "".join(c if c.isprintable() else f"&#{ord(c)};" for c in made)


def one_line(text: str) -> str:
    """``text`` on one line, safe for a terminal: white space folded, control characters written as escapes."""
    if is_plain(text) and "  " not in text and text == text.strip():
        return text
    return visible(" ".join(text.split()))


def is_plain(text: str) -> bool:
    """Whether every character surely takes one column as it is: ASCII, Latin letters, dashes, quotes, the ellipsis.

    What a log would take for a command is not plain.
    """
    plain = text.isprintable() if text.isascii() else _NARROW.fullmatch(text) is not None
    return plain and not (("##" in text or "::" in text) and _COMMAND.search(text))


def visible(text: str) -> str:
    """``text`` as a terminal may have it: see ``cells``."""
    if is_plain(text):
        return text
    return "".join(shown for shown, _ in cells(text))


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes, once it is ``visible``."""
    if is_plain(text):
        return len(text)
    return sum(width for _, width in cells(text))


def cells(text: str) -> list[tuple[str, int]]:
    """For each character of ``text``: what to print for it, and how many columns of a terminal that takes.

    Tabs become blanks. What is not printable (control characters, escape sequences, marks that turn the direction of
    writing, bytes that are not UTF-8) is written as an escape. Wide characters and emoji count two columns and
    combining marks none, after Unicode's East Asian Width (UAX #11). Of what a log would take for a command one sign is
    written as an escape.
    """
    if text.isascii() and text.isprintable():
        made = [(character, 1) for character in text]
        _break_commands(text, made)
        return made
    from unicodedata import category, east_asian_width

    made = []
    joined = False
    for character in text:
        after_joiner, joined = joined, False
        if " " <= character < "\x7f":
            made.append((character, 1))
        elif character == "\t":
            made.append((TAB, len(TAB)))
        elif character == _JOINER and made and made[-1][1] != 1 and made[-1][0] > "\u2000":
            made.append((character, 0))
            joined = True
        elif not character.isprintable():
            escape = _escape(character)
            made.append((escape, len(escape)))
        elif category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
            if character == _EMOJI_STYLE and made and made[-1][1] == 1 and made[-1][0] > "\u2000":
                made[-1] = (made[-1][0], 2)
            made.append((character, 0))
        elif after_joiner or ("\U0001f3fb" <= character <= "\U0001f3ff" and made and made[-1][1] == 2):
            made.append((character, 0))
        else:
            made.append((character, 2 if east_asian_width(character) in "WF" else 1))
    _break_commands(text, made)
    return made


def _break_commands(text: str, made: list[tuple[str, int]]) -> None:
    """Take from ``made``, what is printed for each character of ``text``, what a log would obey."""
    if "##" in text or "::" in text:
        for match in _COMMAND.finditer(text):
            escape = _escape(match[0])
            made[match.start()] = (escape, len(escape))


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
