"""JSON with comments and trailing commas, with exact places, whatever the text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.source import Source
from dlint.syntax.jsonc import JsonText, parse
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar, YamlSeq, to_data

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def read(text: str) -> JsonText:
    return parse(Source("a.json", text))


@given(VALUES)
def test_what_json_writes_is_read_again(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent="\t")):
        found = read(text)
        assert not found.broken
        assert to_data(found.root) == value


def test_comments_and_trailing_commas_are_passed_over() -> None:
    found = read('// one\n{\n  "a": [1, 2,], /* two */\n  "b": "x", // three\n}\n')
    assert to_data(found.root) == {"a": [1, 2], "b": "x"}
    assert [comment.raw for comment in found.comments] == ["// one", "/* two */", "// three"]
    assert not found.broken


def test_every_value_knows_its_place() -> None:
    found = read('{"a": {"b": ["x\\ny"]}}')
    root = found.root
    assert isinstance(root, YamlMap)
    inner = root.get("a")
    assert isinstance(inner, YamlMap) and inner.raw == '{"b": ["x\\ny"]}'
    items = inner.get("b")
    assert isinstance(items, YamlSeq)
    item = items.items[0]
    assert isinstance(item, YamlScalar) and (item.raw, item.value) == ('"x\\ny"', "x\ny")
    assert item.at(2, 3).raw == "y"


@pytest.mark.parametrize(
    "text", ["", "{", '{"a"', '{"a": }', "[1 2]", '"a', "{]", "nul{", "\0", "/", "{'a': 1}", "1 2"]
)
def test_a_mistake_ends_the_reading(text: str) -> None:
    assert read(text).broken


def test_what_stands_before_a_mistake_is_kept() -> None:
    assert to_data(read('{"a": 1, "b": {"c": 2, ').root) == {"a": 1}


def test_deep_nesting_is_a_mistake() -> None:
    assert read("[" * 100_000).broken


@given(st.text(alphabet='{}[]",:/*\\\n ab1', max_size=60))
def test_any_text_is_read(text: str) -> None:
    read(text)
