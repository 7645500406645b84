"""The JSON Schema of ``dlint.toml``, made from the configuration's keys and the rules' options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlint.config.keys import KEYS
from dlint.rule.rule import Rule
from dlint.rule.severity import SEVERITIES
from dlint.rule.words import PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STRINGS = {"type": "array", "items": {"type": "string"}}


def config_schema(rules: Sequence[Rule]) -> dict[str, Any]:
    """The schema (draft 2020-12) as plain data."""
    tables = {rule.name: _rule(rule) for rule in rules}
    levels = {"enum": [*SEVERITIES, "off"]}
    anything = {"anyOf": [levels, {"type": "boolean"}, {"type": "object", "properties": {"severity": levels}}]}
    rule_table = {"type": "object", "properties": tables, "additionalProperties": anything}
    preset = {"enum": [*PRESETS, "all", "none"]}
    shapes: dict[str, Any] = {
        "string": {"type": "string"},
        "url": {"type": "string", "pattern": "^https?://"},
        "strings": {"anyOf": [{"type": "string"}, _STRINGS]},
        "names": {"anyOf": [{"type": "string"}, _STRINGS]},
        "bool": {"type": "boolean"},
        "program": {"type": ["boolean", "string"]},
        "preset": {"anyOf": [preset, {"type": "array", "items": preset}]},
        "severity": {"enum": list(SEVERITIES)},
        "threshold": {"enum": [*SEVERITIES, "never"]},
        "string-table": {"type": "object", "additionalProperties": {"type": "string"}},
        "rules": rule_table,
        "paths": _tables({"files": _STRINGS, "ignore": _STRINGS, "enable": _STRINGS, "rules": rule_table}),
        "services": _tables({"names": _STRINGS, "ignore": _STRINGS}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dlint.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {**shapes[key.shape], "description": key.doc, "default": _plain(key.default)}
            for name, key in KEYS.items()
        },
    }


def _tables(properties: dict[str, Any]) -> dict[str, Any]:
    every = {**properties, "reason": {"type": "string"}}
    return {"type": "array", "items": {"type": "object", "properties": every, "additionalProperties": False}}


def _rule(rule: Rule) -> dict[str, Any]:
    options = {name.replace("_", "-"): _option(default) for name, default in rule.options.items()}
    table = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"severity": {"enum": [*SEVERITIES, "off"]}, **options},
    }
    return {"description": rule.title, "anyOf": [{"enum": [*SEVERITIES, "off"]}, {"type": "boolean"}, table]}


def _option(default: Any) -> dict[str, Any]:
    kind: dict[str, Any]
    if isinstance(default, bool):
        kind = {"type": "boolean"}
    elif isinstance(default, int):
        kind = {"type": "integer"}
    elif isinstance(default, tuple):
        kind = {"type": "array"}
    elif isinstance(default, Mapping):
        kind = {"type": "object"}
    else:
        kind = {"type": "string"}
    return {**kind, "default": _plain(default)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
