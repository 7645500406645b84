"""Users: who is root."""

from __future__ import annotations


def is_root(user: str) -> bool:
    """Whether ``user[:group]`` is the superuser, by name or by number."""
    name = user.partition(":")[0].strip()
    return name == "root" or (name.isascii() and name.isdecimal() and not name.strip("0"))
