"""A translation as YAML text, with the place in the command line that each of its lines comes from."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from dlint.from_run.translate import Translation
from dlint.from_run.tree import Leaf, Map, Node
from dlint.lazy import NamedTuple
from dlint.source import Span
from dlint.syntax.yaml.text import in_quotes, quoted

_COMMENT_WIDTH = 96
Line = tuple[str, Span | None]


class Rendered(NamedTuple):
    """The text, and for each of its lines the place in the command line; None where there is no such place."""

    text: str
    origins: list[Span | None]


def render(translation: Translation) -> Rendered:
    """The Compose file: block style, two columns of indent, quotes where YAML needs them."""
    lines: list[Line] = []
    for key, value in translation.document.items():
        if lines:
            lines.append(("", None))
        lines.append((f"{key}:", None))
        assert isinstance(value, dict)
        lines += _entries(translation, key, value)
    return Rendered("".join(f"{text}\n" for text, _ in lines), [span for _, span in lines])


def _entries(translation: Translation, kind: str, entries: Map) -> Iterator[Line]:
    """The entries of a top-level key, each with the comment above it; services stand apart."""
    for number, (name, value) in enumerate(entries.items()):
        head = translation.heads[name] if kind == "services" else _first(value)
        if number and kind == "services":
            yield "", head
        comment = translation.comments.get((kind, name), "")
        for line in wrap(comment, _COMMENT_WIDTH):
            yield f"  # {line}", head
        for line, span in _entry(f"  {quoted(name)}:", value, "  "):
            yield line, span if line.startswith("   ") else head


def _block(node: Node, margin: str) -> Iterator[Line]:
    """The lines of a mapping or a list that is not empty."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _entry(f"{margin}{quoted(key)}:", value, margin)
    elif isinstance(node, list):
        for item in node:
            yield from _item(item, margin)


def _entry(start: str, value: Node, margin: str) -> Iterator[Line]:
    if isinstance(value, Leaf):
        yield f"{start} {written(value)}".rstrip(" "), value.span
    elif value:
        yield start, _first(value)
        yield from _block(value, f"{margin}  ")
    else:
        yield f"{start} {'{}' if isinstance(value, dict) else '[]'}", None


def _item(item: Node, margin: str) -> Iterator[Line]:
    if isinstance(item, Leaf):
        yield f"{margin}- {written(item)}".rstrip(" "), item.span
        return
    for number, (text, span) in enumerate(_block(item, f"{margin}  ")):
        yield (text if number else f"{margin}- {text.lstrip(' ')}"), span


def _first(node: Node) -> Span | None:
    """The place of the first value in a node; None if there is none."""
    while not isinstance(node, Leaf):
        if not node:
            return None
        node = next(iter(node.values() if isinstance(node, dict) else node))
    return node.span


def written(leaf: Leaf) -> str:
    """A value as it stands in the file."""
    if leaf.style == "bare":
        return leaf.text
    return in_quotes(leaf.text) if leaf.style == "quoted" or not leaf.text else quoted(leaf.text)
