"""What is done by somebody who may not: packages installed, and files of root's changed."""

from __future__ import annotations

import posixpath

from dlint.api import Command, Problem, Problems, Related, check
from dlint.api.dockerfile import (
    MANAGERS,
    Add,
    Copy,
    OwnImage,
    Run,
    ShellCommand,
    Stage,
    Word,
    action,
    always_runs,
    family,
    is_root,
    keeps_user,
    run_of,
    stops_the_step,
    value_of,
)


@check(on=Command(*(name for name, manager in MANAGERS.items() if manager.root)), inside=("user",))
def packages_without_root(command: ShellCommand, stage: Stage) -> Problems:
    """A package manager that changes the system as a user who may not."""
    if not isinstance(stage.user, Word):
        return
    at = stage.position_of(command.span[0])
    user = stage.user_at(at)
    if not isinstance(user, Word):
        return
    if not keeps_user(command) or action(command) not in family(command.name).changing:
        return
    if command.has_flag("--root", "--installroot", "-p", "--download-only", "-d", "--dry-run", "--simulate", "-s"):
        return
    name = stage.expand(user, at).value
    run = run_of(command, stage)
    if not name or is_root(name) or run is None or not always_runs(command, run, stage):
        return
    yield Problem(
        command.name_node,
        f"{command.name} needs root, and this step runs as {name}: write USER root before it, or put it above USER",
        related=[Related(user, "The user from here on")],
    )


@check(on=Command("chmod", "chown", "chgrp"))
def permissions_without_root(command: ShellCommand, stage: Stage) -> Problems:
    """Mode or owner of a file of root's that is changed as a user who may not."""
    run = run_of(command, stage)
    user = _user_of(run, stage) if run is not None and not run.flags else None
    if run is None or not user or is_root(user) or not keeps_user(command):
        return
    words = [word.text for word in command.given if not word.text.startswith("-")][1:]
    copy = _given_to_root(words, run, stage) if words else None
    if copy is None or not stops_the_step(command, run, stage):
        return
    if command.name == "chmod" and copy.flag("chmod") is not None:
        remedy = f"{copy.name} sets its mode with --chmod already: leave this step out"
    else:
        owner = f"={user}" if user != _ANOTHER else ""
        option = "--chmod" if command.name == "chmod" else f"--chown{owner}"
        remedy = f"write {option} on {copy.name} instead, or put the step above USER"
    yield Problem(
        command.name_node,
        f"{command.name} is refused: {copy.name} gave the file to root, and this step runs as {user}; {remedy}",
        related=[Related(copy.keyword, "This makes it root's")],
    )


_ANOTHER = "another user"


def _given_to_root(paths: list[str], run: Run, stage: Stage) -> Copy | Add | None:
    """What brought one of the paths last, if it left it to root and nothing in between may have changed that."""
    folder = stage.workdir_at(run)
    for path in paths:
        if not path.startswith("/") and not isinstance(folder, str):
            continue
        full = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", path))
        for node in reversed(stage.instructions[: stage.position(run)]):
            if isinstance(node, Run) and posixpath.basename(full) not in node.raw and not _hands_over(node):
                continue
            if isinstance(node, Copy | Add):
                to = _file_at(node, stage)
                if to == full and node.flag("chown") is None and getattr(node, "from_", None) is None:
                    return node
                if to is not None and not full.startswith(f"{to}/"):
                    continue
            if isinstance(node, Run | Copy | Add):
                break
    return None


def _hands_over(run: Run) -> bool:
    return any(word in run.raw for word in ("chown", "install", "setfacl"))


def _user_of(run: Run, stage: Stage) -> str | None:
    """Who a step runs as, as USER says or the base image is known to."""
    word = stage.user_at(run)
    if isinstance(word, Word):
        return value_of(word, run, stage)
    image = OwnImage.of_stage(stage)
    if word is None or stage.base is not None:
        return None
    if image.facts is not None and image.facts.user is not None:
        return image.facts.user
    return _ANOTHER if image.as_root is False else None


def _file_at(copy: Copy | Add, stage: Stage) -> str | None:
    """The path of what is copied, if it is one thing; None if nobody knows. A folder's content may go to anybody's."""
    to = value_of(copy.destination, copy, stage) if copy.destination is not None else None
    name = value_of(copy.sources[0], copy, stage) if len(copy.sources) == 1 else None
    folder = stage.workdir_at(copy)
    if not to or not name or not name.strip("./") or any(sign in name for sign in "*?[:"):
        return None
    if not to.startswith("/") and not isinstance(folder, str):
        return None
    into = posixpath.basename(name) if to.endswith("/") or to in (".", "..") else ""
    return posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to, into))
