"""ruamel.yaml's Python parser bent to the rules of go-yaml v3, the reader Compose uses.

The two descend from the same scanner and differ where libyaml was fixed later: tabs between tokens, colons inside
plain scalars of flow collections, names of anchors, tabs in the indentation of block scalars, the ``%YAML``
directive. Those methods are written anew here, after libyaml's ``scanner.c``.
"""

from __future__ import annotations

import re

import ruamel.yaml.tokens as tokens
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner, ScannerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BREAKS = "\r\n\x85\u2028\u2029"
_BREAK = re.compile(r"[\r\n\x85\u2028\u2029]")
_BLANKZ = "\0 \t\r\n\x85\u2028\u2029"
_BLANKS = re.compile(r"[ \t]*")
_BLOCK_WORD = re.compile(r"(?:[^:\0 \t\r\n\x85\u2028\u2029]|:(?![\0 \t\r\n\x85\u2028\u2029]))+")
_FLOW_WORD = re.compile(r"(?:[^:\0 \t\r\n\x85\u2028\u2029,?\[\]{}]|:(?![\0 \t\r\n\x85\u2028\u2029]))+")
_LINE = re.compile(r"[^\0\r\n\x85\u2028\u2029]*")
_HEADER = re.compile(r"[-+][0-9]?|[0-9][-+]?|")
_ANCHOR = re.compile(r"[0-9A-Za-z_-]*")
_URI = r"[-0-9A-Za-z_;/?:@&=+$,.!~*'()\[\]%]"
_TAG = re.compile(rf"!<([^>\s\0]+)>|(![0-9A-Za-z_-]*!)({_URI}*)|!({_URI}*)")
_MARKER = re.compile(r"(?:---|\.\.\.)(?=[\0 \t\r\n\x85\u2028\u2029])")


class _Reader(Reader):
    """A reader of text that is wholly in memory, and checked before."""

    def check_printable(self, data: Any) -> None:
        """Nothing to do: ``yamltree`` has replaced what cannot be read."""

    def forward(self, length: int = 1) -> None:
        """Go on by ``length`` characters; all of YAML 1.1's line breaks count."""
        if _BREAK.search(self.buffer, self.pointer, self.pointer + length):
            self.forward_1_1(length)
        else:
            self.pointer += length
            self.index += length
            self.column += length

    def match(self, pattern: re.Pattern[str]) -> str:
        """Read what ``pattern`` matches here."""
        found = pattern.match(self.buffer, self.pointer)
        text = found.group() if found else ""
        self.forward(len(text))
        return text


class _Scanner(Scanner):
    ESCAPE_REPLACEMENTS = {  # noqa: RUF012 - the base class declares it so
        **{name: char for name, char in Scanner.ESCAPE_REPLACEMENTS.items() if name != "/"},
        "'": "'",
    }

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks; a tab may not stand where a key could."""
        reader = self.reader
        while True:
            blanks = " \t" if self.flow_level or not self.allow_simple_key else " "
            while reader.peek() in blanks:
                reader.forward()
            if reader.peek() == "#":
                reader.match(_LINE)
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_anchor(self, TokenClass: Any) -> Any:  # noqa: N803 - named so in the base class
        """An anchor or alias: letters, digits, ``_`` and ``-``."""
        reader = self.reader
        start_mark = reader.get_mark()
        name = "alias" if reader.peek() == "*" else "anchor"
        reader.forward()
        value = reader.match(_ANCHOR)
        if not value or reader.peek() not in _BLANKZ + "?:,]}%@`":
            problem = "did not find expected alphabetic or numeric character"
            raise ScannerError(f"while scanning an {name}", start_mark, problem, reader.get_mark())
        return TokenClass(value, start_mark, reader.get_mark())

    def scan_tag(self) -> Any:
        """A tag: ``!``, ``!name``, ``!handle!name`` or ``!<uri>``."""
        reader = self.reader
        start_mark = reader.get_mark()
        found = _TAG.match(reader.buffer, reader.pointer)
        assert found is not None
        reader.forward(len(found.group()))
        if reader.peek() not in _BLANKZ:
            problem = "did not find expected whitespace or line break"
            raise ScannerError("while scanning a tag", start_mark, problem, reader.get_mark())
        verbatim, handle, suffix, short = found.groups()
        value = (None, verbatim) if verbatim else (handle, suffix) if handle else ("!", short) if short else (None, "!")
        return tokens.TagToken(value, start_mark, reader.get_mark())

    def scan_yaml_directive_value(self, start_mark: Any) -> Any:
        """The version of ``%YAML``: go-yaml v3 takes 1.1 alone."""
        reader = self.reader
        while reader.peek() == " ":
            reader.forward()
        major = self.scan_yaml_directive_number(start_mark)
        minor = -1
        if reader.peek() == ".":
            reader.forward()
            minor = self.scan_yaml_directive_number(start_mark)
        if (major, minor) != (1, 1):
            raise ScannerError("while scanning a directive", start_mark, "found incompatible YAML document", start_mark)
        return major, minor

    def scan_plain(self) -> Any:
        """A plain scalar: ends at a colon before a blank, at a comment, and in flow collections at their signs."""
        reader = self.reader
        start_mark = end_mark = reader.get_mark()
        indent = self.indent + 1
        word = _FLOW_WORD if self.flow_level else _BLOCK_WORD
        chunks: list[str] = []
        gap = ""
        fold: list[str] | None = None
        while True:
            if reader.column == 0 and _MARKER.match(reader.buffer, reader.pointer):
                break
            text = "" if reader.peek() == "#" else reader.match(word)
            if text:
                chunks += [gap] if fold is None else _folded(fold)
                chunks.append(text)
                gap, fold = "", None
                end_mark = reader.get_mark()
            char = reader.peek()
            if not text or char not in " \t" + _BREAKS:
                break
            while char in " \t" + _BREAKS:
                if char in _BREAKS:
                    fold = fold or []
                    fold.append(self.scan_line_break())
                elif fold is not None and char == "\t" and reader.column < indent:
                    problem = "found a tab character that violates indentation"
                    raise ScannerError("while scanning a plain scalar", start_mark, problem, reader.get_mark())
                else:
                    gap += char
                    reader.forward()
                char = reader.peek()
            if not self.flow_level and reader.column < indent:
                break
        self.allow_simple_key = fold is not None
        return tokens.ScalarToken("".join(chunks), True, start_mark, end_mark)

    def scan_block_scalar(self, style: Any, rt: bool | None = False) -> Any:
        """A literal or folded scalar."""
        reader = self.reader
        start_mark = reader.get_mark()
        reader.forward()
        header = reader.match(_HEADER)
        increment = int(header.strip("+-") or 0)
        if "0" in header:
            problem = "found an indentation indicator equal to 0"
            raise ScannerError("while scanning a block scalar", start_mark, problem, reader.get_mark())
        reader.match(_BLANKS)
        if reader.peek() == "#":
            reader.match(_LINE)
        if reader.peek() not in "\0" + _BREAKS:
            problem = "did not find expected comment or line break"
            raise ScannerError("while scanning a block scalar", start_mark, problem, reader.get_mark())
        self.scan_line_break()
        indent = max(self.indent, 0) + increment if increment else 0
        indent, breaks, end_mark = self._block_breaks(indent, start_mark)
        chunks: list[str] = []
        line_break = ""
        was_blank = True
        while reader.column == indent and reader.peek() != "\0":
            is_blank = reader.peek() in " \t"
            if style == ">" and line_break == "\n" and not was_blank and not is_blank:
                if not breaks:
                    chunks.append(" ")
            else:
                chunks.append(line_break)
            chunks += breaks
            was_blank = is_blank
            chunks.append(reader.match(_LINE))
            line_break = self.scan_line_break()
            end_mark = reader.get_mark()
            indent, breaks, end_mark = self._block_breaks(indent, start_mark)
        if "-" not in header:
            chunks.append(line_break)
        if "+" in header:
            chunks += breaks
        return tokens.ScalarToken("".join(chunks), False, start_mark, end_mark, style)

    def _block_breaks(self, indent: int, start_mark: Any) -> tuple[int, list[str], Any]:
        """Skip empty lines and indentation; an ``indent`` of 0 is found out by the first line with content."""
        reader = self.reader
        breaks: list[str] = []
        end_mark = reader.get_mark()
        widest = 0
        while True:
            while (not indent or reader.column < indent) and reader.peek() == " ":
                reader.forward()
            widest = max(widest, reader.column)
            if (not indent or reader.column < indent) and reader.peek() == "\t":
                problem = "found a tab character where an indentation space is expected"
                raise ScannerError("while scanning a block scalar", start_mark, problem, reader.get_mark())
            if reader.peek() not in _BREAKS:
                break
            breaks.append(self.scan_line_break())
            end_mark = reader.get_mark()
        return indent or max(widest, self.indent + 1, 1), breaks, end_mark


def _folded(breaks: list[str]) -> list[str]:
    """What line breaks inside a plain scalar stand for."""
    if breaks[0] != "\n":
        return breaks
    return breaks[1:] or [" "]


class _Loader:
    """What ruamel's reader, scanner and parser ask their owner for."""

    comment_handling = None
    processing_version = (1, 1)

    def __init__(self, text: str) -> None:
        self._reader = self._scanner = self._parser = None
        self._resolver = self
        _Reader(text, loader=self)
        _Scanner(loader=self)
        self.parser = Parser(loader=self)


def careful_parser(text: str) -> Callable[[], Any]:
    """The function that gives the next event of ``text``; raises ruamel's errors."""
    get_event: Callable[[], Any] = _Loader(text).parser.get_event
    return get_event
