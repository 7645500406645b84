"""ONBUILD: triggers that nothing knows, and those the builder refuses."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import (
    Onbuild,
    Stage,
    Unknown,
)


@check(on=Onbuild)
def onbuild_unknown_instruction(node: Onbuild, stage: Stage) -> Problems:
    """A word after ONBUILD that is no instruction."""
    if isinstance(node.trigger, Unknown):
        for fault in stage.graph.faults_at(node.trigger):
            fix = None
            if fault.suggestion is not None:
                fix = Fix(
                    f"Write {fault.suggestion}, a guess at what was meant", fault.replace(fault.suggestion), safe=False
                )
            message = f"{fault.message}; every build from this image will fail"
            if "?" in fault.message:
                message = f"Every build from this image will fail: {fault.message[0].lower()}{fault.message[1:]}"
            yield Problem(fault, message, fix=fix)


@check(on=Onbuild)
def onbuild_trigger_refused(node: Onbuild, stage: Stage) -> Problems:
    """A trigger that the builder keeps, and refuses in every build from the image."""
    trigger = node.trigger
    if trigger is None or isinstance(trigger, Unknown):
        return
    reported = {(fault.kind, fault.span) for fault in stage.graph.faults_at(node)}
    for fault in stage.graph.faults_at(trigger):
        if (fault.kind, fault.span) not in reported and fault.kind not in ("unterminated-heredoc", "bad-onbuild"):
            message = f"{fault.message}; every build from this image will fail"
            if "?" in fault.message:
                message = f"Every build from this image will fail: {fault.message[0].lower()}{fault.message[1:]}"
            yield Problem(fault, message)
