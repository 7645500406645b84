"""What a Dockerfile of the project gives the image of a service that is built from it."""

from __future__ import annotations

from dlint.source import Node
from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.parser import Arg, Instruction, Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dlint.model.dockerfile.stage import Stage


class BuiltImage:
    """The image a stage becomes."""

    __slots__ = ("stage",)

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def takes_argument(self, name: str) -> bool:
        """Whether a build argument of this name has an effect: an ARG declares it, or the builder knows it.

        Images made to be built on (``…-onbuild``) may bring any, and other frontends may know more.
        """
        if name in PROXY_ARGS or name in PLATFORM_ARGS or name.startswith("BUILDKIT_") or name == "SOURCE_DATE_EPOCH":
            return True
        graph = self.stage.graph
        frontend = graph.dockerfile.syntax
        if frontend and "docker/dockerfile" not in frontend:
            return True
        if any("onbuild" in (stage.base_text or "") for stage in graph.stages):
            return True
        bases = [base for stage in graph.stages for base in stage.lineage if base.graph is not graph]
        return name in self.arguments or any(name == key for base in bases for key, _ in _declared(base.instructions))

    @property
    def arguments(self) -> dict[str, Node]:
        """The names that an ARG of its Dockerfile declares, also for ONBUILD, with the place of the first."""
        graph = self.stage.graph
        found: dict[str, Node] = {}
        for name, place in _declared(
            [*graph.preamble, *(node for stage in graph.stages for node in stage.instructions)]
        ):
            found.setdefault(name, place)
        return found


def _declared(instructions: Iterable[Instruction]) -> Iterator[tuple[str, Node]]:
    for node in instructions:
        subject = node.trigger if isinstance(node, Onbuild) else node
        if isinstance(subject, Arg):
            yield from ((pair.key.text, pair) for pair in subject.pairs)
