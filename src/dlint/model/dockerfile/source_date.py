"""SOURCE_DATE_EPOCH as a global ARG: a number of seconds, or where the builder is to take the date from.

Source: BuildKit, ``frontend/dockerfile/dockerfile2llb/epoch.go``. The kind of its faults is ``bad-source-date``.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.model.dockerfile.graph import StageGraph
from dlint.model.dockerfile.stage import Stage
from dlint.source import Node
from dlint.syntax.dockerfile import values
from dlint.syntax.dockerfile.parser import Add, Arg
from dlint.syntax.dockerfile.validate.base import Faults, fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_NAME: Final = "SOURCE_DATE_EPOCH"
_CONTEXT = pattern(r"[A-Za-z][A-Za-z0-9_.-]*\Z")


def faults_of(graph: StageGraph) -> Faults:
    """What is wrong with the value, or with the stage that it names."""
    binding = graph.globals.bindings.get(_NAME)
    if binding is None or binding.pair is None or not isinstance(binding.value, str):
        return
    value, where = binding.value, binding.pair.value or binding.pair.key
    if value in ("", "context") or value.lstrip("+-").isdecimal():
        return
    stage = graph.by_name(value)
    if stage is not None:
        yield from _source_only(stage, where)
    elif not _CONTEXT.match(value):
        # A name may be that of a context which the command line gives.
        message = f"{_NAME} is a number of seconds since 1970, context, or the name of a stage; {value} is none of them"
        yield fault(where, "bad-source-date", message)


def _source_only(stage: Stage, where: Node) -> Faults:
    """A stage that gives its date has one remote source and nothing else."""
    message = f"The stage {stage.name} gives {_NAME}, so it may only be FROM scratch, ARGs and one ADD of a URL or git"
    if not stage.scratch:
        yield fault(stage.from_.image or where, "bad-source-date", message)
        return
    found = [node for node in stage.instructions[1:] if not isinstance(node, Arg)]
    for node in found:
        if not isinstance(node, Add) or node is not found[0]:
            yield fault(node.keyword, "bad-source-date", message)
            return
        literals = [word.literal for word in node.sources]
        if len(literals) != 1 or not (literals[0] is None or values.is_url(literals[0]) or values.is_git(literals[0])):
            yield fault(node.keyword, "bad-source-date", message)
            return
    if not found:
        yield fault(stage.from_.keyword, "bad-source-date", message)
