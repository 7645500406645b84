"""Validation of a Compose tree against ``compose-schema.json``, with every fault at its node.

The schema uses a small part of JSON Schema (2020-12): ``type``, ``properties``, ``patternProperties``,
``additionalProperties``, ``propertyNames`` (only against empty ones), ``required``, ``items``, ``uniqueItems``,
``enum``, ``pattern``, ``minimum``, ``maximum``, ``anyOf`` over branches that differ in type, ``$ref`` into ``$defs``,
and ``format`` for what Compose casts text to.
It is walked here, over the nodes themselves: an unknown value fits everywhere, a fault knows its place, and a valid
file costs no import of a validator. The tests hold the walk to the ``jsonschema`` library.
"""

from __future__ import annotations

import os
import re

from dlint.lazy import Any, json_value, pattern
from dlint.syntax.interpolation import lone_variable
from dlint.syntax.quantities import parse_duration, parse_size
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq, to_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from dlint.model.compose.faults import FaultList
    from dlint.source import Node

Schema = dict[str, Any]
Path = tuple[str, ...]

MAX_VALUES = 400_000
_TYPES = {"null": "null", "bool": "boolean", "int": "integer", "float": "number", "str": "string"}
_WORDS = {
    "string": "text",
    "integer": "a number",
    "number": "a number",
    "boolean": "a boolean",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}
_BOOLEANS = frozenset("true false y n yes no on off".split())
_INTEGER = pattern(r"[-+]?[0-9]+")
_NUMBER = pattern(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

_schema: Schema = {}


def schema() -> Schema:
    """The schema, read once."""
    if not _schema:
        with open(os.path.join(os.path.dirname(__file__), "compose-schema.json"), "rb") as file:
            _schema.update(json_value(file.read().decode().strip()))
    return _schema


def check_schema(tree: YamlMap, faults: FaultList) -> bool:
    """Note everything about a prepared and merged tree that the schema refuses; False if it is too large to look at.

    Kinds: ``unknown-key``, ``wrong-type``, ``missing-key``, ``bad-value``, ``duplicate-item``, ``too-large``.
    """
    whole = schema()
    walk = _Walk(faults)
    walk.node(tree, whole, (), tree)
    if walk.left > 0:
        return True
    message = (
        f"The project unfolds to more than {MAX_VALUES} values, so the rest is not checked: extend and include less"
    )
    faults.add(tree.part(tree.span[0], tree.span[0] + 1), "too-large", message)
    return False


# The pattern of keys that may stand anywhere.
_EXTENSION = "^x-"
# What a part of the schema may ask of a scalar besides its type.
_ASKED = frozenset(("enum", "pattern", "format", "minimum", "maximum"))


class Resolver:
    """Finds the part of the schema that is meant for a node or a key. ``definitions`` are what ``$ref`` leads to."""

    # The same few parts are asked for in each file; the schema itself stays, and so do its parts' identities.
    patterns: ClassVar[dict[str, re.Pattern[str]]] = {}
    _resolved: ClassVar[dict[tuple[int, str], Schema]] = {}

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = schema()["$defs"]

    def resolved(self, schema: Schema, node: YamlNode) -> Schema:
        """The schema without references, and the branch that is meant for the node's type."""
        if "$ref" not in schema and "anyOf" not in schema:
            return schema
        key = (id(schema), _form(node))
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(schema, node)
        return found

    def _resolve(self, schema: Schema, node: YamlNode) -> Schema:
        while True:
            target = schema.get("$ref")
            if target is not None:
                schema = self.definitions[target.rpartition("/")[2]]
                continue
            branches = schema.get("anyOf")
            if branches is None:
                return schema
            candidates = [self.resolved(branch, node) for branch in branches]
            fitting = [branch for branch in candidates if fits(node, branch)]
            if not fitting:
                return {"type": [name for branch in candidates for name in _names(branch)]}
            schema = fitting[0]

    def other(self, name: str, schema: Schema) -> Any:
        """The schema of a key that ``properties`` does not name; True for anything, None for nothing."""
        if not name and "propertyNames" in schema:
            return None
        for written, below in schema.get("patternProperties", {}).items():
            if name.startswith("x-") if written == _EXTENSION else self.pattern(written).search(name):
                return below
        more = schema.get("additionalProperties", True)
        return None if more is False else more

    def pattern(self, written: str) -> re.Pattern[str]:
        """The compiled pattern; ``$`` means the end of the text."""
        found = self.patterns.get(written)
        if found is None:
            text = f"{written[:-1]}\\Z" if written.endswith("$") else written
            found = self.patterns[written] = re.compile(text)
        return found


class _Walk(Resolver):
    # Parts of the schema that ask no more of a scalar than its type, with the types that fit.
    _fine: ClassVar[set[tuple[int, str]]] = set()

    def __init__(self, faults: FaultList) -> None:
        super().__init__()
        self.faults = faults
        self.left = MAX_VALUES

    def node(self, node: YamlNode, schema: Schema, path: Path, key: Node) -> None:
        """Check a value; ``key`` is where to point when the value has no characters of its own."""
        self.left -= 1
        if self.left <= 0:
            return
        schema = self.resolved(schema, node)
        if isinstance(node, YamlScalar):
            self.scalar(node, schema, path, key)
        elif isinstance(node, YamlMap):
            if "object" in schema.get("type", "object"):
                self.map(node, schema, path, key)
            else:
                self.wrong_type(node, schema, path, key)
        elif isinstance(node, YamlSeq):
            if "array" in schema.get("type", "array"):
                self.sequence(node, schema, path, key)
            else:
                self.wrong_type(node, schema, path, key)

    def map(self, node: YamlMap, schema: Schema, path: Path, key: Node) -> None:
        properties = schema.get("properties", {})
        for entry in node.entries:
            name = entry.key.value
            below = properties.get(name)
            if below is None:
                below = self.other(name, schema)
            if below is None:
                self.unknown_key(entry, node, schema, path)
            elif below is not True and not self.is_fine(entry.value, below):
                self.node(entry.value, below, (*path, name), entry.key)
        for name in schema.get("required", ()):
            if name not in node.index:
                self.missing_key(node, name, path, key)

    def is_fine(self, node: YamlNode, schema: Schema) -> bool:
        """Whether a value is a scalar of a type that fits, and nothing else is asked of it."""
        if not isinstance(node, YamlScalar):
            return False
        key = (id(schema), _form(node))
        if key in self._fine:
            self.left -= 1
            return True
        exact = self.resolved(schema, node)
        if _ASKED.isdisjoint(exact) and fits(node, exact):
            self._fine.add(key)
        return False

    def sequence(self, node: YamlSeq, schema: Schema, path: Path, key: Node) -> None:
        items = schema.get("items")
        if items is not None:
            for number, item in enumerate(node.items):
                if not self.is_fine(item, items):
                    self.node(item, items, (*path, f"[{number}]"), item)
        if schema.get("uniqueItems") and len(node.items) > 1:
            self.unique(node, path)

    def unique(self, node: YamlSeq, path: Path) -> None:
        seen: dict[str, YamlNode] = {}
        for item in node.items:
            if isinstance(item, YamlScalar):
                literal = item.literal
                text = f"{item.kind} {item.value if literal is None else literal}"
            else:
                text = repr(to_data(item, literal=True))
            first = seen.setdefault(text, item)
            if first is not item:
                message = f"{_shown(item)} stands twice in `{dotted(path)}`: remove one"
                self.faults.add(item.place, "duplicate-item", message, related=first.place)

    def scalar(self, node: YamlScalar, schema: Schema, path: Path, key: Node) -> None:
        wanted = schema.get("type")
        interpolated = "$" in node.value
        text = node.literal
        kind = "str" if interpolated else node.kind
        if wanted is not None and not (_fits_scalar(kind, wanted)):
            self.wrong_type(node, schema, path, key)
        elif text is None:
            name = lone_variable(node.value)
            if name is not None and self.complaint("", "str", schema, path)[0] is not None:
                self.faults.needs_value(_visible(node, key), name, f"an empty `{dotted(path)}`")
        elif kind != "null":
            message, suggestion = self.complaint(text, kind, schema, path)
            if message is None and ("minimum" in schema or "maximum" in schema):
                message = _out_of_range(node, text, kind, schema, path)
            if message is not None:
                kind = "bad-container-name" if path[-1:] == ("container_name",) else "bad-value"
                self.faults.add(_visible(node, key), kind, message, suggestion)

    def complaint(self, text: str, kind: str, schema: Schema, path: Path) -> tuple[str | None, str | None]:
        """What the schema has against a text besides its type and range, and the text that may be meant."""
        message = None
        suggestion = None
        choices = schema.get("enum")
        if choices is not None and text not in choices:
            suggestion = self.faults.guess(text, choices)
            listed = ", ".join(f"`{choice}`" for choice in choices)
            hint = f"did you mean `{suggestion}`?" if suggestion else f"use {listed}"
            message = f"`{text}` is no value for `{dotted(path)}`: {hint}"
        wanted = schema.get("pattern")
        if wanted is not None and not self.pattern(wanted).search(text):
            message = f"`{text}` is no value for `{dotted(path)}`: use {schema.get('x-expected', wanted)}"
        form = schema.get("format")
        if form is not None and kind == "str":
            check = FORMATS.get(form)
            why = check(text) if check is not None else None
            if why is not None:
                message = f"`{text}` is {why[0]} for `{dotted(path)}`: {why[1]}"
                suggestion = why[2]
        return message, suggestion

    def unknown_key(self, entry: YamlEntry, around: YamlMap, schema: Schema, path: Path) -> None:
        name = entry.key.value
        if not name:
            self.faults.add(entry.key, "unknown-key", f"A key of `{dotted(path)}` is empty: give it a name")
            return
        from dlint.model.compose.wrong_keys import meant

        known = list(schema.get("properties", {}))
        slip = meant(entry, around, path, self.definitions["service"]["properties"])
        suggestion = slip[1] if slip is not None else self.faults.guess(name, known)
        where = f"`{dotted(path)}`" if path else "the top level"
        if slip is not None:
            message = f"`{name}` is not a key of {where}: {slip[0]}"
        elif suggestion:
            message = f"`{name}` is not a key of {where}: did you mean `{suggestion}`?"
        elif known:
            message = f"`{name}` is not a key of {where}: remove it, or name it `x-{name}` to keep it"
        else:
            message = f"`{name}` is no name for {where}: use letters, digits, `.`, `_` and `-`"
        self.faults.add(entry.key, "unknown-key", message, suggestion)

    def missing_key(self, node: YamlMap, name: str, path: Path, key: Node) -> None:
        message = f"`{dotted(path)}` lacks `{name}`: add it"
        self.faults.add(key if path else node.place, "missing-key", message)

    def wrong_type(self, node: YamlNode, schema: Schema, path: Path, key: Node) -> None:
        names = _names(schema)
        words = list(dict.fromkeys(_WORDS[name] for name in names))
        wanted = " or ".join(([", ".join(words[:-1])] if len(words) > 1 else []) + words[-1:])
        remedy, suggestion = _remedy(node, names, schema.get("format"))
        if len(path) == 2 and path[0] == "services" and path[1] in self.definitions["service"]["properties"]:
            remedy, suggestion = "it is a key of a service, so indent it below one", None
        where = f"`{dotted(path)}`" if path else "A Compose file"
        message = f"{where} must be {wanted}, this is {_is(node)}: {remedy}"
        self.faults.add(_visible(node, key), "wrong-type", message, suggestion)


def _names(schema: Schema) -> list[str]:
    wanted = schema.get("type", [])
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _form(node: YamlNode) -> str:
    """All of a node that a type of the schema is about."""
    if isinstance(node, YamlScalar):
        return "str" if "$" in node.value else node.kind
    return type(node).__name__


def fits(node: YamlNode, schema: Schema) -> bool:
    """Whether the node has one of the schema's types."""
    wanted = schema.get("type")
    if wanted is None:
        return True
    if isinstance(node, YamlMap):
        return "object" in wanted
    if isinstance(node, YamlSeq):
        return "array" in wanted
    return isinstance(node, YamlScalar) and _fits_scalar("str" if "$" in node.value else node.kind, wanted)


def _fits_scalar(kind: str, wanted: str | list[str]) -> bool:
    name = _TYPES.get(kind)
    if name is None:
        return False
    return name in wanted or (name == "integer" and "number" in wanted)


def dotted(path: Path) -> str:
    """A path as people write it: ``services.web.ports[0]``."""
    return ".".join(path).replace(".[", "[")


def _visible(node: YamlNode, key: Node) -> Node:
    place = node.place
    return place if place.span[1] > place.span[0] else key


def _shown(node: YamlNode) -> str:
    return f"`{node.value}`" if isinstance(node, YamlScalar) else "The same item"


def _is(node: YamlNode) -> str:
    if isinstance(node, YamlMap):
        return "a mapping"
    if isinstance(node, YamlSeq):
        return "a list"
    assert isinstance(node, YamlScalar)
    kind = "str" if "$" in node.value else node.kind
    return "a date" if kind == "timestamp" else _WORDS[_TYPES[kind]]


def _remedy(node: YamlNode, names: list[str], form: str | None) -> tuple[str, str | None]:
    """How to fix a wrong type, and the text that would do in place of the node."""
    if isinstance(node, YamlScalar):
        kind = "str" if "$" in node.value else node.kind
        if kind == "null":
            return "give it a value, or remove the key", None
        if form == "duration" and kind == "int":
            return f"add a unit, such as `{node.value}s`", f"{node.value}s"
        if "string" in names:
            return "put it in quotes", f'"{node.raw}"'
        if "array" in names and (kind == "str" or "object" not in names):
            return "write a list", f"[{node.raw}]"
    elif isinstance(node, YamlSeq) and "object" in names:
        return "remove the dashes", None
    return f"write {_WORDS[names[0]] if names else 'something else'}", None


def _out_of_range(node: YamlScalar, text: str, kind: str, schema: Schema, path: Path) -> str | None:
    data = node.data if kind in ("int", "float") else (float(text) if _NUMBER.fullmatch(text) else None)
    if not isinstance(data, (int, float)) or isinstance(data, bool):
        return None
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and data < low:
        return f"`{dotted(path)}` must be at least {low}, this is {text}: raise it"
    if high is not None and data > high:
        return f"`{dotted(path)}` must be at most {high}, this is {text}: lower it"
    return None


Complaint = tuple[str, str, str | None] | None


def _boolean(text: str) -> Complaint:
    return None if text.lower() in _BOOLEANS else ("no truth value", "write `true` or `false`", None)


def _integer(text: str) -> Complaint:
    return None if _INTEGER.fullmatch(text) else ("no whole number", "write one, such as `3`", None)


def _number(text: str) -> Complaint:
    return None if _NUMBER.fullmatch(text) else ("no number", "write one, such as `0.5`", None)


def _size(text: str) -> Complaint:
    return None if parse_size(text) is not None else ("no size", "write one, such as `512m` or `2g`", None)


def _duration(text: str) -> Complaint:
    if parse_duration(text, days=True) is not None:
        return None
    if _INTEGER.fullmatch(text):
        return "no duration", f"add a unit, such as `{text}s`", f"{text}s"
    return "no duration", "write one, such as `30s` or `1m30s`", None


def _count(text: str) -> Complaint:
    return None if text == "all" or _INTEGER.fullmatch(text) else ("no count", "write a number or `all`", None)


def _host(text: str) -> Complaint:
    return None if re.search(r".[=:]", text) else ("no host name with its address", "write `name=address`", None)


def _pair(text: str) -> Complaint:
    return None if "=" in text else ("no pair", "write `name=value`", None)


def _ssh(text: str) -> Complaint:
    return None if "=" in text or text == "default" else ("no SSH key", "write `default` or `id=path`", None)


FORMATS: dict[str, Callable[[str], Complaint]] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "size": _size,
    "duration": _duration,
    "count": _count,
    "host": _host,
    "pair": _pair,
    "ssh": _ssh,
}
"""What text must look like where Compose casts it: each gives None, or what it is not, the remedy and a suggestion."""
