"""``dlint`` without a command: what there is."""

from __future__ import annotations

import click

from dlint.cli.commands import COMMANDS, load
from dlint.cli.output import UserError, write

_ABOUT = """\
Usage: dlint [check] PATHS...   or   dlint COMMAND [OPTIONS]

dlint reads Dockerfiles, Compose files and .dockerignore as one project and says what is wrong,
why, where, and how to fix it. `dlint .` lints everything below this folder.

Commands:
"""
_OPTIONS = """
Options:
  --version   Print the version.
  --help      Print this; `dlint COMMAND --help` for one command.
"""


@click.command()
@click.argument("words", nargs=-1)
def command(words: tuple[str, ...]) -> None:
    """List the commands; behind `dlint help` stands none."""
    if words:
        from dlint.config.keys import did_you_mean

        raise UserError(f"there is no command {words[0]}{did_you_mean(words[0], COMMANDS)}")
    write(_ABOUT)
    for name in COMMANDS:
        write(f"  {name:<11} {load(name).get_short_help_str(90)}\n")
    write(_OPTIONS)
