"""``dlint`` without a command: what there is."""

from __future__ import annotations

import click

from dlint.cli.commands import COMMANDS, load
from dlint.cli.output import write

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
def command() -> None:
    """List the commands."""
    write(_ABOUT)
    for name in COMMANDS:
        write(f"  {name:<11} {load(name).get_short_help_str(90)}\n")
    write(_OPTIONS)
