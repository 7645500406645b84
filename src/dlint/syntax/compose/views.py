"""The ground of Compose views, and the views of a service's larger parts: build, health check, deploy, logging."""

from __future__ import annotations

from dlint.lazy import cast, lazy
from dlint.source import Node
from dlint.syntax.compose.command_words import split_command
from dlint.syntax.compose.items import Reference, references
from dlint.syntax.compose.values import BuildArg, KeyValue, Label, as_map, boolean, key_values, literal, scalar, strings
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    V = TypeVar("V", bound="View")


def scalar_property(name: str, what: str) -> property:
    """A property for the scalar under ``name``."""

    def read(view: View) -> YamlScalar | None:
        # Most keys are absent, and every rule asks.
        entry = view.map.index.get(name)
        return scalar(entry.value) if entry is not None else None

    return property(read, doc=what)


def strings_property(name: str, what: str) -> property:
    """A property for a list of strings (or a single one) under ``name``."""

    def read(view: View) -> list[YamlScalar]:
        entry = view.map.index.get(name)
        return strings(entry.value) if entry is not None else []

    return property(read, doc=what)


class View(Node):
    """A mapping seen as something. ``map`` has its merge keys applied."""

    def __init__(self, place: Node, fields: YamlMap) -> None:
        super().__init__(place.source, place.span)
        self.map = fields

    def get(self, *path: str) -> YamlNode | None:
        """The value at a path of keys, or None."""
        if len(path) == 1:
            return self.map.get(path[0])
        node: YamlNode | None = self.map
        for name in path:
            fields = as_map(node)
            if fields is None:
                return None
            node = fields.get(name)
        return node

    def entry(self, name: str) -> YamlEntry | None:
        """The entry with the key ``name``."""
        return self.map.entry(name)

    def scalar(self, *path: str) -> YamlScalar | None:
        """The scalar at a path of keys; None also for null."""
        return scalar(self.get(*path))


class CommandLine(Node):
    """A ``command``, ``entrypoint`` or health test: a string or a list of words."""

    def __init__(self, node: YamlNode) -> None:
        super().__init__(node.source, node.place.span)
        self.node = node

    @property
    def listed(self) -> bool:
        """Whether it is written as a list."""
        return isinstance(self.node, YamlSeq)

    @property
    def words(self) -> list[YamlScalar]:
        """The items of the list; the whole string as one item otherwise."""
        return strings(self.node)

    @property
    def string(self) -> YamlScalar | None:
        """The string form."""
        return scalar(self.node)

    @lazy
    def arguments(self) -> list[str] | None:
        """The words as the program gets them, a string split as Compose does; None if unknown or refused."""
        if self.listed:
            words = [word.literal for word in self.words]
            return None if None in words else [word or "" for word in words]
        text = literal(self.node)
        return split_command(text).words if text is not None else None

    @property
    def dropped(self) -> Node | None:
        """The part of a string that Compose drops: from an unquoted ``;``, ``&``, ``|``, ``<`` or ``>`` on."""
        whole = self.string
        if whole is None or "$" in whole.value:
            return None
        end = split_command(whole.value).end
        return whole.at(end, len(whole.value)) if end >= 0 else None


class Healthcheck(View):
    """A service's ``healthcheck``."""

    interval = scalar_property("interval", "Time between two checks.")
    timeout = scalar_property("timeout", "Time a check may take.")
    retries = scalar_property("retries", "Failures in a row until unhealthy.")
    start_period = scalar_property("start_period", "Time in which failures do not count.")
    start_interval = scalar_property("start_interval", "Time between checks in the start period.")

    @lazy
    def test(self) -> CommandLine | None:
        """The test as written, its ``CMD`` or ``CMD-SHELL`` word included."""
        node = self.map.get("test")
        return CommandLine(node) if node is not None else None

    @property
    def disabled(self) -> bool:
        """Whether it switches off the check of the image."""
        if boolean(self.map.get("disable")):
            return True
        words = strings(self.map.get("test"))
        return len(words) > 0 and isinstance(self.map.get("test"), YamlSeq) and words[0].literal == "NONE"


class Logging(View):
    """A service's ``logging``."""

    driver = scalar_property("driver", "The log driver.")

    @property
    def options(self) -> list[KeyValue]:
        """The driver's options."""
        return key_values(self.map.get("options"))


class Deploy(View):
    """A service's ``deploy``."""

    mode = scalar_property("mode", "``replicated``, ``global`` or a job mode.")
    replicas = scalar_property("replicas", "How many containers run.")
    endpoint_mode = scalar_property("endpoint_mode", "``vip`` or ``dnsrr``.")

    @lazy
    def labels(self) -> list[Label]:
        """Labels of the service, not of its containers."""
        return cast("list[Label]", key_values(self.map.get("labels"), Label))

    def limit(self, name: str) -> YamlScalar | None:
        """``resources.limits.<name>``: ``cpus``, ``memory`` or ``pids``."""
        return self.scalar("resources", "limits", name)

    def reservation(self, name: str) -> YamlScalar | None:
        """``resources.reservations.<name>``: ``cpus`` or ``memory``."""
        return self.scalar("resources", "reservations", name)


class BuildConfig(View):
    """How a service's image is built. ``node`` is a string in the short form, which is the context alone."""

    def __init__(self, node: YamlNode) -> None:
        fields = as_map(node)
        super().__init__(node.place, fields if fields is not None else YamlMap(node.source, node.span, []))
        self.node = node

    dockerfile = scalar_property("dockerfile", "The Dockerfile's path, relative to the context.")
    dockerfile_inline = scalar_property("dockerfile_inline", "A Dockerfile written in place.")
    target = scalar_property("target", "The stage to build.")
    network = scalar_property("network", "The network RUN uses.")
    isolation = scalar_property("isolation", "The isolation technology.")
    privileged = scalar_property("privileged", "Whether RUN has all privileges.")
    no_cache = scalar_property("no_cache", "Whether to build without the cache.")
    pull = scalar_property("pull", "Whether to pull the base images anew.")
    shm_size = scalar_property("shm_size", "The size of /dev/shm while building.")
    provenance = scalar_property("provenance", "The provenance attestation.")
    sbom = scalar_property("sbom", "The SBOM attestation.")
    platforms = strings_property("platforms", "The platforms to build for.")
    cache_from = strings_property("cache_from", "Caches to read.")
    cache_to = strings_property("cache_to", "Caches to write.")
    tags = strings_property("tags", "More tags for the image.")
    entitlements = strings_property("entitlements", "What the build may do beyond the ordinary.")

    @property
    def context(self) -> YamlScalar | None:
        """The context: a path or a URL; None if it is not given (then it is ``.``)."""
        return scalar(self.node) or scalar(self.map.get("context"))

    @lazy
    def args(self) -> list[BuildArg]:
        """The build arguments."""
        return cast("list[BuildArg]", key_values(self.map.get("args"), BuildArg))

    @lazy
    def labels(self) -> list[Label]:
        """Labels of the image."""
        return cast("list[Label]", key_values(self.map.get("labels"), Label))

    @lazy
    def additional_contexts(self) -> list[KeyValue]:
        """Named contexts."""
        return key_values(self.map.get("additional_contexts"))

    @lazy
    def extra_hosts(self) -> list[KeyValue]:
        """Host names for RUN."""
        return key_values(self.map.get("extra_hosts"))

    @lazy
    def secrets(self) -> list[Reference]:
        """Secrets the build may read."""
        return references(self.map.get("secrets"))

    @lazy
    def ssh(self) -> list[KeyValue]:
        """SSH agents or keys the build may use."""
        return key_values(self.map.get("ssh"))


class Hook(View):
    """A command of ``pre_start``, ``post_start`` or ``pre_stop``."""

    user = scalar_property("user", "The user it runs as.")
    privileged = scalar_property("privileged", "Whether it has all privileges.")
    working_dir = scalar_property("working_dir", "Its working directory.")

    @lazy
    def command(self) -> CommandLine | None:
        """The command."""
        node = self.map.get("command")
        return CommandLine(node) if node is not None else None

    @lazy
    def environment(self) -> list[KeyValue]:
        """Its variables."""
        return key_values(self.map.get("environment"))


class WatchRule(View):
    """What ``develop.watch`` does when files change."""

    path = scalar_property("path", "The files that are watched.")
    action = scalar_property("action", "What happens.")
    target = scalar_property("target", "Where the files go in the container.")
    ignore = strings_property("ignore", "Patterns that are left out.")
    include = strings_property("include", "Patterns that alone count.")


class DeviceRequest(View):
    """A request of ``gpus`` or of ``deploy.resources.reservations.devices``."""

    driver = scalar_property("driver", "The driver.")
    count = scalar_property("count", "How many devices, or ``all``.")
    capabilities = strings_property("capabilities", "What they must be able to do.")
    device_ids = strings_property("device_ids", "Which devices.")


def views(node: YamlNode | None, view: type[V]) -> list[V]:
    """The mappings of a list, each as a view."""
    items = node.items if isinstance(node, YamlSeq) else []
    return [view(item.place, fields) for item in items if (fields := as_map(item)) is not None]
