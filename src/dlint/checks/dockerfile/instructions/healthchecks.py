"""HEALTHCHECK and the programs it needs."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.dockerfile import NEEDS_NO_PROGRAM, SHELLS, Healthcheck, OwnImage, Stage, needed_in, script_of_words


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
        return [(command.name_node, command.name) for command in needed_in(script)]
    words = list(command.words) if command.json else []
    name = posixpath.basename(words[0].value) if words else ""
    return [(words[0], name)] if name and name not in NEEDS_NO_PROGRAM and name not in SHELLS else []
