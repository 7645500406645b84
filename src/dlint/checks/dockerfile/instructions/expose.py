"""EXPOSE: how its ports are written, and which ones an image says it listens on."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Fix, Problem, Problems, check
from dlint.api.dockerfile import Expose, Stage, Word, port_range, value_of

_PROTOCOLS = ("tcp", "udp", "sctp")


def _ports(expose: Expose, stage: Stage) -> Iterator[tuple[Word, str]]:
    """Each port with its word; a word with a variable may hold several, or an unknown number."""
    for word in expose.ports:
        literal = word.literal
        if literal is not None:
            yield word, literal
        else:
            for port in (stage.expand(word, expose).value or "").split():
                yield word, port


@check(on=Expose, onbuild=True)
def expose_protocol_casing(expose: Expose, stage: Stage) -> Problems:
    """A protocol that is not in lower case."""
    for word, port in _ports(expose, stage):
        protocol = port.partition("/")[2]
        lower = protocol.lower()
        if protocol != lower and lower in _PROTOCOLS:
            fix = None
            if word.raw == port:
                fix = Fix(f"Write {lower}", word.replace(port[: -len(protocol)] + lower))
            yield Problem(word, f"Write the protocol of {port} in lower case", fix=fix)


@check(on=Expose, onbuild=True)
def expose_host_port(expose: Expose, stage: Stage) -> Problems:
    """A port of the host or an address, which EXPOSE cannot publish."""
    for word, port in _ports(expose, stage):
        rest = port.partition("/")[0]
        before, colon, container = rest.rpartition(":")
        if not colon or not before.strip(":") or port_range(container) is None:
            continue
        fix = None
        if word.raw == port:
            fix = Fix(f"Expose {container} only", word.replace(port[len(before) + 1 :]))
        ports = port_range(f"{before}-{container}") if "-" not in before + container else None
        if ports is not None and ports[0] < ports[1]:
            fix = (
                Fix(f"Write {before}-{container}", word.replace(f"{before}-{container}")) if word.raw == rest else None
            )
            message = f"A range is written {before}-{container}; with a colon only {container} counts"
            yield Problem(word, message, fix=fix)
            continue
        message = f"EXPOSE publishes nothing on the host: of {port} only {container} counts; publish with `-p {port}`"
        yield Problem(word, message, fix=fix)


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
