"""The Dockerfiles' side of the graph: stages, what they are made of, and what they are built for."""

from __future__ import annotations

from dlint.model.dockerfile.stage import Stage
from dlint.picture.graph import GraphEdge, GraphNode
from dlint.syntax.dockerfile.parser import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlint.picture.builder import GraphBuilder
    from dlint.source import Node, Source
    from dlint.syntax.compose.values import KeyValue
    from dlint.syntax.dockerfile.parser import Mount, Word
    from dlint.workspace.configured import Configured
    from dlint.workspace.service_build import ServiceBuild

    Given = Callable[[str], tuple[Mapping[str, str | None], Sequence[str]]]
    """Of a Dockerfile's path: the arguments and targets that the configuration names."""

_MOST_ARGUMENTS = 2
_UNKNOWN = "?"


class Stages:
    """Adds the stages and builds of Dockerfiles to a graph."""

    def __init__(self, at: GraphBuilder, given: Given) -> None:
        self.at = at
        self.given = given

    def dockerfile(self, source: Source, builds: Sequence[ServiceBuild]) -> None:
        """The stages of a Dockerfile as its builds have them, and these builds."""
        args, targets = self.given(source.path)
        ways = self.at.workspace.configured(source, builds, args, targets)
        for way in ways:
            for stage in way.graph.stages:
                node = self.at.stage(stage)
                used = stage.reachable if way.builds else None
                node.detail["used"] = _or(node.detail.get("used"), used)
        for way in ways:
            for stage in way.graph.stages:
                self.base(stage)
                self.sources(stage)
        for way in ways:
            self.builds(way)

    def base(self, stage: Stage) -> None:
        """What a stage is built from."""
        word = stage.from_.image
        if stage.base is not None:
            self.at.edge("base", self.at.stage(stage.base), self.at.stage(stage), word, stage.base.from_)
        elif word is not None:
            start = self.image_of(stage.base_text, word, stage.outside is not None and stage.base_text is None)
            if start is not None:
                self.at.edge("base", start, self.at.stage(stage), word)

    def image_of(self, name: str | None, word: Node, elsewhere: bool = False) -> GraphNode | None:
        """The node of an image, by its name or, if that is unknown, by what is written; None for a named folder."""
        if elsewhere:
            return None
        return self.at.image(name if name else getattr(word, "text", word.raw), word, name is None)

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
                self.at.edge("copy", self.at.stage(found), self.at.stage(stage), word, found.from_, label)
            return
        outside = stage.outside_source(node)
        other = outside.stage if outside is not None else None
        if isinstance(other, Stage):
            self.at.edge("copy", self.at.stage(other), self.at.stage(stage), word, other.from_, label)
        elif outside is None or outside.image is not None:
            text = outside.image if outside is not None else word.text
            if text and not text.isdecimal():
                self.at.edge("copy", self.at.image(text, word, "$" in text), self.at.stage(stage), word, None, label)

    def builds(self, way: Configured) -> None:
        """The edges from the stage that a build ships to the services that ask for it."""
        graph = way.graph
        if not graph.shipped or graph.missing_targets:
            return
        stage = graph.shipped[0]
        for build in way.builds:
            service = self.at.service_node(build.model, build.service.name)
            if service is not None:
                config = build.service.build
                written = (config.target or config.dockerfile or config.context or config) if config else None
                edge = self.at.edge("build", self.at.stage(stage), service, written, stage.from_)
                self.describe(edge, build, way)

    def describe(self, edge: GraphEdge, build: ServiceBuild, way: Configured) -> None:
        """What a build is given."""
        from dlint.workspace.build import Build

        config = build.service.build
        args = [arg for arg in (config.args if config is not None else ()) if "$" not in arg.name]
        given = {arg.name: self.argument(arg) for arg in args}
        ignore = Build(self.at.workspace, way.graph, [build], _nothing).ignore
        edge.detail = {
            "context": build.context,
            "target": self.at.shown.text(build.target) if build.target else None,
            "args": given,
            "ignore_file": ignore.source.path if ignore is not None else None,
        }
        pairs = [f"{name}={_UNKNOWN if value is None else value}" for name, value in given.items()]
        edge.label = _few(pairs, _MOST_ARGUMENTS)

    def argument(self, arg: KeyValue) -> str | None:
        """The value of a build argument as it is shown."""
        return self.at.shown.value(arg.name, arg.literal, arg.value, arg.text)


def _or(one: bool | None, other: bool | None) -> bool | None:
    """Whether one of two is true; None if neither is known."""
    return other if one is None else one if other is None else one or other


def _few(words: Sequence[str], most: int) -> str:
    rest = f" +{len(words) - most}" if len(words) > most else ""
    return ", ".join(words[:most]) + rest


def _nothing(path: str) -> bool:
    return False
