"""What dlint writes as TOML reads as what it was, in every place that writes some."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.cli import toml
from dlint.cli.markdown import render
from dlint.rule.pages import page_of_text
from dlint.rule.rule import Check, Rule

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)


@given(VALUES)
def test_values_read_back(data: object) -> None:
    assert tomllib.loads(f"x = {toml.value(data)}") == {"x": data}


@pytest.mark.parametrize("name", ["a b", 'a"b', "", "é", "a.b", "plain-key_1"])
def test_keys_read_back(name: str) -> None:
    assert tomllib.loads(f"{toml.key(name)} = 1") == {name: 1}


def test_the_options_of_an_explained_rule_read_back() -> None:
    options = {"names": {"a b": 'c"d', "e": "f\\g"}, "words": ('x"y', "z")}

    def some_rule(node: object, *, names: object = options["names"], words: object = options["words"]) -> list[object]:
        return []

    text = "---\ntitle: Something\nseverity: info\n---\nWords that say what it is about.\n"
    page = page_of_text("dockerfile", "some-rule", "some-rule.md", text)
    shown = render(Rule(page, Check(some_rule, (), False)), False)  # type: ignore[arg-type]
    written = [line.strip() for line in shown.splitlines() if " = " in line]
    assert tomllib.loads("\n".join(written)) == {"names": options["names"], "words": list(options["words"])}
