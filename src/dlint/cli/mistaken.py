"""What people take for a command, or for its place."""

from __future__ import annotations

from dlint.cli.commands import COMMANDS
from dlint.cli.output import UserError
from dlint.syntax.suggest import closest

_WISHES = {
    "lint": ".", "scan": ".", "fix": "--fix .", "format": "--fix .", "diff": "--diff .", "watch": "--watch .",
    "version": "--version", "from-run": "compose from-run", "migrate": "config migrate", "trust": "config trust",
}  # fmt: skip
"""What people take for a command: how it is called instead."""


def refuse_command(message: str) -> None:
    """Raise UserError where a path that is not there was meant for a command: its user waits for no findings."""
    path, _, reason = message.partition(": ")
    if "/" in path or not reason.startswith("no such file"):
        return
    if path in COMMANDS:
        raise UserError(f"{message}; the command comes first, before its options: `dlint {path} …`")
    if path in _WISHES:
        raise UserError(f"{message}; `dlint {_WISHES[path]}` does that")
    command = closest(path, COMMANDS)
    if command is not None:
        raise UserError(f"{message} (did you mean the command {command}?)")
