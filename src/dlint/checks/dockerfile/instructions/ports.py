"""EXPOSE: which ports an image says it listens on."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import Expose, Stage, port_range, value_of


@check(on=Expose, onbuild=True)
def expose_ssh_port(expose: Expose, stage: Stage) -> Problems:
    """EXPOSE 22: a log-in server in the container."""
    for word in expose.ports:
        text = value_of(word, expose, stage)
        numbers, _, protocol = (text or "").partition("/")
        ports = port_range(numbers)
        if ports is not None and ports[0] <= 22 <= ports[1] and protocol.lower() in ("", "tcp"):
            yield Problem(word, "Leave the SSH server out: use docker exec or docker compose exec to look inside")
