"""What a service shares with the host: its network, its processes, its users and its control group."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import ComposeModel, Service, YamlScalar


def _host(node: YamlScalar | None) -> bool:
    return node is not None and node.literal == "host"


@check(on=Service)
def host_network(service: Service) -> Problems:
    """``network_mode: host``, or the predefined network ``host``."""
    node = service.network_mode
    if node is not None and _host(node):
        yield Problem(
            node.place,
            f"Service {service.name} uses the host's network and reaches all that listens on its loopback; publish the"
            " ports it needs",
        )


@check(on=Service)
def host_pid_namespace(service: Service) -> Problems:
    """``pid: host``."""
    node = service.pid
    if node is not None and _host(node):
        yield Problem(
            node.place, f"Service {service.name} sees the host's processes and their environment; remove pid: host"
        )


@check(on=Service)
def host_ipc_namespace(service: Service) -> Problems:
    """``ipc: host``."""
    node = service.ipc
    if node is not None and _host(node):
        yield Problem(
            node.place,
            f"Service {service.name} shares the host's shared memory and semaphores; use shareable or shm_size",
        )


@check(on=Service)
def host_user_namespace(service: Service) -> Problems:
    """``userns_mode: host``."""
    node = service.userns_mode
    if node is not None and _host(node):
        yield Problem(
            node.place, f"Service {service.name} opts out of user namespace remapping; remove userns_mode: host"
        )


@check(on=Service)
def host_uts_namespace(service: Service) -> Problems:
    """``uts: host``."""
    node = service.uts
    if node is not None and _host(node):
        yield Problem(node.place, f"Service {service.name} can rename the host; remove uts: host and set hostname")


@check(on=Service)
def cgroup_not_default(service: Service) -> Problems:
    """``cgroup_parent``, or the host's cgroup namespace."""
    node = service.cgroup_parent
    if node is not None and node.literal != "":
        yield Problem(
            node.place, f"Service {service.name} runs in a control group of its own choice; remove cgroup_parent"
        )
    if service.cgroup is not None and _host(service.cgroup):
        yield Problem(service.cgroup.place, f"Service {service.name} sees the host's control groups; remove cgroup")


@check(on=ComposeModel)
def only_default_network(model: ComposeModel, *, services: int = 3) -> Problems:
    """Many services, all of them on the one default network."""
    entry = model.entry("services")
    if entry is None or len(model.services) < services or not model.whole:
        return
    if any(service.get("networks") is not None or service.network_mode is not None for service in model.services):
        return
    if any(service.ports for service in model.services):
        yield Problem(
            entry.key,
            f"All {len(model.services)} services share the default network; give those that need not meet networks of"
            " their own",
        )
