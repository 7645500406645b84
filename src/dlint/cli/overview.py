"""``dlint`` without a command: what there is."""

from __future__ import annotations

import click

from dlint.cli.commands import COMMANDS, load


@click.command()
def command() -> None:
    """List the commands."""
    click.echo("Usage: dlint [check] PATHS...   or   dlint COMMAND [OPTIONS]\n")
    click.echo("dlint reads Dockerfiles, Compose files and .dockerignore as one project and says what is wrong,")
    click.echo("why, where, and how to fix it. `dlint .` lints everything below this folder.\n\nCommands:")
    for name in COMMANDS:
        click.echo(f"  {name:<11} {load(name).get_short_help_str(90)}")
    click.echo(
        "\nOptions:\n"
        "  --version   Print the version.\n"
        "  --help      Print this; `dlint COMMAND --help` for one command."
    )
