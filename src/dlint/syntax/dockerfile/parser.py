"""Dockerfile text to a tree: directives, comments, instructions with their heredocs.

The lexer follows BuildKit's ``frontend/dockerfile/parser`` line by line and adds exact places. It never raises: every
text gives a tree, what the builder refuses is a ``Fault``, and reading goes on at the next instruction.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from dlint.source import Node, Source, Span, Text, span_of
from dlint.syntax.dockerfile.commands import Cmd, Entrypoint, Healthcheck, Run, Shell
from dlint.syntax.dockerfile.directives import CheckOptions, Directive, read_directives
from dlint.syntax.dockerfile.instruction import Instruction, Unknown, line_of
from dlint.syntax.dockerfile.instructions import (
    Add,
    Copy,
    Expose,
    From,
    Maintainer,
    Onbuild,
    Stopsignal,
    User,
    Volume,
    Workdir,
    read,
)
from dlint.syntax.dockerfile.keyvalues import Arg, Env, Label
from dlint.syntax.dockerfile.lexer import SPACE
from dlint.syntax.dockerfile.nodes import Comment, Flag, Heredoc, Mount, Pair, Pieces, Word, cut, heredocs_in
from dlint.syntax.fault import Fault

__all__ = [
    "Add", "Arg", "CheckOptions", "Cmd", "Comment", "Copy", "Directive", "Dockerfile", "Entrypoint", "Env", "Expose",
    "Fault", "Flag", "From", "Healthcheck", "Heredoc", "Instruction", "Label", "Maintainer", "Mount", "Onbuild", "Pair",
    "Run", "Shell", "Stopsignal", "Unknown", "User", "Volume", "Word", "Workdir", "parse",
]  # fmt: skip

_MAX_LINE = 65_535


class Dockerfile(Node):
    """A whole Dockerfile.

    ``syntax`` is the image of the ``syntax`` directive; ``foreign`` says that another frontend reads the file (``//``
    or JSON directives): then there are no faults. ``check`` holds the options of the ``check`` directive. ``comments``
    has every comment line, those inside continuations too, but not the directives. ``reader_faults`` are
    those of directives and of lines that are too long; ``validate`` finds all that the builder refuses.
    """

    __slots__ = (
        "directives", "escape", "syntax", "foreign", "check", "comments", "instructions", "reader_faults",
        "has_blank_lines",
    )  # fmt: skip

    def __init__(self, source: Source) -> None:
        super().__init__(source, Span(0, len(source.text)))
        top = read_directives(source)
        self.directives: list[Directive] = top.found
        self.escape = top.escape
        self.syntax = top.syntax
        self.foreign = top.foreign
        self.check: CheckOptions | None = top.check
        self.comments: list[Comment] = []
        self.instructions: list[Instruction] = []
        self.reader_faults: list[Fault] = top.faults
        # Whether there are empty lines inside an instruction.
        self.has_blank_lines = False

    def leaves(self) -> Iterator[Node]:
        """The smallest nodes and what lies between them, in order: their ``raw``, joined, is the text of the file."""
        at = 0
        for start, end in _leaf_spans(self):
            if start < at or end <= start:
                continue
            if start > at:
                yield Node(self.source, Span(at, start))
            yield Node(self.source, Span(start, end))
            at = end
        if at < self.span[1]:
            yield Node(self.source, Span(at, self.span[1]))


def parse(source: Source) -> Dockerfile:
    """The tree of a Dockerfile. Never raises."""
    return _Reader(source).file


class _Reader:
    """Goes through the lines once."""

    __slots__ = ("source", "file", "lines", "at", "offset", "comments", "escape")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.file = Dockerfile(source)
        self.escape = self.file.escape
        self.lines = source.text.split("\n")
        if not self.lines[-1]:
            self.lines.pop()
        self.at = 0
        self.offset = 0
        self.comments: list[Comment] = []
        self._read()
        if len(source.text) * 4 > _MAX_LINE:
            self._measure()

    def _read(self) -> None:
        lines, escape, source = self.lines, self.escape, self.source
        instructions = self.file.instructions
        directives = {directive.span[0] for directive in self.file.directives}
        count = len(lines)
        while self.at < count:
            line = lines[self.at]
            text = line.lstrip(SPACE)
            start = self.offset + len(line) - len(text)
            text = text.rstrip("\r")
            if not text or text[0] == "#":
                self.at += 1
                self.offset += len(line) + 1
                if text and start not in directives:
                    self._comment(span_of((start, start + len(text))))
                continue
            tail = text.rstrip(" \t")
            if tail[-1:] == escape and tail[-2:-1] != escape:
                instruction = self._continued(tail[:-1], start)
            else:
                self.at = at = self.at + 1
                self.offset += len(line) + 1
                span = span_of((start, start + len(text)))
                instruction = read(line_of((source, span, text, [(0, start)], escape, at, at)))
            if "<<" in instruction.text:
                self._heredocs(instruction)
            if self.comments:
                instruction.comments = self.comments
                self.comments = []
            instructions.append(instruction)

    def _comment(self, span: Span) -> None:
        comment = Comment(self.source, span)
        self.file.comments.append(comment)
        if comment.text or comment.indented:
            self.comments.append(comment)
        else:
            self.comments = []

    def _continued(self, first: str, start: int) -> Instruction:
        """The instruction whose first line, without its escape character, is ``first``."""
        lines, escape = self.lines, self.escape
        parts = [first]
        pieces: Pieces = [(0, start)]
        length = len(first)
        first_line = self.at + 1
        inside: list[Comment] = []
        blank: list[Node] = []
        add_piece, add_part = pieces.append, parts.append
        self._step()
        at, following, count = self.at, self.offset, len(lines)
        while at < count:
            line = lines[at]
            offset = following
            at += 1
            following += len(line) + 1
            text = line.lstrip(SPACE)
            if not text:
                blank.append(Node(self.source, Span(offset, offset + len(line.rstrip("\r")))))
                continue
            body = line.rstrip("\r")
            if text[0] == "#":
                begin = offset + len(line) - len(text)
                inside.append(Comment(self.source, Span(begin, offset + len(body))))
                continue
            part = body.rstrip(" \t")
            # As ``script.continues``, without the call.
            more = part[-1:] == escape and part[-2:-1] != escape
            part = part[:-1] if more else body
            if part:
                add_piece((length, offset))
                add_part(part)
                length += len(part)
            if not more:
                break
        self.at, self.offset = at, following
        self.file.comments += inside
        text = "".join(parts)
        if not first and len(pieces) > 1:
            # Only the first line loses its leading white space; here that line had nothing but its escape character.
            lead = len(text) - len(text.lstrip(SPACE))
            whole = Text(self.source, Span(0, self.offset), text, pieces[1:])
            pieces, text = cut(whole, lead, length)[1], text[lead:]
        span = Span(pieces[0][1], self._line_end())
        instruction = read(line_of((self.source, span, text, pieces, escape, first_line, self.at)))
        instruction.blank_lines = blank
        self.file.has_blank_lines |= bool(blank)
        for comment in inside:
            comment.inside = instruction
        return instruction

    def _step(self) -> None:
        self.offset += len(self.lines[self.at]) + 1
        self.at += 1

    def _line_end(self) -> int:
        """The end of the line just read, without its line ending."""
        line = self.lines[self.at - 1]
        return self.offset - 1 - len(line) + len(line.rstrip("\r"))

    def _heredocs(self, instruction: Instruction) -> None:
        target = instruction
        if isinstance(instruction, Onbuild) and instruction.trigger is not None:
            target = instruction.trigger
        if not isinstance(target, Run | Copy | Add) or target.json:
            return
        for heredoc in heredocs_in(instruction):
            self._body(heredoc)
            target.heredocs.append(heredoc)
        if target.heredocs:
            for node in (instruction, target):
                node.heredocs = target.heredocs
                node.span = Span(node.span[0], self._line_end())
                node.end_line = self.at

    def _body(self, heredoc: Heredoc) -> None:
        start = min(self.offset, len(self.source.text))
        while self.at < len(self.lines):
            line = self.lines[self.at].rstrip("\r")
            offset = self.offset
            self._step()
            if (line.lstrip("\t") if heredoc.strip_tabs else line) == heredoc.name:
                heredoc.close(Span(start, offset), Span(offset, offset + len(line)))
                return
        end = self._line_end()
        heredoc.close(Span(min(start, end), end), None)

    def _measure(self) -> None:
        """Find lines that are too long for the builder."""
        offset = 0
        for line in self.lines:
            if len(line) * 4 > _MAX_LINE and len(line.encode("utf-8", "surrogateescape")) > _MAX_LINE:
                message = f"The builder reads lines of at most {_MAX_LINE} bytes; continue it on another line"
                self.file.reader_faults.append(
                    Fault(self.source, Span(offset, offset + len(line)), "line-too-long", message)
                )
            offset += len(line) + 1


def _leaf_spans(file: Dockerfile) -> list[tuple[int, int]]:
    """Where words, keywords, comments and heredoc parts stand, cut where continuations interrupt them; sorted."""
    spans: list[tuple[int, int]] = [node.span for node in (*file.directives, *file.comments)]
    for outer in file.instructions:
        chain = [outer]
        if isinstance(outer, Onbuild) and outer.trigger is not None:
            chain.append(outer.trigger)
        for heredoc in outer.heredocs:
            spans.append(heredoc.body.span)
            if heredoc.terminator is not None:
                spans.append(heredoc.terminator.span)
        for instruction in chain:
            nodes = (instruction.keyword, *instruction.flags, *instruction.words)
            edges = sorted({edge for node in nodes for edge in node.span})
            length = len(instruction.text)
            for (at, offset), (following, _) in pairwise((*instruction.pieces, (length, 0))):
                end = offset + following - at
                inner = edges[bisect_right(edges, offset) : bisect_left(edges, end)]
                spans += pairwise((offset, *inner, end))
    return sorted(spans)
