"""The outline of a document and what of it can be folded."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from dlint.lsp.view import View
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Arg, Dockerfile, Env
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlSeq

_SECTIONS = {
    "services": types.SymbolKind.Module,
    "networks": types.SymbolKind.Interface,
    "volumes": types.SymbolKind.Struct,
    "secrets": types.SymbolKind.Key,
    "configs": types.SymbolKind.File,
    "models": types.SymbolKind.Object,
}
_NAME_LENGTH = 80


def symbols(view: View) -> list[types.DocumentSymbol]:
    """The outline: stages with their instructions, or sections with what they define."""
    if view.kind == "dockerfile":
        return [*_stages(view)]
    return [*_sections(view)] if view.kind == "compose" else []


def _stages(view: View) -> Iterator[types.DocumentSymbol]:
    graph = view.workspace.configured(view.source, (), {}, ())[0].graph
    for instruction in graph.preamble:
        yield _symbol(view, _first_line(instruction), types.SymbolKind.Variable, instruction, instruction.keyword)
    for stage in graph.stages:
        title = stage.name or f"stage {stage.index}"
        symbol = _symbol(view, title, types.SymbolKind.Class, stage, stage.from_.stage_name or stage.from_.keyword)
        image = stage.from_.image
        symbol.detail = image.text if image is not None else None
        symbol.children = [
            _symbol(
                view,
                _first_line(instruction),
                types.SymbolKind.Variable if isinstance(instruction, Arg | Env) else types.SymbolKind.Method,
                instruction,
                instruction.keyword,
            )
            for instruction in stage.instructions
        ]
        yield symbol


def _first_line(node: Node) -> str:
    line = node.raw.split("\n", 1)[0].rstrip(" \t\r\\") or "?"
    return line if len(line) <= _NAME_LENGTH else line[: _NAME_LENGTH - 1] + "…"


def _sections(view: View) -> Iterator[types.DocumentSymbol]:
    file = view.workspace.compose_file(view.path)
    for document in file.documents if file is not None else ():
        for entry in document.entries:
            kind = _SECTIONS.get(entry.key.value, types.SymbolKind.Property)
            symbol = _symbol(view, entry.key.value, types.SymbolKind.Namespace, entry, entry.key)
            if isinstance(entry.value, YamlMap) and entry.value.alias is None:
                symbol.children = [*_entries(view, entry.value, kind, 2)]
            yield symbol


def _entries(view: View, fields: YamlMap, kind: types.SymbolKind, depth: int) -> Iterator[types.DocumentSymbol]:
    for entry in fields.entries:
        symbol = _symbol(view, entry.key.value, kind, entry, entry.key)
        if depth > 1 and isinstance(entry.value, YamlMap) and entry.value.alias is None:
            symbol.children = [*_entries(view, entry.value, types.SymbolKind.Property, depth - 1)]
        yield symbol


def _symbol(view: View, name: str, kind: types.SymbolKind, node: Node, selected: Node) -> types.DocumentSymbol:
    # What is selected lies within the whole, or the editor refuses the answer.
    start, end = min(node.span[0], selected.span[0]), max(node.span[1], selected.span[1])
    whole = view.places.range(node.source, Span(start, end))
    return types.DocumentSymbol(name or "?", kind, whole, view.range(selected))


def folds(view: View) -> list[types.FoldingRange]:
    """Stages, long instructions, here-documents and blocks of comments; entries of a Compose file."""
    found = {(start, end): kind for start, end, kind in _foldable(view) if end > start}
    return [types.FoldingRange(start, end, kind=kind) for (start, end), kind in sorted(found.items())]


def _foldable(view: View) -> Iterator[tuple[int, int, types.FoldingRangeKind | None]]:
    if view.kind == "dockerfile":
        graph = view.workspace.configured(view.source, (), {}, ())[0].graph
        for node in (*graph.stages, *graph.dockerfile.instructions):
            yield (*_lines(view, node), None)
        yield from _comments(graph.dockerfile, view)
    elif view.kind == "compose":
        file = view.workspace.compose_file(view.path)
        for document in file.documents if file is not None else ():
            for entry in document.entries:
                yield from _entry(view, entry)


def _entry(view: View, entry: YamlEntry) -> Iterator[tuple[int, int, types.FoldingRangeKind | None]]:
    value = entry.value
    if value.alias is not None:
        return
    yield (*_lines(view, entry), None)
    maps = [value] if isinstance(value, YamlMap) else []
    if isinstance(value, YamlSeq):
        maps = [item for item in value.items if isinstance(item, YamlMap) and item.alias is None]
    for fields in maps:
        for inner in fields.entries:
            yield from _entry(view, inner)


def _comments(tree: Dockerfile, view: View) -> Iterator[tuple[int, int, types.FoldingRangeKind | None]]:
    lines = sorted(view.range(comment).start.line for comment in tree.comments if comment.inside is None)
    start = last = None
    for line in lines:
        if start is None or last is None or line != last + 1:
            if start is not None and last is not None:
                yield start, last, types.FoldingRangeKind.Comment
            start = line
        last = line
    if start is not None and last is not None:
        yield start, last, types.FoldingRangeKind.Comment


def _lines(view: View, node: Node) -> tuple[int, int]:
    """The first and the last line that a node has a character on."""
    text = view.source.text
    end = node.span[0] + len(text[node.span[0] : node.span[1]].rstrip())
    return view.places.position(text, node.span[0]).line, view.places.position(text, max(end, node.span[0])).line
