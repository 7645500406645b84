"""Compose's schema, asked by a path of keys: what a key means and what may stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dlint.model.compose.schema import schema

_MOST = 200


def parts(path: Sequence[str]) -> list[dict[str, Any]]:
    """The parts of the schema that may be meant for a path; a list item has the key ``[]``."""
    top = schema()
    definitions = top["$defs"]
    found = [*_branches(top, definitions)]
    for key in path:
        below: list[dict[str, Any]] = []
        for part in found:
            for inner in _below(part, key):
                below += _branches(inner, definitions)
        found = below[:_MOST]
    return found


def _branches(part: Any, definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if not isinstance(part, dict):
        return
    yield part
    if "$ref" in part:
        yield from _branches(definitions[part["$ref"].rpartition("/")[2]], definitions)
    for branch in part.get("anyOf", ()):
        yield from _branches(branch, definitions)


def _below(part: dict[str, Any], key: str) -> Iterator[Any]:
    if key == "[]":
        if "items" in part:
            yield part["items"]
        return
    properties = part.get("properties", {})
    if key in properties:
        yield properties[key]
        return
    yield from (inner for pattern, inner in part.get("patternProperties", {}).items() if not pattern.startswith("^x-"))
    if isinstance(part.get("additionalProperties"), dict):
        yield part["additionalProperties"]


def description(path: Sequence[str]) -> str:
    """What a key means; empty if nothing is known of it."""
    return next((part["description"] for part in parts(path) if part.get("description")), "")


def keys(path: Sequence[str]) -> dict[str, str]:
    """The keys that may stand in the mapping at a path, with what each means."""
    found: dict[str, str] = {}
    for part in parts(path):
        for name in part.get("properties", ()):
            found.setdefault(name, description([*path, name]))
    return found


def values(path: Sequence[str]) -> list[str]:
    """The values that may stand at a path, if they are few."""
    found: dict[str, None] = {}
    for part in parts(path):
        found.update(dict.fromkeys(str(value) for value in part.get("enum", ())))
        kinds = part.get("type")
        # What may be a number too takes anything.
        if kinds == "boolean" or (isinstance(kinds, list) and "boolean" in kinds and "number" not in kinds):
            found.update({"true": None, "false": None})
    return [*found]


def is_mapping(path: Sequence[str]) -> bool:
    """Whether a mapping may stand at a path, and nothing but a mapping."""
    kinds = {str(part["type"]) for part in parts(path) if "type" in part}
    return kinds == {"object"}


def is_list(path: Sequence[str]) -> bool:
    """Whether a list may stand at a path, and no single value."""
    kinds = {str(part["type"]) for part in parts(path) if "type" in part}
    return "array" in kinds and not kinds & {"string", "boolean", "integer", "number"}
