"""Booleans in spellings that only YAML 1.1 has."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import ComposeFile, YamlScalar, boolean_entries

_SPELLINGS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}

# What may stand around a value.
_AROUND = str.maketrans(dict.fromkeys(":,{}[]\"'", " "))


@check(on=ComposeFile)
def boolean_in_old_spelling(file: ComposeFile) -> Problems:
    """``yes``, ``on``, ``no`` and the like where a boolean is due."""
    # Most files have no such word, and to go through all keys takes a while.
    if _SPELLINGS.keys().isdisjoint(file.source.text.lower().translate(_AROUND).split()):
        return
    for document in file.documents:
        for entry in boolean_entries(document):
            value = entry.value
            wanted = _SPELLINGS.get(value.value.lower()) if isinstance(value, YamlScalar) else None
            if wanted is not None:
                yield Problem(
                    value,
                    f"Write {wanted} for {entry.key.value}: {value.raw} is YAML 1.1, and Compose warns of it",
                    fix=Fix(f"Write {wanted}", value.replace(wanted)),
                )
