"""docs/advice.md names for each advice rules that exist, with the presets that their pages give them."""

from __future__ import annotations

import re

import pytest

from dlint.library import rules
from dlint.rule.rule import Rule
from places import ROOT

PAGE = (ROOT / "docs" / "advice.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| *(.*?) *\| \[([\w-]+)\]\(\.\./rules/(\w+)/([\w-]+)\.md\) \| (.*?) \|$", PAGE, re.MULTILINE)
RULES = {rule.name: rule for rule in rules()}
# What a reviewer of containers looks at; each must have a row of the page.
ADVICE = (
    "COPY rather than ADD", "other than root", "Pinned versions", "Few layers", ".dockerignore", "No secrets",
    "Capabilities dropped", "Read-only root", "Limits", "privileged", "Docker socket", "Seccomp and AppArmor",
    "User namespaces", "Networks", "not on all interfaces", "rotated", "restart policy", "An init", "health check",
    "Exec form", "One service per container", "ask nobody", "nobody needs", "Small bases", "Multi-stage", "Labels",
    "Absolute WORKDIR", "Volumes for data", "No tabs",
)  # fmt: skip


def presets(rule: Rule) -> str:
    page = rule.page
    named = [name for name in ("recommended", "strict", "style") if name in page.presets]
    if "recommended" in named and "strict" in named:
        named.remove("strict")
    if page.category == "security" or "security" in page.presets:
        named.append("security")
    return ", ".join(named) or "off"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_each_row_says_what_the_page_of_the_rule_says(row: tuple[str, str, str, str, str]) -> None:
    _, name, kind, file, on = row
    rule = RULES[name]
    assert (rule.kind, rule.name) == (kind, file)
    assert on == presets(rule)


@pytest.mark.parametrize("words", ADVICE)
def test_each_advice_has_a_rule_that_runs(words: str) -> None:
    starts = [at for at, row in enumerate(ROWS) if words in row[0]]
    assert starts, words
    end = next((at for at in range(starts[0] + 1, len(ROWS)) if ROWS[at][0]), len(ROWS))
    assert any(row[4] != "off" for row in ROWS[starts[0] : end])


def test_no_line_of_the_tables_is_out_of_form() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("|") and "---" not in line and "advice" not in line]
    assert len(lines) == len(ROWS) > 60
