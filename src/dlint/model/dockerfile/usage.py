"""What those who build and run a Dockerfile add to it: Compose services, Bake targets, steps of workflows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlint.source import Node


class Usage:
    """How the images of a Dockerfile are built and run, as far as the project says.

    ``run_as`` are the users that the services which build the file run it as, one for each service; ``None`` for one
    that leaves it to the image or whose user is unknown. ``given`` are the places, nearest first, at which they give
    the arguments of FROM. ``gives`` says whether a tool that builds such projects gives an
    argument of that name, ``names_target`` whether another builder of the project asks for a stage of that name.
    ``health_given`` says that all of them have a health check of their own, ``init_given`` that all run an init
    process. Without ``ships`` what is built is no image that anybody keeps: files that a builder takes out, or a test.
    """

    __slots__ = ("given", "gives", "health_given", "init_given", "names_target", "run_as", "ships")

    def __init__(
        self,
        *,
        run_as: Sequence[str | None] = (),
        given: Mapping[str, Sequence[Node]] | None = None,
        gives: Callable[[str], bool] = lambda name: False,
        names_target: Callable[[str], bool] = lambda name: False,
        health_given: bool = False,
        init_given: bool = False,
        ships: bool = True,
    ) -> None:
        self.run_as = run_as
        self.given: Mapping[str, Sequence[Node]] = given or {}
        self.gives = gives
        self.names_target = names_target
        self.health_given = health_given
        self.init_given = init_given
        self.ships = ships
