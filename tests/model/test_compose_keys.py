"""Keys that take a boolean: each that the schema has, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import dlint
from dlint.model.compose.keys import boolean_entries
from dlint.model.compose.schema import schema
from dlint.source import Source
from dlint.syntax.compose import file as compose


def booleans(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of the schema's booleans, as keys and, for the items of lists, ``[]``."""
    definitions = schema()["$defs"]
    if "$ref" in node:
        node = definitions[node["$ref"].rpartition("/")[2]]
    if node.get("format") == "boolean":
        yield path
    for branch in node.get("anyOf", ()):
        yield from booleans(branch, path)
    for name, below in node.get("properties", {}).items():
        yield from booleans(below, (*path, name))
    for pattern, below in node.get("patternProperties", {}).items():
        if isinstance(below, dict) and pattern != "^x-":
            yield from booleans(below, (*path, "name"))
    if "items" in node:
        yield from booleans(node["items"], (*path, "[]"))


def nested(path: tuple[str, ...], value: str) -> Any:
    if not path:
        return value
    below = nested(path[1:], value)
    return [below] if path[0] == "[]" else {path[0]: below}


@pytest.mark.parametrize("path", sorted(set(booleans(schema()))), ids=".".join)
def test_every_boolean_of_the_schema_is_seen(path: tuple[str, ...]) -> None:
    text = json.dumps(nested(path, "yes"))
    document = compose.parse(Source("compose.yaml", text)).documents[0]
    assert [entry.key.value for entry in boolean_entries(document)] == [path[-1]]
    found = dlint.lint_files({"compose.yaml": text})
    assert [finding.rule.name for finding in found if finding.rule.name == "boolean-in-old-spelling"] != []


def test_there_are_many() -> None:
    assert len(set(booleans(schema()))) > 25


def test_aliases_and_extensions_are_left_out_and_inline_merges_are_not() -> None:
    text = (
        "x-a: {init: yes}\n"
        "services:\n  a: &a {tty: yes, environment: {init: yes}}\n  b: *a\n"
        "  c: {<<: [{init: yes}, *a], x-b: {tty: yes}}\n"
    )
    document = compose.parse(Source("compose.yaml", text)).documents[0]
    assert [entry.key.value for entry in boolean_entries(document)] == ["tty", "init"]
