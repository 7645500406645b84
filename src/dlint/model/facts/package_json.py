"""What ``package.json`` says (docs.npmjs.com/cli/configuring-npm/package-json)."""

from __future__ import annotations

from dlint.lazy import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MOST_CHARACTERS: Final = 200_000


def manifest(text: str) -> dict[str, object] | None:
    """The content of a ``package.json``; None if that is not what it is, or too long."""
    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        found = json_value(text.strip())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def scripts(text: str) -> dict[str, str] | None:
    """The scripts of a ``package.json`` by their names; None if they are not known."""
    found = manifest(text)
    named = found.get("scripts", {}) if found is not None else None
    if not isinstance(named, dict):
        return None
    return {name: script for name, script in named.items() if isinstance(script, str)}
