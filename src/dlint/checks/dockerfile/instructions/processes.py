"""What runs in a container: one service."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    Stage,
    several_in,
    start_of,
    start_script,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SUPERVISORS: Final = pattern(
    r"(?:^|[\s\"'/])(supervisord|runsvdir(?:-start)?|runit(?:-init)?|s6-svscan|my_init|circusd|(?:foreman|honcho|forego|"
    r"goreman|hivemind|overmind)(?=[\"',\s]+(?:start|s)\b)|monit|process-compose)(?=[\s\"',]|$)"
)
# A word of each of them.
_SIGNS: Final = (
    "supervisord", "runsvdir", "runit", "s6-svscan", "my_init", "circusd", "foreman", "honcho", "forego", "goreman",
    "hivemind", "overmind", "monit", "process-compose",
)  # fmt: skip
_SYSTEMS: Final = pattern(
    r"(?<![\w/])(?:(?:/usr)?/sbin/init(?=[\s\"',]|$)|(?:/usr)?/lib/systemd/systemd\b|/bin/systemd\b)"
)


@check(on=Stage, having=("shipped",))
def several_services_in_container(stage: Stage) -> Problems:
    """An image that starts a supervisor, or several services by one command line."""
    if stage.os == "windows":
        return
    for node, at in start_of(stage):
        text = node.args.text
        if not (node.json or node.script):
            continue
        supervisor = _SUPERVISORS.search(text) if any(map(text.__contains__, _SIGNS)) else None
        system = _SYSTEMS.search(text) if "/sbin/init" in text or "systemd" in text else None
        if supervisor is not None or system is not None:
            match = supervisor or system
            assert match is not None
            name = supervisor[1] if supervisor is not None else match[0]
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
