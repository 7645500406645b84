"""The compiled Bash grammar."""

from __future__ import annotations

from _frozen_importlib_external import PathFinder

from tree_sitter import Language


def grammar() -> Language:
    """tree-sitter-bash's grammar, taken from its extension module alone.

    The package's ``__init__`` imports importlib.resources, and with it pathlib, urllib and tempfile, for a query that
    is not used here: more time than a short file takes to lint.
    """
    package = PathFinder.find_spec("tree_sitter_bash")
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("tree_sitter_bash._binding", folders) if folders else None
    if spec is None or spec.loader is None:
        from tree_sitter_bash import language

        return Language(language())
    module = spec.loader.create_module(spec)
    assert module is not None
    spec.loader.exec_module(module)
    return Language(module.language())
