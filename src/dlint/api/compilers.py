"""Commands that compile."""

from dlint.model.facts.compilers import builds_program, makes_machine_code

__all__ = ["builds_program", "makes_machine_code"]
