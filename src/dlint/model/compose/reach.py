"""Which names a service can reach others by: the networks that it shares with them, and what it is told besides."""

from __future__ import annotations

import posixpath

from dlint.lazy import once
from dlint.project.kinds import kind_by_name
from dlint.syntax.compose import file as compose
from dlint.syntax.compose.values import boolean
from dlint.syntax.yaml.nodes import YamlMap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.service import Service


_MOST_BESIDE = 200


def networks_of(service: Service) -> frozenset[str] | None:
    """The networks that a service joins; None if it has another's, the host's or none."""
    if service.network_mode is not None or any(network.name is None for network in service.networks):
        return None
    return frozenset(network.name or "" for network in service.networks) or frozenset(("default",))


def names_networks(service: Service) -> frozenset[str] | None:
    """The networks in which services know each other by name: the engine's own bridge knows none."""
    mode = service.network_mode
    return frozenset() if mode is not None and mode.literal in ("bridge", "none") else networks_of(service)


def is_shared_network(model: ComposeModel, names: Iterable[str]) -> bool:
    """Whether one of the networks is shared with other projects."""
    for name in names:
        definition = next((network for network in model.networks if network.name == name), None)
        external = definition.map.get("external") if definition is not None else None
        if external is not None and (isinstance(external, YamlMap) or boolean(external) is not False):
            return True
        if definition is not None and definition.map.get("name") is not None:
            return True
    return False


def own_names(service: Service) -> set[str]:
    """The names that a service knows by itself: links and extra hosts."""
    found = {pair.name.partition(":")[0] for pair in service.extra_hosts}
    for node in (*service.links, *service.external_links):
        name, _, alias = (node.literal or "").partition(":")
        found.add(alias or name)
    return found


@once
def names_beside(model: ComposeModel) -> frozenset[str]:
    """The services of other Compose files of the folder which are read together with the model's, as it seems.

    A file that defines one of the same services is for another occasion, as one for development is.
    """
    own, found = {service.name for service in model.services}, set[str]()
    for file in _beside(model):
        names = {service.name for service in file.services}
        if own.isdisjoint(names):
            found |= names
    return frozenset(found)


@once
def networks_beside(model: ComposeModel) -> frozenset[str]:
    """The networks to which other Compose files of the folder give subnets, or which others make there."""
    return frozenset(
        network.name
        for file in _beside(model)
        for network in file.networks
        if network.map.get("ipam") is not None or network.external is not False
    )


def _beside(model: ComposeModel) -> Iterator[compose.ComposeFile]:
    """The other Compose files of a model's folder."""
    project = model.project
    if project is None or not model.files:
        return
    read = {file.source.path for file in model.files}
    folder = posixpath.dirname(model.files[0].source.path)
    for name in project.listdir(folder)[:_MOST_BESIDE]:
        path = posixpath.join(folder, name)
        source = project.read(path) if path not in read and kind_by_name(path) == "compose" else None
        if source is not None:
            yield compose.parse(source)


def is_open(service: Service, model: ComposeModel) -> bool:
    """Whether names may come from elsewhere, so that nothing can be said of an unknown one."""
    if not model.whole or model.broken or model.partial or service.dns_search or service.dns:
        return True
    networks = networks_of(service)
    return networks is None or is_shared_network(model, networks) or not model.is_whole(service)


def shares_network(service: Service, model: ComposeModel) -> bool:
    """Whether a service's loopback address is also another's, or the host's."""
    if service.network_mode is not None:
        return True
    modes = (one.network_mode.literal for one in model.services if one.network_mode is not None)
    return any(mode is None or mode == f"service:{service.name}" or mode.startswith("container:") for mode in modes)
