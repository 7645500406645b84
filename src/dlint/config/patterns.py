"""Patterns of paths in a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path (``/`` between folders) fits one of the patterns: ``*``, ``?``, ``[…]``, ``**`` and ``dir/``.

    A pattern without a slash fits a file or folder of that name anywhere.
    """
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
