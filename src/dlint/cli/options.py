"""The options that several commands share: which files are linted, by which rules."""

from __future__ import annotations

from collections.abc import Callable

import click

from dlint.lazy import Any
from dlint.rule.pages import PRESETS
from dlint.rule.severity import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Command = TypeVar("_Command", bound=Callable[..., Any])


_LINT = (
    click.option("--select", multiple=True, metavar="RULE", help="Run only these rules. May repeat; commas separate."),
    click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out."),
    click.option("--enable", multiple=True, metavar="RULE", help="Run these rules besides the preset's."),
    click.option("--preset", type=click.Choice([*PRESETS, "all", "none"]), help="The set of rules to start from."),
    click.option("--severity", type=click.Choice(list(SEVERITIES)), help="Only findings this bad or worse."),
    click.option("--config", multiple=True, metavar="FILE|KEY=VALUE", help="A configuration file, or one value."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out paths that fit."),
    click.option("--root", metavar="DIR", help="The project's root (default: the git top level, else this folder)."),
    click.option("--trust", is_flag=True, help="Run code that the project's configuration names, such as plug-ins."),
    click.option("--no-plugins", is_flag=True, help="Run no code that any configuration names."),
)


def lint_options(function: _Command) -> _Command:
    """Give a command the options that choose files and rules, under the names ``cli.run`` knows them by."""
    for option in reversed(_LINT):
        function = option(function)
    return function
