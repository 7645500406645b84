"""Programs that are compiled in the image they run in."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compilers import builds_program
from dlint.api.dockerfile import (
    SHELLS,
    SYSTEM_NAMES,
    Run,
    ShellCommand,
    Stage,
    commands_of,
    for_development,
    removes,
    started,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# An image that starts one of these is for work with it, not for one program; ``dotnet`` also starts what it has built.
_STARTS: Final = SHELLS | frozenset("cargo go gradle gradlew mvn mvnw swift make".split())


@check(on=Stage)
def built_where_it_runs(stage: Stage) -> Problems:
    """The only stage of a file compiles a program, and is shipped with all that takes."""
    if len(stage.graph.stages) > 1 or stage.os == "windows" or for_development(stage) or not _starts_program(stage):
        return
    for run in stage.of(Run):
        for command in commands_of(run, stage, posix=True):
            if not builds_program(command):
                continue
            if any(_removes(other, command.name) for other in command.script.commands):
                return
            message = f"Let {command.name} build in a stage of its own and copy the result: its tools ship otherwise"
            yield Problem(command.name_node, message)
            return


def _starts_program(stage: Stage) -> bool:
    """Whether a stage says what to start, and that is no tool for developers."""
    first = next(iter(started(stage)), None)
    return first is not None and first.name not in _STARTS


def _removes(command: ShellCommand, tool: str) -> bool:
    """Whether a command removes packages, or folders that are named like the tool."""
    if command.name in SYSTEM_NAMES:
        return removes(command)
    return command.name == "rm" and any(word.text.rstrip("/*").endswith(f"/{tool}") for word in command.arguments)
