"""Reads a Bake file, in HCL or in JSON.

Source: buildx (``bake/hclparser``), which reads JSON as HCL's JSON form.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.source import Source, Span
from dlint.syntax import jsonc
from dlint.syntax.bake.blocks import BakeFile, Block
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlSeq


def parse(source: Source) -> BakeFile:
    """Read a Bake file. Never raises."""
    if "\0" in source.text:
        found = BakeFile(source)
        found.broken = True
        return found
    if not source.path.endswith(".json"):
        from dlint.syntax.bake import hcl

        return hcl.parse(source)
    return _of_json(source)


_KINDS = ("target", "group", "variable")


def _of_json(source: Source) -> BakeFile:
    found = BakeFile(source)
    text = jsonc.parse(source)
    found.comments = text.comments
    found.broken = text.broken
    if isinstance(text.root, YamlMap):
        for entry in text.root.entries:
            if entry.key.value in _KINDS:
                found.blocks += _blocks(entry.key.value, entry.value)
            elif entry.key.value == "function":
                found.broken = found.broken or not isinstance(entry.value, YamlMap)
    return found


def _blocks(kind: str, node: YamlNode) -> Iterator[Block]:
    """The blocks below a word; a list there holds more of them."""
    for part in node.items if isinstance(node, YamlSeq) else (node,):
        for entry in part.entries if isinstance(part, YamlMap) else ():
            for fields in entry.value.items if isinstance(entry.value, YamlSeq) else (entry.value,):
                if isinstance(fields, YamlMap):
                    yield Block(kind, entry.key, fields, Span(entry.span[0], max(fields.span[1], entry.key.span[1])))
