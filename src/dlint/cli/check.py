"""``dlint check`` for click, which explains its options and refuses what is wrong."""

from __future__ import annotations

import click

from dlint.cli.options import OPTIONS, click_options
from dlint.cli.run import run
from dlint.report import formats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="PATHS...")
@click_options(OPTIONS)
def command(**options: Any) -> int:
    """Lint Dockerfiles, Compose files and ignore files (the default command)."""
    return run(options)


for _parameter in command.params:
    if isinstance(_parameter, click.Option) and _parameter.help:
        _parameter.help = _parameter.help.replace("{formats}", ", ".join(formats()))
