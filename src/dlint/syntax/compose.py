"""Typed views over the YAML of a Compose file: services, networks, volumes and their values.

The views read YAML nodes and hold none of their own data, so they work over one file and over the effective model
alike, whose nodes come from several files. Every view is a ``Node`` with its own place. Scalars are ``YamlScalar``:
``.value`` as written, ``.literal`` interpolated; ``compose_values`` turns them into numbers, sizes and so on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from dlint.source import Node, Source, Span
from dlint.syntax import yamltree
from dlint.syntax.compose_items import (
    Dependency,
    Device,
    EnvFile,
    Mount,
    Port,
    Reference,
    Tmpfs,
    Ulimit,
    dependencies,
    items,
    references,
)
from dlint.syntax.compose_values import (
    BuildArg,
    EnvVar,
    KeyValue,
    Label,
    as_map,
    boolean,
    key_values,
    literal,
    scalar,
    strings,
)
from dlint.syntax.lazy import lazy
from dlint.syntax.yaml_nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.syntax.fault import Fault
    from dlint.syntax.yamltree import Comment, YamlStream


V = TypeVar("V", bound="View")


def _scalar(name: str, what: str) -> property:
    """A property for the scalar under ``name``."""

    def read(view: View) -> YamlScalar | None:
        return scalar(view.map.get(name))

    return property(read, doc=what)


def _strings(name: str, what: str) -> property:
    """A property for a list of strings (or a single one) under ``name``."""

    def read(view: View) -> list[YamlScalar]:
        return strings(view.map.get(name))

    return property(read, doc=what)


class View(Node):
    """A mapping seen as something. ``map`` has its merge keys applied."""

    def __init__(self, place: Node, fields: YamlMap) -> None:
        super().__init__(place.source, place.span)
        self.map = fields

    def get(self, *path: str) -> YamlNode | None:
        """The value at a path of keys, or None."""
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
        """The words as the program gets them, a string split as a shell would; None if unknown."""
        if self.listed:
            words = [word.literal for word in self.words]
            return None if None in words else [word or "" for word in words]
        text = literal(self.node)
        if text is None:
            return None
        import shlex

        try:
            return shlex.split(text)
        except ValueError:
            return None


class Healthcheck(View):
    """A service's ``healthcheck``."""

    interval = _scalar("interval", "Time between two checks.")
    timeout = _scalar("timeout", "Time a check may take.")
    retries = _scalar("retries", "Failures in a row until unhealthy.")
    start_period = _scalar("start_period", "Time in which failures do not count.")
    start_interval = _scalar("start_interval", "Time between checks in the start period.")

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

    driver = _scalar("driver", "The log driver.")

    @property
    def options(self) -> list[KeyValue]:
        """The driver's options."""
        return key_values(self.map.get("options"))


class Deploy(View):
    """A service's ``deploy``."""

    mode = _scalar("mode", "``replicated``, ``global`` or a job mode.")
    replicas = _scalar("replicas", "How many containers run.")
    endpoint_mode = _scalar("endpoint_mode", "``vip`` or ``dnsrr``.")

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

    dockerfile = _scalar("dockerfile", "The Dockerfile's path, relative to the context.")
    dockerfile_inline = _scalar("dockerfile_inline", "A Dockerfile written in place.")
    target = _scalar("target", "The stage to build.")
    network = _scalar("network", "The network RUN uses.")
    isolation = _scalar("isolation", "The isolation technology.")
    privileged = _scalar("privileged", "Whether RUN has all privileges.")
    no_cache = _scalar("no_cache", "Whether to build without the cache.")
    pull = _scalar("pull", "Whether to pull the base images anew.")
    shm_size = _scalar("shm_size", "The size of /dev/shm while building.")
    provenance = _scalar("provenance", "The provenance attestation.")
    sbom = _scalar("sbom", "The SBOM attestation.")
    platforms = _strings("platforms", "The platforms to build for.")
    cache_from = _strings("cache_from", "Caches to read.")
    cache_to = _strings("cache_to", "Caches to write.")
    tags = _strings("tags", "More tags for the image.")
    entitlements = _strings("entitlements", "What the build may do beyond the ordinary.")

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


class Service(View):
    """A service. The span is its whole entry; ``key`` its name's place, ``map`` its mapping with merge keys applied."""

    def __init__(self, entry: YamlEntry) -> None:
        fields = as_map(entry.value)
        super().__init__(entry, fields if fields is not None else YamlMap(entry.source, entry.value.span, []))
        self.key = entry.key
        self.node = entry.value
        self.name = entry.key.value

    image = _scalar("image", "The image reference.")
    container_name = _scalar("container_name", "A fixed container name.")
    hostname = _scalar("hostname", "The container's host name.")
    domainname = _scalar("domainname", "The container's domain name.")
    user = _scalar("user", "The user the process runs as.")
    working_dir = _scalar("working_dir", "The working directory.")
    restart = _scalar("restart", "The restart policy.")
    platform = _scalar("platform", "The platform to run on.")
    pull_policy = _scalar("pull_policy", "When to pull the image.")
    network_mode = _scalar("network_mode", "The network mode.")
    pid = _scalar("pid", "The PID namespace.")
    ipc = _scalar("ipc", "The IPC namespace.")
    uts = _scalar("uts", "The UTS namespace.")
    userns_mode = _scalar("userns_mode", "The user namespace.")
    cgroup = _scalar("cgroup", "The cgroup namespace.")
    cgroup_parent = _scalar("cgroup_parent", "The parent cgroup.")
    privileged = _scalar("privileged", "Whether the container has all privileges.")
    read_only = _scalar("read_only", "Whether the root file system is read-only.")
    init = _scalar("init", "Whether an init process runs as PID 1.")
    tty = _scalar("tty", "Whether a terminal is allocated.")
    stdin_open = _scalar("stdin_open", "Whether standard input stays open.")
    scale = _scalar("scale", "How many containers run.")
    runtime = _scalar("runtime", "The OCI runtime.")
    isolation = _scalar("isolation", "The isolation technology.")
    mac_address = _scalar("mac_address", "The MAC address.")
    stop_signal = _scalar("stop_signal", "The signal that stops the container.")
    stop_grace_period = _scalar("stop_grace_period", "Time between the stop signal and SIGKILL.")
    shm_size = _scalar("shm_size", "The size of /dev/shm.")
    mem_limit = _scalar("mem_limit", "The memory limit.")
    mem_reservation = _scalar("mem_reservation", "The memory reservation.")
    mem_swappiness = _scalar("mem_swappiness", "How readily memory is swapped, 0 to 100.")
    memswap_limit = _scalar("memswap_limit", "The limit of memory and swap together.")
    oom_kill_disable = _scalar("oom_kill_disable", "Whether the kernel may not kill it when memory is short.")
    oom_score_adj = _scalar("oom_score_adj", "How readily the kernel kills it when memory is short.")
    pids_limit = _scalar("pids_limit", "The most processes it may have.")
    cpus = _scalar("cpus", "The CPU limit, in CPUs.")
    cpu_count = _scalar("cpu_count", "The number of CPUs.")
    cpu_percent = _scalar("cpu_percent", "The share of the CPUs, in percent.")
    cpu_shares = _scalar("cpu_shares", "The relative CPU weight.")
    cpu_period = _scalar("cpu_period", "The CFS period.")
    cpu_quota = _scalar("cpu_quota", "The CFS quota.")
    cpu_rt_period = _scalar("cpu_rt_period", "The real-time period.")
    cpu_rt_runtime = _scalar("cpu_rt_runtime", "The real-time runtime.")
    cpuset = _scalar("cpuset", "The CPUs it may use.")
    attach = _scalar("attach", "Whether its log is shown by ``up``.")
    use_api_socket = _scalar("use_api_socket", "Whether the engine's API socket is passed in.")
    pull_refresh_after = _scalar("pull_refresh_after", "The age after which an image is pulled again.")
    cap_add = _strings("cap_add", "Capabilities added.")
    cap_drop = _strings("cap_drop", "Capabilities dropped.")
    security_opt = _strings("security_opt", "Security options.")
    device_cgroup_rules = _strings("device_cgroup_rules", "Device access rules.")
    dns = _strings("dns", "DNS servers.")
    dns_opt = _strings("dns_opt", "DNS options.")
    dns_search = _strings("dns_search", "DNS search domains.")
    expose = _strings("expose", "Ports for other services only.")
    group_add = _strings("group_add", "More groups for the process.")
    profiles = _strings("profiles", "The profiles that enable the service.")
    links = _strings("links", "Links to other services (legacy).")
    external_links = _strings("external_links", "Links to other containers (legacy).")
    volumes_from = _strings("volumes_from", "Services whose mounts are taken over.")
    label_files = _strings("label_file", "Files of labels.")

    @lazy
    def build(self) -> BuildConfig | None:
        """How the image is built, if it is."""
        node = self.map.get("build")
        if isinstance(node, YamlMap) or scalar(node) is not None:
            return BuildConfig(cast("YamlNode", node))
        return None

    @lazy
    def ports(self) -> list[Port]:
        """The published ports."""
        return [Port(node, short) for node, short in items(self.map.get("ports"))]

    @lazy
    def mounts(self) -> list[Mount]:
        """The entries of ``volumes``."""
        return [Mount(node, short) for node, short in items(self.map.get("volumes"))]

    @lazy
    def environment(self) -> list[EnvVar]:
        """The entries of ``environment``."""
        return cast("list[EnvVar]", key_values(self.map.get("environment"), EnvVar))

    @lazy
    def env_files(self) -> list[EnvFile]:
        """The entries of ``env_file``."""
        node = self.map.get("env_file")
        single = scalar(node)
        if single is not None:
            return [EnvFile(single, True)]
        return [EnvFile(item, short) for item, short in items(node)]

    @lazy
    def labels(self) -> list[Label]:
        """The container's labels."""
        return cast("list[Label]", key_values(self.map.get("labels"), Label))

    @lazy
    def annotations(self) -> list[KeyValue]:
        """The container's annotations."""
        return key_values(self.map.get("annotations"))

    @lazy
    def sysctls(self) -> list[KeyValue]:
        """Kernel parameters."""
        return key_values(self.map.get("sysctls"))

    @lazy
    def extra_hosts(self) -> list[KeyValue]:
        """More host names."""
        return key_values(self.map.get("extra_hosts"))

    @lazy
    def networks(self) -> list[Reference]:
        """The networks it joins."""
        return references(self.map.get("networks"))

    @lazy
    def depends_on(self) -> list[Dependency]:
        """The services it waits for."""
        return dependencies(self.map.get("depends_on"))

    @lazy
    def secrets(self) -> list[Reference]:
        """The secrets it may read."""
        return references(self.map.get("secrets"))

    @lazy
    def configs(self) -> list[Reference]:
        """The configs it may read."""
        return references(self.map.get("configs"))

    @lazy
    def models(self) -> list[Reference]:
        """The AI models it uses."""
        return references(self.map.get("models"))

    @lazy
    def devices(self) -> list[Device]:
        """The host devices it may use."""
        return [Device(node, short) for node, short in items(self.map.get("devices"))]

    @lazy
    def tmpfs(self) -> list[Tmpfs]:
        """The entries of ``tmpfs``."""
        return [Tmpfs(node) for node in strings(self.map.get("tmpfs"))]

    @lazy
    def ulimits(self) -> list[Ulimit]:
        """The process limits."""
        fields = as_map(self.map.get("ulimits"))
        return [Ulimit(entry) for entry in fields.entries] if fields is not None else []

    @lazy
    def command(self) -> CommandLine | None:
        """What overrides the image's CMD."""
        return _command_line(self.map.get("command"))

    @lazy
    def entrypoint(self) -> CommandLine | None:
        """What overrides the image's ENTRYPOINT."""
        return _command_line(self.map.get("entrypoint"))

    @lazy
    def healthcheck(self) -> Healthcheck | None:
        """The health check, if the file says anything about it."""
        return _view(self.map.get("healthcheck"), Healthcheck)

    @lazy
    def deploy(self) -> Deploy | None:
        """The deployment."""
        return _view(self.map.get("deploy"), Deploy)

    @lazy
    def logging(self) -> Logging | None:
        """The logging."""
        return _view(self.map.get("logging"), Logging)

    @property
    def extends(self) -> YamlNode | None:
        """What it extends: a name, or a mapping of ``service`` and ``file``."""
        return self.map.get("extends")


def _command_line(node: YamlNode | None) -> CommandLine | None:
    if isinstance(node, YamlSeq) or scalar(node) is not None:
        return CommandLine(cast("YamlNode", node))
    return None


def _view(node: YamlNode | None, view: Callable[[Node, YamlMap], V]) -> V | None:
    fields = as_map(node)
    return view(node.place, fields) if node is not None and fields is not None else None


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


class Network(Definition):
    """A top-level network."""

    driver = _scalar("driver", "The network driver.")
    internal = _scalar("internal", "Whether it has no way out.")
    attachable = _scalar("attachable", "Whether other containers may join.")


class Volume(Definition):
    """A top-level volume."""

    driver = _scalar("driver", "The volume driver.")

    @property
    def driver_opts(self) -> list[KeyValue]:
        """The driver's options."""
        return key_values(self.map.get("driver_opts"))


class Config(Definition):
    """A top-level config."""

    file = _scalar("file", "The file it is read from.")
    environment = _scalar("environment", "The variable it is read from.")
    content = _scalar("content", "The content written in place.")


class Secret(Definition):
    """A top-level secret."""

    file = _scalar("file", "The file it is read from.")
    environment = _scalar("environment", "The variable it is read from.")


class Model(Definition):
    """A top-level AI model."""

    model = _scalar("model", "The model's reference.")


class Include(View):
    """An entry of ``include``: ``paths`` are one project's file and its overrides."""

    def __init__(self, node: YamlNode) -> None:
        fields = as_map(node)
        super().__init__(node.place, fields if fields is not None else YamlMap(node.source, node.span, []))
        self.node = node

    project_directory = _scalar("project_directory", "The folder its paths are relative to.")
    env_files = _strings("env_file", "The files its variables come from.")

    @property
    def paths(self) -> list[YamlScalar]:
        """The files."""
        single = scalar(self.node)
        return [single] if single is not None else strings(self.map.get("path"))


class Project(View):
    """The top level: of one file, or of the effective model."""

    name = _scalar("name", "The project's name.")
    version = _scalar("version", "The obsolete version.")

    @property
    def top(self) -> YamlMap:
        """The top-level mapping with merge keys applied."""
        return self.map

    def _entries(self, section: str) -> list[YamlEntry]:
        fields = as_map(self.map.get(section))
        return [e for e in fields.entries if not e.key.value.startswith("x-")] if fields is not None else []

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


class ComposeFile(Project):
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
