"""Published ports: the addresses they are open on."""

from __future__ import annotations

import re

from dlint.api import Edit, Fix, Problem, Problems, check
from dlint.api.compose import Part, Port, Service, YamlMap, YamlScalar, variables

_ADDRESS = re.compile(r"(?:^|_)(?:IP|IPV[46]|ADDR|ADDRESS|BIND|LISTEN|INTERFACE|HOST)(?:_|$)", re.I)
_DATABASES = {
    1433: "SQL Server", 2375: "the Docker API", 2379: "etcd", 3306: "MySQL", 5432: "PostgreSQL", 5984: "CouchDB",
    6379: "Redis", 9042: "Cassandra", 9200: "Elasticsearch", 11211: "memcached", 27017: "MongoDB",
}  # fmt: skip


def _is_any(address: str) -> bool:
    """Whether the address stands for all interfaces."""
    text = address.strip("[]")
    if text in ("", "*", "0.0.0.0", "::", "0"):
        return True
    if ":" not in text:
        return False
    import ipaddress

    try:
        parsed = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped
    return parsed.is_unspecified or (mapped is not None and mapped.is_unspecified)


def _may_hold_address(part: Part | None) -> bool:
    """Whether a part without known value may bring an address along (``${BIND_ADDR}:80``)."""
    if part is None or part.literal is not None:
        return False
    names = [use.name for use in variables(part.text)]
    return any(_ADDRESS.search(name) and "PORT" not in name.upper() for name in names)


@check(on=Port)
def port_on_all_interfaces(port: Port, service: Service) -> Problems:
    """A published port without an address of its own, or with one that stands for all."""
    address = port.host_ip
    mode = service.network_mode
    if mode is not None and mode.literal in ("host", "none"):
        return
    if address is not None and (address.literal is None or not _is_any(address.literal)):
        return
    if address is None and (_may_hold_address(port.published) or port.target is None):
        return
    if port.published is None and port.target.literal is None:  # type: ignore[union-attr]
        return
    known = port.target_range
    name = _DATABASES.get(known[0]) if known is not None else None
    shown = (port.published or port.target).text  # type: ignore[union-attr]
    edit = _bound(port)
    title = "Publish on the loopback address only; other machines no longer reach the port"
    yield Problem(
        port,
        f"Service {service.name} publishes port {shown}{f' ({name})' if name else ''} on all interfaces, past the"
        " host's firewall; bind it to an address such as 127.0.0.1",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
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
    if any(item.literal is not None and item.literal.upper().endswith("NET_BIND_SERVICE") for item in service.cap_drop):
        return
    for numbers, side in ((port.published_range, "host"), (port.target_range, "container")):
        if numbers is not None and 0 < numbers[0] < 1024:
            yield Problem(
                port, f"Service {service.name} uses port {numbers[0]} of the {side}, which only root may open; use one"
                " from 1024 on"
            )  # fmt: skip
            return
