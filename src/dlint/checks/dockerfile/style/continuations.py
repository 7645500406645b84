"""Lines that continue an instruction."""

from __future__ import annotations

from dlint.api import Edit, Fix, Node, Problem, Problems, Related, Span, check
from dlint.api.dockerfile import Dockerfile, Instruction


@check(on=Dockerfile, having=("has_blank_lines",))
def empty_continuation_line(file: Dockerfile) -> Problems:
    """Blank lines inside a continued instruction."""
    for instruction in file.instructions:
        if instruction.blank_lines:
            yield _problem(instruction)


def _problem(instruction: Instruction) -> Problem:
    source, blank = instruction.source, instruction.blank_lines
    fix = Fix("Remove the empty lines", *(Edit(source, source.full_line_span(node.line), "") for node in blank))
    where = f"line {blank[0].line}" if len(blank) == 1 else f"lines {', '.join(str(node.line) for node in blank[:5])}"
    more = " …" if len(blank) > 5 else ""
    message = f"Remove the empty {where}{more}, or put a # there: {instruction.name} goes on below"
    related = [Related(node, "Empty too") for node in blank[1:]]
    return Problem(blank[0], message, fix=fix, related=[*related, Related(_last_line(instruction), "Ends here")])


def _last_line(instruction: Instruction) -> Node:
    """The text on the last line of the instruction, heredocs left out: there it ends, whatever its gaps suggest."""
    source = instruction.source
    start, end = source.line_span(source.line(instruction.line_end))
    text = source.text[start:end]
    return Node(source, Span(start + len(text) - len(text.lstrip()), end) if text.strip() else Span(start, end))
