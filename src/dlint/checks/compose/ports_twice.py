"""Host ports that two entries claim."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import NamedTuple, Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Port, Service, is_all_interfaces

_MOST_RANGES = 200


class _Claim(NamedTuple):
    first: int
    last: int
    address: str
    port: Port
    service: Service


@check(on=ComposeModel)
def host_port_taken_twice(model: ComposeModel) -> Problems:
    """A host port that an earlier entry publishes on the same address with the same protocol."""
    singles: dict[tuple[str, int], list[_Claim]] = {}
    ranges: dict[str, list[_Claim]] = {}
    for service, port in _published(model):
        ports, protocol, address = port.published_range, port.protocol, _address(port)
        if ports is None or ports == (0, 0) or protocol is None or address is None:
            continue
        claim = _Claim(*ports, address, port, service)
        wide = ranges.setdefault(protocol, [])
        if claim.first == claim.last:
            same = singles.setdefault((protocol, claim.first), [])
            earlier = [*same, *wide]
            same.append(claim)
        else:
            if len(wide) >= _MOST_RANGES:
                continue
            within = range(claim.first, min(claim.last, 65535) + 1)
            earlier = [other for number in within for other in singles.get((protocol, number), ())] + wide
            wide.append(claim)
        yield from _clash(claim, earlier, protocol)


def _published(model: ComposeModel) -> Iterator[tuple[Service, Port]]:
    """The ports of services that have a network of their own."""
    for service in model.services:
        if service.network_mode is None or service.network_mode.literal == "bridge":
            for port in service.ports:
                yield service, port


def _clash(claim: _Claim, earlier: list[_Claim], protocol: str) -> Problems:
    for other in earlier[:_MOST_RANGES]:
        apart = other.last < claim.first or claim.last < other.first
        if apart or not _meet(claim.address, other.address) or not _together(claim.service, other.service):
            continue
        number = max(other.first, claim.first)
        whose = "this service" if other.service.name == claim.service.name else f"service `{other.service.name}`"
        message = f"Host port {number}/{protocol} is taken by {whose}: publish another one"
        yield Problem(claim.port, message, related=[Related(other.port, "Taken here")])
        return


def _address(port: Port) -> str | None:
    return "" if port.host_ip is None else port.host_ip.literal


def _meet(one: str, other: str) -> bool:
    if is_all_interfaces(one) or is_all_interfaces(other):
        wide = one if is_all_interfaces(one) else other
        narrow = other if is_all_interfaces(one) else one
        return is_all_interfaces(narrow) or wide in ("", "*") or (":" in narrow) == (":" in wide)
    return one.strip("[]") == other.strip("[]")


def _together(one: Service, other: Service) -> bool:
    """Whether both may run at once: not if their profiles have nothing in common."""
    first = {profile.literal for profile in one.profiles}
    second = {profile.literal for profile in other.profiles}
    return not first or not second or None in first | second or bool(first & second)
