"""What a broker of Kafka tells its clients of where it is."""

from __future__ import annotations

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check, pattern
from dlint.api.compose import ComposeModel, Service, environment_of, shares_network
from dlint.api.kafka import ADVERTISED, LISTENERS, LOOPBACK, listeners_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ASKED = pattern(r"(?<![\w./@-])(?:[A-Z_]+://)?([A-Za-z0-9][\w-]*):(\d{2,5})(?![\w.:/])")


class _Client(NamedTuple):
    service: Service
    where: Node
    port: int


@check(on=Service, keys=("environment", "env_file"), words=("advertised_listeners",), blames=True)
def kafka_advertises_loopback(service: Service, model: ComposeModel) -> Problems:
    """A broker that sends the clients in other containers back to themselves."""
    given = environment_of(service, model)
    advertised = next((given.values[name] for name in ADVERTISED if name in given.values), None)
    told = listeners_of(advertised.value) if advertised is not None and advertised.value else None
    if advertised is None or told is None or service.network_mode is not None or model.is_partial(service):
        return
    ports = _listened(service, model)
    for client in _clients(service, model):
        names = [name for name, (_, port) in (ports or told).items() if port == client.port]
        answers = [told[name] for name in names if name in told]
        if not answers or any(host not in LOOPBACK for host, _ in answers):
            continue
        host, port = answers[0]
        yield Problem(
            advertised.where,
            f"Service {client.service.name} asks {service.name} on port {client.port}, and is told to go on at"
            f" {host}:{port}, which is its own container: advertise {service.name} to it, on a listener of its own",
            related=[Related(client.where, "The client")],
        )
        return


def _listened(service: Service, model: ComposeModel) -> dict[str, tuple[str, int]] | None:
    """What the broker listens on; None if that is not said, so that what it advertises stands for it."""
    given = environment_of(service, model)
    found = next((given.values[name].value for name in LISTENERS if name in given.values), None)
    return listeners_of(found) if found else None


def _clients(service: Service, model: ComposeModel) -> Iterator[_Client]:
    """The services whose variables name the broker and a port of it."""
    names = {service.name, *(name for name, one in model.host_names.items() if one is service)}
    for other in model.services:
        if other is service or other.network_mode is not None or shares_network(other, model):
            continue
        for one in environment_of(other, model).known:
            if one.name in ADVERTISED or one.name in LISTENERS or ":" not in one.value:
                continue
            for match in _ASKED.finditer(one.value):
                if match[1] in names:
                    yield _Client(other, one.where, int(match[2]))
