"""What Compose's schema leaves open: the words that keys of free text take, and which keys people look for first.

Sources: the Compose Specification, 05-services.md, 06-networks.md and 07-volumes.md, and the drivers that Docker brings
(https://docs.docker.com/engine/network/drivers/, https://docs.docker.com/engine/logging/configure/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

FIRST: Final = (
    "services", "image", "build", "command", "environment", "env_file", "ports", "volumes", "depends_on", "networks",
    "healthcheck", "restart", "secrets", "configs", "context", "dockerfile", "target", "args", "test", "interval",
)  # fmt: skip
_RESTART: Final = {
    '"no"': "Never; what counts where nothing is said.",
    "unless-stopped": "Always, but not where somebody stopped it.",
    "always": "Always, and when the engine starts.",
    "on-failure": "When it ends with an error.",
}
_OF_SERVICES: Final[dict[str, Mapping[str, str]]] = {
    "restart": _RESTART,
    "pull_policy": {
        "always": "Before each start.",
        "missing": "Where it is not there; what counts where nothing is said.",
        "never": "Only what is there.",
        "build": "It is built anew.",
        "daily": "When the last pull was more than a day ago.",
        "weekly": "When the last pull was more than a week ago.",
    },
    "network_mode": {
        "bridge": "Docker's common network.",
        "host": "The host's own network.",
        "none": "No network.",
    },
    "ipc": {"shareable": "Others may share it.", "private": "Its own.", "host": "The host's.", "none": "None."},
    "pid": {"host": "The host's processes."},
    "cgroup": {"host": "The host's.", "private": "Its own."},
    "userns_mode": {"host": "The host's users."},
}
_NETWORK_DRIVERS: Final = {
    "bridge": "A network of one host; what counts where nothing is said.",
    "overlay": "A network over the hosts of a swarm.",
    "macvlan": "Addresses of the network that the host is in.",
    "ipvlan": "As macvlan, with the host's hardware address.",
    "host": "The host's own network.",
    "none": "No network.",
}
_LOG_DRIVERS: Final = {
    "json-file": "Files of JSON; what counts where nothing else is set up.",
    "local": "Files of Docker's own form, which are rotated.",
    "journald": "The journal of systemd.",
    "syslog": "The host's syslog.",
    "fluentd": "Fluentd.",
    "gelf": "Graylog.",
    "awslogs": "CloudWatch.",
    "none": "Nothing is kept.",
}


def values(path: Sequence[str]) -> Mapping[str, str]:
    """The words that may stand at a path of keys, with what each means."""
    if len(path) == 3 and path[0] == "services":
        return _OF_SERVICES.get(path[2], {})
    if len(path) == 4 and path[0] == "services" and path[2:] == ["logging", "driver"]:
        return _LOG_DRIVERS
    if len(path) == 3 and path[2] == "driver":
        own = {"networks": _NETWORK_DRIVERS, "volumes": {"local": "A folder of this host, or what its options mount."}}
        return own.get(path[0], {})
    return {}
