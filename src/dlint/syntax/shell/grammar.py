"""The compiled Bash grammar, and what reads by it."""

from __future__ import annotations

import sys
from _frozen_importlib_external import PathFinder

from dlint.lazy import module_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from tree_sitter import Language, Parser


def parser_and_grammar() -> tuple[Parser, Language]:
    """A parser for Bash, and the grammar that it reads by."""
    reader = _binding("tree_sitter")
    language: Language = reader.Language(_binding("tree_sitter_bash").language())
    return reader.Parser(language), language


def _binding(name: str) -> ModuleType:
    """What a package has: its extension module alone, unless somebody has imported the whole or there is none.

    What ``__init__`` of tree-sitter-bash imports for a query takes more time than a short file to lint:
    importlib.resources, and with it pathlib, urllib and tempfile; that of tree-sitter imports typing. Who asks for the
    whole later has the same extension.
    """
    full = f"{name}._binding"
    package = PathFinder.find_spec(name) if name not in sys.modules else None
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec(full, folders) if folders else None
    module = spec.loader.create_module(spec) if spec is not None and spec.loader is not None else None
    if spec is None or spec.loader is None or module is None:
        return module_named(name)
    spec.loader.exec_module(module)
    sys.modules[full] = module
    return module
