"""``dlint init``: write a first dlint.toml."""

from __future__ import annotations

import os

import click

from dlint.cli.output import UserError, write, write_file
from dlint.why.words import listed

_START = """\
# Configuration of dlint. `dlint config show` explains what applies to a file and why; `dlint rules` lists the rules.
preset = "recommended"    # recommended, strict, security, style, hadolint, compose-lint, dclint, all, none
fail-on = "warning"       # the lowest severity that makes `dlint` exit with 1

# ignore = ["apt-get-recommends"]
# baseline = "dlint-baseline.json"    # what was there before is not shown; `dlint baseline` takes it down

# [rules.base-image-untagged]
# severity = "error"

# [[paths]]
# files = ["legacy/**"]
# ignore = ["no-user"]
# reason = "replaced next quarter"
"""


@click.command()
@click.option("--force", is_flag=True, help="Replace a dlint.toml, or set another linter's aside.")
def command(force: bool) -> int:
    """Write a dlint.toml with the defaults, commented."""
    if os.path.exists("dlint.toml") and not force:
        raise UserError("dlint.toml is there already; --force replaces it")
    from dlint.cli.migrate import readings

    others = list(readings("."))
    if others and not force:
        files = listed(others)
        raise UserError(
            f"{files} would no longer count: `dlint config migrate` takes over what it says, --force starts anew"
        )
    write_file("dlint.toml", _START)
    write("wrote dlint.toml\n")
    return 0
