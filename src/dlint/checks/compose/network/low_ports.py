"""Ports below 1024, where the kernel keeps them for root."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service, is_root, may_move_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image

# The engine sets it to 0 for a container with a network of its own (moby, daemon/oci_linux.go, since 20.10); the host
# has the kernel's value (ip-sysctl.rst).
_SYSCTL = "net.ipv4.ip_unprivileged_port_start"
_OF_THE_HOST = 1024


@check(on=Service, keys=("network_mode", "sysctls"), blames=True)
def low_port_as_user(service: Service, model: ComposeModel) -> Problems:
    """A program that is not root and is to listen on a port which is kept for root."""
    kept = _kept_for_root(service)
    image = model.image_of(service) if kept is not None and model.is_whole(service) else None
    if kept is None or image is None or _listens_elsewhere(service, image):
        return
    where, limit = kept
    user, place = _user(service, image)
    ports = image.exposed or image.ports or ()
    if not user or is_root(user) or not ports or any(known.value.last >= limit for known in ports):
        return
    port = ports[0]
    related = [Related(node, text) for node, text in ((place, f"It runs as {user}"), (port.where, "The port")) if node]
    yield Problem(
        where,
        f"Service {service.name} runs as {user} and cannot listen on {port.value.first}: with this, ports below {limit}"
        " are for root alone; let it listen on a higher one",
        related=related,
    )


def _kept_for_root(service: Service) -> tuple[Node, int] | None:
    """What keeps low ports for root, and the first that anybody may take."""
    for setting in service.sysctls:
        first = setting.literal or "" if setting.name == _SYSCTL else ""
        if first.isdecimal() and len(first) < 6:
            return setting, int(first)
    mode = service.network_mode
    return (mode, _OF_THE_HOST) if mode is not None and mode.literal == "host" else None


def _user(service: Service, image: Image) -> tuple[str | None, Node | None]:
    if service.user is not None:
        return service.user.literal, service.user
    return (image.user.value, image.user.where) if image.user is not None else (None, None)


def _listens_elsewhere(service: Service, image: Image) -> bool:
    """Whether settings may send it to another port, or a file's capability opens this one."""
    if service.command is not None or service.entrypoint is not None or service.env_files or service.cap_add:
        return True
    if any(may_move_port(variable.name) for variable in service.environment):
        return True
    if not image.exposed and (service.mounts or service.configs):
        return True
    scripts = [stage.script(node) for node, stage in image.own_instructions() if node.name == "RUN"]
    return any(script is not None and "setcap" in script.names for script in scripts)
