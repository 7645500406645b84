"""The variables that a service's container gets: ``environment`` over ``env_file``, the later file over the earlier."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.syntax.compose.dotenv import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.items import EnvFile
    from dlint.syntax.compose.service import Service


class Given(NamedTuple):
    """A variable's value, None if it is unknown, and its place; ``file`` is the entry of ``env_file`` it came by."""

    value: str | None
    where: Node
    file: EnvFile | None


class ServiceEnvironment:
    """What is given to a service. ``whole`` is false where a file is not there or cannot be read: there may be more."""

    __slots__ = ("values", "whole")

    def __init__(self, values: dict[str, Given], whole: bool) -> None:
        self.values = values
        self.whole = whole

    def may_have(self, name: str) -> bool:
        """Whether a variable is given, with whatever value, or may be."""
        return not self.whole or name in self.values


def environment_of(service: Service, model: ComposeModel) -> ServiceEnvironment:
    """The variables of a service's container, without those of its image."""
    if service not in model.environments:
        model.environments[service] = _read(service, model)
    found: ServiceEnvironment = model.environments[service]
    return found


def _read(service: Service, model: ComposeModel) -> ServiceEnvironment:
    values: dict[str, Given] = {}
    whole = not model.is_partial(service)
    for file in service.env_files:
        path = file.path
        source = model.read(path, path.literal) if path is not None and path.literal else None
        if source is None:
            whole = False
            continue
        found = parse(source)
        whole = whole and not found.faults
        for entry in found.entries:
            values[entry.name] = Given(found.values.get(entry.name), entry.value_node or entry.key, file)
    for variable in service.environment:
        if "$" in variable.name:
            whole = False
        value = variable.literal if variable.assigned else model.variables.get(variable.name)
        values[variable.name] = Given(value, variable.value or variable.key, None)
    return ServiceEnvironment(values, whole)
