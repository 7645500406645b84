"""Patterns of paths in a configuration."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


def matches(path: str, patterns: Collection[str]) -> bool:
    """Whether a path (``/`` between folders) fits one of the patterns: ``*``, ``?``, ``[…]``, ``**`` and ``dir/``.

    A pattern without a slash fits a file or folder of that name anywhere.
    """
    if not patterns:
        return False
    from fnmatch import fnmatchcase

    for pattern in patterns:
        bare = pattern.rstrip("/").removeprefix("./")
        if "/" not in bare:
            if any(fnmatchcase(part, bare) for part in path.split("/")):
                return True
        elif (
            fnmatchcase(path, bare)
            or fnmatchcase(path, bare + "/*")
            or fnmatchcase("/" + path, bare.replace("**", "*"))
        ):
            return True
    return False
