"""Who the container runs as: USER."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, Related, check
from dlint.api.dockerfile import Image, OwnImage, Stage, User, Word, is_root, is_workplace, value_of


@check(on=Stage, having=("shipped",))
def no_user(stage: Stage) -> Problems:
    """A shipped stage without any USER, on an image that nobody says starts as another user than root."""
    if stage.os == "windows" or stage.root.scratch or isinstance(stage.user, Word):
        return
    if is_workplace(stage.source.path):
        return
    run_as = stage.graph.usage.run_as
    if run_as and all(user is not None and not is_root(user) for user in run_as):
        return
    image = stage.root.image
    if image is None or not image.valid or image.has_variable or stage.steps_down:
        return
    as_root = OwnImage.of_stage(stage).as_root
    if as_root is False:
        return
    yield Problem(
        stage.from_.image or stage.from_.keyword,
        f"Add a USER: without one the container runs as the user of {image.familiar},"
        f" {'which is' if as_root else 'most likely'} root",
    )


@check(on=Stage)
def root_user(stage: Stage, *, every_stage: bool = False) -> Problems:
    """A stage whose last USER is root: a shipped image's, or with ``every_stage`` any stage's."""
    users = stage.of(User)
    last = next((node for node in reversed(users) if node.user is not None), None)
    if last is None or last.user is None:
        return
    word = last.user
    if not every_stage and not any(one.user is word for one in stage.graph.shipped if one.shipped):
        return
    value = value_of(word, last, stage)
    if value is not None and is_root(value):
        before = [Related(node, "Not root any more up to here") for node in users[:-1][-1:] if _named(node)]
        message = "Switch to a user without privileges before the stage ends"
        yield Problem(word, message, related=before, minor=_starts_as_root(stage))


def _starts_as_root(stage: Stage) -> bool:
    """Whether the image would run as root without any USER as well."""
    text = stage.root.base_text
    base = Image.named(text, None) if text and stage.root.outside is None else None
    return base is None or base.as_root is not False


def _named(node: User) -> bool:
    return node.user is not None and not is_root(node.user.value)


@check(on=User, onbuild=True)
def user_not_numeric(user: User, stage: Stage, *, even_root: bool = False) -> Problems:
    """USER by name, where Kubernetes can only tell a number from root; root itself only with ``even_root``."""
    word = user.user
    if word is None or stage.os == "windows":
        return
    value = value_of(word, user, stage)
    if value is None:
        return
    name = value.partition(":")[0].strip()
    if name and not name.isdecimal() and (even_root or not is_root(name)):
        yield Problem(word, f"Give the number of the user {name}: runAsNonRoot cannot judge a name")


@check(on=User, onbuild=True)
def user_with_blanks(user: User) -> Problems:
    """USER with more than one word, which becomes the name of one user."""
    word = user.user
    if word is not None and re.search(r"\s", word.text) and not re.search("[\"'\\\\`$]", word.text):
        yield Problem(word, f"Write one user, and its group after a colon: {'USER ' + ':'.join(word.text.split()[:2])}")
