"""Where fixes of a Compose file put keys and items of their own."""

from __future__ import annotations

from dlint.lazy import once, pattern
from dlint.source import Edit, Node, Source, Span, edit_of
from dlint.syntax.yaml.nodes import MERGE_KEY, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlint.syntax.compose.service import Service

# What a file with tags has.
_TAGGED = frozenset("!")
_ITEM = pattern(r"([ \t]*)-[ \t]+$")


def key_of(service: Service, name: str) -> Node:
    """Where a person adds to what stands under ``name``: its key, or the service's if it has none in this file."""
    entry = service.entry(name)
    return entry.key if entry is not None and entry.source is service.source else service.key


def new_key(service: Service, *lines: str) -> Edit | None:
    """The edit that gives a service one more key, right below its image or build; None where that is not plain to see.

    ``lines`` are the key's lines, indented from the key itself.
    """
    place = _place_for_keys(service)
    if place is None:
        return None
    source, span, margin, below = place
    if source.mentions_any(_TAGGED):
        name = lines[0].partition(":")[0]
        if source.text.find(f"{margin}{name}:", *service.span) >= 0:
            # It is written, but `!reset` takes it away.
            return None
    return edit_of((source, span, margin.join(("", *lines) if below else (*lines, ""))))


@once
def _place_for_keys(service: Service) -> tuple[Source, Span, str, bool] | None:
    """Where new keys go: source, place, what comes before each of their lines, and whether they go below a line."""
    place = _place_of_key(service)
    if place is None:
        return None
    source, offset, indent, below = place
    return source, Span(offset, offset), f"\n{indent}", below


def _place_of_key(service: Service) -> tuple[Source, int, str, bool] | None:
    """Where a new key goes: source, offset, indentation, and whether below a line rather than before a key."""
    node = service.node
    if not isinstance(node, YamlMap) or node.flow or node.alias is not None or node.anchor is not None:
        return None
    image = next((entry for entry in service.map.entries if entry.key.value == "image"), None)
    if image is not None and not image.source.mentions(MERGE_KEY) and _inside(image.key, service):
        # The keys of a mapping stand in one column, so that one of them tells it.
        column, value = _indentation(image.key), image.value
        if column is not None and isinstance(value, YamlScalar) and _one_line(value, image.key):
            return image.source, image.source.line_span(image.line).end, " " * column, True
    columns = {entry: _indentation(entry.key) for entry in service.map.entries if _inside(entry.key, service)}
    column = min((at for at in columns.values() if at is not None), default=None)
    if column is None:
        return None
    entries = [entry for entry, at in columns.items() if at == column]
    indent = " " * column
    for entry in entries:
        value = entry.value
        if entry.key.value == "image" and isinstance(value, YamlScalar) and _one_line(value, entry.key):
            return entry.source, entry.source.line_span(entry.line).end, indent, True
    for entry in entries:
        end = _end_of(entry.value, entry.key) if entry.key.value == "build" else None
        if end is not None:
            return entry.source, end, indent, True
    first = min(entries, key=lambda entry: entry.span[0]).key
    return first.source, first.span[0], indent, False


def _end_of(value: YamlNode, key: Node) -> int | None:
    """The end of the last line of a key's value in block style; None where that is not plain to see."""
    while isinstance(value, (YamlMap, YamlSeq)) and not value.flow:
        if value.alias is not None or value.anchor is not None or value.source is not key.source:
            return None
        if isinstance(value, YamlSeq):
            if not value.items:
                return None
            value = value.items[-1]
            key = value
        elif value.entries and _indentation(value.entries[-1].key) is not None:
            key, value = value.entries[-1].key, value.entries[-1].value
        else:
            return None
    if not isinstance(value, YamlScalar) or value.alias is not None or not _one_line(value, key):
        return None
    return key.source.line_span(key.line).end


def new_entry(service: Service, path: Sequence[str], text: str) -> Edit | None:
    """The edit that adds ``text`` (``key: value``) to the mapping at ``path``; None where that is not plain to see."""
    node: YamlNode | None = service.node
    for name in path:
        node = node.get(name) if isinstance(node, YamlMap) else None
        if node is None or node.alias is not None or node.anchor is not None:
            return None
    if not isinstance(node, YamlMap) or not _inside(node, service):
        return None
    for entry in reversed(node.entries):
        value = entry.value
        if not isinstance(value, YamlScalar) or not _inside(entry, service) or not _one_line(value, entry.key):
            continue
        if node.flow:
            return value.insert_after(f", {text}")
        indentation = _indentation(entry.key)
        if indentation is not None:
            end = entry.source.line_span(entry.line).end
            return Edit(entry.source, Span(end, end), "\n" + " " * indentation + text)
    return None


def new_item(service: Service, key: str, text: str) -> Edit | None:
    """The edit that appends an item to the list under ``key``; None where that is not plain to see."""
    node = service.get(key)
    if not isinstance(node, YamlSeq) or not node.items or node.alias is not None or node.anchor is not None:
        return None
    last = node.items[-1]
    if not _inside(node, service) or not isinstance(last, YamlScalar) or last.alias is not None:
        return None
    if not _inside(last, service):
        return None
    if node.flow:
        return last.insert_after(f", {text}")
    start = last.source.starts()[last.line - 1]
    match = _ITEM.match(last.source.text[start : last.outer.span[0]])
    if match is None or not _one_line(last, last):
        return None
    end = last.source.line_span(last.line).end
    return Edit(last.source, Span(end, end), f"\n{match.group(1)}- {text}")


def _inside(node: Node, service: Service) -> bool:
    return node.source is service.source and service.span[0] < node.span[0] < service.span[1]


def _indentation(node: Node) -> int | None:
    """How many blanks stand before it in its line; None if something else does."""
    text, offset = node.source.text, node.span[0]
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return None if before.strip(" ") else len(before)


def _one_line(value: YamlScalar, key: Node) -> bool:
    """Whether the value stands on the key's line and ends there."""
    place = value.place
    start, end = place.span
    return place.source is key.source and key.source.text.find("\n", min(start, key.span[0]), end) < 0
