"""Packages installed by somebody who may not."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, Related, check
from dlint.api.dockerfile import (
    MANAGERS,
    ShellCommand,
    Stage,
    Word,
    action,
    always_runs,
    family,
    is_root,
    keeps_user,
    run_of,
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
