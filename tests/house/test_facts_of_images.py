"""Checks ask the model what an image is: none knows one by its name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

CHECKS = Path(__file__).parents[2] / "src" / "dlint" / "checks"
# What holds the name of an image in the view that checks have of it.
_NAMES = ("familiar", "path", "registry", "repository")
_QUESTIONS = ("startswith", "endswith")


def asked_by_name(tree: ast.AST) -> list[int]:
    """The lines in which the name of an image is compared with a text, or with names that the module lists."""
    return [node.lineno for node in ast.walk(tree) if _compares(node) or _begins(node)]


def _compares(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and _is_name(node.left) and any(_is_own(one) for one in node.comparators)


def _begins(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in _QUESTIONS and _is_name(called.value)


def _is_name(node: ast.AST) -> bool:
    """Whether it is the name of what is called an image: ``image.familiar``, ``stage.image.path``."""
    if not isinstance(node, ast.Attribute) or node.attr not in _NAMES:
        return False
    holder = node.value
    return "image" in (holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", ""))


def _is_own(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_own(one) for one in node.elts)
    return isinstance(node, ast.Name) and node.id.lstrip("_").isupper()


@pytest.mark.parametrize("path", sorted(CHECKS.rglob("*.py")), ids=lambda path: path.relative_to(CHECKS).as_posix())
def test_a_check_knows_no_image_by_its_name(path: Path) -> None:
    assert asked_by_name(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "image.familiar == 'php'",
        "stage.image.path in ('a', 'b')",
        "image.familiar in _KNOWN",
        "image.familiar.startswith(X)",
    ],
)
def test_what_would_be_such_a_question(text: str) -> None:
    assert asked_by_name(ast.parse(text)) == [1]


@pytest.mark.parametrize("text", ["image.familiar in more", "image.tag == 'latest'", "mount.path == '/'"])
def test_what_is_none(text: str) -> None:
    assert asked_by_name(ast.parse(text)) == []
