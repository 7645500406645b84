"""Booleans in spellings that only YAML 1.1 has."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import ComposeFile, YamlMap, YamlNode, YamlScalar, YamlSeq, boolean_entries

_SPELLINGS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}
_LONGEST = len("yes")


@check(on=ComposeFile)
def boolean_in_old_spelling(file: ComposeFile) -> Problems:
    """``yes``, ``on``, ``no`` and the like where a boolean is due."""
    for document in file.documents:
        # Most files have no such value, and to ask what each key takes is long.
        for entry in boolean_entries(document) if _holds_spelling(document) else ():
            value = entry.value
            wanted = _SPELLINGS.get(value.value.lower()) if isinstance(value, YamlScalar) else None
            if wanted is not None:
                yield Problem(
                    value,
                    f"Write {wanted} for {entry.key.value}: {value.raw} is YAML 1.1, and Compose warns of it",
                    fix=Fix(f"Write {wanted}", value.replace(wanted)),
                )


def _holds_spelling(document: YamlMap) -> bool:
    """Whether any value is written so, whatever its key takes."""
    nodes: list[YamlNode] = [document]
    for node in nodes:
        if isinstance(node, YamlScalar):
            if len(node.value) <= _LONGEST and node.value.lower() in _SPELLINGS:
                return True
        elif node.properties is None or node.alias is None:
            if isinstance(node, YamlMap):
                nodes += [entry.value for entry in node.entries]
            elif isinstance(node, YamlSeq):
                nodes += node.items
    return False
