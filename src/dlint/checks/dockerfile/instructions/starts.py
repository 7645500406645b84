"""What an image starts, and as whom: shells and users that it does not have."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.dockerfile import Cmd, Entrypoint, Instruction, OwnImage, Run, Stage, User, start_of, value_of


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
        related = [Related(image.place, f"{image.base_name} has no shell")] if image.place is not None else []
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
            related = [Related(image.place, f"{image.base_name} has no such {what}")] if image.place is not None else []
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
