"""No module imports one that imports it, by whatever way: an import in a function or for a type checker counts too."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"

Graph = Mapping[str, frozenset[str]]


def modules_in(folder: Path) -> dict[str, Path]:
    """The modules below a folder by their full names; a package has that of its folder."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def absolute(node: ast.ImportFrom, package: list[str]) -> str:
    """The full name of what a statement imports from; ``package`` is the one that the module stands in."""
    outer = package[: len(package) + 1 - node.level] if node.level else []
    return ".".join((*outer, *((node.module,) if node.module else ())))


def imported(tree: ast.AST, package: list[str]) -> Iterator[tuple[str, str]]:
    """Everything that a module imports, wherever it stands: the module, and a name in it that may be one itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((absolute(node, package), alias.name) for alias in node.names)


def graph_of(folder: Path) -> Graph:
    """Which modules each module below a folder imports."""
    modules = modules_in(folder)
    graph: dict[str, frozenset[str]] = {}
    for name, path in modules.items():
        package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        found = imported(ast.parse(path.read_text(encoding="utf-8")), package)
        targets = {f"{base}.{part}" if f"{base}.{part}" in modules else base for base, part in found}
        # The front door of the whole package offers what it has when it is asked for.
        graph[name] = frozenset(target for target in targets if target in modules and "." in target) - {name}
    return graph


def reach(graph: Graph, start: str) -> set[str]:
    """What a module imports, and what that imports in turn; itself only if one of those imports it."""
    found: set[str] = set()
    waiting = [*graph[start]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


def circles(graph: Graph) -> frozenset[frozenset[str]]:
    """The groups of modules in which each imports each other one, perhaps by way of others."""
    reached = {name: reach(graph, name) for name in graph}
    return frozenset(
        frozenset(other for other in reached[name] if name in reached[other]) for name in graph if name in reached[name]
    )


def test_no_module_is_in_a_circle_of_imports() -> None:
    assert [sorted(circle) for circle in circles(graph_of(SOURCES))] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from p.b import x", "from p.a import y"),
        ("import p.b", "from p import a"),
        ("from . import b", "from .a import y"),
        ("def f():\n    from p.b import x", "import p.a"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b import X", "from p.a import y"),
        ("from p.c import z", "from p.a import y"),
    ],
)
def test_every_kind_of_import_makes_a_circle(tmp_path: Path, one: str, other: str) -> None:
    texts = {"__init__": "", "a": one, "b": other, "c": "from p.b import x" if "p.c" in one else ""}
    (tmp_path / "p").mkdir()
    for name, text in texts.items():
        (tmp_path / "p" / f"{name}.py").write_text(text)
    (circle,) = circles(graph_of(tmp_path))
    assert {"p.a", "p.b"} <= circle


def test_imports_one_way_are_no_circle(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for name, text in {"__init__": "", "a": "from p.b import x\nfrom p.c import y", "b": "import p.c", "c": ""}.items():
        (tmp_path / "p" / f"{name}.py").write_text(text)
    assert circles(graph_of(tmp_path)) == frozenset()
