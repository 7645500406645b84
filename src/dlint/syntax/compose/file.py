"""Typed views over the YAML of a Compose file: services, networks, volumes and their values.

The views read YAML nodes and hold none of their own data, so they work over one file and over the effective model
alike, whose nodes come from several files. Every view is a ``Node`` with its own place. Scalars are ``YamlScalar``:
``.value`` as written, ``.literal`` interpolated; ``compose_values`` turns them into numbers, sizes and so on.
"""

from __future__ import annotations

from dlint.lazy import cast, lazy
from dlint.source import Source, Span
from dlint.syntax.compose.items import Dependency, Device, EnvFile, Mount, Port, Reference, Tmpfs, Ulimit
from dlint.syntax.compose.service import Service
from dlint.syntax.compose.values import (
    BuildArg,
    EnvVar,
    KeyValue,
    Label,
    Part,
    as_map,
    boolean,
    key_values,
    scalar,
    strings,
)
from dlint.syntax.compose.views import (
    BuildConfig,
    CommandLine,
    Deploy,
    Healthcheck,
    Logging,
    View,
    scalar_property,
    strings_property,
)
from dlint.syntax.yaml import parser as yamltree
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.syntax.fault import Fault
    from dlint.syntax.yaml.parser import Comment, YamlStream

__all__ = [
    "BuildArg",
    "BuildConfig",
    "CommandLine",
    "ComposeFile",
    "Config",
    "Definition",
    "Dependency",
    "Deploy",
    "Device",
    "EnvFile",
    "EnvVar",
    "Healthcheck",
    "Include",
    "KeyValue",
    "Label",
    "Logging",
    "Model",
    "Mount",
    "Network",
    "Part",
    "Port",
    "ComposeDocument",
    "Reference",
    "Secret",
    "Service",
    "Tmpfs",
    "Ulimit",
    "View",
    "Volume",
    "parse",
]


class Definition(View):
    """A top-level network, volume, config, secret or model."""

    def __init__(self, entry: YamlEntry) -> None:
        fields = as_map(entry.value)
        super().__init__(entry, fields if fields is not None else YamlMap(entry.source, entry.value.span, []))
        self.key = entry.key
        self.name = entry.key.value
        self.node = entry.value

    @property
    def external(self) -> bool | None:
        """Whether it exists outside of the project; None if unknown."""
        node = self.map.get("external")
        if node is None:
            return False
        return True if isinstance(node, YamlMap) else boolean(node)

    @property
    def given_name(self) -> YamlScalar | None:
        """The name outside of the project, if it has one of its own."""
        return self.scalar("name")

    @property
    def labels(self) -> list[Label]:
        """Its labels."""
        return cast("list[Label]", key_values(self.map.get("labels"), Label))


class Network(Definition):
    """A top-level network."""

    driver = scalar_property("driver", "The network driver.")
    internal = scalar_property("internal", "Whether it has no way out.")
    attachable = scalar_property("attachable", "Whether other containers may join.")
    enable_ipv4 = scalar_property("enable_ipv4", "Whether it has IPv4 addresses.")
    enable_ipv6 = scalar_property("enable_ipv6", "Whether it has IPv6 addresses.")

    @property
    def driver_opts(self) -> list[KeyValue]:
        """The driver's options."""
        return key_values(self.map.get("driver_opts"))


class Volume(Definition):
    """A top-level volume."""

    driver = scalar_property("driver", "The volume driver.")

    @property
    def driver_opts(self) -> list[KeyValue]:
        """The driver's options."""
        return key_values(self.map.get("driver_opts"))


class Config(Definition):
    """A top-level config."""

    file = scalar_property("file", "The file it is read from.")
    environment = scalar_property("environment", "The variable it is read from.")
    content = scalar_property("content", "The content written in place.")


class Secret(Definition):
    """A top-level secret."""

    file = scalar_property("file", "The file it is read from.")
    environment = scalar_property("environment", "The variable it is read from.")


class Model(Definition):
    """A top-level AI model."""

    model = scalar_property("model", "The model's reference.")
    context_size = scalar_property("context_size", "The most tokens it is given.")
    runtime_flags = strings_property("runtime_flags", "Flags for what runs it.")


class Include(View):
    """An entry of ``include``: ``paths`` are one project's file and its overrides."""

    def __init__(self, node: YamlNode) -> None:
        fields = as_map(node)
        super().__init__(node.place, fields if fields is not None else YamlMap(node.source, node.span, []))
        self.node = node

    project_directory = scalar_property("project_directory", "The folder its paths are relative to.")
    env_files = strings_property("env_file", "The files its variables come from.")

    @property
    def paths(self) -> list[YamlScalar]:
        """The files."""
        single = scalar(self.node)
        return [single] if single is not None else strings(self.map.get("path"))


class ComposeDocument(View):
    """The top level: of one file, or of the effective model."""

    name = scalar_property("name", "The project's name.")
    version = scalar_property("version", "The obsolete version.")

    @property
    def top(self) -> YamlMap:
        """The top-level mapping with merge keys applied."""
        return self.map

    def _entries(self, section: str) -> list[YamlEntry]:
        fields = as_map(self.map.get(section))
        return fields.entries if fields is not None else []

    @lazy
    def services(self) -> list[Service]:
        """The services, in order."""
        fields = as_map(self.map.get("services"))
        return [Service(entry) for entry in fields.entries] if fields is not None else []

    @lazy
    def networks(self) -> list[Network]:
        """The networks."""
        return [Network(entry) for entry in self._entries("networks")]

    @lazy
    def volumes(self) -> list[Volume]:
        """The volumes."""
        return [Volume(entry) for entry in self._entries("volumes")]

    @lazy
    def configs(self) -> list[Config]:
        """The configs."""
        return [Config(entry) for entry in self._entries("configs")]

    @lazy
    def secrets(self) -> list[Secret]:
        """The secrets."""
        return [Secret(entry) for entry in self._entries("secrets")]

    @lazy
    def models(self) -> list[Model]:
        """The AI models."""
        return [Model(entry) for entry in self._entries("models")]

    @lazy
    def include(self) -> list[Include]:
        """The projects it includes."""
        node = self.map.get("include")
        if isinstance(node, YamlSeq):
            return [Include(item) for item in node.items]
        return []

    def service(self, name: str) -> Service | None:
        """The service called ``name``."""
        return self._by_name.get(name)

    @lazy
    def _by_name(self) -> dict[str, Service]:
        return {service.name: service for service in self.services}


class ComposeFile(ComposeDocument):
    """One Compose file. ``documents`` are the top-level mappings of its YAML documents; ``map`` is the first."""

    def __init__(self, stream: YamlStream) -> None:
        source = stream.source
        self.stream = stream
        self.documents = [document for document in stream.documents if isinstance(document, YamlMap)]
        first = self.documents[0].effective() if self.documents else YamlMap(source, Span(0, 0), [])
        super().__init__(stream, first)

    @property
    def comments(self) -> list[Comment]:
        """Every comment, in order."""
        return self.stream.comments

    @property
    def faults(self) -> list[Fault]:
        """What a YAML reader refuses."""
        return self.stream.faults


def parse(source: Source) -> ComposeFile:
    """Read a Compose file. Never raises."""
    return ComposeFile(yamltree.parse(source))
