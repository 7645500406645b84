"""What Compose refuses of a project as a whole: services that wait for each other in a circle, names that are taken
twice, definitions that contradict themselves.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.syntax.compose.values import literal, split
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dlint.model.compose.faults import FaultList
    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.file import Service

SERVICE = "service:"
"""What stands before the name of a service where something else can be named as well."""

_IN_A_NAME = pattern("[a-zA-Z0-9]")
_EXTERNAL_EXCLUDES = ("driver", "driver_opts", "labels")


def clash(faults: FaultList, where: Node, first: str, second: str, other: Node | None = None) -> None:
    """Note that two keys exclude each other; ``other`` is a place of the second in another file."""
    message = f"`{first}` and `{second}` exclude each other: keep one"
    faults.add(where, "exclusive-keys", message, related=other)


def circles(faults: FaultList, links: Mapping[str, Sequence[tuple[str, Node]]]) -> None:
    """Services that wait for each other, without recursion; ``links`` are those that each needs, with the places."""
    state: dict[str, int] = {}
    for start in links:
        if start in state:
            continue
        trail: list[str] = [start]
        pending: list[Iterator[tuple[str, Node]]] = [iter(links[start])]
        state[start] = 1
        while pending:
            step = next(pending[-1], None)
            if step is None:
                state[trail.pop()] = 2
                pending.pop()
                continue
            name, where = step
            if state.get(name) == 1:
                chain = " -> ".join([*trail[trail.index(name) :], name])
                message = f"Services wait for each other in a circle ({chain}): remove one dependency"
                faults.add(where, "dependency-cycle", message)
            elif name not in state:
                state[name] = 1
                trail.append(name)
                pending.append(iter(links.get(name, ())))


def container_names(faults: FaultList, model: ComposeModel) -> None:
    """Names of containers that several services take."""
    seen: dict[str, Service] = {}
    for service in model.services:
        written = service.container_name
        # Names made of the same variables are the same, whatever the values are.
        name = literal(written) or (written.raw.strip("\"'") if written is not None else None)
        if not name or service.profiles:
            continue
        first = seen.setdefault(name, service)
        if first is not service:
            message = f"Container name `{name}` is taken by service `{first.name}`: choose another"
            where = service.container_name or service.key
            faults.add(where, "duplicate-container-name", message, related=first.container_name)


def definitions(faults: FaultList, model: ComposeModel) -> None:
    """The project's name, and what its volumes, networks, secrets and configs say."""
    name = literal(model.name)
    if name and not _IN_A_NAME.search(name):
        message = f"Nothing of `{name}` can stand in a project's name: use letters a to z, digits, `-` and `_`"
        faults.add(model.name or model, "bad-value", message)
    for volume in model.volumes:
        if volume.external:
            for name in _EXTERNAL_EXCLUDES:
                entry = volume.map.entry(name)
                if entry is not None:
                    clash(faults, entry.key, name, "external")
    for section in (model.networks, model.volumes, model.secrets, model.configs):
        for definition in section:
            first, second = definition.scalar("name"), definition.scalar("external", "name")
            if first is not None and second is not None and first.literal != second.literal:
                clash(faults, definition.map.index["name"].key, "name", "external.name")
    for secret in model.secrets:
        _origin(faults, secret.key, secret.map, secret.external, ("file", "environment"), "secret")
    for config in model.configs:
        _origin(faults, config.key, config.map, config.external, ("file", "environment", "content"), "config")


def _origin(
    faults: FaultList, key: YamlScalar, fields: YamlMap, external: bool | None, names: tuple[str, ...], what: str
) -> None:
    """Where a secret or config comes from: exactly one of ``names``, unless it exists already."""
    present = [name for name in names if name in fields and (name != "environment" or _says(fields.get(name)))]
    if external is not False:
        return
    if not present:
        listed = ", ".join(f"`{name}`" for name in names[:-1])
        message = f"A {what} must come from somewhere: add {listed} or `{names[-1]}`"
        faults.add(key, f"bad-{what}", message)
    elif len(present) > 1:
        clash(faults, fields.index[present[1]].key, present[1], present[0])


def _says(node: YamlNode | None) -> bool:
    return not isinstance(node, YamlScalar) or (node.kind != "null" and node.literal != "")


def needed(service: Service) -> Iterator[tuple[str, Node, bool]]:
    """The services one needs: name, place, and whether it cannot do without."""
    for dependency in service.depends_on:
        if dependency.name is not None:
            yield dependency.name, dependency.key, dependency.required
    for link in service.links:
        name = split(link, ":", 1)[0]
        if name.literal is not None:
            yield name.literal, name if name.literal else link.place, True
    for source in service.volumes_from:
        parts = split(source, ":", 1)
        if parts[0].literal is not None and parts[0].literal != "container":
            yield parts[0].literal, parts[0] if parts[0].literal else source.place, True
    for namespace in (service.network_mode, service.ipc, service.pid):
        text = literal(namespace)
        if namespace is not None and text is not None and text.startswith(SERVICE):
            yield text[len(SERVICE) :], namespace.place, True
