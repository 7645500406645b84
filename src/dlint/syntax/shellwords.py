"""The words of shell text and their places: quotes undone, continued lines joined, every character traced back.

Quoting is that of POSIX (Shell Command Language, 2.2 and 2.6) with bash's ``$'…'``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from dlint.source import Node, Source, Span, Text

if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode

Segments = list[tuple[str, int]]

_JOIN = re.compile(r"(?<!\\)\\\r?\n")
_PLAIN = re.compile(r"[^\\'\"$`]*\Z").match
_ESCAPE = re.compile(r"\\(\n|.)", re.S)
_STRING_ESCAPE = re.compile(r'\\([$`"\\\n])')
_BACKQUOTE_ESCAPE = re.compile(r"\\([$`\\])")
_ANSI_ESCAPE = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.))", re.S
)
_ANSI = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COMMANDS = ("command_substitution", "process_substitution")
_EXPANSIONS = (*_COMMANDS, "simple_expansion", "expansion", "arithmetic_expansion")


class Code:
    """A stretch of shell text that is parsed as one: the whole script, or the string after ``sh -c``.

    ``code`` is the text with its continued lines joined. ``offset`` leads from an index in it to the file:
    through ``text`` for a whole script, else through ``pieces`` (index in this text, index in the parent's
    code) and the parent.
    """

    __slots__ = ("source", "code", "_text", "_cuts", "_shifts", "_parent", "_pieces", "_delta")

    def __init__(self, text: Text) -> None:
        self.source: Source = text.source
        self._text: Text | None = text
        self._parent: Code | None = None
        self._pieces: list[tuple[int, int]] = []
        self._set(text.text)
        self._delta = text.pieces[0][1] if len(text.pieces) == 1 and not self._cuts else -1

    @classmethod
    def within(cls, parent: Code, segments: Segments) -> Code:
        """The code that consists of stretches of another code's characters (their text, their index there)."""
        self = cls.__new__(cls)
        self.source = parent.source
        self._text = None
        self._parent = parent
        self._pieces = []
        at = 0
        for text, start in segments:
            self._pieces.append((at, start))
            at += len(text)
        self._set("".join([text for text, _ in segments]))
        self._delta = -1
        return self

    def _set(self, text: str) -> None:
        self._cuts: list[int] = []
        self._shifts: list[int] = []
        self.code = self._join(text) if "\n" in text else text

    def _join(self, text: str) -> str:
        """Take the line continuations out, as the builder does on the instruction's own lines.

        After the first line end that is not continued stands the body of a heredoc, which the shell reads: a
        continuation there matters only inside a word.
        """
        parts: list[str] = []
        at = removed = 0
        builder = True
        for match in _JOIN.finditer(text):
            start, end = match.span()
            if builder and text.find("\n", at, start) >= 0:
                builder = False
            if not builder and not _splits_word(text, start, end):
                continue
            parts.append(text[at:start])
            removed += end - start
            self._cuts.append(end - removed)
            self._shifts.append(removed)
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def offset(self, index: int) -> int:
        """The offset in the file of character ``index`` of ``code``."""
        if self._delta >= 0:
            return self._delta + index
        cut = bisect_right(self._cuts, index)
        if cut:
            index += self._shifts[cut - 1]
        if self._text is not None:
            return self._text.origin(index)
        if self._parent is None or not self._pieces:
            return 0
        at, outer = self._pieces[max(bisect_right(self._pieces, (index, 1 << 62)) - 1, 0)]
        return self._parent.offset(outer + index - at)

    def span(self, start: int, end: int) -> Span:
        """The span in the file of the characters ``start`` to ``end`` (half-open) of ``code``."""
        first = self.offset(start)
        return Span(first, max(first, self.offset(end - 1) + 1) if end > start else first)


def _splits_word(text: str, start: int, end: int) -> bool:
    """Whether the continuation at ``start`` to ``end`` stands inside an unquoted word."""
    if start == 0 or end >= len(text) or text[start - 1].isspace() or text[end].isspace():
        return False
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return not any(mark in line for mark in "#'\"")


class ShellWord(Node):
    """One word of a command. ``start`` and ``end`` are its indexes in ``code.code`` (half-open)."""

    __slots__ = ("code", "start", "end", "_node", "_span", "_text", "_literal")

    def __init__(self, code: Code, node: TreeNode) -> None:
        self.source = code.source
        self.code = code
        self.start = start = node.start_byte
        self.end = end = node.end_byte
        self._node = node
        self._span: Span | None = None
        piece = code.code[start:end]
        self._text: str | None = piece if _PLAIN(piece) else None
        self._literal = True

    @property
    def span(self) -> Span:
        """The characters of the word in the file, quotes included; worked out when asked for."""
        if self._span is None:
            self._span = self.code.span(self.start, self.end)
        return self._span

    @span.setter
    def span(self, span: Span) -> None:
        self._span = span

    @property
    def text(self) -> str:
        """The word without its quotes; a variable reads ``${X}`` however written, a command ``$(…)`` in full."""
        if self._text is None:
            segments, self._literal = self.segments()
            self._text = "".join([segment for segment, _ in segments])
        return self._text

    @property
    def literal(self) -> str | None:
        """The word if the shell expands nothing in it with ``$`` or backquotes, else None."""
        text = self.text
        return text if self._literal else None

    @property
    def quoted(self) -> bool:
        """Whether any part of the word stands in quotes."""
        return self._node.type not in _EXPANSIONS and _has_quotes(self.code.code[self.start : self.end])

    def segments(self, mask: bool = False) -> tuple[Segments, bool]:
        """The text in stretches that run in step with the code, each with its index there; see ``segments_of``."""
        return segments_of(self.code, self._node, mask)


def _has_quotes(piece: str) -> bool:
    return "'" in piece or '"' in piece


def segments_of(code: Code, node: TreeNode, mask: bool = False) -> tuple[Segments, bool]:
    """What a word (or the body of a heredoc) says, in stretches, and whether it is free of expansions.

    Each stretch is a text and the index in ``code.code`` where its characters stand one to one. With ``mask``
    the commands the word itself runs, ``$(…)``, become a variable: for text that a second shell will read.
    """
    reader = _Reader(code.code, mask)
    reader.read(node)
    return reader.out, reader.literal


class _Reader:
    """Takes the quotes off one word."""

    __slots__ = ("code", "mask", "out", "literal")

    def __init__(self, code: str, mask: bool) -> None:
        self.code = code
        self.mask = mask
        self.out: Segments = []
        self.literal = True

    def read(self, node: TreeNode) -> None:
        kind = node.type
        start, end = node.start_byte, node.end_byte
        if kind == "raw_string":
            self._add(start + 1, end - 1)
        elif kind == "string":
            self._quoted(node, start + 1, end - 1, _STRING_ESCAPE)
        elif kind == "translated_string":
            for child in node.named_children:
                self.read(child)
        elif kind == "heredoc_body":
            self._quoted(node, start, end, _STRING_ESCAPE)
        elif kind == "ansi_c_string":
            self._ansi(start + 2, end - 1)
        elif kind == "concatenation":
            for child in node.children:
                self.read(child)
        elif kind == "command_name":
            self.read(node.children[0])
        elif kind in _EXPANSIONS:
            self._expansion(node)
        elif node.child_count and any(child.type in _EXPANSIONS for child in node.children):
            self._quoted(node, start, end, _ESCAPE)
        else:
            self._escaped(start, end, _ESCAPE)

    def _add(self, start: int, end: int) -> None:
        if end > start:
            self.out.append((self.code[start:end], start))

    def _escaped(self, start: int, end: int, escape: re.Pattern[str]) -> None:
        """Text in which a backslash protects the character after it (and takes a newline away)."""
        for match in escape.finditer(self.code, start, end):
            self._add(start, match.start())
            start = match.end()
            if match.group(1) != "\n":
                self._add(start - 1, start)
        self._add(start, end)

    def _quoted(self, node: TreeNode, start: int, end: int, escape: re.Pattern[str]) -> None:
        """A stretch with expansions in it; what is between them is text."""
        for child in node.children:
            if child.type in _EXPANSIONS:
                self._escaped(start, child.start_byte, escape)
                self._expansion(child)
                start = child.end_byte
        self._escaped(start, end, escape)

    def _expansion(self, node: TreeNode) -> None:
        self.literal = False
        kind = node.type
        code, out = self.code, self.out
        start, end = node.start_byte, node.end_byte
        if kind in _COMMANDS and self.mask:
            name = "$__" if end - start < 4 else "${" + "_" * (end - start - 3) + "}"
            out.append((name[: end - start], start))
        elif kind == "simple_expansion":
            out += [("${", start), (code[start + 1 : end], start + 1), ("}", end - 1)]
        elif kind == "command_substitution" and code[start] == "`":
            out.append(("$(", start))
            self._escaped(start + 1, end - 1, _BACKQUOTE_ESCAPE)
            out.append((")", end - 1))
        else:
            self._add(start, end)

    def _ansi(self, start: int, end: int) -> None:
        for match in _ANSI_ESCAPE.finditer(self.code, start, end):
            self._add(start, match.start())
            char = _ansi_char(match)
            if char:
                self.out.append((char, match.start()))
            start = match.end()
        self._add(start, end)


def _ansi_char(match: re.Match[str]) -> str:
    """The character that an escape of ``$'…'`` stands for."""
    letter, octal, *hexadecimal, control = match.groups()
    if letter:
        return _ANSI.get(letter, letter)
    if control:
        return chr(ord(control.upper()) & 0x1F) if control.isascii() else control
    number = int(octal, 8) & 0xFF if octal else int(next(digits for digits in hexadecimal if digits), 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"
