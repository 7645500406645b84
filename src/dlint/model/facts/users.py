"""Users: who is root."""

from __future__ import annotations


def is_root(user: str) -> bool:
    """Whether ``user[:group]`` is the superuser, by name or by number."""
    name = user.partition(":")[0].strip()
    return name == "root" or (name.isascii() and name.isdecimal() and not name.strip("0"))


def uid(text: str) -> int | None:
    """The number that a text is, if that may be a user's."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 10 else None
