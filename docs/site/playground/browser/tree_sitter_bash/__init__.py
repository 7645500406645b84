"""Stands for the package of this name in the browser: the grammar that web-tree-sitter has loaded."""

from __future__ import annotations

from typing import Any

from dlint_browser import grammar  # type: ignore[import-not-found]


def language() -> Any:
    """The grammar's handle: an object of JavaScript with ``parse``, ``kinds``, ``fields`` and ``idForNodeType``."""
    return grammar
