"""What an image starts, and as whom: shells and users that it does not have."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.dockerfile import Cmd, Entrypoint, OwnImage, Stage, User, start_of, value_of


@check(on=Stage)
def shell_form_without_shell(stage: Stage) -> Problems:
    """CMD or ENTRYPOINT in shell form, in an image that has no shell."""
    if not stage.shipped or stage.os == "windows":
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
    if word is None or not value or stage.os == "windows" or stage.root.scratch or not _runs(user, stage):
        return
    name, _, group = value.partition(":")
    image = OwnImage.of_stage(stage)
    for wanted, what, known in ((name, "user", image.user_exists), (group, "group", image.group_exists)):
        if wanted and not wanted.isdecimal() and known(wanted) is False:
            related = [Related(image.place, f"{image.base_name} has no such {what}")] if image.place is not None else []
            message = f"There is no {what} {wanted} in this image: create it first, or give a number"
            yield Problem(word, message, related=related)
            return


def _runs(user: User, stage: Stage) -> bool:
    """Whether a RUN, or the image's container, starts as this user."""
    at = stage.position(user)
    for node in stage.instructions[at + 1 :]:
        if isinstance(node, User):
            return False
        if node.name == "RUN":
            return True
    return stage.shipped or any(isinstance(node, (Cmd, Entrypoint)) for node in stage.instructions[at + 1 :])
