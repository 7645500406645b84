"""Each name that another tool has for a rule stands for it: chosen by that name alone, it finds its page's example."""

from __future__ import annotations

import pytest

from dlint.examples import findings
from dlint.library import report_files, rules
from dlint.rule.page_text import Example
from dlint.rule.rule import Rule

# What stands in a block of a page always ends in a newline.
NO_EXAMPLE = {"final-newline-missing"}
RULES = [rule for rule in rules() if rule.aliases and not rule.page.codes and rule.name not in NO_EXAMPLE]


def first_bad(rule: Rule) -> Example:
    return next(one for one in rule.page.examples() if one.verdict == "bad" and findings(rule, one))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_alias_has_an_example(rule: Rule) -> None:
    example = first_bad(rule)
    for alias in rule.aliases:
        config = {"select": [alias], "preset": "none", "shellcheck": False}
        if not example.settings:
            found = report_files(dict(example.files), config=config, today="2026-01-01").findings
            assert rule.name in {finding.rule.name for finding in found}, alias
