"""HEALTHCHECK and the programs it needs."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.dockerfile import BUILT_IN, SHELLS, Healthcheck, OwnImage, Script, Stage, script_of_words

_OTHERS = BUILT_IN | {"timeout", "env"}
"""What shells have built in, and programs that run others."""

_PASSED = frozenset(("[", "echo", "env", "exec", "printf", "test", "timeout"))
"""Programs behind which the next command counts as well."""


@check(on=Healthcheck)
def healthcheck_tool_missing(healthcheck: Healthcheck, stage: Stage) -> Problems:
    """A HEALTHCHECK with a program, which it cannot do without, that a shipped image does not have."""
    if stage.os == "windows" or (stage.root.image is None and not stage.root.scratch):
        return
    called = _called(healthcheck, stage)
    for shipped in stage.graph.shipped if called else ():
        if shipped.last(Healthcheck) is not healthcheck:
            continue
        image = OwnImage.of_stage(shipped)
        for where, tool in called:
            if image.program(tool) is False:
                yield _missing(where, tool, image, stage)
                return


def _missing(where: Node, tool: str, image: OwnImage, stage: Stage) -> Problem:
    base = stage.root.from_.image or stage.root.from_.keyword
    message = f"Nothing puts {tool} into this image, so the check always fails: install it, or use a program it has"
    return Problem(where, message, related=[Related(base, f"{image.base_name} comes without {tool}")])


def _called(healthcheck: Healthcheck, stage: Stage) -> list[tuple[Node, str]]:
    """The words that name the programs a check cannot do without, and these programs."""
    command = healthcheck.command
    if command is None:
        return []
    script = script_of_words(command.words) if command.json else stage.script(healthcheck)
    if script is not None:
        return _needed(script)
    words = list(command.words) if command.json else []
    name = posixpath.basename(words[0].value) if words else ""
    return [(words[0], name)] if name and name not in _OTHERS and name not in SHELLS else []


def _needed(script: Script) -> list[tuple[Node, str]]:
    """The commands up to the first ``||`` or ``;`` all of which must work, if nothing else is asked where they fail."""
    if not script.posix or script.has_error or _has_other(script):
        return []
    found: list[tuple[Node, str]] = []
    for command in script.commands:
        if command.conditional or command.operator_before not in ("", "&&", "|"):
            break
        if command.name and command.name not in _OTHERS:
            found.append((command.name_node, command.name))
        elif command.name not in _PASSED:
            break
    return found


def _has_other(script: Script) -> bool:
    """Whether another program is asked where the first one fails."""
    return any(command.operator_before == "||" and command.name not in _OTHERS for command in script.commands[1:])
