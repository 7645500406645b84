"""One way a Dockerfile is built: its stages and who asks for it."""

from __future__ import annotations

from dlint.model.dockerfile.usage import Usage
from dlint.source import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.project.files import ProjectFiles
    from dlint.workspace.service_build import ServiceBuild


class Configured:
    """One way a Dockerfile is built: its stages with these arguments and target, and the services that ask for it.

    ``builds`` is empty if no known service asks: it is then what the configuration names, or a guess.
    """

    __slots__ = ("builds", "graph")

    def __init__(self, graph: StageGraph, builds: Sequence[ServiceBuild]) -> None:
        self.graph = graph
        self.builds = builds

    def usage(self, running: Sequence[ServiceBuild], names_target: Callable[[str], bool], files: ProjectFiles) -> Usage:
        """What the builds and the services that run their images add to the file; ``names_target`` as there."""
        return Usage(
            run_as=[build.user for build in running] or [None for _ in self.builds],
            given=self._given(),
            gives=lambda name: self._is_given(files, name),
            names_target=names_target,
            health_given=bool(running) and all(build.gives_health for build in running),
            init_given=bool(running) and all(build.gives_init for build in running),
            ships=not self.builds or any(build.service.ships for build in self.builds),
        )

    def _is_given(self, files: ProjectFiles, name: str) -> bool:
        """Whether a tool that no file of the project calls gives an argument."""
        from dlint.model.builders.addon import gives

        return gives(files, self.graph.dockerfile.source.path, name)

    def _given(self) -> dict[str, Sequence[Node]]:
        """Where the arguments of FROM are given, the lines of ``.env`` that their values come from behind that."""
        used = self.graph.globals.bindings.keys()
        found: dict[str, Sequence[Node]] = {}
        for build in self.builds if used else ():
            config = build.service.build
            for argument in config.args if config is not None else ():
                if argument.name in used and argument.name not in found and argument.assigned:
                    from dlint.model.compose.origins import origins

                    place = argument.value or argument
                    more = origins(build.model, build.service, argument.scalar)
                    found[argument.name] = [Node(place.source, place.span), *(related.where for related in more)]
        return found
