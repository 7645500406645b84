"""What a Compose file will hold: mappings, lists and values, each value with the place it comes from."""

from __future__ import annotations

import csv
import re
from itertools import pairwise

from dlint.from_run.fault import FromRunError
from dlint.lazy import NamedTuple
from dlint.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

_VARIABLE = re.compile(r"\$\{(\w++)(?>(?:[^{}]++|\{[^{}]*+\})*)\}")
_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]+")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


class Leaf(NamedTuple):
    """A value. ``style``: ``text``, ``quoted`` (text that always has quotes) or ``bare`` (a number, true, false)."""

    text: str
    span: Span
    style: str = "text"


Node: TypeAlias = "Leaf | list[Node] | dict[str, Node]"
Map: TypeAlias = "dict[str, Node]"


def number(text: str, span: Span) -> Leaf:
    """A number as YAML writes it; anything else stays text, so that whoever reads the file can judge it."""
    return Leaf(text, span, "bare" if NUMBER.fullmatch(text) else "text")


def put(tree: Map, path: str, value: Node) -> None:
    """Write ``value`` under the keys of ``path``, which dots divide."""
    *parents, last = path.split(".")
    for key in parents:
        tree = mapping(tree, key)
    tree[last] = value


def mapping(tree: Map, key: str) -> Map:
    """The mapping under ``key``, made if need be."""
    found = tree.setdefault(key, {})
    assert isinstance(found, dict)
    return found


def add(tree: Map, path: str, value: Node) -> None:
    """Append ``value`` to the list under ``path``."""
    *parents, last = path.split(".")
    for key in parents:
        tree = mapping(tree, key)
    found = tree.setdefault(last, [])
    assert isinstance(found, list)
    found.append(value)


def without_repeats(node: Node) -> Node:
    """The node with no item twice in a list, as Compose wants it."""
    if isinstance(node, dict):
        return {key: without_repeats(value) for key, value in node.items()}
    if isinstance(node, list):
        found: dict[str, Node] = {}
        for item in node:
            found.setdefault(repr(plain(item)), item)
        return [*found.values()]
    return node


def plain(node: Node) -> object:
    """The node without places and styles."""
    if isinstance(node, Leaf):
        return node.text
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(item) for item in node]


def by_names(text: str) -> str:
    """The text with each variable's name, in lower case, in its place."""
    return _VARIABLE.sub(lambda match: match[1].lower(), text)


def key_of(text: str, fallback: str) -> str:
    """A name for a key of ``services``, ``networks`` and their like: variables by their names, other signs dropped."""
    return _NOT_NAME.sub("-", by_names(text)).strip("-._") or fallback


def fields(text: str, span: Span) -> list[tuple[str, str]]:
    """The ``key=value`` pairs of a value that is one row of comma-separated values, keys in lower case.

    Raises FromRunError where it is no such row.
    """
    try:
        row = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise FromRunError("this value is no row of comma-separated values", span) from error
    pairs = [item.partition("=") for item in row if item]
    return [(key.strip().lower(), value) for key, _, value in pairs]


def split_colons(text: str) -> list[str]:
    """The parts between colons; those in variables and brackets, and the one behind a drive letter, divide nothing."""
    cuts = [-1]
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "{[") - (char in "}]")
        drive = at == 1 and text[0].isalpha() and text[2:3] in ("\\", "/")
        if char == ":" and depth <= 0 and not drive:
            cuts.append(at)
    return [text[start + 1 : end] for start, end in pairwise([*cuts, len(text)])]
