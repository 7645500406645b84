"""Joins every page with the check of its name, as they lie on the disk."""

from __future__ import annotations

from dlint.rule.check_modules import checks_in, modules_of
from dlint.rule.page_text import PageError
from dlint.rule.pages import Page, read_pages
from dlint.rule.rule import Check, Rule


def from_sources(kind: str) -> dict[str, Rule]:
    """The rules that ship with dlint for a kind, as their pages and checks say, whatever a table knows."""
    checks: dict[str, Check] = {}
    for module in modules_of(kind):
        checks.update(checks_in(module))
    return join(read_pages((kind,)), checks)


def join(pages: dict[str, Page], checks: dict[str, Check]) -> dict[str, Rule]:
    """The rules of these pages and checks, by name. Raises PageError for one without the other."""
    lonely = sorted(pages.keys() ^ checks.keys())
    if lonely:
        name = lonely[0]
        what = f"the page {pages[name].path} has no check" if name in pages else f"the check {name} has no page"
        raise PageError(f"{what}; a rule is a page KIND/{name}.md and a check {name.replace('-', '_')}")
    return {name: Rule(page, checks[name]) for name, page in pages.items()}
