"""HEALTHCHECK and the programs it needs."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.dockerfile import Healthcheck, OwnImage, Script, Stage

_SHELLS = ("sh", "bash", "ash", "dash")
# What shells have built in, and programs that run others.
_OTHERS = frozenset(
    "test [ if while for case set cd export exit true false : echo kill command exec timeout env trap wait return eval"
    " printf read type umask unset . source pwd let".split()
)


@check(on=Healthcheck)
def healthcheck_tool_missing(healthcheck: Healthcheck, stage: Stage) -> Problems:
    """A HEALTHCHECK whose program a shipped image does not have."""
    if stage.os == "windows" or (stage.root.image is None and not stage.root.scratch):
        return
    called = _called(healthcheck, stage)
    if called is None:
        return
    where, tool = called
    for shipped in stage.graph.shipped:
        if shipped.last(Healthcheck) is not healthcheck:
            continue
        image = OwnImage.of_stage(shipped)
        if image.program(tool) is False:
            base = stage.root.from_.image or stage.root.from_.keyword
            message = (
                f"Nothing puts {tool} into this image, so the check always fails: install it, or use a program it has"
            )
            yield Problem(where, message, related=[Related(base, f"{image.base_name} comes without {tool}")])
            return


def _called(healthcheck: Healthcheck, stage: Stage) -> tuple[Node, str] | None:
    """The word that names the program a check calls first, and that program."""
    command = healthcheck.command
    if command is None:
        return None
    if command.json:
        words = command.words
        name = posixpath.basename(words[0].value) if words else ""
        if name in _SHELLS and len(words) > 2 and words[1].value == "-c":
            first = words[2].value.partition(" ")[0]
            return (
                (words[2], first) if first.isalnum() and first not in _OTHERS and "||" not in words[2].value else None
            )
        return (words[0], name) if name and name not in _OTHERS and name not in _SHELLS else None
    script: Script | None = stage.script(healthcheck)
    if script is None or not script.posix or not script.commands:
        return None
    first_command = script.commands[0]
    if first_command.name in _OTHERS or first_command.conditional or _has_other(script):
        return None
    return (first_command.name_node, first_command.name) if first_command.name else None


def _has_other(script: Script) -> bool:
    """Whether another program is asked where the first one fails."""
    return any(command.operator_before == "||" and command.name not in _OTHERS for command in script.commands[1:])
