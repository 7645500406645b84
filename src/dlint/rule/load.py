"""The rules that ship with dlint."""

from __future__ import annotations

from dlint.rule.table import tabled
from dlint.rule.words import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.rule.rule import Rule

_loaded: dict[str, dict[str, Rule]] = {}


def builtin(kinds: tuple[str, ...] = KINDS) -> dict[str, Rule]:
    """The rules that ship with dlint for ``kinds``, by name: by their tables, else by their pages and checks."""
    rules: dict[str, Rule] = {}
    for kind in kinds:
        if kind not in _loaded:
            known = tabled(kind)
            if known is None:
                from dlint.rule.sources import from_sources

                known = from_sources(kind)
            _loaded[kind] = known
        rules.update(_loaded[kind])
    return rules
