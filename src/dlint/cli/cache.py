"""``dlint cache``: what is kept between runs, where, and how to be rid of it."""

from __future__ import annotations

import os

import click

from dlint.cache import store
from dlint.cli.output import UserError, write
from dlint.report import plural


@click.command()
@click.option("--clear", is_flag=True, help="Take away all that is kept, of every project.")
def command(clear: bool) -> int:
    """Show or clear what is kept between runs."""
    folder = store.cache_folder()
    if not folder:
        raise UserError("nothing is kept: there is no home for a cache folder; XDG_CACHE_HOME names one")
    found = store.contents()
    files = [kept for project in found.values() for kept in project]
    size = sum(kept.size for kept in files)
    held = f"{plural(len(found), 'project')}, {size / 1e6:.1f} MB"
    if clear:
        try:
            store.clear()
        except OSError as error:
            raise UserError(f"{error.filename or folder}: cannot be taken away: {error.strerror}") from error
        write(f"cleared {folder}: {held}\n")
        return 0
    said = sum(kept.size for kept in files if os.path.basename(kept.path) == store.ANSWERS)
    write(
        f"{folder}: {held}\n"
        f"  ShellCheck's answers  {said / 1e6:6.1f} MB\n"
        f"  results of runs       {(size - said) / 1e6:6.1f} MB\n"
        f"At most {store.LARGEST / 1e6:.0f} MB are kept of a project and {store.LARGEST_OF_ALL / 1e6:.0f} MB in all;"
        " what was not used for a month goes.\n"
    )
    return 0
