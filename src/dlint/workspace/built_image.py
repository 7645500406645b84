"""What a Dockerfile of the project gives the image of a service that is built from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.source import Node
from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.parser import Arg, Expose, Healthcheck, Instruction, Onbuild

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dlint.model.dockerfile.stage import Stage


class BuiltImage:
    """The image a stage becomes."""

    __slots__ = ("stage",)

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @property
    def base(self) -> str | None:
        """What the image is built from in the end: a reference, or ``scratch``; None if unknown."""
        return self.stage.root.base_text

    @property
    def healthcheck(self) -> bool | None:
        """Whether it checks its health; False after HEALTHCHECK NONE, None if only a base image could say so."""
        for stage in self.stage.lineage:
            found = [node for _, node in stage.events((Healthcheck,)) if isinstance(node, Healthcheck)]
            if found:
                return not found[-1].none
        return None

    @property
    def exposed(self) -> list[tuple[int, int]] | None:
        """The ports its Dockerfile exposes, as first and last of each range; None if one of them is unknown."""
        ports: list[tuple[int, int]] = []
        for stage in self.stage.lineage:
            for at, node in stage.events((Expose,)):
                for word in node.words if isinstance(node, Expose) else ():
                    text = word.literal if word.literal is not None else stage.expand(word, max(at, 1)).value
                    for port in (text or "?").split():
                        first, dash, last = port.partition("/")[0].partition("-")
                        last = last if dash else first
                        if not (first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6):
                            return None
                        ports.append((int(first), int(last)))
        return ports

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
