"""EXPOSE: which ports an image says it listens on."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import Expose, Stage, port_range, value_of

_WHAT = {22: "SSH", 23: "Telnet", 3389: "remote desktop", 5800: "VNC", 5900: "VNC"}


@check(on=Expose, onbuild=True)
def expose_ssh_port(expose: Expose, stage: Stage, *, ports: tuple[str, ...] = ("22",)) -> Problems:
    """EXPOSE 22: a log-in server in the container; ``ports`` may name those of others."""
    for word in expose.ports:
        text = value_of(word, expose, stage)
        written, _, protocol = (text or "").partition("/")
        found = port_range(written)
        if found is None or protocol.lower() not in ("", "tcp"):
            continue
        numbers = (int(port) for port in ports if port.isdecimal())
        port = next((port for port in numbers if found[0] <= port <= found[1]), None)
        if port is not None:
            what = _WHAT.get(port, "log-in")
            yield Problem(word, f"Leave the {what} server out: use docker exec or docker compose exec to look inside")
