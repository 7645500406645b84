"""The subcommands by name; each is imported when it is called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import click

COMMANDS = (
    "check",
    "baseline",
    "ignore",
    "explain",
    "rules",
    "config",
    "compose",
    "image",
    "graph",
    "why",
    "init",
    "test",
    "cache",
    "completion",
    "lsp",
)
DEFAULT = "check"
WISHES = {
    "lint": ".", "scan": ".", "fix": "--fix .", "format": "--fix .", "diff": "--diff .", "watch": "--watch .",
    "version": "--version", "from-run": "compose from-run", "migrate": "config migrate", "trust": "config trust",
}  # fmt: skip
"""What people take for a command: how it is called instead."""
_LONG = ("config", "compose", "rules", "test")
"""Commands whose module is called ``NAME_command``: the plain name would read as something else."""


def load(name: str) -> click.Command:
    """The click command of that name, from the module of that name."""
    from importlib import import_module

    module = import_module(f"dlint.cli.{name}_command" if name in _LONG else f"dlint.cli.{name}")
    command: click.Command = module.command
    return command


def refuse_command(message: str) -> None:
    """Raise UserError where a path that is not there was meant for a command: its user waits for no findings."""
    path, _, reason = message.partition(": ")
    if "/" in path or not reason.startswith("no such file"):
        return
    from dlint.cli.output import UserError
    from dlint.syntax.suggest import closest

    if path in COMMANDS:
        raise UserError(f"{message}; the command comes first, before its options: `dlint {path} …`")
    if path in WISHES:
        raise UserError(f"{message}; `dlint {WISHES[path]}` does that")
    command = closest(path, COMMANDS)
    if command is not None:
        raise UserError(f"{message} (did you mean the command {command}?)")
