"""Blank space that shows nothing: at the end of lines and of the file, in rows, between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.api import Edit, Fix, Problem, Problems, Span, check, pattern
from dlint.api.dockerfile import Dockerfile, Heredoc, Instruction

# Quoted text, comments inside of an instruction, and blanks between two words; only the last has a group.
_PIECES = pattern(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?m:^[ \t]*#.*$)|(?<=[^ \t\n])([ \t]{2,})(?=[^ \t\\`\r\n])", re.S)


def _bodies(file: Dockerfile) -> set[int]:
    """The lines of the heredocs' bodies: their text is somebody else's."""
    found: set[int] = set()
    for instruction in file.instructions:
        for heredoc in getattr(instruction, "heredocs", ()):
            source = file.source
            last = source.line(max(heredoc.span[1] - 1, heredoc.span[0]))
            found.update(range(source.line(heredoc.span[0]) + 1, last + 1))
    return found


def _lines(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The lines outside of heredocs with their numbers, line ends left out."""
    bodies = _bodies(file)
    for number in range(1, file.source.line_count + 1):
        if number not in bodies:
            yield number, file.source.line_text(number).rstrip("\r\n")


@check(on=Dockerfile)
def final_newline_missing(file: Dockerfile, *, mode: str = "always") -> Problems:
    """A last line without an end; with ``mode="never"`` one that has an end."""
    text = file.source.text
    if mode == "never":
        kept = text.rstrip("\r\n")
        if kept and kept != text:
            fix = Fix("Leave the last line without an end", Edit(file.source, Span(len(kept), len(text)), ""))
            yield Problem(file.part(len(kept) - 1, len(kept)), "Let the file end without a line end", fix=fix)
    elif text and not text.endswith("\n"):
        end = len(text)
        newline = "\r\n" if "\r\n" in text else "\n"
        fix = Fix("End the last line", Edit(file.source, Span(end, end), newline))
        yield Problem(file.part(end - 1, end), fix=fix)


@check(on=Dockerfile)
def blanks_at_line_end(file: Dockerfile) -> Problems:
    """Blanks and tabs at the end of lines; all of a file are one finding."""
    edits: list[Edit] = []
    for number, text in _lines(file):
        kept = text.rstrip(" \t")
        # For the builder a line goes on behind an escape character with blanks after it as well.
        if len(kept) < len(text):
            start = file.source.line_span(number).start
            edits.append(Edit(file.source, Span(start + len(kept), start + len(text)), ""))
    if edits:
        first = edits[0].span
        more = f"and {len(edits) - 1} more lines" if len(edits) > 2 else "and one more line" if len(edits) == 2 else ""
        message = " ".join(filter(None, ("Blanks at the end of this line", more)))
        yield Problem(file.part(*first), message, fix=Fix("Remove blanks at the end of lines", *edits))


@check(on=Dockerfile)
def blank_lines_in_a_row(file: Dockerfile, *, most: int = 1, at_start: int = 0, at_end: int = 0) -> Problems:
    """More than ``most`` blank lines in a row, or more than so many at the start and the end of the file."""
    source = file.source
    run: list[int] = []
    allowed = at_start
    previous = 0
    for number, text in _lines(file):
        if number != previous + 1:
            run = []
        previous = number
        if not text.strip() and number < source.line_count:
            run.append(number)
            continue
        if number == source.line_count and not text.strip():
            allowed = min(allowed, at_end)
        if len(run) > allowed:
            yield _blank(file, run, allowed)
        run = []
        allowed = most


def _blank(file: Dockerfile, run: list[int], allowed: int) -> Problem:
    """The finding for blank lines of which so many are allowed."""
    source = file.source
    start, end = source.full_line_span(run[allowed])[0], source.full_line_span(run[-1])[1]
    fix = Fix("Remove blank lines", Edit(source, Span(start, end), ""))
    message = f"{len(run)} blank lines in a row; {allowed or 'none'} will do"
    return Problem(file.part(start, max(end, start)), message, fix=fix)


@check(on=Instruction)
def blanks_between_words(node: Instruction) -> Problems:
    """Several blanks where one parts two words."""
    text = node.source.text
    start, end = node.span
    if "  " not in text[start:end] and "\t" not in text[start:end]:
        return
    bodies = [heredoc.span for heredoc in getattr(node, "heredocs", ()) if isinstance(heredoc, Heredoc)]
    limit = min((text.find("\n", at) for at, _ in bodies), default=end)
    raw = text[start : limit if limit > 0 else end]
    edits = [
        node.part(start + match.start(1), start + match.end(1)).replace(" ")
        for match in _PIECES.finditer(raw)
        if match.group(1)
    ]
    if edits:
        fix = Fix("One blank between words; echo and the like then print one as well", *edits, safe=False)
        yield Problem(node.part(*edits[0].span), "One blank between two words will do", fix=fix)
