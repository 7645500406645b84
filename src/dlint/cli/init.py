"""``dlint init``: write a first dlint.toml."""

from __future__ import annotations

import os

import click

from dlint.cli.output import UserError, say, write, write_file
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
    above = _above()
    write_file("dlint.toml", _START)
    write("wrote dlint.toml\n")
    if above:
        say(f'{above} does not count here any more; extends = ["{above}"] builds on it')
    return 0


def _above() -> str:
    """The configuration further up that has counted here so far; empty if there is none."""
    from dlint.config.file import read_file
    from dlint.config.keys import ConfigError
    from dlint.config.load import FILES
    from dlint.project.roots import root_of

    folder = os.getcwd()
    root = root_of(folder)
    while folder != root and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        for path in (os.path.join(folder, name) for name in FILES):
            try:
                if os.path.isfile(path) and read_file(path, root) is not None:
                    return os.path.relpath(path).replace(os.sep, "/")
            except ConfigError:
                # The run says what is wrong with it.
                continue
    return ""
