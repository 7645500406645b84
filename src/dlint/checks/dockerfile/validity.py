"""What the builder refuses: every fault that the reader and the stage model find becomes the finding of one rule."""

from __future__ import annotations

from bisect import bisect_left

from dlint.api import Fault, Faults, Fix, Problem, Problems, check, related_to
from dlint.api.dockerfile import Instruction, StageGraph, Unknown


def _told(fault: Fault) -> Problems:
    """The problem that a fault is."""
    fix = None
    message = fault.message
    if fault.doubtful:
        message = f"Unless the frontend of the syntax directive takes it: {message[:1].lower()}{message[1:]}"
    if fault.suggestion is not None:
        # A guess at what was meant: it makes the file build, but nobody can promise that it builds the right thing.
        fix = Fix(f"Write {fault.suggestion}, a guess at what was meant", fault.replace(fault.suggestion), safe=False)
    related = related_to(fault.related, "This is the other place")
    yield Problem(fault, message, fix=fix, related=related, doubtful=fault.doubtful, minor=fault.minor)


@check(on=Faults("empty-file", "line-too-long", "extra-argument"))
def syntax_error(fault: Fault) -> Problems:
    """A file, a line or an argument that the builder cannot make sense of."""
    yield from _told(fault)


@check(on=Faults("unknown-instruction"))
def unknown_instruction(fault: Fault, graph: StageGraph) -> Problems:
    """A line that starts with no instruction the builder knows; of several such lines in a row the first."""
    if not _goes_on(fault, graph):
        yield from _told(fault)


def _goes_on(fault: Fault, graph: StageGraph) -> bool:
    """Whether the line above is as strange: a template, or a heredoc that was none. One finding says it all."""
    instructions = graph.dockerfile.instructions
    at = bisect_left(instructions, fault.span[0], key=_start)
    above = instructions[at - 1] if at else None
    if fault.suggestion is not None or not isinstance(above, Unknown):
        return False
    return all(found.suggestion is None for found in graph.faults_at(above))


def _start(instruction: Instruction) -> int:
    return instruction.span[0]


@check(on=Faults("no-stage"))
def instruction_before_from(fault: Fault) -> Problems:
    """A file without a stage, or an instruction that stands before the first one."""
    yield from _told(fault)


@check(on=Faults("missing-argument"))
def missing_argument(fault: Fault) -> Problems:
    """An instruction without the arguments it needs."""
    yield from _told(fault)


@check(on=Faults("unknown-flag", "duplicate-flag", "bad-flag-value"))
def invalid_flag(fault: Fault) -> Problems:
    """A flag the instruction does not have, has twice, or has with a value it cannot take."""
    yield from _told(fault)


@check(on=Faults("bad-mount"))
def invalid_mount(fault: Fault) -> Problems:
    """A ``RUN --mount`` that the builder refuses."""
    yield from _told(fault)


@check(on=Faults("bad-json"))
def invalid_json_form(fault: Fault) -> Problems:
    """A JSON array that holds something else than strings, or is missing where there must be one."""
    yield from _told(fault)


@check(on=Faults("bad-heredoc", "unterminated-heredoc"))
def invalid_heredoc(fault: Fault) -> Problems:
    """A heredoc that never ends, or that stands where none may."""
    yield from _told(fault)


@check(on=Faults("bad-stage"))
def invalid_stage_reference(fault: Fault) -> Problems:
    """COPY or a mount from a stage that is not there, or not there yet."""
    yield from _told(fault)


@check(on=Faults("bad-stage-name"))
def invalid_stage_name(fault: Fault) -> Problems:
    """A name after AS that the builder does not take."""
    yield from _told(fault)


@check(on=Faults("bad-image"))
def invalid_image_reference(fault: Fault) -> Problems:
    """The name of an image that no registry could have."""
    yield from _told(fault)


@check(on=Faults("bad-port"))
def invalid_port(fault: Fault) -> Problems:
    """A port of EXPOSE out of range, or no port at all."""
    yield from _told(fault)


@check(on=Faults("bad-healthcheck"))
def invalid_healthcheck(fault: Fault) -> Problems:
    """A HEALTHCHECK of the wrong form, or with times and numbers it cannot take."""
    yield from _told(fault)


@check(on=Faults("bad-signal"))
def invalid_stop_signal(fault: Fault) -> Problems:
    """A STOPSIGNAL that is no signal."""
    yield from _told(fault)


@check(on=Faults("bad-path"))
def invalid_volume_path(fault: Fault) -> Problems:
    """An empty path in VOLUME."""
    yield from _told(fault)


@check(on=Faults("bad-source"))
def invalid_copy_source(fault: Fault) -> Problems:
    """A source that COPY or ADD cannot read."""
    yield from _told(fault)


@check(on=Faults("bad-onbuild"))
def invalid_onbuild(fault: Fault) -> Problems:
    """A trigger that ONBUILD cannot keep, or that fails in a stage built from this one."""
    yield from _told(fault)


@check(on=Faults("bad-directive"))
def invalid_directive(fault: Fault) -> Problems:
    """A parser directive that the builder refuses."""
    yield from _told(fault)


@check(on=Faults("bad-key-value"))
def invalid_key_value(fault: Fault) -> Problems:
    """ENV, LABEL or ARG without ``name=value``."""
    yield from _told(fault)


@check(on=Faults("bad-variable"))
def invalid_variable(fault: Fault) -> Problems:
    """A variable expression that the builder cannot expand."""
    yield from _told(fault)


@check(on=Faults("bad-source-date"))
def invalid_source_date(fault: Fault) -> Problems:
    """A SOURCE_DATE_EPOCH that is no date, or a stage that cannot give one."""
    yield from _told(fault)
