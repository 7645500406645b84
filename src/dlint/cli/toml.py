"""Values as TOML writes them."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(data: Any) -> str:
    """Text, numbers, booleans, lists and tables of them, on one line."""
    if isinstance(data, dict):
        return "{ " + ", ".join(f"{key(name)} = {value(item)}" for name, item in data.items()) + " }" if data else "{}"
    if isinstance(data, tuple | list):
        return "[" + ", ".join(map(value, data)) + "]"
    return json.dumps(data, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else value(name)
