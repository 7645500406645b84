"""What the builder refuses in a file: the faults of its instructions, and those of what stands where.

Source: BuildKit, ``frontend/dockerfile/parser`` and ``instructions``. What depends on other stages is found in
``model/dockerfile/faults.py``. The kinds, besides those of single instructions: ``no-stage empty-file``, and from the
reader ``bad-directive`` and ``line-too-long``.
"""

from __future__ import annotations

from dlint.source import Span
from dlint.syntax.dockerfile.commands import Run
from dlint.syntax.dockerfile.instruction import Instruction, Unknown
from dlint.syntax.dockerfile.instructions import From
from dlint.syntax.dockerfile.keyvalues import Arg
from dlint.syntax.dockerfile.parser import Dockerfile
from dlint.syntax.dockerfile.validate.base import OPTION, TEMPLATE, Faults, by_place, fault
from dlint.syntax.dockerfile.validate.instructions import Own, faults_at
from dlint.syntax.fault import Fault


def faults(file: Dockerfile, own: Own | None = None) -> list[Fault]:
    """What the builder refuses in a file, by place; ``own`` is taken from and added to."""
    if file.foreign:
        return []
    found = file.reader_faults + _faults_of_file(file, {} if own is None else own)
    return doubted(file, sorted(found, key=by_place))


def doubted(file: Dockerfile, found: list[Fault]) -> list[Fault]:
    """The faults, called doubtful if a frontend other than Docker's own reads the file: it may know what to do."""
    if found and file.syntax is not None:
        from dlint.syntax.dockerfile.features import is_official

        if not is_official(file.syntax):
            for one in found:
                one.doubtful = True
    return found


def template_line(file: Dockerfile) -> Instruction | None:
    """The first line of a file that is one of a template of which a Dockerfile is made."""
    if not file.source.mentions(OPTION, *TEMPLATE):
        return None
    from dlint.syntax.dockerfile.validate.template import is_template

    return next(filter(is_template, file.instructions), None)


def _faults_of_file(file: Dockerfile, own: Own) -> list[Fault]:
    template = template_line(file)
    if template is not None:
        from dlint.syntax.dockerfile.validate.unknown import template_faults

        # No line need be there as it is when the file is built: to say so once is all there is to say.
        return template_faults(template)
    return [*_of_instructions(file, own), *_without_stage(file, own)]


def _of_instructions(file: Dockerfile, own: Own) -> list[Fault]:
    """The faults of each instruction; of lines that a heredoc should have held they say that."""
    found: list[Fault] = []
    before: Instruction | None = None
    reason: str | None = None
    labs = file.syntax is not None and "labs" in file.syntax
    for instruction in file.instructions:
        refused = faults_at(instruction, own)
        found += refused
        if type(instruction) is not Unknown:
            before, reason = instruction, None
        elif before is not None and "<<" in before.text and not before.heredocs:
            from dlint.syntax.dockerfile.validate.unknown import explain, no_heredoc

            reason = no_heredoc(before) if reason is None else reason
            if reason:
                explain(refused, reason)
        if instruction.flags and not labs and type(instruction) is Run:
            found += _labs(instruction)
    return found


def _without_stage(file: Dockerfile, own: Own) -> list[Fault]:
    """What there is to say of a file that does not begin with a stage."""
    for instruction in file.instructions:
        kind = type(instruction)
        if kind is From or (kind is Unknown and _meant_from(faults_at(instruction, own))):
            return []
        if kind is not Arg and kind is not Unknown:
            message = f"{instruction.name} stands before any FROM; only ARG may, so put FROM above it"
            return [fault(instruction.keyword, "no-stage", message)]
    if not file.instructions:
        message = "The file has no instructions; a build starts with FROM"
        return [Fault(file.source, Span(0, 0), "empty-file", message)]
    message = "The file has no FROM, so there is nothing to build; add a stage"
    return [fault(file.instructions[-1].keyword, "no-stage", message)]


def _meant_from(unknown: list[Fault]) -> bool:
    """Whether the unknown word was probably FROM: then the lines below are not told to lack one."""
    return any(found.suggestion is not None and found.suggestion.upper() == "FROM" for found in unknown)


def _labs(instruction: Run) -> Faults:
    for flag in instruction.flags:
        if flag.name == "device":
            message = "--device is in the labs channel only; begin the file with # syntax=docker/dockerfile:1-labs"
            yield fault(flag.name_node, "unknown-flag", message)
