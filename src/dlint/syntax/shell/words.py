"""The words of shell text and their places: quotes undone, continued lines joined, every character traced back.

Quoting is that of POSIX (Shell Command Language, 2.2 and 2.6) with bash's ``$'…'``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from dlint.lazy import pattern
from dlint.source import Node, Source, Span, Text, span_of

# Stretches of text: the text, the index in the code where its characters stand one to one, and whether a backslash
# stands there before it.
Segments = list[tuple[str, int, bool]]

_JOIN = pattern(r"\\\r?\n")
_SPECIAL = frozenset("\\'\"$`<>")
_VARIABLE = r"\$([\d@*#?!$-]|\w+)"
_BARE = pattern(rf"\\(\n|.)|'([^']*)'|\$'((?:\\.|[^'\\])*)'|{_VARIABLE}|\$?\"|`|\$[({{]|[<>]\(", re.S | re.ASCII)
_STRING = pattern(rf"\\([$`\"\\\n])|(\")|(\Z.)|{_VARIABLE}|`|\$[({{]", re.S | re.ASCII)
_HEREDOC = pattern(rf"\\([$`\\\n])|(\Z.)|(\Z.)|{_VARIABLE}|`|\$[({{]", re.S | re.ASCII)
# Between two quotes: what ends the string, or does not stand for itself.
_BETWEEN = {"'": frozenset("'"), '"': frozenset('"\\$`')}
_BACKQUOTED = pattern(r"\\([$`\\])")
_ANSI_ESCAPE = pattern(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.))", re.S
)
_ANSI = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Code:
    r"""A stretch of shell text that is parsed as one: the whole script, or the string after ``sh -c``.

    ``code`` is the text with its continued lines joined. ``offset`` leads from an index in it to the file:
    through ``text`` for a whole script, else through ``pieces`` (index in this text, index in the parent's
    code) and the parent. ``expansions`` says where each ``$(…)``, ``${…}``, ``$((…))``, ``<(…)`` and ``\`…\```
    ends, by where it starts, as far as the grammar has seen them.
    """

    __slots__ = (
        "source",
        "code",
        "expansions",
        "_text",
        "_cuts",
        "_shifts",
        "_parent",
        "_pieces",
        "_escaped",
        "_shift",
        "_delta",
        "plain",
    )

    def __init__(self, text: Text) -> None:
        self.source: Source = text.source
        self._text: Text | None = text
        self._parent: Code | None = None
        self._pieces: list[tuple[int, int]] = []
        self._escaped: set[int] = set()
        self._set(text.text)
        # By how much a character of the text stands later in the file, where that is the same for all.
        self._shift = text.pieces[0][1] - text.pieces[0][0] if len(text.pieces) == 1 else -1
        self._delta = self._shift if not self._cuts else -1

    @classmethod
    def within(cls, parent: Code, segments: Segments) -> Code:
        """The code that consists of stretches of another code's characters."""
        self = cls.__new__(cls)
        self.source = parent.source
        self._text = None
        self._parent = parent
        self._pieces = []
        self._escaped = set()
        at = 0
        for text, start, escaped in segments:
            self._pieces.append((at, start))
            if escaped:
                self._escaped.add(at)
            at += len(text)
        self._set("".join([segment[0] for segment in segments]))
        self._shift = self._delta = -1
        return self

    def _set(self, text: str) -> None:
        self.expansions: dict[int, int] = {}
        self._cuts: list[int] = []
        self._shifts: list[int] = []
        self.code = self._join(text) if "\n" in text else text
        # Whether the shell has nothing to expand or to unquote in it.
        self.plain = not any(map(self.code.__contains__, _SPECIAL))

    def _join(self, text: str) -> str:
        """Take the line continuations out, as the builder does on the instruction's own lines.

        After the first line end that is not continued stands the body of a heredoc, which the shell reads: a
        continuation there matters only inside a word.
        """
        lines = text.split("\\\n")
        if len(lines) == text.count("\n") + 1 and "\\\\\n" not in text:
            # Every line end is continued, as in most instructions.
            self._cuts = list(accumulate(map(len, lines[:-1])))
            self._shifts = list(range(2, 2 * len(lines), 2))
            return "".join(lines)
        parts: list[str] = []
        at = removed = 0
        builder = True
        for match in _JOIN.finditer(text):
            start, end = match.span()
            if start and text[start - 1] == "\\":
                continue
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

    def offset(self, index: int, first: bool = False) -> int:
        """The offset in the file of character ``index`` of ``code``.

        With ``first`` it is where the character's writing starts: at the backslash that protects it from a shell
        around this one.
        """
        if self._delta >= 0:
            return self._delta + index
        cut = bisect_right(self._cuts, index)
        if cut:
            index += self._shifts[cut - 1]
        if self._shift >= 0:
            return self._shift + index
        if self._text is not None:
            return self._text.origin(index)
        if self._parent is None or not self._pieces:
            return 0
        at, outer = self._pieces[max(bisect_right(self._pieces, (index, 1 << 62)) - 1, 0)]
        back = 1 if first and index in self._escaped else 0
        return self._parent.offset(outer + index - at - back, first)

    def outer(self, index: int) -> tuple[Code, int] | None:
        """The code that character ``index`` of ``code`` is written in, and its index there; None for a whole script."""
        if self._parent is None or not self._pieces:
            return None
        at, outer = self._pieces[max(bisect_right(self._pieces, (index, 1 << 62)) - 1, 0)]
        return self._parent, outer + index - at

    def span(self, start: int, end: int) -> Span:
        """The span in the file of the characters ``start`` to ``end`` (half-open) of ``code``."""
        if self._delta >= 0:
            return span_of((self._delta + start, self._delta + max(start, end)))
        if end <= start:
            at = self.offset(start)
            return span_of((at, at))
        first = self.offset(start, first=True)
        return span_of((first, max(first, self.offset(end - 1) + 1)))


def _splits_word(text: str, start: int, end: int) -> bool:
    """Whether the continuation at ``start`` to ``end`` stands inside an unquoted word."""
    if start == 0 or end >= len(text) or text[start - 1].isspace() or text[end].isspace():
        return False
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return not any(mark in line for mark in "#'\"")


class Stretch(Node):
    """A node of shell text: the indexes ``start`` to ``end`` (half-open) of ``code.code``."""

    __slots__ = ("code", "start", "end", "_span")

    def __init__(self, code: Code, start: int, end: int) -> None:
        self.source = code.source
        self.code = code
        self.start = start
        self.end = end
        self._span: Span | None = None

    @property
    def span(self) -> Span:
        """The characters in the file; worked out when asked for."""
        if self._span is None:
            self._span = self.code.span(self.start, self.end)
        return self._span

    @span.setter
    def span(self, span: Span) -> None:
        self._span = span

    @property
    def written(self) -> str:
        """Its characters as the shell gets them: continued lines are one."""
        return self.code.code[self.start : self.end]


class ShellWord(Stretch):
    """One word of a command, quotes included.

    ``text`` is the word without its quotes; a variable reads ``${X}`` however written, a command ``$(…)`` in full.
    """

    __slots__ = ("text", "_literal")
    text: str

    def __init__(self, code: Code, start: int, end: int) -> None:
        # What Stretch does, without the call: scripts have many words.
        self.source = code.source
        self.code = code
        self.start = start
        self.end = end
        self._span = None
        piece = code.code[start:end]
        if code.plain or _SPECIAL.isdisjoint(piece):
            self.text = piece
        else:
            self.__class__ = _Unread
        self._literal = True

    @property
    def literal(self) -> str | None:
        """The word if the shell expands nothing in it with ``$``, backquotes or ``<( )``, else None."""
        text = self.text
        return text if self._literal else None

    @property
    def quoted(self) -> bool:
        """Whether any part of the word stands in quotes."""
        code, at = self.code.code, self.start
        if code.find("'", at, self.end) < 0 and code.find('"', at, self.end) < 0:
            return False
        while at < self.end:
            if code[at] in "'\"":
                return True
            at = self.code.expansions.get(at, at + 1) if code[at] != "\\" else at + 2
        return False

    def segments(self) -> Segments:
        """The text in stretches that run in step with the code.

        The commands the word itself runs, ``$(…)``, read as a variable: a second shell is going to read the text.
        """
        reader = _Reader(self.code, mask=True)
        reader.word(self.start, self.end)
        return reader.out


class _Unread(ShellWord):
    """A word with something to unquote, until somebody asks for its text.

    A class of its own, as one with this method is slow to look up all else.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> str:
        if name != "text":
            raise AttributeError(name)
        self.__class__ = ShellWord  # type: ignore[assignment]
        written = self.code.code[self.start : self.end]
        special = _BETWEEN.get(written[0])
        if special is not None and len(written) > 1 and written[-1] == written[0] and special.isdisjoint(written[1:-1]):
            self.text = written[1:-1]
            return self.text
        reader = _Reader(self.code, mask=False)
        reader.word(self.start, self.end)
        self._literal = reader.literal
        self.text = "".join([segment[0] for segment in reader.out])
        return self.text


def heredoc_segments(code: Code, start: int, end: int) -> Segments:
    """The body of an unquoted heredoc (half-open indexes) as ``ShellWord.segments`` gives a word."""
    reader = _Reader(code, mask=True)
    reader.string(start, end, _HEREDOC)
    return reader.out


class _Reader:
    """Takes the quotes off a stretch of code."""

    __slots__ = ("code", "expansions", "mask", "out", "literal")

    def __init__(self, code: Code, mask: bool) -> None:
        self.code = code.code
        self.expansions = code.expansions
        self.mask = mask
        self.out: Segments = []
        self.literal = True

    def word(self, start: int, end: int) -> None:
        """Read a word from ``start`` to ``end``."""
        code = self.code
        while True:
            match = _BARE.search(code, start, end)
            if match is None:
                self._add(start, end)
                return
            at = match.start()
            self._add(start, at)
            start = match.end()
            escaped, single, ansi, variable = match.groups()
            if escaped is not None:
                if escaped != "\n":
                    self.out.append((escaped, start - 1, True))
            elif single is not None:
                self._add(at + 1, start - 1)
            elif ansi is not None:
                self._ansi(at + 2, start - 1)
            elif variable is not None:
                self._variable(at, start)
            elif code[start - 1] == '"':
                start = self.string(start, end, _STRING)
            else:
                start = self._expansion(at, end)

    def string(self, start: int, end: int, tokens: re.Pattern[str]) -> int:
        """Read what stands between double quotes, from ``start``; the index behind the closing quote comes back."""
        code = self.code
        while True:
            match = tokens.search(code, start, end)
            if match is None:
                self._add(start, end)
                return end
            at = match.start()
            self._add(start, at)
            start = match.end()
            escaped, closing, _, variable = match.groups()
            if closing is not None:
                return start
            if escaped is not None:
                if escaped != "\n":
                    self.out.append((escaped, start - 1, True))
            elif variable is not None:
                self._variable(at, start)
            else:
                start = self._expansion(at, end)

    def _add(self, start: int, end: int) -> None:
        if end > start:
            self.out.append((self.code[start:end], start, False))

    def _variable(self, start: int, end: int) -> None:
        self.literal = False
        name = self.code[start + 1 : end]
        self.out += [("${", start, False), (name, start + 1, False), ("}", end - 1, False)]

    def _expansion(self, start: int, limit: int) -> int:
        """Keep ``$(…)`` and its like; one that the grammar did not see through takes the rest."""
        self.literal = False
        code, out = self.code, self.out
        end = min(self.expansions.get(start, limit), limit)
        if self.mask and (code[start] != "$" or code.startswith("$(", start)) and not code.startswith("$((", start):
            name = "$__" if end - start < 4 else "${" + "_" * (end - start - 3) + "}"
            out.append((name[: end - start], start, False))
        elif code[start] == "`":
            out.append(("$(", start, False))
            at = start + 1
            for match in _BACKQUOTED.finditer(code, at, end - 1):
                self._add(at, match.start())
                at = match.end() - 1
            self._add(at, end - 1)
            out.append((")", end - 1, False))
        else:
            self._add(start, end)
        return end

    def _ansi(self, start: int, end: int) -> None:
        for match in _ANSI_ESCAPE.finditer(self.code, start, end):
            self._add(start, match.start())
            char = _ansi_char(match)
            if char:
                self.out.append((char, match.start(), False))
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
