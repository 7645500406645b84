"""Ports and mounts as Compose reads their short and long forms: what it refuses about one of them.

Rules after docker/go-connections (``nat.ParsePortSpec``) and compose-go (``format.ParseVolume``).
"""

from __future__ import annotations

import re

from dlint.syntax.compose.values import Part
from dlint.syntax.interpolation import interpolate, lone_variable
from dlint.syntax.quantities import LAST_PORT, is_address, port_range, without_brackets
from dlint.syntax.yaml.nodes import YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.source import Node
    from dlint.syntax.compose.items import Mount, Port

PROTOCOLS = ("tcp", "udp", "sctp")

Complaint = tuple["Node", str]
"""A place and a sentence."""


def port_complaints(port: Port) -> list[Complaint]:
    """What is wrong with a published port; parts that depend on unknown variables are not judged."""
    if port.short:
        return _short_port(port)
    found: list[Complaint] = []
    if port.host_ip is not None and port.host_ip.literal is not None and not is_address(port.host_ip.literal):
        found.append((port.host_ip, _no_address(port.host_ip.literal)))
    target = port.target
    if target is None:
        found.append((port, "A port must say which port of the container it is: add `target`"))
    elif target.literal is not None and not 0 <= _number(target.literal) < 1 << 32:
        found.append((target, f"`{target.literal}` is no port of a container: use 1 to 65535"))
    return found


def _short_port(port: Port) -> list[Complaint]:
    found: list[Complaint] = []
    protocol = port.protocol_part
    if protocol is not None and protocol.literal and protocol.literal.lower() not in PROTOCOLS:
        found.append((protocol, f"`{protocol.literal}` is no protocol: use `tcp`, `udp` or `sctp`"))
    if port.host_ip is not None and port.host_ip.literal is not None:
        address = port.host_ip.literal
        if address and not is_address(without_brackets(address)):
            found.append((port.host_ip, _no_address(address)))
    target, published = port.target, port.published
    inner = _checked(target, "container", found)
    outer = _checked(published, "host", found)
    if inner is not None and inner == (0, 0):
        found.append((target or port, "Port 0 cannot be published: name a port of the container"))
    if inner is not None and outer is not None and inner[0] != inner[1] and inner[1] - inner[0] != outer[1] - outer[0]:
        message = (
            f"{outer[1] - outer[0] + 1} host ports stand for {inner[1] - inner[0] + 1} container ports: make both equal"
        )
        found.append((port, message))
    return found


def _checked(part: Part | None, side: str, found: list[Complaint]) -> tuple[int, int] | None:
    """First and last port of a part, with a complaint if it is not a port or range."""
    if part is None or part.literal is None:
        return None
    if side == "container" and not part.literal:
        found.append((part, "The container's port is missing: write `host:container`"))
        return None
    ports = port_range(part.literal)
    if ports is None:
        found.append((part, f"`{part.literal}` is no port of the {side}: use a number from 1 to 65535, or a range"))
        return None
    first, last = ports
    if max(ports) > LAST_PORT:
        found.append((part, f"`{part.literal}` is beyond the last port: use at most {LAST_PORT}"))
        return None
    if last < first:
        found.append((part, f"The range `{part.literal}` runs backwards: write `{last}-{first}`"))
        return None
    return ports


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,20}", text) else -1


def _no_address(address: str) -> str:
    return f"`{address}` is no IP address to bind to: write one, such as `127.0.0.1`"


def mount_complaints(mount: Mount) -> list[Complaint]:
    """What is wrong with a mount; parts that depend on unknown variables are not judged."""
    if not mount.short:
        return _long_mount(mount)
    node = mount.node
    assert isinstance(node, YamlScalar)
    if node.literal == "":
        return [(mount, "A mount is empty: write `source:target`")]
    parts = mount.parts
    for part in parts:
        if part.literal == "":
            return [(mount, "A part between two colons is empty: write `source:target` or `source:target:options`")]
    drives = sum(
        1 for part in parts[:-1] if part.literal is not None and len(part.literal) == 1 and part.literal.isalpha()
    )
    if len(parts) - drives > 3:
        return [(mount, "A mount has too many colons: write `source:target:options`, or use the long form")]
    return []


def unset_parts(mount: Mount) -> list[tuple[Node, str]]:
    """The parts of a short mount that are one variable without a value or default, each with its name.

    Compose refuses an empty part.
    """
    node = mount.node
    if not mount.short or not isinstance(node, YamlScalar) or "$" not in node.value:
        return []
    parts = mount.parts
    found = [(part, lone_variable(part.text)) for part in parts if part.literal is None] if len(parts) > 1 else []
    return [(part, name) for part, name in found if name is not None]


def unset_target(port: Port) -> tuple[Node, str] | None:
    """The container's port of a short mapping if it is one variable without a value or default, with its name."""
    target = port.target if port.short else None
    name = lone_variable(target.text) if target is not None and target.literal is None else None
    return (target, name) if target is not None and name is not None else None


def unset_in_image(image: YamlScalar) -> list[str]:
    """The variables without a value that are all of a reference to an image: ``${IMAGE}``.

    A part that is left, as of ``nginx:${TAG}``, Compose hands on to the engine.
    """
    if image.literal is not None:
        return []
    empty = interpolate(image.value, image.lookup or _nothing)
    if empty.value or empty.error is not None or empty.required:
        return []
    return [use.name for use in empty.uses if not use.operator and image.expand(f"${use.name}") is None]


def _nothing(name: str) -> None:
    return None


def _long_mount(mount: Mount) -> list[Complaint]:
    found: list[Complaint] = []
    if mount.target is None or mount.target.literal == "":
        found.append((mount, "A mount must say where it appears: add `target`"))
    if mount.type == "bind" and (mount.source_part is None or mount.source_part.literal == ""):
        found.append((mount, "A bind mount needs a path on the host: add `source`"))
    return found
