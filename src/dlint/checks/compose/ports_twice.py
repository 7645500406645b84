"""Host ports that two entries claim."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Port, Service

_ANY = ("", "0.0.0.0", "::", "[::]", "*")
_MOST = 1000


@check(on=ComposeModel)
def host_port_taken_twice(model: ComposeModel) -> Problems:
    """A host port that an earlier entry publishes on the same address with the same protocol."""
    taken: dict[str, list[tuple[int, int, str, Port, Service]]] = {}
    count = 0
    for service in model.services:
        if service.network_mode is not None and service.network_mode.literal != "bridge":
            continue
        for port in service.ports:
            count += 1
            if count > _MOST:
                return
            address = _address(port)
            ports = port.published_range
            if ports is None or ports == (0, 0) or port.protocol is None or address is None:
                continue
            earlier = taken.setdefault(port.protocol, [])
            for first, last, other_address, other, owner in earlier:
                apart = last < ports[0] or ports[1] < first
                if not apart and _meet(address, other_address) and _together(service, owner):
                    number = max(first, ports[0])
                    whose = "this service" if owner.name == service.name else f"service `{owner.name}`"
                    message = f"Host port {number}/{port.protocol} is taken by {whose}: publish another one"
                    yield Problem(port, message, related=[Related(other, "Taken here")])
                    break
            earlier.append((*ports, address, port, service))


def _address(port: Port) -> str | None:
    return "" if port.host_ip is None else port.host_ip.literal


def _meet(one: str, other: str) -> bool:
    if one in _ANY or other in _ANY:
        wide = one if one in _ANY else other
        narrow = other if one in _ANY else one
        return narrow in _ANY or wide in ("", "*") or (":" in narrow) == (":" in wide)
    return one.strip("[]") == other.strip("[]")


def _together(one: Service, other: Service) -> bool:
    """Whether both may run at once: not if their profiles have nothing in common."""
    first = {profile.literal for profile in one.profiles}
    second = {profile.literal for profile in other.profiles}
    return not first or not second or None in first | second or bool(first & second)
