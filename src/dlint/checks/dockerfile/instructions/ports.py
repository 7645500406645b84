"""EXPOSE: which ports an image says it listens on."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import Expose, Stage

_PORT = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?(?:/(\w+))?$")


@check(on=Expose, onbuild=True)
def expose_ssh_port(expose: Expose, stage: Stage) -> Problems:
    """EXPOSE 22: a log-in server in the container."""
    for word in expose.ports:
        text = word.literal if word.literal is not None else stage.expand(word, expose).value
        match = _PORT.match(text) if text else None
        if match is None or (match[3] or "tcp").lower() not in ("tcp", "udp"):
            continue
        if int(match[1]) <= 22 <= int(match[2] or match[1]):
            yield Problem(word, "Leave the SSH server out: use docker exec or docker compose exec to look inside")
