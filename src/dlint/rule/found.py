"""Rules of findings that an earlier run made: what their pages say, without their checks."""

from __future__ import annotations

from dlint.rule.pages import KINDS, pages_dir, read_page
from dlint.rule.rule import Check, Problems, Rule


def _nothing() -> Problems:
    yield from ()


_NO_CHECK = Check(_nothing, (), False)
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
        if kind not in KINDS or not page_name.replace("-", "").isalnum():
            raise ValueError(f"{name} is no rule")
        try:
            page = read_page(kind, page_name, pages_dir())
        except OSError as error:
            raise ValueError(f"{name} is no rule") from error
        if code:
            if page.code(code) != code:
                raise ValueError(f"{name} is no rule")
            page = page.of_code(code)
        found = _read[name] = Rule(page, _NO_CHECK)
    return found
