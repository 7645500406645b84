"""Published ports: the addresses they are open on, host ports claimed twice, ports that are published by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Edit, Fix, NamedTuple, Problem, Problems, Related, check
from dlint.api.compose import (
    ADMIN_PORTS,
    ASKS_WHEN_TOLD,
    DATABASE_PORTS,
    ComposeModel,
    Part,
    Port,
    Service,
    YamlMap,
    YamlScalar,
    environment_of,
    is_admin_tool,
    is_all_interfaces,
    is_for_services,
    is_proxy,
    variables,
)

_ADDRESS = frozenset(("IP", "IPV4", "IPV6", "ADDR", "ADDRESS", "BIND", "LISTEN", "INTERFACE", "HOST"))
_WEB = (80, 443)
_WEB_OF_THE_HOST = ((80, 80), (443, 443))


def _may_hold_address(part: Part | None) -> bool:
    """Whether a part without known value may bring an address along (``${BIND_ADDR}:80``)."""
    if part is None or part.literal is not None:
        return False
    names = [use.name.upper() for use in variables(part.text)]
    return any("PORT" not in name and not _ADDRESS.isdisjoint(name.split("_")) for name in names)


@check(on=Service, keys=("ports",))
def port_on_all_interfaces(service: Service, model: ComposeModel, *, every: bool = True) -> Problems:
    """A published port without an address, which Docker opens on all of them; ``every``: one that serves others too."""
    for port in service.ports:
        if port.host_ip is not None or not _is_open(port, service):
            continue
        published = port.published
        if _may_hold_address(published) or (published is not None and ":" in (published.literal or "")):
            continue
        if published is not None or port.target is None or port.target.literal is not None:
            yield from _opened(port, service, model, "on all interfaces", every)


@check(on=Service, keys=("ports",))
def port_on_wildcard_address(service: Service, model: ComposeModel, *, every: bool = True) -> Problems:
    """A published port with an address that stands for all of them, such as ``0.0.0.0``; ``every``: see above."""
    for port in service.ports:
        address = port.host_ip.literal if port.host_ip is not None else None
        if address is not None and is_all_interfaces(address) and _is_open(port, service):
            where = f"on {address or 'all interfaces'}, so on every network of the host"
            yield from _opened(port, service, model, where, every)


def _is_open(port: Port, service: Service) -> bool:
    """Whether the port is published at all: the host's network, and none, ignore it, and a malformed one is refused."""
    mode = service.network_mode
    if port.target is None or (mode is not None and mode.literal in ("host", "none")):
        return False
    numbers = ((port.target, port.target_range), (port.published, port.published_range))
    return not any(part is not None and part.literal is not None and number is None for part, number in numbers)


def _opened(port: Port, service: Service, model: ComposeModel, where: str, every: bool) -> Problems:
    """The port as a problem; Swarm knows no address for one, so that there private ports alone are a problem."""
    known = port.target_range
    image = service.image_ref
    number = known[0] if known is not None else 0
    name = DATABASE_PORTS.get(number) or ADMIN_PORTS.get(number)
    private = name is not None or is_for_services(image) or is_admin_tool(image)
    shown = (port.published or port.target).text  # type: ignore[union-attr]
    if not private and (model.for_swarm or not every):
        return
    # What serves the web to others is there to be reached by them.
    served = not private and (number in _WEB or is_proxy(image)) and port.published_range in _WEB_OF_THE_HOST
    edit = _bound(port) if not (model.for_swarm or served) else None
    title = "Publish on the loopback address only; other machines no longer reach the port"
    public = not private and (number in _WEB or is_proxy(image))
    what = "publish only what others must reach" if public else "bind it to an address such as 127.0.0.1"
    if model.for_swarm:
        what = "do not publish it: the services of the stack reach it by its name"
    open_to_all = ", and asks nobody for a password" if _asks_nobody(service, model) else ""
    yield Problem(
        port,
        f"Service {service.name} publishes port {shown}{f' ({name})' if name else ''} {where}, past the host's"
        f" firewall{open_to_all}; {what}",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
        minor=not private,
    )


def _asks_nobody(service: Service, model: ComposeModel) -> bool:
    """Whether the service surely runs a server that lets everybody in, as nothing tells it otherwise."""
    image, command = service.image_ref, service.command
    names, words = ASKS_WHEN_TOLD.get(image.familiar if image is not None else "", ((), ()))
    if not words or service.build is not None or service.entrypoint is not None or service.configs:
        return False
    given = environment_of(service, model)
    if names and (not given.whole or any(name in given.values for name in names)):
        return False
    if command is None:
        return True
    written = command.arguments
    if not written or written[0].rpartition("/")[2] in ("sh", "bash"):
        return False
    return not any("$" in one or any(word in one for word in words) for one in written)


def _bound(port: Port) -> Edit | None:
    node = port.node
    if node.alias is not None or node.anchor is not None:
        return None
    address = port.host_ip
    if address is not None:
        own = address.start >= 0 and "$" not in address.text
        loopback = "127.0.0.1" if ":" not in address.text else "[::1]" if port.short else "::1"
        return address.replace(loopback) if own else None
    if isinstance(node, YamlScalar):
        if node.style not in ("plain", "single", "double"):
            return None
        return node.at(0, 0).insert_before("127.0.0.1:" if port.published is not None else "127.0.0.1::")
    if not isinstance(node, YamlMap) or not node.entries:
        return None
    first = node.entries[0].key
    if node.flow:
        return first.insert_before("host_ip: 127.0.0.1, ")
    indent = " " * (first.span[0] - first.source.starts()[first.line - 1])
    return first.insert_before("host_ip: 127.0.0.1\n" + indent)


@check(on=Port)
def privileged_host_port(port: Port, service: Service) -> Problems:
    """A port below 1024 on the host or in the container."""
    if not _is_open(port, service):
        return
    if any(item.literal is not None and item.literal.upper().endswith("NET_BIND_SERVICE") for item in service.cap_drop):
        return
    for numbers, side in ((port.published_range, "host"), (port.target_range, "container")):
        if numbers is not None and 0 < numbers[0] < 1024:
            yield Problem(
                port, f"Service {service.name} uses port {numbers[0]} of the {side}, which only root may open; use one"
                " from 1024 on"
            )  # fmt: skip
            return


@check(on=Service, keys=("network_mode",))
def ports_in_host_network(service: Service) -> Problems:
    """``ports`` beside ``network_mode: host``, which Docker passes over."""
    mode = service.network_mode
    entry = service.map.entry("ports")
    if service.in_stack:
        return
    if mode is not None and mode.literal == "host" and entry is not None and service.ports:
        yield Problem(
            entry.key, f"Docker publishes no ports of {service.name} in the host's network; remove one of the two"
        )


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


@check(on=Service, keys=("ports",))
def port_not_in_settings(service: Service, model: ComposeModel) -> Problems:
    """A published port that the program is not told to listen on by its settings."""
    if not service.ports or service.build is not None or service.entrypoint is not None:
        return
    if service.configs or service.network_mode is not None or service.volumes_from:
        return
    found = model.listens(service)
    for port in service.ports if found is not None else ():
        target = port.target_range
        if found is None or target is None or any(target[0] <= one <= target[1] for one in found.ports):
            continue
        if found.local:
            what = "its settings name no listener, so that Mosquitto 2 takes clients of its own container alone"
        else:
            what = f"{found.where.source.path} listens on {', '.join(map(str, found.ports)) or 'none'}"
        message = f"Service {service.name} publishes container port {target[0]}, but {what}"
        yield Problem(port.target or port, message, related=[Related(found.where, "The settings")])
