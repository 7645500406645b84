"""What the server that a service starts listens on, by its command line, held to the ports that are published."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service, is_workplace, serving_of, shares_network


@check(on=Service, keys=("command", "entrypoint"), blames=True)
def service_on_loopback(service: Service, model: ComposeModel) -> Problems:
    """A command of a service that starts a server which listens on the loopback address only."""
    # An editor passes on what listens in its container.
    if (service.command is None and service.entrypoint is None) or is_workplace(service.source.path):
        return
    ports = service.ports or service.expose
    serving = serving_of(service, model) if ports and not shares_network(service, model) else None
    if serving is not None and serving.local:
        does = "listens" if serving.given else "listens by default"
        yield Problem(
            serving.where,
            f"{serving.program} {does} on {serving.host}, where nobody outside of service {service.name} reaches it:"
            f" {serving.remedy}",
            related=[Related(ports[0], "This is to reach it"), *_by(serving.by)],
        )


@check(on=Service, keys=("command", "entrypoint", "build"), blames=True)
def port_not_of_command(service: Service, model: ComposeModel) -> Problems:
    """A published port on which the server that the service starts does not listen."""
    ports = [port for port in service.ports if port.protocol in (None, "tcp")]
    target = ports[0].target_range if len(ports) == 1 else None
    serving = serving_of(service, model) if target is not None and not shares_network(service, model) else None
    if serving is None or serving.port is None or target is None or target[0] <= serving.port <= target[1]:
        return
    shown = str(target[0]) if target[0] == target[1] else f"{target[0]}-{target[1]}"
    yield Problem(
        ports[0].target or ports[0],
        f"Service {service.name} publishes container port {shown}, but {serving.program} listens on {serving.port}",
        related=[Related(serving.where, "What it starts"), *_by(serving.by)],
    )


def _by(places: Sequence[Node]) -> list[Related]:
    return [Related(place, "It is started by way of this") for place in places]
