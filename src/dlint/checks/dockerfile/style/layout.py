"""How the lines of a Dockerfile are laid out: their number and their indentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dlint.api import Edit, Fix, Problem, Problems, Span, check
from dlint.api.dockerfile import Dockerfile, From, Instruction, StageGraph


@check(on=Dockerfile)
def file_too_long(
    file: Dockerfile, *, lines: int = 200, skip_comments: bool = True, skip_blank_lines: bool = True
) -> Problems:
    """More than ``lines`` lines, blank ones and comments not counted unless it is asked for."""
    source = file.source
    count = 0
    for number in range(1, source.line_count + 1):
        text = source.line_text(number).strip()
        if (skip_comments and text.startswith("#")) or (skip_blank_lines and not text):
            continue
        count += 1
        if count > lines:
            span = source.line_span(number)
            yield Problem(file.part(span[0], span[1]), f"This is line {count} of what {lines} lines are to hold")
            return


@check(on=StageGraph)
def indentation_uneven(graph: StageGraph) -> Problems:
    """FROM that is indented, instructions of a stage that are indented unlike most, lines that go on further left."""
    stages = graph.stages
    for node in (*graph.preamble, *(stage.from_ for stage in stages)):
        yield from _judge(node, "", "This belongs at the left margin: it begins a stage or is for all of them")
    rest: list[Sequence[Instruction]] = [stage.instructions[1:] for stage in stages]
    wanted = ""
    if len(stages) > 1:
        usual = Counter(_indent(node) for nodes in rest for node in nodes).most_common(2)
        if usual and (len(usual) == 1 or usual[0][1] > usual[1][1]):
            wanted = usual[0][0]
    where = f"{len(wanted)} blanks or tabs in" if wanted else "at the left margin"
    for nodes in rest:
        for node in nodes:
            yield from _judge(node, wanted, f"Put this {where}, as most instructions of the file are")


def _indent(node: Instruction) -> str:
    """The blanks before an instruction on its line."""
    text = node.source.text
    start = text.rfind("\n", 0, node.span[0]) + 1
    before = text[start : node.span[0]].lstrip("\ufeff")
    return before if not before.strip() else ""


def _judge(node: Instruction, wanted: str, message: str) -> Problems:
    indent = _indent(node)
    start = node.span[0] - len(indent)
    if indent != wanted:
        fix = None
        if isinstance(node, From) or "\n" not in node.raw:
            fix = Fix("Indent like the others", Edit(node.source, Span(start, node.span[0]), wanted))
        yield Problem(node.keyword, message, fix=fix)
    elif wanted and "\n" in node.raw and not getattr(node, "heredocs", ()):
        lines = node.raw.split("\n")[1:]
        if any(line.strip() and not line.startswith(wanted) and not line.lstrip().startswith("#") for line in lines):
            yield Problem(node.keyword, "Indent the lines that go on at least as far as the instruction")
