"""What the builder refuses: faults of instructions and of whole files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.syntax.fault import Fault
from dlint.syntax.instruction import Instruction

if TYPE_CHECKING:
    from dlint.syntax.dockerfile import Dockerfile


def faults_of(instruction: Instruction) -> list[Fault]:
    """What the builder refuses about one instruction."""
    return []


def faults_of_file(file: Dockerfile) -> list[Fault]:
    """What the builder refuses in a file: its instructions' faults and those between them."""
    return [fault for instruction in file.instructions for fault in instruction.faults]
