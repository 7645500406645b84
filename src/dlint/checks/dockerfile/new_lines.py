"""Where fixes put instructions and flags of their own."""

from __future__ import annotations

from dlint.api import Edit, Node, Span
from dlint.api.dockerfile import Instruction, Stage


def below_from(stage: Stage, text: str) -> Edit:
    """The edit that writes an instruction on a line of its own below the FROM of a stage."""
    return stage.from_.insert_after(_newline(stage) + text)


def above(instruction: Instruction, text: str) -> Edit:
    """The edit that writes an instruction on a line of its own above another, as far in as that one."""
    source = instruction.source
    start = source.text.rfind("\n", 0, instruction.span[0]) + 1
    indent = source.text[start : instruction.span[0]].lstrip("\ufeff")
    at = instruction.span[0]
    return Edit(source, Span(at, at), text + _newline(instruction) + (indent if not indent.strip() else ""))


def flag(instruction: Instruction, text: str) -> Edit:
    """The edit that writes a flag behind those an instruction has."""
    last: Node = instruction.flags[-1] if instruction.flags else instruction.keyword
    return last.insert_after(f" {text}")


def _newline(node: Node) -> str:
    return "\r\n" if node.source.mentions("\r\n") else "\n"
