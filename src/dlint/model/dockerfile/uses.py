"""Where the instructions of a stage use a variable: in words that the builder expands, and in scripts of RUN."""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern
from dlint.source import Node
from dlint.syntax.dockerfile.parser import Add, Arg, Copy, Env, Instruction, Label, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.model.dockerfile.stage import Stage

_USE = pattern(r"(?<![\\$])\$(?:(\w+)|\{(\w+)(:?[-+?=])?)", 256)


class Use(NamedTuple):
    """One use of a variable. ``operator`` is what stands behind its name in braces (``:-``), or empty.

    ``at`` is the index of the instruction in its stage; ``shell`` says that a shell expands it.
    """

    name: str
    operator: str
    place: Node
    instruction: Instruction
    at: int
    shell: bool


def uses_in(stage: Stage) -> Iterator[Use]:
    """The uses in a stage, in order; those in scripts whose shell is not of the POSIX kind are left out."""
    for index, instruction in enumerate(stage.instructions):
        if index and "$" in instruction.raw:
            if isinstance(instruction, Run):
                yield from _in_script(stage, instruction, index)
            else:
                yield from _in_words(instruction, index)


def _in_words(instruction: Instruction, index: int) -> Iterator[Use]:
    if isinstance(instruction, Arg | Env | Label):
        words = [pair.value for pair in instruction.pairs if pair.value is not None]
    else:
        words = list(instruction.words) if type(instruction).expands else []
        if isinstance(instruction, Add | Copy):
            words += [flag.value for flag in instruction.flags if flag.value is not None and flag.name != "from"]
    for word in words:
        for use in word.variables:
            yield Use(use.name, use.operator or "", word.at(use.start, use.end), instruction, index, False)


def _in_script(stage: Stage, run: Run, index: int) -> Iterator[Use]:
    for mount in run.mounts:
        for field in mount.fields:
            for use in field.value.variables if field.value is not None else ():
                place = field.value.at(use.start, use.end) if field.value is not None else field
                yield Use(use.name, use.operator or "", place, run, index, False)
    script = stage.script(run)
    if script is None or not script.posix:
        return
    text = script.text
    for match in _USE.finditer(text.text):
        name = match[1] or match[2]
        if name not in script.assigned:
            yield Use(name, match[3] or "", text.at(*match.span()), run, index, True)
