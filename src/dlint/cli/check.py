"""The options of ``dlint check``, as click reads and explains them."""

from __future__ import annotations

import click

from dlint.cli.run import run
from dlint.report import formats
from dlint.rule.pages import PRESETS
from dlint.rule.severity import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="PATHS...")
@click.option("--stdin-filename", metavar="PATH", help="With - as path: what the text on standard input is.")
@click.option("--select", multiple=True, metavar="RULE", help="Run only these rules. May repeat; commas separate.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option("--enable", multiple=True, metavar="RULE", help="Run these rules besides the preset's.")
@click.option("--preset", type=click.Choice([*PRESETS, "all", "none"]), help="The set of rules to start from.")
@click.option("--severity", type=click.Choice(list(SEVERITIES)), help="Show only findings this bad or worse.")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="Exit 1 from this severity up (default: warning)."
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option("--config", "config", multiple=True, metavar="FILE|KEY=VALUE", help="A configuration file, or one value.")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    metavar="FORMAT",
    help=f"What to print: {', '.join(formats())}.",
)
@click.option("--group-by", type=click.Choice(["file", "rule"]), default="file", help="Order of the text report.")
@click.option("--statistics", is_flag=True, help="Print a table of findings by rule instead of each finding.")
@click.option("--list-files", is_flag=True, help="Print the files that would be linted, and lint nothing.")
@click.option("--watch", is_flag=True, help="Lint again after each change, until interrupted.")
@click.option("--output", multiple=True, metavar="FORMAT=FILE", help="Also write a report to a file. May repeat.")
@click.option(
    "--sarif-category",
    metavar="NAME",
    default="docker",
    show_default=True,
    help="In SARIF: tells uploads of several runs apart.",
)
@click.option("--fix", is_flag=True, help="Fix what can be fixed safely.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: fix also what may change the result.")
@click.option("--diff", is_flag=True, help="Print the fixes as a diff; write nothing.")
@click.option("--baseline", metavar="FILE", help="Hide the findings that this file of `dlint baseline` lists.")
@click.option("--since", metavar="REV", help="Show only what the change since this Git revision touches or causes.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out paths that fit.")
@click.option("--root", metavar="DIR", help="The project's root (default: the git top level, else this folder).")
@click.option("--trust", is_flag=True, help="Run code that the project's configuration names, such as plug-ins.")
@click.option("--no-plugins", is_flag=True, help="Run no code that any configuration names.")
@click.option("--no-inline-ignores", is_flag=True, help="Do not let comments hide findings.")
@click.option("--show-suppressed", is_flag=True, help="Report hidden findings too, marked as such.")
@click.option("--no-cache", is_flag=True, help="Lint all anew, whatever earlier runs found or ShellCheck said.")
@click.option("--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes at a time (0: one per core).")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text report.")
@click.option("-v", "--verbose", is_flag=True, help="Show tracebacks of rules that failed.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only, no summary.")
def command(**options: Any) -> int:
    """Lint Dockerfiles, Compose files and ignore files (the default command)."""
    return run(options)
