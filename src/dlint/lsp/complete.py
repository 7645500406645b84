"""Completion: what may stand where the cursor is, by the text before it."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol import types

from dlint.config.keys import KEYS
from dlint.config.load import FILES
from dlint.lsp import images, schema, words
from dlint.lsp.names import DEFINITIONS
from dlint.lsp.view import View
from dlint.rule.severity import SEVERITIES
from dlint.rule.words import PRESETS
from dlint.source import Span
from dlint.syntax.dockerfile.grammar import (
    CACHE_SHARING,
    FLAGS,
    INSTRUCTIONS,
    MOUNT_BARE_KEYS,
    MOUNT_TYPES,
    NETWORK_MODES,
    PLATFORM_ARGS,
    SECURITY_MODES,
)

_WORD = re.compile(r"(?<![\w.@/-])[\w.@/-]*$")
_VALUES = {
    "network": NETWORK_MODES,
    "security": SECURITY_MODES,
    "platform": ("$BUILDPLATFORM", "$TARGETPLATFORM", "linux/amd64", "linux/arm64"),
}
_MOUNT_VALUES = {"type": MOUNT_TYPES, "sharing": CACHE_SHARING, "required": ("true", "false")}
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
_MOST_IMAGES = 200
# Within a quote of a list of rules' names, which may go over lines.
_IN_NAMES = re.compile(r"""^[ \t]*(?:select|enable|ignore)[ \t]*=[ \t]*+\[?[^\]=]*["'][\w./*-]*\Z""", re.M)


class Offer(NamedTuple):
    """One word that may stand there; ``text`` is what is written, the word itself without it."""

    word: str
    kind: types.CompletionItemKind
    meaning: str = ""
    text: str = ""


def complete(view: View, position: types.Position) -> list[types.CompletionItem]:
    """What may stand at a position."""
    offset = view.offset(position)
    before = view.source.text[view.source.text.rfind("\n", 0, offset) + 1 : offset]
    typed = _WORD.search(before)
    start = offset - (len(typed[0]) if typed is not None else 0)
    span = Span(start, offset)
    found = [*_offers(view, offset, before)]
    return [_item(view, offer, span, number) for number, offer in enumerate(found)]


def _item(view: View, offer: Offer, span: Span, number: int) -> types.CompletionItem:
    return types.CompletionItem(
        offer.word,
        kind=offer.kind,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, offer.meaning) if offer.meaning else None,
        sort_text=f"{number:04}",
        filter_text=offer.text or offer.word,
        text_edit=types.TextEdit(view.places.range(view.source, span), offer.text or offer.word),
    )


def _offers(view: View, offset: int, before: str) -> Iterator[Offer]:
    if posixpath.basename(view.path) in FILES:
        yield from _in_configuration(view, offset, before)
    elif "#" in before and re.search(r"#\s*dlint\s*:\s*ignore(-stage|-file)?\s*=[\w./,\s-]*$", before):
        yield from _rules(view)
    elif re.search(r"#\s*dlint\s*:\s*[\w-]*$", before):
        for verb, meaning in (
            ("ignore=", "Hide findings of the line or instruction below."),
            ("ignore-stage=", "Hide findings of the whole stage."),
            ("ignore-file=", "Hide findings of the whole file."),
        ):
            yield Offer(verb, types.CompletionItemKind.Keyword, meaning)
    elif view.kind == "dockerfile":
        yield from _in_dockerfile(view, offset, before)
    elif view.kind == "compose":
        yield from _in_compose(view, offset, before)


def _rules(view: View) -> Iterator[Offer]:
    for name, rule in sorted(view.folder.configs.catalogue.rules.items()):
        yield Offer(name, types.CompletionItemKind.EnumMember, rule.title)


# dlint.toml


def _in_configuration(view: View, offset: int, before: str) -> Iterator[Offer]:
    text = view.source.text[:offset]
    header = re.findall(r"^[ \t]*\[++([^\]\n]*+)\]", text, re.M)
    table = header[-1].strip().removeprefix("tool.dlint").strip(".") if header else ""
    if re.match(r"[ \t]*\[+[ \t]*(tool\.dlint\.)?rules\.[\w-]*$", before) or _IN_NAMES.search(text):
        yield from _rules(view)
    elif re.match(r"[ \t]*preset[ \t]*=[ \t]*\W*[\w-]*$", before):
        yield from (Offer(name, types.CompletionItemKind.EnumMember) for name in (*PRESETS, "all", "none"))
    elif re.match(r"[ \t]*(?:severity|fail-on)[ \t]*=[ \t]*\W*[\w-]*$", before):
        more = ("off",) if table.startswith("rules") else ("never",) if "fail-on" in before else ()
        yield from (Offer(name, types.CompletionItemKind.EnumMember) for name in (*SEVERITIES, *more))
    elif re.fullmatch(r"[ \t]*[\w-]*", before):
        if not table:
            yield from (Offer(key, types.CompletionItemKind.Property, KEYS[key].doc) for key in KEYS)
        elif table == "rules":
            yield from _rules(view)


# Dockerfiles


def _in_dockerfile(view: View, offset: int, before: str) -> Iterator[Offer]:
    graph = view.workspace.configured(view.source, (), {}, ())[0].graph
    found = next((one for one in graph.dockerfile.instructions if one.span[0] < offset <= one.span[1] + 1), None)
    begun = found is not None and (
        found.span[0] < view.source.text.rfind("\n", 0, offset) + 1 or " " in before.lstrip()
    )
    if re.search(r"\$\{?\w*$", before):
        yield from _variables(view, offset)
    elif not begun and re.fullmatch(r"[ \t]*\w*", before):
        for name in INSTRUCTIONS:
            form, meaning = words.INSTRUCTIONS[name]
            yield Offer(name, types.CompletionItemKind.Keyword, f"`{form}`\n\n{meaning}")
    elif re.match(r"[ \t]*ONBUILD[ \t]+\w*$", before, re.I):
        yield from (Offer(n, types.CompletionItemKind.Keyword, words.INSTRUCTIONS[n][1]) for n in INSTRUCTIONS)
    else:
        name = found.name if found is not None else before.split(None, 1)[0].upper()
        yield from _arguments(view, name, before, offset)


def _arguments(view: View, name: str, before: str, offset: int) -> Iterator[Offer]:
    flag = re.search(r"--(\w[\w-]*)=([^\s]*)$", before)
    if flag is not None and flag[1] == "mount":
        yield from _mount(view, flag[2], offset)
    elif flag is not None and flag[1] == "from":
        yield from _stages(view, offset)
    elif flag is not None:
        for value in _VALUES.get(flag[1], ()):
            yield Offer(value, types.CompletionItemKind.Value)
    elif re.search(r"(?:^|\s)--?[\w-]*$", before):
        for each, rule in FLAGS.get(name, {}).items():
            text = f"--{each}" + ("" if rule.kind == "bool" else "=")
            yield Offer(text, types.CompletionItemKind.Property, words.FLAGS.get(each, ""), text)
    elif name == "FROM" and (image := re.match(r"\s*FROM(?:\s+--\S+)*\s+(\S*)$", before, re.I)):
        yield from _stages(view, offset)
        yield from _images(image[1])


def _mount(view: View, written: str, offset: int) -> Iterator[Offer]:
    last = written.rpartition(",")[2]
    key, equals, _ = last.partition("=")
    if equals and key == "from":
        yield from _stages(view, offset)
    elif equals:
        yield from (Offer(value, types.CompletionItemKind.Value) for value in _MOUNT_VALUES.get(key, ()))
    else:
        for name, meaning in words.MOUNTS.items():
            text = name if name in MOUNT_BARE_KEYS else f"{name}="
            yield Offer(text, types.CompletionItemKind.Property, meaning)


def _stages(view: View, offset: int) -> Iterator[Offer]:
    graph = view.workspace.configured(view.source, (), {}, ())[0].graph
    for stage in graph.stages:
        if stage.name and stage.span[1] < offset:
            yield Offer(stage.name, types.CompletionItemKind.Class, f"Stage from `{stage.base_text or '?'}`")


def _images(written: str) -> Iterator[Offer]:
    for name, meaning in itertools.islice(images.names(written), _MOST_IMAGES):
        yield Offer(name, types.CompletionItemKind.Module, meaning)


def _variables(view: View, offset: int) -> Iterator[Offer]:
    graph = view.workspace.configured(view.source, (), {}, ())[0].graph
    stage = next((one for one in reversed(graph.stages) if one.from_.span[1] < offset), None)
    known = dict(graph.globals.bindings)
    if stage is not None:
        known = stage.env_at(stage.position_of(offset))
    for name in sorted(known):
        yield Offer(name, types.CompletionItemKind.Variable, known[name].kind.upper())
    if stage is None:
        yield from (
            Offer(name, types.CompletionItemKind.Variable, "Set by the builder") for name in sorted(PLATFORM_ARGS)
        )


# Compose files


def _in_compose(view: View, offset: int, before: str) -> Iterator[Offer]:
    if re.search(r"\$\{?\w*$", before):
        model = view.workspace.model_of(view.path)
        for name in sorted(model.variables if model is not None else ()):
            yield Offer(name, types.CompletionItemKind.Variable, "From `.env`")
        return
    value = re.match(r"([ \t]*(?:-[ \t]+)*)([\w.-]+):[ \t]+[\"']?([\w.:/@-]*)$", before)
    if value is not None:
        path = [*_parents(view, offset, len(value[1])), *_dashes(value[1]), value[2]]
        yield from _images(value[3]) if path[:1] == ["services"] and path[2:] == ["image"] else ()
        yield from _compose_values(view, path)
        return
    item = re.fullmatch(r"([ \t]*)((?:-[ \t]+)+)?([\w.-]*)", before)
    if item is None:
        return
    indent = len(item[1]) + len(item[2] or "")
    path = _parents(view, offset, indent if item[2] is None else len(item[1]) + 1)
    if item[2] is not None:
        path = [*path, "[]"]
        yield from _compose_values(view, path)
    if item[2] is None:
        yield from _named(view, path)
    if path[:1] == ["services"] and path[2:3] == ["environment"]:
        mark = "=" if item[2] is not None else ": "
        for name, meaning in images.variables_of_service(view, path[1]):
            yield Offer(name, types.CompletionItemKind.Variable, meaning, name + mark)
    for name, meaning in schema.keys(path).items():
        inner = [*path, name]
        below = "\n" + " " * (indent + 2)
        text = f"{name}:" + (below if schema.is_mapping(inner) else f"{below}- " if schema.is_list(inner) else " ")
        yield Offer(name, types.CompletionItemKind.Property, meaning, text)


def _dashes(lead: str) -> list[str]:
    return ["[]"] * lead.count("-")


def _compose_values(view: View, path: list[str]) -> Iterator[Offer]:
    for value in schema.values(path):
        yield Offer(value, types.CompletionItemKind.Value)
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
        match = re.match(r"([ \t]*)((?:-[ \t]+)*)([\w./-]+):(?:[ \t]|\r?$)", line)
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
