"""Rules of findings that an earlier run made: what their pages say, without their checks."""

from __future__ import annotations

from dlint.rule.pages import page_of
from dlint.rule.rule import Rule, shown

_read: dict[str, Rule] = {}


def name_of(rule: Rule) -> str:
    """What ``rule_named`` knows a rule by: KIND/NAME, or KIND/FAMILY/CODE for a code that a page gathers."""
    page = rule.page
    return f"{page.kind}/{page.family}/{page.name}" if page.family else f"{page.kind}/{page.name}"


def rule_named(name: str) -> Rule:
    """The rule of that name, which reports may show and nothing may run. Raises ValueError if there is none."""
    found = _read.get(name)
    if found is None:
        kind, _, rest = name.partition("/")
        page_name, _, code = rest.partition("/")
        found = _read[name] = shown(page_of(kind, page_name, code))
    return found
