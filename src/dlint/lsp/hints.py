"""Inlay hints: the value of an argument where it is used, what another file changes, what the image has by itself."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from dlint.lsp import account, images
from dlint.lsp.view import View
from dlint.model.facts.secrets import looks_secret_name
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import From, Run
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar

_LONGEST = 60
_MOST = 500


def hints(view: View, range_: types.Range) -> list[types.InlayHint]:
    """The hints in a range."""
    span = view.span(range_)
    found = _of_dockerfile(view, span) if view.kind == "dockerfile" else iter(())
    if view.kind == "compose":
        found = _of_compose(view, span)
    return [
        types.InlayHint(view.places.position(view.source.text, node.span[1]), text, padding_left=True)
        for node, text, _ in zip(*_columns(found), range(_MOST), strict=False)
    ]


def _columns(found: Iterator[tuple[Node, str]]) -> tuple[list[Node], list[str]]:
    pairs = [*found]
    return [node for node, _ in pairs], [text for _, text in pairs]


def _of_dockerfile(view: View, span: Span) -> Iterator[tuple[Node, str]]:
    workspace = view.workspace
    config = view.folder.configs.of(view.path)
    builds = workspace.builds_of(view.path)
    graph = workspace.configured(view.source, builds, config["build-args"], config["targets"])[0].graph
    for stage in graph.stages:
        for instruction in stage.instructions:
            if instruction.span[1] < span[0] or instruction.span[0] > span[1] or isinstance(instruction, Run):
                continue
            for word in instruction.words:
                uses = word.variables
                if not uses or any(looks_secret_name(use.name) for use in uses):
                    continue
                whole = graph.globals.expand(word) if isinstance(instruction, From) else stage.expand(word, instruction)
                if whole.value is not None and whole.value != word.value:
                    yield word, f"= {_short(whole.value)}"
        yield from images.defaults_of_stage(stage, span)


def _of_compose(view: View, span: Span) -> Iterator[tuple[Node, str]]:
    file = view.workspace.compose_file(view.path)
    model = view.workspace.model_of(view.path)
    if file is None or model is None:
        return
    for service in file.services:
        merged = model.service(service.name)
        if merged is None or not isinstance(service.node, YamlMap):
            continue
        yield from images.defaults_of_service(view, service, span)
        for entry in service.node.entries:
            value = entry.value
            if entry.span[1] < span[0] or entry.span[0] > span[1] or not isinstance(value, YamlScalar):
                continue
            other = merged.map.get(entry.key.value)
            if not isinstance(other, YamlScalar) or looks_secret_name(entry.key.value):
                continue
            if other.source.path != view.path and other.value != value.value:
                yield value, f"→ {_short(account.public(view, other.literal or other.value))} ({other.source.path})"
            elif "$" in value.value and not any(map(looks_secret_name, value.value.split("${"))) and other.literal:
                yield value, f"= {_short(account.public(view, other.literal))}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
