"""Definition, references, highlights and rename: places that mean the same."""

from __future__ import annotations

import re

from lsprotocol import types

from dlint.lsp import links, names
from dlint.lsp.names import Mention, Thing
from dlint.lsp.view import View
from dlint.source import Source, Span

_RENAMED = {"stage", "variable", "services", "networks", "volumes", "secrets", "configs", "models", "anchor"}
_GOOD = {
    "stage": re.compile(r"[a-z][a-z0-9._-]*"),
    "variable": re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    "anchor": re.compile(r"[A-Za-z0-9_.-]+"),
}
_OTHER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")


class RenameError(ValueError):
    """A name that cannot be given; the message says why."""


def definition(view: View, position: types.Position) -> list[types.Location]:
    """Where the thing at a position is made; for a path the file that it leads to."""
    offset = view.offset(position)
    found = names.mentions(view)
    here = names.at(found, view.path, offset)
    if here is not None:
        made = [one for one in _unique(found, here.thing) if one.defines]
        if made:
            return [view.location(one.node) for one in _in_effect(view, here, made)]
    target = links.target_at(view, offset)
    if target is None:
        return []
    start = types.Position(0, 0)
    return [types.Location(view.uri(target), types.Range(start, start))]


def _in_effect(view: View, here: Mention, made: list[Mention]) -> list[Mention]:
    """Of the places that set a variable the one that counts where it is used; all of them where that is unknown."""
    if here.thing.kind != "variable" or view.kind != "dockerfile" or here.defines:
        return made
    graph = view.workspace.configured(view.source, (), {}, ())[0].graph
    offset = here.node.span[0]
    stage = next((one for one in reversed(graph.stages) if one.span[0] <= offset), None)
    if stage is None or offset <= stage.from_.span[1]:
        binding = graph.globals.get(here.thing.name)
    else:
        binding = stage.env_at(stage.position_after(offset)).get(here.thing.name)
    place = binding.pair.key.span if binding is not None and binding.pair is not None else None
    return [one for one in made if one.node.source.path == view.path and one.node.span == place] or made


def references(view: View, position: types.Position, declared: bool) -> list[types.Location]:
    """Every place that means the thing at a position; with ``declared`` those that make it too."""
    found = names.mentions(view)
    here = names.at(found, view.path, view.offset(position))
    if here is None:
        return []
    return [view.location(one.node) for one in _unique(found, here.thing) if declared or not one.defines]


def highlights(view: View, position: types.Position) -> list[types.DocumentHighlight]:
    """The places in the document itself."""
    found = names.mentions(view)
    here = names.at(found, view.path, view.offset(position))
    if here is None:
        return []
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [
        types.DocumentHighlight(view.range(one.node), kinds[one.defines])
        for one in _unique(found, here.thing)
        if one.node.source.path == view.path
    ]


def _unique(found: list[Mention], thing: Thing) -> list[Mention]:
    places: dict[tuple[str, Span], Mention] = {}
    for one in names.same(found, thing):
        key = (one.node.source.path, one.node.span)
        if key not in places or one.defines:
            places[key] = one
    return sorted(places.values(), key=lambda one: (one.node.source.path, one.node.span))


def renamed_here(view: View, position: types.Position) -> types.PrepareRenamePlaceholder | None:
    """The name at a position, if it can be given another."""
    found = names.mentions(view)
    here = names.at(found, view.path, view.offset(position))
    if here is None or _obstacle(view, found, here.thing):
        return None
    return types.PrepareRenamePlaceholder(view.range(here.node), here.node.raw)


def rename(view: View, position: types.Position, name: str) -> types.WorkspaceEdit | None:
    """The changes that give the thing at a position another name everywhere. Raises RenameError."""
    found = names.mentions(view)
    here = names.at(found, view.path, view.offset(position))
    if here is None:
        return None
    thing = here.thing
    reason = _obstacle(view, found, thing) or _fault(found, thing, name)
    if reason:
        raise RenameError(reason)
    edits: dict[str, list[tuple[Source, Span, str]]] = {}
    for one in _unique(found, thing):
        edits.setdefault(one.node.source.path, []).append((one.node.source, Span(*one.node.span), name))
    return view.workspace_edit(edits)


def _obstacle(view: View, found: list[Mention], thing: Thing) -> str:
    """Why a thing cannot be renamed; empty if it can."""
    if thing.kind not in _RENAMED:
        return "what this names is not made here"
    same = names.same(found, thing)
    if not any(one.defines for one in same):
        return f"{thing.name} is not made in the files of this project"
    if any(one.node.raw.lower() != thing.name.lower() for one in same):
        return f"{thing.name} is written in a way that cannot be changed safely"
    if thing.kind == "variable" and names.sets_itself(view.workspace, thing.scope, thing.name):
        return f"{thing.name} is seen by programs that run in the image, or is set by a script"
    return ""


def _fault(found: list[Mention], thing: Thing, name: str) -> str:
    """Why a thing cannot have a name; empty if it can."""
    if not _GOOD.get(thing.kind, _OTHER).fullmatch(name):
        return f"{name!r} cannot be the name of this"
    scopes = {one.thing.scope for one in names.same(found, thing)}
    beside = (one.thing.name for one in found if one.thing.kind == thing.kind and one.thing.scope in scopes)
    if name != thing.name and any(other.lower() == name.lower() for other in beside):
        return f"there is a {name} already"
    return ""
