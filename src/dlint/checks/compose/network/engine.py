"""What the engine refuses of a container: keys beside another's network, fixed addresses, host ports of replicas."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Network, Service, YamlMap, YamlScalar, YamlSeq, integer, networks_beside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# github.com/moby/moby, runconfig/hostconfig_unix.go, validateNetMode: "conflicting options".
_OF_THE_OTHER = ("ports", "expose", "hostname", "dns", "extra_hosts")


# docs.docker.com/reference/compose-file/deploy: how a Swarm changes its tasks and shares a port among them.
_OF_SWARM = ("update_config", "rollback_config", "endpoint_mode")


@check(on=Service, keys=("network_mode",), having=("network_owner",))
def shared_network_refuses_key(service: Service) -> Problems:
    """A key that the engine refuses where a container has the network of another one."""
    mode, shared = service.network_mode, service.network_owner
    if mode is None or service.in_stack:
        return
    other = shared.partition(":")[2]
    for key in _OF_THE_OTHER:
        entry = service.entry(key)
        if entry is None or not _is_given(entry.value):
            continue
        where = f"give it to {other}" if shared.startswith("service:") else "set it where that container is made"
        yield Problem(
            entry.key,
            f"The engine refuses to make {service.name}: `{key}` belongs to the network, which is that of {other};"
            f" {where}",
            related=[Related(mode, "The network of another one")],
        )


def _is_given(node: object) -> bool:
    if isinstance(node, YamlSeq):
        return bool(node.items)
    if isinstance(node, YamlMap):
        return bool(node.entries)
    return isinstance(node, YamlScalar) and not node.is_null and bool(node.value)


@check(on=Service, keys=("networks",), having=("fixed_addresses",), blames=True)
def address_not_in_subnet(service: Service, model: ComposeModel) -> Problems:
    """A fixed address in a network that has no such subnet."""
    for name, where in service.fixed_addresses:
        network = next((one for one in model.networks if one.name == name), None)
        address = _address(where)
        if address is None or network is None or network.external is not False or not model.is_whole(service):
            continue
        subnets = _subnets(network)
        if subnets is None or any(address in subnet for subnet in subnets) or name in networks_beside(model):
            continue
        own = [one for one in subnets if one.version == address.version]
        if own:
            what = f"{address} is not in {own[0]}, the subnet of network {name}"
        elif address.version == 6:
            continue  # The engine may have pools for these.
        else:
            what = f"network {name} has no subnet of its own: give it one under `ipam`, with {address} in it"
        related = [Related(network.key, "The network")]
        yield Problem(where, f"The engine refuses to start {service.name}: {what}", related=related)


@check(on=ComposeModel, having=("fixed_addresses",))
def address_taken_twice(model: ComposeModel) -> Problems:
    """A fixed address that another service has in the same network."""
    taken: dict[tuple[str, str], tuple[Service, Node]] = {}
    for service in model.services:
        for name, where in service.fixed_addresses:
            address = _address(where)
            if address is None:
                continue
            first = taken.setdefault((name, str(address)), (service, where))
            if first[0] is not service and not any(_may_not_run(one) for one in (service, first[0])):
                message = f"The engine refuses to start {service.name} beside {first[0].name}, which has {address} too"
                yield Problem(where, message, related=[Related(first[1], f"The address of {first[0].name}")])


def _may_not_run(service: Service) -> bool:
    """Whether a service may stay out of a start of the project: by its profiles, or by having no containers."""
    given = service.containers
    return bool(service.profiles) or (given is not None and integer(given) in (None, 0))


def _address(where: YamlScalar) -> IPv4Address | IPv6Address | None:
    from ipaddress import ip_address

    try:
        return ip_address(where.literal or "")
    except ValueError:
        return None


def _subnets(network: Network) -> list[IPv4Network | IPv6Network] | None:
    """The subnets of a network; None if they are not known."""
    ipam = network.map.get("ipam")
    driver = network.driver.literal if network.driver is not None else "bridge"
    if driver != "bridge" or network.map.get("driver_opts") is not None:
        return None
    config = ipam.get("config") if isinstance(ipam, YamlMap) else None
    if isinstance(ipam, YamlMap) and ipam.get("driver") is not None:
        return None
    from ipaddress import ip_network

    found = []
    for pool in config.items if isinstance(config, YamlSeq) else ():
        subnet = pool.get("subnet") if isinstance(pool, YamlMap) else None
        text = subnet.literal if isinstance(subnet, YamlScalar) else None
        try:
            found.append(ip_network(text or "", strict=False))
        except ValueError:
            return None
    return found


@check(on=Service, keys=("ports",), having=("containers",), blames=True)
def host_port_of_several_replicas(service: Service, model: ComposeModel) -> Problems:
    """One port of the host for several containers of a service."""
    deploy = service.deploy
    mode = deploy.scalar("mode") if deploy is not None else None
    given = service.containers
    count = integer(given) if given is not None else None
    if given is None or count is None or count < 2 or model.for_swarm or mode is not None:
        return
    if deploy is not None and any(deploy.map.get(key) is not None for key in _OF_SWARM):
        return
    for port in service.ports:
        ports = port.published_range
        # Docker gives each container one of a range.
        if ports is None or ports == (0, 0) or ports[1] - ports[0] + 1 >= count:
            continue
        message = f"Only one of the {count} containers of {service.name} gets port {ports[0]} of the host"
        remedy = f"publish a range of {count}, or a proxy before them"
        yield Problem(
            port, f"{message}, and the others do not start: {remedy}", related=[Related(given, "So many run")]
        )
        return
