"""The names of examples that are kept for environment files which are not."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

_WORDS = ("example", "sample", "template", "dist", "default", "defaults", "tmpl", "tpl")


def examples_of(path: str) -> Iterator[str]:
    """Where an example of the environment file at ``path`` may lie: ``.env.example``, ``example.env`` …"""
    folder, name = posixpath.split(path)
    stem, dot, ending = name.rpartition(".")
    bare = name.lstrip(".")
    for word in _WORDS:
        names = [f"{name}.{word}", f"{name}-{word}", f"{name}_{word}", f"{word}.{bare}", f".{word}.{bare}"]
        names += [f"{bare}.{word}", f"{bare}-{word}"]
        if stem:
            names.append(f"{stem}.{word}{dot}{ending}")
        if name.startswith(".env."):
            names.append(f".env.{word}")
        for one in dict.fromkeys(names):
            yield posixpath.join(folder, one)
