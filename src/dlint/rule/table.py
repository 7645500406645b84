"""The rules as a wheel knows them in advance: no page is opened, and no check imported, before it is needed.

The tables are modules beside this one, one for each kind, which ``hatch_build.py`` makes of the pages and the checks
when a wheel is built. A checkout has none.
"""

from __future__ import annotations

from dlint import __version__
from dlint.lazy import module_named
from dlint.rule.check_modules import module
from dlint.rule.pages import Page, pages_dir
from dlint.rule.rule import Check, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def row(rule: Rule) -> tuple[Any, ...]:
    """What a table says of a rule: plain values and severities."""
    return rule.page.facts, rule.check.function.__module__, rule.check.facts


def tabled(kind: str) -> dict[str, Rule] | None:
    """The rules of a kind, by name, as their table has them; None if there is none of this version."""
    try:
        table = module_named(f"{__package__}.table_{kind}")
        if __version__ != table.VERSION:
            return None
        folder = f"{pages_dir()}/{kind}"
        return {name: _rule(kind, name, f"{folder}/{name}.md", *row) for name, row in table.ROWS.items()}
    except Exception:
        # Whatever is wrong with a table, the pages and the checks are there, too.
        return None


def _rule(kind: str, name: str, path: str, of_page: tuple[Any, ...], home: str, of_check: tuple[Any, ...]) -> Rule:
    return Rule(Page.known(kind, name, path, of_page), _Tabled(name, home, of_check))


class _Tabled(Check):
    """A check that is imported when its function is asked for."""

    __slots__ = ("home",)

    def __init__(self, name: str, home: str, facts: tuple[Any, ...]) -> None:
        self.name = name
        self.home = home
        (
            self.nodes, self.commands, self.runs, self.faults, self.keys, self.options, self.context, self.onbuild,
            self.windows, self.only, self.given,
        ) = facts  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        """The function, while its slot is empty."""
        if name != "function":
            raise AttributeError(name)
        found: Check = vars(module(self.home))[self.name.replace("-", "_")]
        self.function = found.function
        return self.function
