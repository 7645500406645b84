"""From the workspace to the graph: which Dockerfiles and Compose projects are drawn, their stages and builds."""

from __future__ import annotations

import posixpath

from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph, at_home
from dlint.picture.shown import Shown
from dlint.source import Embedded, Node
from dlint.syntax import image as images
from dlint.syntax.dockerfile.parser import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Mount, Word
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.workspace import Configured, Workspace

    Given = Callable[[str], tuple[Mapping[str, str | None], Sequence[str]]]
    """Of a Dockerfile's path: the arguments and targets that the configuration names."""

_MOST_ARGUMENTS = 2
_UNKNOWN = "?"


class Collector:
    """Makes a graph of the files at ``paths`` (path → kind), and of what they build and are built by."""

    def __init__(self, workspace: Workspace, paths: Mapping[str, str], given: Given) -> None:
        self.workspace = workspace
        self.paths = paths
        self.given = given
        self.shown = Shown(workspace, paths)
        self.graph = ProjectGraph()
        self.keys: dict[int, str] = {}
        self.known: dict[tuple[object, ...], GraphEdge] = {}

    def collect(self) -> ProjectGraph:
        """The graph; made once."""
        from dlint.picture.services import Services

        models = self.models()
        for model in models:
            self.shown.know(sorted(_read_by(model)))
        services = Services(self, models)
        services.nodes()
        for source, builds in self.dockerfiles(models):
            self.dockerfile(source, builds)
        services.edges()
        self.graph.partial = self.workspace.partial
        self.graph.notes = list(self.workspace.notes)
        self.graph.folder = _common(node.path for node in self.graph.nodes.values() if node.path)
        return self.graph

    # What is drawn

    def models(self) -> list[ComposeModel]:
        """The Compose projects of the files and of the Dockerfiles' builders.

        A file that is laid over another, and no override that Compose reads of itself, is drawn where its base is not.
        """
        named = sorted(path for path, kind in self.paths.items() if kind == "compose")
        built = [path for path, kind in sorted(self.paths.items()) if kind == "dockerfile"]
        building = [build.model for path in built for build in self.workspace.builds_of(path)]
        found = [model for path in named if (model := self.workspace.model_of(path)) is not None]
        every = list({id(model): model for model in (*found, *building)}.values())
        mains = {self.key(model) for model in every}
        kept = {self.key(model): model for model in every if not self._is_fragment(model, mains)}
        return [kept[key] for key in sorted(kept)]

    def key(self, model: ComposeModel) -> str:
        """What a Compose project is called in ids: the path of its main file, or of the one laid over another."""
        if id(model) not in self.keys:
            first = model.files[0].source.path if model.files else ""
            base = self.workspace.model_of(first)
            self.keys[id(model)] = first if base is model or not model.files else model.files[-1].source.path
        return self.keys[id(model)]

    def _is_fragment(self, model: ComposeModel, mains: set[str]) -> bool:
        first = model.files[0].source.path if model.files else ""
        return self.key(model) != first and first in mains

    def dockerfiles(self, models: Sequence[ComposeModel]) -> Iterator[tuple[Source, list[ServiceBuild]]]:
        """The Dockerfiles that are drawn, in order, each with the builds of the projects that are drawn."""
        from dlint.workspace.service_build import service_builds

        builds: dict[str, list[ServiceBuild]] = {}
        for model in models:
            for build in service_builds(model):
                builds.setdefault(build.dockerfile, []).append(build)
        named = {path for path, kind in self.paths.items() if kind == "dockerfile"}
        self.shown.know(sorted(builds))
        for path in sorted({*named, *builds}):
            own = [build for build in builds.get(path, ()) if build.inline is None]
            source = self.workspace.files.read(path) if self.workspace.files.exists(path) else None
            if source is not None and (own or path in named):
                yield source, own
            for inner, asking in self.workspace.inline_of(path) if len(own) < len(builds.get(path, ())) else ():
                yield inner, [build for build in asking if any(build.model is model for model in models)]

    # Stages

    def dockerfile(self, source: Source, builds: Sequence[ServiceBuild]) -> None:
        """The stages of a Dockerfile as its builds have them, and these builds."""
        args, targets = self.given(source.path)
        ways = self.workspace.configured(source, builds, args, targets)
        for way in ways:
            for stage in way.graph.stages:
                node = self.stage(stage)
                used = stage.reachable if way.builds else None
                node.detail["used"] = _or(node.detail.get("used"), used)
        for way in ways:
            for stage in way.graph.stages:
                self.base(stage)
                self.sources(stage)
        for way in ways:
            self.builds(way)

    def stage(self, stage: Stage) -> GraphNode:
        """The node of a stage, made when it is first met."""
        where = at_home(stage.from_)
        inner = f"@{where.line}" if isinstance(stage.source, Embedded) else ""
        last = stage is stage.graph.stages[-1]
        name = stage.name or ("last stage" if last else f"stage {stage.index}")
        key = f"{stage.source.path}{inner}#{stage.index}"
        node = self.graph.add(GraphNode("stage", key, self.shown.text(name), stage.from_))
        if not node.detail:
            node.detail = {
                "dockerfile": stage.source.path,
                "inline": bool(inner),
                "index": stage.index,
                "target": stage.name or None,
                "last": last,
                "used": None,
            }
        return node

    def base(self, stage: Stage) -> None:
        """What a stage is built from."""
        word = stage.from_.image
        if stage.base is not None:
            self.edge("base", self.stage(stage.base), self.stage(stage), word, stage.base.from_)
        elif word is not None:
            start = self.image_of(stage.base_text, word, stage.outside is not None and stage.base_text is None)
            if start is not None:
                self.edge("base", start, self.stage(stage), word)

    def image_of(self, name: str | None, word: Node, elsewhere: bool = False) -> GraphNode | None:
        """The node of an image, by its name or, if that is unknown, by what is written; None for a named folder."""
        if elsewhere:
            return None
        return self.image(name if name else getattr(word, "text", word.raw), word, name is None)

    def image(self, name: str, word: Node, unknown: bool = False) -> GraphNode:
        """The node of an image that is not built here."""
        shown = self.shown.text(name, word)
        node = self.graph.add(GraphNode("image", shown, shown))
        if not node.detail:
            found = images.parse(shown)
            node.detail = {
                "tag": found.tag if found is not None else None,
                "digest": found.digest if found is not None else None,
                "known": not unknown,
            }
        return node

    def sources(self, stage: Stage) -> None:
        """What a stage copies and mounts from other stages and images."""
        for copy in stage.of(Copy):
            word = copy.from_
            if word is not None:
                names = [one.text for one in copy.sources]
                self.source(stage, copy, word, "COPY " + _few(names, 1))
        for run in stage.of(Run):
            for mount in run.mounts if run.flags else ():
                option = mount.options.get("from")
                if option is not None and option.value is not None:
                    self.source(stage, mount, option.value, f"mount {mount.get('source') or ''}".rstrip())

    def source(self, stage: Stage, node: Copy | Mount, word: Word, label: str) -> None:
        """One edge to where files come from; a folder that a build names has no node."""
        found = stage.source_of(node)
        if found is not None:
            if found is not stage:
                self.edge("copy", self.stage(found), self.stage(stage), word, found.from_, label)
            return
        outside = stage.outside_source(node)
        other = outside.stage if outside is not None else None
        if other is not None and hasattr(other, "from_"):
            self.edge("copy", self.stage(other), self.stage(stage), word, other.from_, label)
        elif outside is None or outside.image is not None:
            text = outside.image if outside is not None else word.text
            if text and not text.isdecimal():
                self.edge("copy", self.image(text, word, "$" in text), self.stage(stage), word, None, label)

    # Builds

    def builds(self, way: Configured) -> None:
        """The edges from the stage that a build ships to the services that ask for it."""
        graph = way.graph
        if not graph.shipped or graph.missing_targets:
            return
        stage = graph.shipped[0]
        for build in way.builds:
            service = self.service_node(build.model, build.service.name)
            if service is not None:
                config = build.service.build
                written = (config.target or config.dockerfile or config.context or config) if config else None
                edge = self.edge("build", self.stage(stage), service, written, stage.from_)
                self.describe(edge, build, way)

    def describe(self, edge: GraphEdge, build: ServiceBuild, way: Configured) -> None:
        """What a build is given."""
        from dlint.workspace.build import Build

        config = build.service.build
        given = {arg.name: self.argument(arg) for arg in (config.args if config is not None else ())}
        ignore = Build(self.workspace, way.graph, [build], _nothing).ignore
        edge.detail = {
            "context": build.context,
            "target": self.shown.text(build.target) if build.target else None,
            "args": given,
            "ignore_file": ignore.source.path if ignore is not None else None,
        }
        pairs = [f"{name}={_UNKNOWN if value is None else value}" for name, value in given.items()]
        edge.label = _few(pairs, _MOST_ARGUMENTS)

    def argument(self, arg: object) -> str | None:
        """The value of a build argument as it is shown."""
        from dlint.syntax.compose.values import KeyValue

        assert isinstance(arg, KeyValue)
        return self.shown.value(arg.name, arg.literal, arg.value, arg.text)

    def service_node(self, model: ComposeModel, name: str) -> GraphNode | None:
        """The node of a service."""
        return self.graph.nodes.get(f"service:{self.key(model)}#{name}")

    def edge(
        self,
        kind: str,
        start: GraphNode,
        end: GraphNode,
        written: Node | None = None,
        meant: Node | None = None,
        label: str = "",
    ) -> GraphEdge:
        """One more edge, unless the same one is there: several builds share their stages."""
        new = GraphEdge(kind, start, end, written, meant, self.shown.text(label) if label else "")
        place = (new.written.source.path, *new.written.span) if new.written is not None else None
        key = (kind, start.id, end.id, new.label, place)
        if key not in self.known:
            self.known[key] = new
            self.graph.edges.append(new)
        return self.known[key]


def collect(workspace: Workspace, paths: Mapping[str, str], given: Given) -> ProjectGraph:
    """The graph of the files at ``paths`` (path → kind), with what they build and are built by."""
    return Collector(workspace, paths, given).collect()


def _read_by(model: ComposeModel) -> Iterator[str]:
    """The files that values of a model may come from."""
    yield from model.paths
    if model.files:
        yield posixpath.join(posixpath.dirname(model.files[0].source.path), ".env")


def _or(one: bool | None, other: bool | None) -> bool | None:
    """Whether one of two is true; None if neither is known."""
    return other if one is None else one if other is None else one or other


def _few(words: Sequence[str], most: int) -> str:
    rest = f" +{len(words) - most}" if len(words) > most else ""
    return ", ".join(words[:most]) + rest


def _common(paths: Iterator[str]) -> str:
    """The folder that all the paths lie in."""
    folders = [posixpath.dirname(path).split("/") for path in paths]
    if not folders:
        return ""
    low, high = min(folders), max(folders)
    size = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return "/".join(low[:size])


def _nothing(path: str) -> bool:
    return False
