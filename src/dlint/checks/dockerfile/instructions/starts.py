"""What an image starts, and as whom: shells and users that it does not have, a program that is named twice."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, check, related_to
from dlint.api.dockerfile import (
    HANDING_ON,
    SHELLS,
    Cmd,
    Entrypoint,
    Instruction,
    OwnImage,
    Run,
    Stage,
    User,
    start_of,
    value_of,
)


@check(on=Stage, having=("shipped",))
def shell_form_without_shell(stage: Stage) -> Problems:
    """CMD or ENTRYPOINT in shell form, in an image that has no shell."""
    if stage.os == "windows":
        return
    for node, at in start_of(stage):
        if node.json or not node.has_arguments or at.shell_at(node).words[:1] != ("/bin/sh",):
            continue
        image = OwnImage.of_stage(stage)
        if image.program("sh") is not False:
            return
        related = related_to(image.place, f"{image.base_name} has no shell")
        message = f"There is no shell in this image, which {node.name} in shell form needs: write it in exec form"
        yield Problem(node.keyword, message, related=related)


@check(on=User)
def user_unknown(user: User, stage: Stage) -> Problems:
    """USER by a name that the image does not know, where something runs as that user."""
    word = user.user
    value = value_of(word, user, stage) if word is not None else None
    if word is None or not value or stage.os == "windows" or stage.root.scratch:
        return
    used = _used_by(user, stage)
    if used is None:
        return
    name, _, group = value.partition(":")
    image = OwnImage.of_stage(stage)
    if isinstance(used, Run):
        image = image.before(user)
    for wanted, what, known in ((name, "user", image.user_exists), (group, "group", image.group_exists)):
        if wanted and not wanted.isdecimal() and known(wanted) is False:
            related = related_to(image.place, f"{image.base_name} has no such {what}")
            message = f"There is no {what} {wanted} in this image: create it first, or give a number"
            yield Problem(word, message, related=related)
            return


def _used_by(user: User, stage: Stage) -> Instruction | None:
    """The RUN that starts as this user, or what is started in the end; None if nobody does."""
    at = stage.position(user)
    for node in stage.instructions[at + 1 :]:
        if isinstance(node, User):
            return None
        if isinstance(node, Run):
            return node
    started = next((node for node in stage.instructions[at + 1 :] if isinstance(node, (Cmd, Entrypoint))), None)
    return started or (user if stage.shipped else None)


@check(on=Stage, having=("shipped",))
def image_command_repeats_entrypoint(stage: Stage) -> Problems:
    """CMD that begins with the program that ENTRYPOINT starts already, both in exec form."""
    starts = start_of(stage)
    if len(starts) != 2 or not all(node.json and node.words for node, _ in starts):
        return
    program, first = (node.words[0] for node, _ in starts)
    name = posixpath.basename(program.text)
    same = program.text == first.text or (name == posixpath.basename(first.text) and "/" in program.text + first.text)
    # These may well run the words that they are given.
    if not same or name in SHELLS | HANDING_ON or name.endswith((".sh", ".py", ".bash")) or "entrypoint" in name:
        return
    yield Problem(
        first,
        f"ENTRYPOINT starts {program.text} already, which gets this word as its argument: give the arguments alone",
        related=[Related(program, "It is started here")],
    )
