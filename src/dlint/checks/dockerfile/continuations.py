"""Lines that continue an instruction."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, check
from dlint.api.dockerfile import Instruction


@check(on=Instruction)
def empty_continuation_line(instruction: Instruction) -> Problems:
    """Blank lines inside a continued instruction."""
    if not instruction.blank_lines:
        return
    source = instruction.source
    lines = [source.full_line_span(blank.line) for blank in instruction.blank_lines]
    fix = Fix("Remove the empty lines", *(Edit(source, line, "") for line in lines))
    message = f"Remove the empty line inside this {instruction.name}, or put a # on it"
    yield Problem(instruction.blank_lines[0], message, fix=fix)
