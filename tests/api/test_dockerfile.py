"""``dlint.api.dockerfile`` has what it says, whether that is imported at once or when somebody asks for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from dlint.api import dockerfile


def late() -> Iterator[tuple[str, str, str]]:
    """What the imports for type checkers say: module, name there, and name here."""
    tree = ast.parse(Path(dockerfile.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    for node in block.body:
        assert isinstance(node, ast.ImportFrom) and node.module is not None
        yield from ((node.module, alias.name, alias.asname or alias.name) for alias in node.names)


@pytest.mark.parametrize(("module", "name", "here"), list(late()))
def test_a_name_that_is_imported_late_is_the_one_that_type_checkers_see(module: str, name: str, here: str) -> None:
    vars(dockerfile).pop(here, None)
    home = import_module(module)
    assert getattr(dockerfile, here) is (getattr(home, name, None) or import_module(f"{module}.{name}"))
    assert vars(dockerfile)[here] is getattr(dockerfile, here)


def test_all_that_it_offers_is_there_and_nothing_else() -> None:
    assert [name for name in dockerfile.__all__ if not hasattr(dockerfile, name)] == []
    with pytest.raises(AttributeError, match=r"'dlint\.api\.dockerfile' has no attribute 'Dokcerfile'"):
        dockerfile.__getattr__("Dokcerfile")
