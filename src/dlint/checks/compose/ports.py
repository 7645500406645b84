"""Published ports: the addresses they are open on."""

from __future__ import annotations

import re

from dlint.api import Edit, Fix, Problem, Problems, check, pattern
from dlint.api.compose import (
    ADMIN_PORTS,
    DATABASE_PORTS,
    Part,
    Port,
    Service,
    YamlMap,
    YamlScalar,
    is_admin_tool,
    is_all_interfaces,
    is_database,
    is_proxy,
    parse_image,
    variables,
)

_ADDRESS = pattern(r"(?:^|_)(?:IP|IPV[46]|ADDR|ADDRESS|BIND|LISTEN|INTERFACE|HOST)(?:_|$)", re.I)
_WEB = (80, 443)


def _may_hold_address(part: Part | None) -> bool:
    """Whether a part without known value may bring an address along (``${BIND_ADDR}:80``)."""
    if part is None or part.literal is not None:
        return False
    names = [use.name for use in variables(part.text)]
    return any(_ADDRESS.search(name) and "PORT" not in name.upper() for name in names)


@check(on=Port)
def port_on_all_interfaces(port: Port, service: Service) -> Problems:
    """A published port without an address, which Docker opens on all of them."""
    if port.host_ip is not None or not _is_open(port, service):
        return
    published = port.published
    if _may_hold_address(published) or (published is not None and ":" in (published.literal or "")):
        return
    if published is None and port.target is not None and port.target.literal is None:
        return
    yield _opened(port, service, "on all interfaces")


@check(on=Port)
def port_on_wildcard_address(port: Port, service: Service) -> Problems:
    """A published port with an address that stands for all of them, such as ``0.0.0.0``."""
    address = port.host_ip
    if (
        address is not None
        and address.literal is not None
        and is_all_interfaces(address.literal)
        and _is_open(port, service)
    ):
        yield _opened(port, service, f"on {address.literal or 'all interfaces'}, so on every network of the host")


def _is_open(port: Port, service: Service) -> bool:
    """Whether the port is published at all: the host's network, and none, ignore it, and a malformed one is refused."""
    mode = service.network_mode
    if port.target is None or (mode is not None and mode.literal in ("host", "none")):
        return False
    numbers = ((port.target, port.target_range), (port.published, port.published_range))
    return not any(part is not None and part.literal is not None and number is None for part, number in numbers)


def _opened(port: Port, service: Service, where: str) -> Problem:
    known = port.target_range
    image = parse_image(service.image.literal) if service.image is not None and service.image.literal else None
    number = known[0] if known is not None else 0
    name = DATABASE_PORTS.get(number) or ADMIN_PORTS.get(number)
    private = name is not None or is_database(image) or is_admin_tool(image)
    shown = (port.published or port.target).text  # type: ignore[union-attr]
    edit = _bound(port)
    title = "Publish on the loopback address only; other machines no longer reach the port"
    public = not private and (number in _WEB or is_proxy(image))
    what = "publish only what others must reach" if public else "bind it to an address such as 127.0.0.1"
    return Problem(
        port,
        f"Service {service.name} publishes port {shown}{f' ({name})' if name else ''} {where}, past the host's"
        f" firewall; {what}",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
        minor=not private,
    )


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
