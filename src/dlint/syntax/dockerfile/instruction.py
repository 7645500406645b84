"""What all instructions have in common: the logical line, its places, keyword, flags and words."""

from __future__ import annotations

import re
from types import MethodType

from dlint.lazy import NamedTuple
from dlint.source import Node, Source, Span, Text
from dlint.syntax.dockerfile import tokens as arguments
from dlint.syntax.dockerfile.grammar import FLAGS
from dlint.syntax.dockerfile.nodes import Comment, Flag, Heredoc, Pieces, Word, cut, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar


class Line(NamedTuple):
    """A logical line: its text and places, the escape character of the file, its first and last line (1-based)."""

    source: Source
    span: Span
    text: str
    pieces: Pieces
    escape: str
    first: int
    last: int


# As source.span_of: there are as many as instructions.
line_of: Callable[[tuple[Source, Span, str, Pieces, str, int, int]], Line] = MethodType(tuple.__new__, Line)


class Instruction(Text):
    """An instruction: ``text`` is its logical line, ``span`` goes from the keyword to the end of its last line.

    The logical line has continuations joined and comment lines dropped; heredoc bodies are part of the span only.
    ``escape`` is the file's escape character. ``start_line`` and ``end_line`` are 1-based, ``line_end`` is the offset
    where the last line before any heredoc ends. ``comments`` are the comment lines right above, by the builder's rule:
    those since the previous instruction, from the last bare ``#`` on; blank lines between do not matter.
    ``blank_lines`` are the empty lines among its continued lines. ``onbuild`` is the ONBUILD it is the trigger of.
    """

    __slots__ = (
        "escape", "start_line", "end_line", "comments", "blank_lines", "heredocs", "onbuild", "flags",
        "line_end", "_key", "_rest", "_end", "_words",
    )  # fmt: skip

    name: ClassVar[str] = ""
    """The instruction's name in upper case."""

    expands: ClassVar[bool] = False
    """Whether the builder expands variables in the words."""

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        self.source, self.span, self.text, self.pieces, self.escape, self.start_line, self.end_line = line
        self.line_end: int = line.span[1]
        self.comments: list[Comment] = []
        self.blank_lines: list[Node] = []
        self.heredocs: list[Heredoc] = []
        self.onbuild: Instruction | None = None
        self.flags: list[Flag] = []
        self._key = head.span(1)
        self._end = head.endpos
        self._rest = head.end()
        self._words: list[Word] | None = None
        if head[2]:
            self.flags, self._rest = arguments.leading_flags(self, head.start(2), head.endpos)
            rules = FLAGS.get(self.name)
            for flag in self.flags:
                rule = rules.get(flag.name) if rules else None
                if rule is not None and rule.expanded and flag.value is not None:
                    flag.value.escape = self.escape

    @property
    def keyword(self) -> Node:
        """The instruction's name as written."""
        return self.at(*self._key)

    @property
    def args(self) -> Text:
        """What stands after the keyword and the flags, without white space at either end."""
        span, pieces = cut(self, self._rest, self._end)
        return Text(self.source, span, self.text[self._rest : self._end], pieces)

    @property
    def has_arguments(self) -> bool:
        """Whether anything stands after the keyword and the flags."""
        return self._rest < self._end

    @property
    def args_start(self) -> int:
        """The index in ``text`` where the arguments start."""
        return self._rest

    @property
    def words(self) -> list[Word]:
        """The arguments as the builder splits them for this instruction."""
        if self._words is None:
            self._words = self._split()
        return self._words

    @property
    def json(self) -> bool:
        """Whether the arguments are a JSON array of strings, and taken as such."""
        return False

    def flag(self, name: str) -> Flag | None:
        """The last flag called ``name`` (without dashes)."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag
        return None

    def _split(self) -> list[Word]:
        return arguments.blank_separated(self, self._rest, self._end, self.escape if self.expands else "")

    def _whole(self) -> list[Word]:
        """All the arguments as one word; none if there are none."""
        if self._rest >= self._end:
            return []
        return [word_of(self, self._rest, self._end, self.escape if self.expands else "")]

    def _json_or(self, start: int, otherwise: list[Word] | None) -> list[Word] | None:
        """The strings of the JSON array at ``start``, else ``otherwise``."""
        found = arguments.json_strings(self, start, self._end, self.escape if self.expands else "")
        return otherwise if found is None else found


class Unknown(Instruction):
    """A line that starts with no instruction the builder knows."""

    __slots__ = ()

    @property
    def name(self) -> str:  # type: ignore[override]
        """The first word of the line in upper case."""
        return self.text[self._key[0] : self._key[1]].upper()
