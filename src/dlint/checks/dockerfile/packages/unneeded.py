"""Packages for people at a terminal, in an image that runs a service."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, Runs, check
from dlint.api.dockerfile import (
    SHELLS,
    SYSTEM_NAMES,
    UNNEEDED,
    Healthcheck,
    OwnImage,
    Run,
    ShellCommand,
    ShellWord,
    Stage,
    for_development,
    installs,
    removes,
    start_of,
    started,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_BEFORE_VERSION: Final = "=<>~:@/"
_SIGNS: Final = frozenset(_BEFORE_VERSION)
_FOR_PEOPLE: Final = SHELLS | {"fish", "tmux", "screen"}


@check(on=Runs(*SYSTEM_NAMES))
def unneeded_packages(run: Run, stage: Stage, *, every: bool = False) -> Problems:
    """Editors and the like that a step of a shipped service installs; with ``every`` also servers and tools."""
    if not stage.layered or run.onbuild is not None:
        return
    script = stage.script(run)
    commands = [c for c in script.commands if c.name in SYSTEM_NAMES] if script is not None else []
    found = [word for command in commands if installs(command) for word in _unneeded(command, every)]
    if not found or for_development(stage) or any(map(removes, commands)) or not all(map(_serves, _targets(stage))):
        return
    found = [word for word in found if not _is_used(word, stage)]
    if found:
        names = ", ".join(f"{word.text} ({UNNEEDED[_name(word)].purpose})" for word in found[:3])
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        verb, pronoun = ("are", "them") if len(found) > 1 else ("is", "it")
        yield Problem(found[0], f"{names}{more} {verb} for people, not for the service: leave {pronoun} out")


def _name(word: ShellWord) -> str:
    name = word.text
    for sign in "" if _SIGNS.isdisjoint(name) else _BEFORE_VERSION:
        name = name.partition(sign)[0]
    return name


def _unneeded(command: ShellCommand, every: bool) -> list[ShellWord]:
    known = [(word, UNNEEDED.get(_name(word))) for word in command.arguments]
    return [word for word, tool in known if tool is not None and (every or tool.sure)]


def _targets(stage: Stage) -> list[Stage]:
    """The shipped stages that have the stage's layers in them."""
    return [shipped for shipped in stage.graph.shipped if stage in shipped.lineage]


def _serves(stage: Stage) -> bool:
    """Whether an image is there to run a program, other than a shell for people; unknown is no."""
    programs = started(stage)
    if programs:
        return programs[-1].name not in _FOR_PEOPLE or any(not word.startswith("-") for word in programs[-1].words)
    image = OwnImage.of_stage(stage)
    known = [start for start in (image.entrypoint, image.cmd) if start is not None and start.value.words]
    return bool(known) and known[-1].value.words[0].rpartition("/")[2] not in _FOR_PEOPLE


def _is_used(word: ShellWord, stage: Stage) -> bool:
    """Whether something of the image names a program of the package: another command, its start or its health check."""
    programs = UNNEEDED[_name(word)].programs
    for shipped in _targets(stage):
        for at in shipped.lineage:
            for run in at.runs:
                script = at.script(run)
                if script is not None and any(program in script.names for program in programs):
                    return True
        nodes = [node for node, _ in start_of(shipped)]
        health = shipped.last(Healthcheck)
        texts = [node.raw for node in (*nodes, *([health] if health is not None else []))]
        if any(re.search(rf"(?<![\w-]){re.escape(program)}(?![\w-])", text) for program in programs for text in texts):
            return True
    return False
