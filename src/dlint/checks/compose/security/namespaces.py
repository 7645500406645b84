"""What a service shares with the host: its network, its processes, its users and its control group."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import ComposeModel, Network, Service, YamlScalar, closest, is_of_the_host


def _host(service: Service, node: YamlScalar | None, consequence: str) -> Problems:
    """The problem that ``node`` is ``host``, and what comes of it."""
    if node is not None and node.literal == "host":
        yield Problem(node.place, f"Service {service.name} {consequence}", minor=_is_made_for_it(service))


def _is_made_for_it(service: Service) -> bool:
    """Whether its image works on the host's network or hardware by purpose."""
    return is_of_the_host(service.image_ref)


@check(on=Service, keys=("network_mode", "networks"))
def host_network(service: Service, model: ComposeModel) -> Problems:
    """``network_mode: host``, or Docker's own network ``host`` among the networks."""
    reaches = "uses the host's network and reaches all that listens on its loopback; publish the ports it needs"
    yield from _host(service, service.network_mode, reaches)
    for reference in service.networks:
        network = next((one for one in model.networks if one.name == reference.name and one.external), None)
        if network is not None:
            name = network.given_name or model.scalar("networks", network.name, "external", "name")
            if (name.literal if name is not None else network.name) == "host":
                yield Problem(reference.key, f"Service {service.name} {reaches}", minor=_is_made_for_it(service))


_MODES = ("host", "none", "bridge", "default")


@check(on=Service, keys=("network_mode",))
def network_mode_unknown(service: Service, model: ComposeModel) -> Problems:
    """A network mode that is nearly one of Docker's, where nothing else has that name."""
    node = service.network_mode
    text = node.literal if node is not None else None
    if node is None or not text or ":" in text or text in _MODES or text.startswith("container"):
        return
    known = {name for network in model.networks for name in (network.name, _given(network)) if name}
    meant = closest(text, _MODES, 1 if len(text) < 5 else 2)
    if meant and text not in known and model.whole:
        yield Problem(
            node.place, f"No network here is called {text}, and the engine looks for one: did you mean {meant}?"
        )


def _given(network: Network) -> str | None:
    return network.given_name.literal if network.given_name is not None else None


@check(on=Service, keys=("pid",))
def host_pid_namespace(service: Service) -> Problems:
    """``pid: host``."""
    return _host(service, service.pid, "sees the host's processes and their environment; remove pid: host")


@check(on=Service, keys=("ipc",))
def host_ipc_namespace(service: Service) -> Problems:
    """``ipc: host``."""
    shares = "shares the host's shared memory and semaphores; use shareable or shm_size"
    return _host(service, service.ipc, shares)


@check(on=Service, keys=("userns_mode",))
def host_user_namespace(service: Service) -> Problems:
    """``userns_mode: host``."""
    return _host(service, service.userns_mode, "opts out of user namespace remapping; remove userns_mode: host")


@check(on=Service, keys=("uts",))
def host_uts_namespace(service: Service) -> Problems:
    """``uts: host``."""
    return _host(service, service.uts, "can rename the host; remove uts: host and set hostname")


@check(on=Service, keys=("cgroup", "cgroup_parent"))
def cgroup_not_default(service: Service) -> Problems:
    """``cgroup_parent``, or the host's cgroup namespace."""
    node = service.cgroup_parent
    if node is not None and node.literal != "":
        yield Problem(
            node.place, f"Service {service.name} runs in a control group of its own choice; remove cgroup_parent"
        )
    yield from _host(service, service.cgroup, "sees the host's control groups; remove cgroup")


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
