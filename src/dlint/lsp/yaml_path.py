"""Where in a Compose file an offset is: the keys that lead there."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from dlint.syntax.compose.file import ComposeFile
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlSeq

_DEEPEST = 60


class Spot(NamedTuple):
    """The keys down to an offset (``[]`` for a list item), the last entry and whether the offset is in its key."""

    path: list[str]
    entry: YamlEntry
    in_key: bool
    node: YamlNode


def spot(file: ComposeFile, offset: int) -> Spot | None:
    """What stands at an offset; None outside of every entry."""
    for document in file.documents:
        if document.span[0] <= offset <= document.span[1]:
            return _within(document, offset)
    return None


def _within(document: YamlNode, offset: int) -> Spot | None:
    node: YamlNode = document
    path: list[str] = []
    found: Spot | None = None
    for _ in range(_DEEPEST):
        if isinstance(node, YamlMap):
            entry = next((one for one in node.entries if one.span[0] <= offset <= one.span[1]), None)
            if entry is None:
                return found
            path = [*path, entry.key.value]
            in_key = entry.key.span[0] <= offset <= entry.key.span[1]
            found = Spot(path, entry, in_key, entry.value)
            if in_key or entry.value.alias is not None:
                return found
            node = entry.value
        elif isinstance(node, YamlSeq):
            item = next((one for one in node.items if one.span[0] <= offset <= one.span[1]), None)
            if item is None or found is None:
                return found
            path = [*path, "[]"]
            found = found._replace(path=path, node=item)
            node = item
        else:
            return found
    return found


def used_at(file: ComposeFile, path: list[str]) -> list[str]:
    """The path of keys that one below an ``x-`` key stands for: where an alias first brings what is anchored there."""
    if not path or not path[0].startswith("x-"):
        return path
    for depth in range(1, len(path) + 1):
        node: YamlNode | None = file.map
        for key in path[:depth]:
            node = node.get(key) if isinstance(node, YamlMap) else None
        if node is not None and node.anchor is not None:
            place = _alias_of(file, node)
            if place is not None:
                return [*place, *path[depth:]]
    return path


def _alias_of(file: ComposeFile, node: YamlNode) -> list[str] | None:
    """The path of the first alias of a node outside of ``x-`` keys."""
    waiting: deque[tuple[list[str], YamlNode]] = deque([([], file.map)])
    while waiting:
        path, one = waiting.popleft()
        if path and one.alias is not None:
            if one.span == node.span and one.source is node.source:
                return path
            continue
        if isinstance(one, YamlMap) and len(path) < _DEEPEST:
            for entry in one.entries:
                key = entry.key.value
                if path or not key.startswith("x-"):
                    waiting.append((path if key == "<<" else [*path, key], entry.value))
        elif isinstance(one, YamlSeq):
            waiting += (([*path, "[]"], item) for item in one.items)
    return None
