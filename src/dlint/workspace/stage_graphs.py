"""The stages of the Dockerfiles of a workspace, made once for equal inputs."""

from __future__ import annotations

from dlint.model.dockerfile.contexts import NamedContext, familiar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Dockerfile
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.trees import Trees

_MOST_NESTED: Final = 40
"""So many graphs are made at once, each for one that is built from it."""


class StageGraphs:
    """The stages of Dockerfiles, by the text, arguments, targets and named contexts of a build.

    ``tree`` parses a text, ``image`` says what a build of the project makes under a name, ``named`` what a build means
    by the service or target in one of its named contexts.
    """

    __slots__ = ("_building", "_earlier", "_graphs", "_image", "_named", "_tree")

    def __init__(
        self,
        tree: Callable[[Source], Dockerfile],
        image: Callable[[str], NamedContext | None],
        named: Callable[[ServiceBuild, str], Stage | None],
    ) -> None:
        self._tree = tree
        self._image = image
        self._named = named
        self._graphs: dict[tuple[object, ...], StageGraph] = {}
        self._earlier: dict[tuple[object, ...], StageGraph] = {}
        self._building: set[tuple[object, ...]] = set()

    def of(
        self, source: Source, args: Mapping[str, str | None], targets: Sequence[str], build: ServiceBuild | None
    ) -> StageGraph:
        """The stages of a Dockerfile, as a build asks for them if one does."""
        named = build.contexts if build is not None else {}
        model = id(build.model) if named and build is not None else 0
        key = (
            source,
            tuple(sorted(args.items(), key=lambda pair: pair[0])),
            tuple(targets),
            tuple(sorted(named.items())),
            model,
        )
        found = self._graphs.get(key)
        if found is None:
            self._building.add(key)
            try:
                found = self._earlier.pop(key, None)
                if found is None or not found.within(self._image):
                    found = self._made(source, args, targets, build)
            finally:
                self._building.discard(key)
            self._graphs[key] = found
        return found

    def _made(
        self, source: Source, args: Mapping[str, str | None], targets: Sequence[str], build: ServiceBuild | None
    ) -> StageGraph:
        from dlint.model.dockerfile.graph import build as stages_of

        named = build.contexts if build is not None else {}
        contexts = {familiar(name): self._context(build, value) for name, value in named.items()}
        return stages_of(self._tree(source), build_args=args, targets=targets, contexts=contexts, image=self._image)

    def _context(self, build: ServiceBuild | None, value: str | None) -> NamedContext:
        """What stands behind the value of a named context; nothing is known of remote ones and of circles."""
        kind, _, rest = (value or "").partition(":")
        if kind == "docker-image":
            return NamedContext(image=rest.removeprefix("//"))
        if kind == "folder":
            return NamedContext(folder=rest)
        if kind in ("service", "target") and build is not None:
            return NamedContext(stage=self._named(build, rest))
        return NamedContext()

    def is_deep_in(self, source: Source | None) -> bool:
        """Whether the stages of a text are being made, or those of too many texts."""
        return len(self._building) > _MOST_NESTED or any(key[0] is source for key in self._building)

    def take(self, other: StageGraphs, trees: Trees) -> None:
        """Take over what others have of texts that the trees still hold; named contexts may lead to any other."""
        self._earlier = {
            key: graph for key, graph in other._graphs.items() if not graph.contexts and trees.has(graph.source)
        }
        for graph in self._earlier.values():
            graph.context = None

    def leave(self) -> None:
        """Let go of all of them."""
        for graph in self._graphs.values():
            graph.leave()
        self._graphs = {}
