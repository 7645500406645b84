"""The view of a service: every key of the Compose Specification."""

from __future__ import annotations

from dlint.lazy import cast, lazy
from dlint.source import Node
from dlint.syntax import image as images
from dlint.syntax.compose.items import (
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
    mount_of,
    port_of,
    references,
)
from dlint.syntax.compose.values import (
    EnvVar,
    KeyValue,
    Label,
    as_map,
    env_vars,
    key_values,
    labels_of,
    scalar,
    strings,
)
from dlint.syntax.compose.views import (
    BuildConfig,
    CommandLine,
    Deploy,
    DeviceRequest,
    Healthcheck,
    Hook,
    Logging,
    View,
    WatchRule,
    scalar_property,
    strings_property,
    views,
)
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, TypeVar

    from dlint.syntax.image import ImageRef

    V = TypeVar("V", bound=View)


def is_for_swarm(path: str) -> bool:
    """Whether a file is called as those for ``docker stack deploy`` are."""
    return path.rpartition("/")[2].startswith(("docker-stack", "docker-swarm"))


_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")
_ADDRESSES: Final = ("ipv4_address", "ipv6_address")


class BuildRequest(View):
    """Who asks for a build: a service, or what other builders have, which ``noun`` says.

    The span is its whole entry; ``key`` its name's place, ``map`` its mapping with merge keys applied. ``fills`` says
    that it may put files into the context that are not in the tree; ``made`` is what it runs before it builds: a file
    named there need not be in the tree. Without ``ships`` the result is no image: files, or nothing but a test.
    """

    noun = "service"
    fills = False
    made = ""
    ships = True
    name: str
    key: YamlScalar

    @lazy
    def build(self) -> BuildConfig | None:
        """How the image is built, if it is."""
        node = self.map.get("build")
        if isinstance(node, YamlMap) or scalar(node) is not None:
            return BuildConfig(cast("YamlNode", node))
        return None

    @property
    def title(self) -> str:
        """What a sentence about it begins with."""
        return f"{self.noun.capitalize()} {self.name}"


class Service(BuildRequest):
    """A service. The span is its whole entry; ``key`` its name's place, ``map`` its mapping with merge keys applied."""

    def __init__(self, entry: YamlEntry) -> None:
        fields = as_map(entry.value)
        super().__init__(entry, fields if fields is not None else YamlMap(entry.source, entry.value.span, []))
        self.key = entry.key
        self.node = entry.value
        self.name = entry.key.value

    image = scalar_property("image", "The image reference.")

    @lazy
    def image_ref(self) -> ImageRef | None:
        """What the image reference says, with its parts; None if there is none or it depends on an unknown value."""
        text = self.image.literal if self.image is not None else None
        return images.parse(text) if text else None

    container_name = scalar_property("container_name", "A fixed container name.")
    hostname = scalar_property("hostname", "The container's host name.")
    domainname = scalar_property("domainname", "The container's domain name.")
    user = scalar_property("user", "The user the process runs as.")
    working_dir = scalar_property("working_dir", "The working directory.")
    restart = scalar_property("restart", "The restart policy.")
    platform = scalar_property("platform", "The platform to run on.")
    pull_policy = scalar_property("pull_policy", "When to pull the image.")
    network_mode = scalar_property("network_mode", "The network mode.")
    pid = scalar_property("pid", "The PID namespace.")
    ipc = scalar_property("ipc", "The IPC namespace.")
    uts = scalar_property("uts", "The UTS namespace.")
    userns_mode = scalar_property("userns_mode", "The user namespace.")
    cgroup = scalar_property("cgroup", "The cgroup namespace.")
    cgroup_parent = scalar_property("cgroup_parent", "The parent cgroup.")
    privileged = scalar_property("privileged", "Whether the container has all privileges.")
    read_only = scalar_property("read_only", "Whether the root file system is read-only.")
    init = scalar_property("init", "Whether an init process runs as PID 1.")
    tty = scalar_property("tty", "Whether a terminal is allocated.")
    stdin_open = scalar_property("stdin_open", "Whether standard input stays open.")
    scale = scalar_property("scale", "How many containers run.")
    runtime = scalar_property("runtime", "The OCI runtime.")
    isolation = scalar_property("isolation", "The isolation technology.")
    mac_address = scalar_property("mac_address", "The MAC address.")
    stop_signal = scalar_property("stop_signal", "The signal that stops the container.")
    stop_grace_period = scalar_property("stop_grace_period", "Time between the stop signal and SIGKILL.")
    shm_size = scalar_property("shm_size", "The size of /dev/shm.")
    mem_limit = scalar_property("mem_limit", "The memory limit.")
    mem_reservation = scalar_property("mem_reservation", "The memory reservation.")
    mem_swappiness = scalar_property("mem_swappiness", "How readily memory is swapped, 0 to 100.")
    memswap_limit = scalar_property("memswap_limit", "The limit of memory and swap together.")
    oom_kill_disable = scalar_property("oom_kill_disable", "Whether the kernel may not kill it when memory is short.")
    oom_score_adj = scalar_property("oom_score_adj", "How readily the kernel kills it when memory is short.")
    pids_limit = scalar_property("pids_limit", "The most processes it may have.")
    cpus = scalar_property("cpus", "The CPU limit, in CPUs.")
    cpu_count = scalar_property("cpu_count", "The number of CPUs.")
    cpu_percent = scalar_property("cpu_percent", "The share of the CPUs, in percent.")
    cpu_shares = scalar_property("cpu_shares", "The relative CPU weight.")
    cpu_period = scalar_property("cpu_period", "The CFS period.")
    cpu_quota = scalar_property("cpu_quota", "The CFS quota.")
    cpu_rt_period = scalar_property("cpu_rt_period", "The real-time period.")
    cpu_rt_runtime = scalar_property("cpu_rt_runtime", "The real-time runtime.")
    cpuset = scalar_property("cpuset", "The CPUs it may use.")
    attach = scalar_property("attach", "Whether its log is shown by ``up``.")
    use_api_socket = scalar_property("use_api_socket", "Whether the engine's API socket is passed in.")
    pull_refresh_after = scalar_property("pull_refresh_after", "The age after which an image is pulled again.")
    cap_add = strings_property("cap_add", "Capabilities added.")
    cap_drop = strings_property("cap_drop", "Capabilities dropped.")
    security_opt = strings_property("security_opt", "Security options.")
    device_cgroup_rules = strings_property("device_cgroup_rules", "Device access rules.")
    dns = strings_property("dns", "DNS servers.")
    dns_opt = strings_property("dns_opt", "DNS options.")
    dns_search = strings_property("dns_search", "DNS search domains.")
    expose = strings_property("expose", "Ports for other services only.")
    group_add = strings_property("group_add", "More groups for the process.")
    profiles = strings_property("profiles", "The profiles that enable the service.")
    links = strings_property("links", "Links to other services (legacy).")
    external_links = strings_property("external_links", "Links to other containers (legacy).")
    volumes_from = strings_property("volumes_from", "Services whose mounts are taken over.")
    label_files = strings_property("label_file", "Files of labels.")

    @lazy
    def ports(self) -> list[Port]:
        """The published ports."""
        return [port_of(node) for node, _ in items(self.map.get("ports"))]

    @lazy
    def mounts(self) -> list[Mount]:
        """The entries of ``volumes``."""
        return [mount_of(node) for node, _ in items(self.map.get("volumes"))]

    @lazy
    def environment(self) -> list[EnvVar]:
        """The entries of ``environment``."""
        node = self.map.get("environment")
        return env_vars(node) if node is not None else []

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
        node = self.map.get("labels")
        return labels_of(node) if node is not None else []

    @property
    def in_stack(self) -> bool:
        """Whether its file is called as those for ``docker stack deploy`` are, so that nothing else reads it."""
        return is_for_swarm(self.source.path)

    @lazy
    def deploy_labels(self) -> list[Label]:
        """The labels that Swarm gives the service itself."""
        node = self.get("deploy", "labels")
        return labels_of(node) if node is not None else []

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

    @property
    def commands_with_variables(self) -> list[CommandLine]:
        """The command, the entrypoint and the health test, as far as a dollar sign stands in them."""
        health = self.healthcheck
        test = health.test if health is not None and not health.disabled else None
        lines = (self.command, self.entrypoint, test)
        return [line for line in lines if line is not None and "$" in line.raw]

    @property
    def checks_itself(self) -> bool:
        """Whether the health test asks the container's own address."""
        test = self.healthcheck.test if self.healthcheck is not None else None
        return test is not None and any(map(test.raw.__contains__, _LOOPBACK))

    @property
    def network_owner(self) -> str:
        """The service or container whose network it has: ``service:NAME`` or ``container:NAME``; empty if none."""
        mode = self.network_mode.literal if self.network_mode is not None else None
        return mode if mode is not None and mode.startswith(("service:", "container:")) else ""

    @property
    def containers(self) -> YamlScalar | None:
        """How many containers run, where that is written."""
        return self.scale or (self.deploy.replicas if self.deploy is not None else None)

    @property
    def fixed_addresses(self) -> list[tuple[str, YamlScalar]]:
        """The addresses that it asks for, each with the name of the network."""
        given = ((one.name, one.get(key)) for one in self.networks if one.name for key in _ADDRESSES)
        return [(name or "", node) for name, node in given if isinstance(node, YamlScalar) and node.literal]

    @lazy
    def deploy(self) -> Deploy | None:
        """The deployment."""
        return _view(self.map.get("deploy"), Deploy)

    @lazy
    def logging(self) -> Logging | None:
        """The logging."""
        return _view(self.map.get("logging"), Logging)

    @lazy
    def pre_start(self) -> list[Hook]:
        """Commands before the container starts."""
        return views(self.map.get("pre_start"), Hook)

    @lazy
    def post_start(self) -> list[Hook]:
        """Commands once the container has started."""
        return views(self.map.get("post_start"), Hook)

    @lazy
    def pre_stop(self) -> list[Hook]:
        """Commands before the container stops."""
        return views(self.map.get("pre_stop"), Hook)

    @lazy
    def watch(self) -> list[WatchRule]:
        """The rules of ``develop.watch``."""
        return views(self.get("develop", "watch"), WatchRule)

    @lazy
    def gpus(self) -> list[DeviceRequest]:
        """The GPUs it asks for one by one; ``all`` is in ``get("gpus")``."""
        return views(self.map.get("gpus"), DeviceRequest)

    @lazy
    def storage_opt(self) -> list[KeyValue]:
        """Options of the storage driver."""
        return key_values(self.map.get("storage_opt"))

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
