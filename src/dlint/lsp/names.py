"""Every place where something of a project is named: stages, variables, services, networks and the like, anchors.

Definition, references and rename are all answers to one question: which places mean the same thing as this one?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dlint.lsp.view import View
from dlint.model.compose.model import ComposeModel
from dlint.model.dockerfile.graph import StageGraph
from dlint.source import Node, Source, Span, Text
from dlint.syntax.compose.file import ComposeFile
from dlint.syntax.compose.service import Service
from dlint.syntax.compose.values import as_map, scalar, strings
from dlint.syntax.compose.views import BuildConfig
from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.nodes import Word
from dlint.syntax.dockerfile.parser import Arg, Copy, Env, From, Instruction, Onbuild, Run
from dlint.syntax.interpolation import variables
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar, YamlSeq
from dlint.workspace.service_build import ServiceBuild, service_build, service_builds
from dlint.workspace.workspace import Workspace

DEFINITIONS = ("networks", "volumes", "secrets", "configs", "models")
_SHARED = ("network_mode", "pid", "ipc")
_MOST_NODES = 20_000


class Thing(NamedTuple):
    """What is named: its kind, the file (or the first file of the project) it belongs to, and its name."""

    kind: str
    scope: str
    name: str


class Mention(NamedTuple):
    """One place that names a thing; ``defines`` says whether the thing is made there."""

    thing: Thing
    node: Node
    defines: bool


def mentions(view: View) -> list[Mention]:
    """All that is named in the document and in the files that have to do with it."""
    workspace = view.workspace
    dockerfiles: dict[str, None] = {}
    models: dict[int, ComposeModel] = {}
    if view.kind == "dockerfile":
        dockerfiles[view.path] = None
    elif view.kind == "compose":
        model = workspace.model_of(view.path)
        models = {id(model): model} if model is not None else {}
    for model in [*models.values(), *(build.model for build in _services(workspace, dockerfiles))]:
        dockerfiles.update((build.dockerfile, None) for build in service_builds(model) if build.inline is None)
    # Whoever else builds one of them names its stages and arguments too.
    models.update((id(build.model), build.model) for build in _services(workspace, dockerfiles))
    read = {path for model in models.values() for path in model.paths}
    projects = workspace.projects.models if workspace.projects is not None else []
    models.update((id(model), model) for model in projects if model.files and not read.isdisjoint(model.paths))
    found: list[Mention] = []
    for path in dockerfiles:
        found += of_dockerfile(workspace, path)
        for build in workspace.builds_of(path):
            if not build.is_service and build.service.build is not None:
                found += _asked(build.service.build, path)
    for model in models.values():
        found += of_compose(workspace, model)
    return [one._replace(node=_bare(one.node)) for one in found]


def same(found: list[Mention], thing: Thing) -> list[Mention]:
    """The mentions of a thing, also as what other projects have it that read a file in which it is named."""
    things = {thing}
    while True:
        places = {(one.node.source.path, one.node.span) for one in found if one.thing in things}
        more = {
            one.thing
            for one in found
            if one.thing.kind == thing.kind
            and one.thing.name == thing.name
            and (one.node.source.path, one.node.span) in places
        }
        if more <= things:
            return [one for one in found if one.thing in things]
        things |= more


def _services(workspace: Workspace, dockerfiles: Iterable[str]) -> list[ServiceBuild]:
    """The services that build some Dockerfiles, of whatever Compose project."""
    return [build for path in dockerfiles for build in workspace.builds_of(path) if build.is_service]


def _bare(node: Node) -> Node:
    """A place without the quotes around it."""
    raw = node.raw
    quoted = len(raw) > 1 and raw[0] in "'\"" and raw[-1] == raw[0]
    return node.part(node.span[0] + 1, node.span[1] - 1) if quoted else node


def at(found: list[Mention], path: str, offset: int) -> Mention | None:
    """The mention at an offset of a file, the shortest if there are several."""
    here = [one for one in found if one.node.source.path == path and one.node.span[0] <= offset <= one.node.span[1]]
    return min(here, key=lambda one: one.node.span[1] - one.node.span[0], default=None)


# Dockerfiles


def of_dockerfile(workspace: Workspace, path: str) -> Iterator[Mention]:
    """What a Dockerfile names: its stages and its variables."""
    source = workspace.files.read(path)
    if source is None or not workspace.files.exists(path):
        return
    graph = workspace.configured(source, (), {}, ())[0].graph
    yield from _stages(graph, path)
    for instruction in graph.dockerfile.instructions:
        yield from _variables(instruction, path)


def _stages(graph: StageGraph, path: str) -> Iterator[Mention]:
    for stage in graph.stages:
        name = stage.from_.stage_name
        if name is not None:
            yield Mention(Thing("stage", path, stage.name), name, True)
        image = stage.from_.image
        if stage.base is not None and image is not None and stage.base.graph is graph and image.literal is not None:
            yield Mention(Thing("stage", path, stage.base.name), image, False)
        for instruction in stage.instructions:
            for word in _froms(instruction):
                source = graph.by_name(word.text)
                if source is not None and source.name:
                    yield Mention(Thing("stage", path, source.name), word, False)


def _froms(instruction: Instruction) -> Iterator[Word]:
    """The words of an instruction that may name a stage to take files from."""
    if isinstance(instruction, Onbuild) and instruction.trigger is not None:
        instruction = instruction.trigger
    if isinstance(instruction, Copy) and instruction.from_ is not None:
        yield instruction.from_
    if isinstance(instruction, Run):
        for mount in instruction.mounts:
            option = mount.option("from")
            if option is not None and option.value is not None:
                yield option.value


def _variables(instruction: Instruction, path: str) -> Iterator[Mention]:
    if isinstance(instruction, Onbuild) and instruction.trigger is not None:
        instruction = instruction.trigger
    if isinstance(instruction, Arg | Env):
        for pair in instruction.pairs:
            if pair.key.literal:
                yield Mention(Thing("variable", path, pair.key.text), pair.key, True)
            if pair.value is not None:
                yield from _uses(pair.value, path)
        return
    if isinstance(instruction, Run):
        yield from _shell_uses(instruction, path)
    elif type(instruction).expands or isinstance(instruction, From | Copy):
        for word in instruction.words:
            yield from _uses(word, path)
    for flag in instruction.flags:
        if flag.value is not None and "$" in flag.value.text and not isinstance(instruction, Run):
            for match in _USE.finditer(flag.value.text):
                yield Mention(Thing("variable", path, match[1]), flag.value.at(*match.span(1)), False)
    for heredoc in getattr(instruction, "heredocs", ()):
        if not isinstance(instruction, Run):
            for use in heredoc.variables:
                yield Mention(Thing("variable", path, use.name), _name_in(heredoc.body, use.start, use.name), False)


def _uses(word: Word, path: str) -> Iterator[Mention]:
    for use in word.variables:
        yield Mention(Thing("variable", path, use.name), _name_in(word, use.start, use.name), False)


def _name_in(text: Text, start: int, name: str) -> Node:
    """The place of a variable's name in its use, which starts with ``$`` or ``${``."""
    at = text.text.find(name, start)
    return text.at(at, at + len(name))


_USE = re.compile(r"(?<!\\)\$\{?([A-Za-z_]\w*)")


def _shell_uses(run: Run, path: str) -> Iterator[Mention]:
    """The variables that a script asks for. What it sets itself is its own, and found out when something is renamed."""
    for match in _USE.finditer(run.text):
        yield Mention(Thing("variable", path, match[1]), run.at(*match.span(1)), False)
    for heredoc in run.heredocs:
        for match in _USE.finditer(heredoc.body.text):
            yield Mention(Thing("variable", path, match[1]), heredoc.body.at(*match.span(1)), False)


def sets_itself(workspace: Workspace, path: str, name: str) -> bool:
    """Whether a variable is more than a build argument: an ENV, the builder's own, or set by a script as well."""
    tree = workspace.dockerfile(path)
    if tree is None or name in PLATFORM_ARGS or name in PROXY_ARGS:
        return True
    assigned = re.compile(rf"(?<![\w$-]){re.escape(name)}=|\b(?:read|for|unset|local)\s[^;\n]*\b{re.escape(name)}\b")
    for instruction in tree.instructions:
        if isinstance(instruction, Env) and any(pair.key.text == name for pair in instruction.pairs):
            return True
        if isinstance(instruction, Run) and assigned.search(instruction.raw):
            return True
    return False


# Compose files


def of_compose(workspace: Workspace, model: ComposeModel) -> Iterator[Mention]:
    """What the files of a Compose project name."""
    scope = model.files[0].source.path if model.files else model.source.path
    for path in sorted(model.paths):
        file = workspace.compose_file(path)
        if file is not None:
            yield from _of_file(file, model, scope)
    dotenv = workspace.files.read(_beside(scope))
    if dotenv is not None:
        for match in re.finditer(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[=:]", dotenv.text, re.M):
            yield Mention(Thing("environment", scope, match[1]), _node(dotenv, match), True)


def _beside(path: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/.env" if folder else ".env"


def _node(source: Source, match: re.Match[str]) -> Node:
    return Node(source, Span(*match.span(1)))


def _of_file(file: ComposeFile, model: ComposeModel, scope: str) -> Iterator[Mention]:
    for kind in DEFINITIONS:
        for definition in getattr(file, kind):
            yield Mention(Thing(kind, scope, definition.name), definition.key, True)
    for service in file.services:
        yield Mention(Thing("services", scope, service.name), service.key, True)
        yield from (one for one in _of_service(service, model, scope) if one.node.source is file.source)
    for document in file.documents:
        yield from _in_tree(document, file.source.path, scope)


def _of_service(service: Service, model: ComposeModel, scope: str) -> Iterator[Mention]:
    for dependency in service.depends_on:
        if dependency.name:
            yield Mention(Thing("services", scope, dependency.name), dependency.key, False)
    for item in (*service.links, *service.volumes_from):
        yield from _before_colon(item, "services", scope)
    for key in _SHARED:
        node = service.scalar(key)
        if node is not None and node.value.startswith("service:"):
            yield Mention(Thing("services", scope, node.value[8:]), node.at(8, len(node.value)), False)
    yield from _extends(service, scope)
    for kind in ("networks", "secrets", "configs", "models"):
        for reference in getattr(service, kind):
            if reference.name:
                yield Mention(Thing(kind, scope, reference.name), reference.key, False)
    for mount in service.mounts:
        volume = mount.volume
        if volume is not None and volume.literal:
            yield Mention(Thing("volumes", scope, volume.literal), volume, False)
    yield from _build(service, model, scope)


def _before_colon(item: YamlScalar, kind: str, scope: str) -> Iterator[Mention]:
    name = item.value.partition(":")[0]
    if name and "$" not in item.value and name != "container":
        yield Mention(Thing(kind, scope, name), item.at(0, len(name)), False)


def _extends(service: Service, scope: str) -> Iterator[Mention]:
    node = service.extends
    name = scalar(node)
    if name is None and isinstance(node, YamlMap):
        name = scalar(node.get("service"))
    if name is not None and name.literal:
        yield Mention(Thing("services", scope, name.literal), name, False)


def _build(service: Service, model: ComposeModel, scope: str) -> Iterator[Mention]:
    build = service.build
    if build is None:
        return
    merged = model.service(service.name)
    found = service_build(model, merged) if merged is not None else None
    if found is not None and found.inline is None:
        yield from _asked(build, found.dockerfile)
    for item in strings(build.map.get("secrets")):
        if item.literal:
            yield Mention(Thing("secrets", scope, item.literal), item, False)
    contexts = as_map(build.map.get("additional_contexts"))
    for entry in contexts.entries if contexts is not None else ():
        value = scalar(entry.value)
        if value is not None and value.value.startswith("service:"):
            yield Mention(Thing("services", scope, value.value[8:]), value.at(8, len(value.value)), False)


def _asked(build: BuildConfig, dockerfile: str) -> Iterator[Mention]:
    """The stage and the arguments that are asked for with a Dockerfile."""
    target = build.target
    if target is not None and target.literal:
        yield Mention(Thing("stage", dockerfile, target.literal.lower()), target, False)
    for arg in build.args:
        yield Mention(Thing("variable", dockerfile, arg.name), arg.key, False)


def _in_tree(document: YamlNode, path: str, scope: str) -> Iterator[Mention]:
    """The anchors, aliases and variables of a YAML document."""
    waiting: list[YamlNode] = [document]
    seen = 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop()
        seen += 1
        alias = node.alias
        if alias is not None:
            yield Mention(Thing("anchor", path, alias.raw[1:]), alias.part(alias.span[0] + 1, alias.span[1]), False)
            continue
        anchor = node.anchor
        if anchor is not None:
            yield Mention(Thing("anchor", path, anchor.raw[1:]), anchor.part(anchor.span[0] + 1, anchor.span[1]), True)
        if isinstance(node, YamlMap):
            waiting += (entry.value for entry in node.entries)
        elif isinstance(node, YamlSeq):
            waiting += node.items
        elif isinstance(node, YamlScalar) and "$" in node.value:
            for use in variables(node.value):
                start = node.value.find(use.name, use.start)
                yield Mention(Thing("environment", scope, use.name), node.at(start, start + len(use.name)), False)
