"""The Compose side of the graph: services, what they wait for, what they keep, where they meet."""

from __future__ import annotations

from dlint.picture.graph import GraphNode
from dlint.syntax.yaml.nodes import YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from dlint.model.compose.model import ComposeModel
    from dlint.picture.builder import GraphBuilder
    from dlint.source import Node
    from dlint.syntax.compose.file import Definition
    from dlint.syntax.compose.items import Mount, Port, Reference
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.values import Part

_CONDITIONS = {"service_healthy": "healthy", "service_completed_successfully": "completed"}


class Services:
    """Adds the services of some Compose projects to a graph."""

    def __init__(self, at: GraphBuilder, models: Sequence[ComposeModel]) -> None:
        self.at = at
        self.models = models

    def nodes(self) -> None:
        """The services, volumes and networks, and the files that each project is made of."""
        for model in self.models:
            key = self.at.key(model)
            if model.files:
                self.at.graph.projects[key] = [file.source.path for file in model.files]
            for service in model.services:
                self.at.graph.add(self.node(service, model, key))

    def node(self, service: Service, model: ComposeModel, key: str) -> GraphNode:
        """The node of a service; what asks for a build and runs nothing is a builder."""
        name, noun = self._text(service.name), getattr(service, "noun", "service")
        if noun != "service":
            node = GraphNode("builder", f"{key}#{service.name}", name, service.key)
            node.detail = {"noun": noun}
            return node
        node = GraphNode("service", f"{key}#{service.name}", name, service.key, key)
        node.detail = self.describe(service, model)
        return node

    def describe(self, service: Service, model: ComposeModel) -> dict[str, Any]:
        """What there is to say of a service besides its edges."""
        image = service.image
        mode = service.network_mode
        return {
            "image": self._text(image.literal or image.value, image) if image is not None else None,
            "built": service.build is not None,
            "ports": [text for port in service.ports if (text := self.port(port))],
            "mounts": [self.mount(mount) for mount in service.mounts],
            "profiles": [self._text(name.literal or name.value) for name in service.profiles],
            "network_mode": self._text(mode.literal or mode.value) if mode is not None else None,
            "complete": not model.is_partial(service),
        }

    def port(self, port: Port) -> str:
        """A published port in the short form."""
        parts = [part for part in (port.host_ip, port.published, port.target) if part is not None]
        protocol = port.protocol_part
        ending = "" if protocol is None or protocol.literal == "tcp" else f"/{_written(protocol)}"
        return self._text(":".join(map(_written, parts)) + ending, port)

    def mount(self, mount: Mount) -> dict[str, Any]:
        """A mount as plain data."""
        return {
            "type": mount.type,
            "source": self._text(_written(mount.source_part), mount) if mount.source_part is not None else None,
            "target": self._text(_written(mount.target), mount) if mount.target is not None else None,
            "read_only": mount.read_only,
        }

    def edges(self) -> None:
        """Images, dependencies, volumes and networks of all services, kind by kind."""
        for kind in (self.image, self.dependencies, self.volumes, self.networks):
            for model in self.models:
                for service in model.services:
                    node = self.at.service_node(model, service.name)
                    if node is not None and node.kind == "service":
                        kind(node, service, model)

    def image(self, node: GraphNode, service: Service, model: ComposeModel) -> None:
        """The image that a service runs if it is not built for it."""
        word = service.image
        if word is None or service.build is not None:
            return
        name = word.literal
        builder = self.at.workspace.builder_of(name) if name else None
        graph = self.at.workspace.graph_of(builder) if builder is not None else None
        if graph is not None and graph.shipped and not graph.missing_targets:
            stage = graph.shipped[0]
            self.at.edge("image", self.at.stage(stage), node, word, stage.from_)
        else:
            self.at.edge("image", self.at.image(name or word.value, word, name is None), node, word)

    def dependencies(self, node: GraphNode, service: Service, model: ComposeModel) -> None:
        """The services that a service waits for or shares something with."""
        waited: set[str] = set()
        for dependency in service.depends_on:
            if dependency.name is not None:
                waited.add(dependency.name)
                label = _CONDITIONS.get(dependency.condition, "")
                self.needs(node, model, dependency.name, dependency.key, label, condition=dependency.condition)
        for name, place, label in _others(service):
            if name not in waited:
                self.needs(node, model, name, place, label, condition=None)

    def needs(
        self, node: GraphNode, model: ComposeModel, name: str, place: Node, label: str, condition: str | None
    ) -> None:
        """One edge to another service, if it is there."""
        other, service = self.at.service_node(model, name), model.by_name.get(name)
        if other is not None and service is not None and other is not node:
            edge = self.at.edge("depends", node, other, place, service.key, label)
            edge.detail = {"condition": condition}

    def volumes(self, node: GraphNode, service: Service, model: ComposeModel) -> None:
        """The named volumes that a service mounts."""
        for mount in service.mounts:
            name = mount.volume.literal if mount.volume is not None else None
            if name and mount.target is not None and mount.volume is not None:
                defined = next((one for one in model.volumes if one.name == name), None)
                other = self.definition("volume", name, defined, model, mount.volume)
                target = _written(mount.target)
                edge = self.at.edge("volume", node, other, mount.volume, defined.key if defined else None, target)
                edge.detail = {"target": edge.label, "read_only": mount.read_only}

    def networks(self, node: GraphNode, service: Service, model: ComposeModel) -> None:
        """The networks that a service joins; the one that all share without saying so is left out."""
        for reference in service.networks:
            if reference.name:
                defined = next((one for one in model.networks if one.name == reference.name), None)
                other = self.definition("network", reference.name, defined, model, reference.key)
                edge = self.at.edge("network", node, other, reference.key, defined.key if defined else None)
                edge.detail = {"aliases": list(self.aliases(reference))}

    def aliases(self, reference: Reference) -> Iterator[str]:
        """The other names that a service has on a network."""
        for item in getattr(reference.get("aliases"), "items", ()):
            if isinstance(item, YamlScalar):
                yield self._text(item.literal or item.value, item)

    def definition(
        self, kind: str, name: str, defined: Definition | None, model: ComposeModel, place: Node
    ) -> GraphNode:
        """The node of a volume or a network."""
        key = self.at.key(model)
        where = defined.key if defined is not None else place
        node = self.at.graph.add(GraphNode(kind, f"{key}#{name}", self._text(name), where, key))
        if not node.detail:
            given = defined.given_name if defined is not None else None
            node.detail = {
                "external": defined.external if defined is not None else False,
                "name": self._text(given.literal or given.value, given) if given is not None else None,
            }
        return node

    def _text(self, text: str, where: Node | None = None) -> str:
        return self.at.shown.text(text, where)


def _others(service: Service) -> Iterator[tuple[str, Node, str]]:
    """What a service has to do with others besides ``depends_on``: name, place and a word for it."""
    for link in service.links:
        if link.literal:
            yield link.literal.partition(":")[0], link, "link"
    for scalar in service.volumes_from:
        if scalar.literal and not scalar.literal.startswith("container:"):
            yield scalar.literal.partition(":")[0], scalar, "its volumes"
    for scalar in (service.network_mode, service.pid, service.ipc):
        if scalar is not None and scalar.literal and scalar.literal.startswith("service:"):
            yield (
                scalar.literal.partition(":")[2],
                scalar,
                "its network" if scalar is service.network_mode else "shared",
            )


def _written(part: Part | None) -> str:
    """The value of a part, or what is written where that is unknown."""
    return "" if part is None else part.literal if part.literal is not None else part.text
