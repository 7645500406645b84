"""``check(blames=...)``: which rules of Compose files are asked where a Dockerfile is linted and they are not."""

from __future__ import annotations

import pytest

from dlint.examples import findings
from dlint.rule.load import builtin
from dlint.rule.rule import Problems, Rule, check
from dlint.source import Node

COMPOSE = [rule for rule in builtin().values() if rule.kind == "compose"]


@pytest.mark.parametrize("rule", COMPOSE, ids=lambda rule: rule.name)
def test_a_rule_that_names_a_place_in_a_dockerfile_says_so(rule: Rule) -> None:
    """What stands in no Compose file of an example, nor in a file of settings, stands in a Dockerfile."""
    for example in rule.page.examples():
        named = {
            related.where.source.path.rpartition("/")[2]
            for finding in (findings(rule, example) if example.verdict == "bad" else ())
            for related in finding.related
        }
        assert rule.check.blames or not any("Dockerfile" in name for name in named), named


def test_a_check_from_elsewhere_is_always_asked() -> None:
    def alone(node: Node) -> Problems:
        yield from ()

    assert check(on=Node)(alone).blames
