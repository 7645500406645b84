"""Which files describe a place to work in, and nothing that is shipped."""

from __future__ import annotations


def is_workplace(path: str) -> bool:
    """Whether the file at ``path`` belongs to a dev container.

    Its files lie in ``.devcontainer`` or in folders below (containers.dev/implementors/spec, "devcontainer.json").
    """
    return "/.devcontainer/" in f"/{path}"
