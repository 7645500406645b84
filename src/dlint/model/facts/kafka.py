"""How the images of Kafka are told where to listen, and what to tell clients of where they are."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# kafka.apache.org/documentation/#brokerconfigs_advertised.listeners; for KAFKA_ hub.docker.com/r/apache/kafka and
# docs.confluent.io/platform/current/installation/docker/config-reference.html; hub.docker.com/r/bitnami/kafka for the
# other.
LISTENERS: Final = ("KAFKA_LISTENERS", "KAFKA_CFG_LISTENERS")
"""The variables with what a broker listens on, as ``NAME://host:port,…``."""

ADVERTISED: Final = ("KAFKA_ADVERTISED_LISTENERS", "KAFKA_CFG_ADVERTISED_LISTENERS")
"""The variables with what it tells each client to connect to after the first answer, by the listener's name."""

LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1", "[::1]"))
"""Hosts that are the client itself, wherever it runs."""


def listeners_of(text: str) -> dict[str, tuple[str, int]] | None:
    """The host and the port of each listener, by its name; None if one cannot be told."""
    found: dict[str, tuple[str, int]] = {}
    for part in text.split(","):
        name, sign, place = part.strip().partition("://")
        host, _, port = place.rpartition(":")
        if not sign or not port.isdecimal() or len(port) > 5:
            return None
        found[name.upper()] = (host, int(port))
    return found
