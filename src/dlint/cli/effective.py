"""The effective Compose model as text: what the containers run with, and where each value comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlint.model.facts.secrets import looks_secret_name
from dlint.source import Span
from dlint.syntax.interpolation import variables
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar, YamlSeq
from dlint.syntax.yaml.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HIDDEN = "********"

Place = Callable[[YamlNode], str]
Secret = Callable[[YamlNode], list[Span]]


def as_yaml(fields: YamlMap, place: Place, secret: Secret) -> str:
    """The mapping as YAML, each value with ``place(node)`` in a comment.

    ``secret(node)`` gives the spans in the file of what must not be shown of a node.
    """
    lines = list(_block(fields, "", place, secret))
    margin = min(max((len(text) for text, _ in lines), default=0), 60)
    return "".join(f"{text:<{margin}}  # {note}".rstrip() + "\n" if note else f"{text}\n" for text, note in lines)


def _block(node: YamlMap | YamlSeq, margin: str, place: Place, secret: Secret) -> Iterator[tuple[str, str]]:
    """Pairs of a line and the comment behind it."""
    if isinstance(node, YamlMap):
        for entry in node.entries:
            yield from _item(f"{margin}{quoted(entry.key.value)}:", f"{margin}  ", entry.value, place, secret)
    else:
        for item in node.items:
            yield from _item(f"{margin}-", f"{margin}  ", item, place, secret)


def _item(start: str, margin: str, value: YamlNode, place: Place, secret: Secret) -> Iterator[tuple[str, str]]:
    if isinstance(value, YamlScalar):
        yield f"{start} {_shown(value, secret)}".rstrip(), _note(value, place)
    elif isinstance(value, YamlMap | YamlSeq) and len(value):
        lines = _block(value, margin, place, secret)
        if start.endswith("-"):
            first, note = next(lines)
            yield f"{start} {first.lstrip()}", note
        else:
            yield start, ""
        yield from lines
    else:
        yield f"{start} {'{}' if isinstance(value, YamlMap) else '[]'}", place(value)


def _note(value: YamlScalar, place: Place) -> str:
    unknown = unknown_variables(value)
    listed = ", ".join(unknown)
    return f"{place(value)}; no value for {listed}" if unknown else place(value)


def unknown_variables(value: YamlScalar) -> list[str]:
    """The variables that keep the value unknown."""
    if "$" not in value.value or value.literal is not None:
        return []
    names = dict.fromkeys(use.name for use in variables(value.value) if use.name)
    return [name for name in names if value.lookup is None or value.lookup(name) is None]


def _shown(value: YamlScalar, secret: Secret) -> str:
    hidden = _masked(value, secret)
    if hidden is not None:
        return quoted(hidden)
    if "$" not in value.value and value.kind != "str":
        return value.value
    return quoted(value.value if value.literal is None else value.literal)


def _masked(value: YamlScalar, secret: Secret) -> str | None:
    """The value without its credentials, None if it has none; all of it is hidden where they cannot be told apart.

    What comes out of a variable with the name of a credential is one, wherever the variable got it.
    """
    spans = secret(value)
    if "$" in value.value and any(looks_secret_name(use.name) for use in variables(value.value)):
        return HIDDEN if value.literal else None
    if not spans:
        return None
    start = value.span[0] + (value.raw[:1] in ("'", '"'))
    if value.source.text[start : start + len(value.value)] != value.value:
        return HIDDEN
    text = value.value
    for span in reversed(spans):
        text = text[: max(span[0] - start, 0)] + HIDDEN + text[max(span[1] - start, 0) :]
    return text


def as_data(fields: YamlNode, place: Place, secret: Secret) -> dict[str, Any]:
    """The mapping as data for JSON: ``model``, and by JSON pointer its values' ``origin`` and ``unknown`` variables."""
    origin: dict[str, str] = {}
    unknown: dict[str, list[str]] = {}

    def data(node: YamlNode, pointer: str) -> Any:
        if isinstance(node, YamlMap) and len(node):
            return {e.key.value: data(e.value, f"{pointer}/{_escaped(e.key.value)}") for e in node.entries}
        if isinstance(node, YamlSeq) and len(node):
            return [data(item, f"{pointer}/{number}") for number, item in enumerate(node.items)]
        origin[pointer] = place(node)
        if not isinstance(node, YamlScalar):
            return {} if isinstance(node, YamlMap) else []
        names = unknown_variables(node)
        if names:
            unknown[pointer] = names
        hidden = _masked(node, secret)
        if hidden is not None:
            return hidden
        if "$" in node.value:
            return node.value if node.literal is None else node.literal
        value = node.data
        return node.value if isinstance(value, float) and value - value != 0 else value

    return {"model": data(fields, ""), "origin": origin, "unknown": unknown}


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
