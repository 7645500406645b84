"""What a Dockerfile of the project gives the image of a service that is built from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS, PROXY_ARGS
from dlint.syntax.dockerfile.parser import Arg, Onbuild

if TYPE_CHECKING:
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
        instructions = [*graph.preamble, *(node for stage in graph.stages for node in stage.instructions)]
        declared = [node.trigger if isinstance(node, Onbuild) else node for node in instructions]
        return any(isinstance(node, Arg) and any(pair.key.text == name for pair in node.pairs) for node in declared)
