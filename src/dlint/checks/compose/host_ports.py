"""Ports of services that have the host's network."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import Service


@check(on=Service)
def ports_in_host_network(service: Service) -> Problems:
    """``ports`` beside ``network_mode: host``, which Docker passes over."""
    mode = service.network_mode
    entry = service.map.entry("ports")
    if mode is not None and mode.literal == "host" and entry is not None and service.ports:
        yield Problem(
            entry.key, f"Docker publishes no ports of {service.name} in the host's network; remove one of the two"
        )
