"""Completion in a Compose file, by the indentation alone: what is being typed may be no YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from dlint.lsp import images, paths, schema
from dlint.lsp.compose_words import FIRST, values
from dlint.lsp.names import DEFINITIONS
from dlint.lsp.offer import Offer
from dlint.lsp.view import View
from dlint.lsp.yaml_path import spot, used_at
from dlint.syntax.yaml.nodes import FOLDED, LITERAL, YamlScalar

_NAMED_LISTS = {
    "depends_on": "services",
    "networks": "networks",
    "secrets": "secrets",
    "configs": "configs",
    "models": "models",
    "volumes_from": "services",
    "links": "services",
}
_MOST_LINES = 5_000
_KEY = re.compile(r"([ \t]*)((?:-[ \t]+)*)([\w./-]+):(?:[ \t]|\r?$)")
# A key with the beginning of its value; with that of a list in brackets; an item or a key of its own.
_VALUE = re.compile(r"([ \t]*(?:-[ \t]+)*)([\w.-]+):[ \t]+[\"']?([\w.:/@-]*)$")
_LISTED = re.compile(r"([ \t]*(?:-[ \t]+)*)([\w.-]+):[ \t]+\[(?:[^\]]*,)?[ \t]*[\"']?[\w.-]*$")
_ITEM = re.compile(r"([ \t]*)((?:-[ \t]+)+)?[\"']?([\w./-]*)")


def offers(view: View, offset: int, before: str) -> Iterator[Offer]:
    """What may stand at an offset of a Compose file; ``before`` is its line up to there."""
    if _in_text(view, offset):
        return
    if re.search(r"\$\{?\w*$", before):
        model = view.workspace.model_of(view.path)
        for name in sorted(model.variables if model is not None else ()):
            yield Offer(name, types.CompletionItemKind.Variable, "From `.env`")
    elif re.search(r"(?:^|[\s\[,])\*[\w-]*$", before):
        for name in dict.fromkeys(re.findall(r"(?<![\w&])&([\w-]+)", view.source.text)):
            yield Offer(name, types.CompletionItemKind.Reference, "An anchor of this file")
    elif (value := _VALUE.match(before)) is not None:
        path = _meant(view, [*_parents(view, offset, len(value[1])), *_dashes(value[1]), value[2]])
        yield from images.offers(value[3]) if path[:1] == ["services"] and path[2:] == ["image"] else ()
        yield from _values(view, path)
        yield from paths.beside(view, path, value[3])
    elif (listed := _LISTED.match(before)) is not None:
        yield from _values(view, _meant(view, [*_parents(view, offset, len(listed[1])), listed[2], "[]"]))
    elif (item := _ITEM.fullmatch(before)) is not None:
        yield from _at_start(view, offset, item)


def _in_text(view: View, offset: int) -> bool:
    """Whether an offset is in a text of several lines, below the key that it is for."""
    file = view.workspace.compose_file(view.path)
    here = spot(file, offset) if file is not None else None
    if here is None or not isinstance(here.node, YamlScalar) or here.node.style not in (LITERAL, FOLDED):
        return False
    source = view.source
    return here.node.span[0] < offset and source.line(here.node.span[0]) < source.line(offset)


def _at_start(view: View, offset: int, item: re.Match[str]) -> Iterator[Offer]:
    """What may stand at the start of a line, or behind a dash."""
    dashed = item[2] is not None
    indent = len(item[1]) + len(item[2] or "")
    path = _meant(view, _parents(view, offset, len(item[1]) + 1 if dashed else indent))
    if dashed:
        path = [*path, "[]"]
        yield from _values(view, path)
        yield from paths.beside(view, path, item[3])
    else:
        yield from _named(view, path)
    if path[:1] == ["services"] and path[2:3] == ["environment"]:
        mark = "=" if dashed else ": "
        for name, meaning in images.variables_of_service(view, path[1]):
            yield Offer(name, types.CompletionItemKind.Variable, meaning, name + mark)
    there = _siblings(view, offset, indent)
    found = {name: meaning for name, meaning in schema.keys(path).items() if name not in there}
    for name in sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)):
        yield Offer(name, types.CompletionItemKind.Property, found[name], _written([*path, name], indent))


def _written(path: list[str], indent: int) -> str:
    """A key with what goes below it."""
    below = "\n" + " " * (indent + 2)
    if schema.is_mapping(path):
        return f"{path[-1]}:{below}"
    return f"{path[-1]}:{below}- " if schema.is_list(path) else f"{path[-1]}: "


def _meant(view: View, path: list[str]) -> list[str]:
    """The path that one below an ``x-`` key stands for."""
    file = view.workspace.compose_file(view.path)
    return used_at(file, path) if file is not None else path


def _siblings(view: View, offset: int, indent: int) -> set[str]:
    """The keys of the mapping that a line is in, that line left out."""
    text = view.source.text
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    found: set[str] = set()
    for lines in (reversed(text[:start].split("\n")[:-1]), text[end + 1 :].split("\n") if end >= 0 else ()):
        for line in list(lines)[:_MOST_LINES]:
            match = _KEY.match(line)
            if line.strip() and not line.lstrip().startswith("#") and len(line) - len(line.lstrip(" \t-")) < indent:
                break
            if match is not None and len(match[1]) + len(match[2]) == indent:
                found.add(match[3])
                if match[2]:
                    break
    return found


def _dashes(lead: str) -> list[str]:
    return ["[]"] * lead.count("-")


def _values(view: View, path: list[str]) -> Iterator[Offer]:
    for value, meaning in {**dict.fromkeys(schema.values(path), ""), **values(path)}.items():
        yield Offer(value, types.CompletionItemKind.Value, meaning)
    yield from _named(view, [key for key in path if key != "[]"])
    model = view.workspace.model_of(view.path)
    if path[-1:] == ["target"] and "build" in path and model is not None and len(path) > 2:
        from dlint.workspace.service_build import service_build

        service = model.service(path[1])
        build = service_build(model, service) if service is not None else None
        graph = view.workspace.graph_of(build) if build is not None else None
        for stage in graph.stages if graph is not None else ():
            if stage.name:
                yield Offer(stage.name, types.CompletionItemKind.Class, f"Stage of `{stage.source.path}`")


def _named(view: View, path: list[str]) -> Iterator[Offer]:
    """The things of the project that a key of a service takes by name."""
    kind = _NAMED_LISTS.get(path[-1]) if len(path) == 3 and path[0] == "services" else None
    if path[-1:] == ["service"] and "extends" in path:
        kind = "services"
    if len(path) == 3 and path[2] == "volumes":
        kind = "volumes"
    model = view.workspace.model_of(view.path)
    if kind is None or model is None:
        return
    for one in model.services if kind == "services" else getattr(model, kind) if kind in DEFINITIONS else ():
        if kind != "services" or one.name != path[1]:
            text = f"{one.name}:" if kind == "volumes" else ""
            yield Offer(one.name, types.CompletionItemKind.Reference, f"One of the {kind} of this project", text)


def _parents(view: View, offset: int, indent: int) -> list[str]:
    """The keys above a line that is indented so far, by the indentation alone: what is being typed may be no YAML."""
    lines = view.source.text[: view.source.text.rfind("\n", 0, offset) + 1].split("\n")
    path: list[str] = []
    for line in reversed(lines[-_MOST_LINES:]):
        match = _KEY.match(line)
        if match is None:
            continue
        own = len(match[1]) + len(match[2])
        if own < indent:
            path = [match[3], *path]
            if match[2]:
                path = ["[]", *path]
            indent = len(match[1]) + (1 if match[2] else 0)
            if not own:
                break
        elif match[2] and len(match[1]) < indent <= own:
            # A later key of the same list item.
            path = ["[]", *path]
            indent = len(match[1]) + 1
    return path
