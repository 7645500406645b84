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
_LONG = ("config", "compose", "rules", "test")
"""Commands whose module is called ``NAME_command``: the plain name would read as something else."""


def load(name: str) -> click.Command:
    """The click command of that name, from the module of that name."""
    from importlib import import_module

    module = import_module(f"dlint.cli.{name}_command" if name in _LONG else f"dlint.cli.{name}")
    command: click.Command = module.command
    return command
