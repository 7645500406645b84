"""What runs in a container: one service."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.dockerfile import (
    MOST,
    Stage,
    innermost,
    several_in,
    start_of,
    start_script,
    supervisor,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


@check(on=Stage, having=("shipped",))
def several_services_in_container(stage: Stage) -> Problems:
    """An image that starts a supervisor, or several services by one command line."""
    if stage.os == "windows":
        return
    for node, at in start_of(stage):
        line = at.command_line(node)
        for command in innermost(line.commands[:MOST] if line is not None else ()):
            name = supervisor([command.called.strip("\"'"), *(word.text for word in command.words)])
            if name is not None:
                yield Problem(node.keyword, f"{name} is there to run several services in one container: {_ADVICE}")
                return
        script = start_script(node, at)
        services = several_in(script) if script is not None and script.posix else {}
        if services:
            first, second = [*services][:2]
            yield Problem(
                services[second].name_node,
                f"This starts {second} beside {first}: {_ADVICE}",
                related=[Related(services[first].name_node, "The first service")],
            )
            return


_ADVICE: Final = "give each service a container of its own"
