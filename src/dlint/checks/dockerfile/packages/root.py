"""Packages installed by somebody who may not."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    MANAGERS,
    ShellCommand,
    Stage,
    Word,
    action,
    family,
    is_root,
    keeps_user,
)

_BRANCHES = pattern(r"(?<![^\s;&|(])(?:if|case|fi|esac)(?![^\s;)])")


@check(on=Command(*(name for name, manager in MANAGERS.items() if manager.root)), inside=("user",))
def packages_without_root(command: ShellCommand, stage: Stage) -> Problems:
    """A package manager that changes the system as a user who may not."""
    if not isinstance(stage.user, Word):
        return
    at = stage.position_of(command.span[0])
    user = stage.user_at(at)
    if not isinstance(user, Word):
        return
    following = command.script.commands[command.index + 1 : command.index + 2]
    if following and following[0].operator_before == "||":
        return
    if not keeps_user(command) or command.conditional or action(command) not in family(command.name).changing:
        return
    if _in_branch(command):
        return
    if command.has_flag("--root", "--installroot", "-p", "--download-only", "-d", "--dry-run", "--simulate", "-s"):
        return
    name = stage.expand(user, at).value
    if not name or is_root(name):
        return
    yield Problem(
        command.name_node,
        f"{command.name} needs root, and this step runs as {name}: write USER root before it, or put it above USER",
        related=[Related(user, "The user from here on")],
    )


def _in_branch(command: ShellCommand) -> bool:
    """Whether a command stands between ``if`` and ``fi``, or in a ``case``, and a variable decides whether it runs."""
    before = command.code.code[: command.start]
    tests: list[str] = []
    for word in _BRANCHES.finditer(before):
        if word[0] in ("if", "case"):
            tests.append(before[word.end() :].partition("then")[0].partition(" in ")[0])
        elif tests:
            tests.pop()
    return any("$" in test for test in tests)
