"""What of the host a service can reach through its mounts: control sockets and sensitive paths."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, Span, check, pattern
from dlint.api.compose import (
    ComposeFile,
    ComposeModel,
    Config,
    Mount,
    Part,
    Secret,
    Service,
    Volume,
    YamlMap,
    YamlScalar,
    boolean,
    closest,
    is_of_the_host,
    is_socket_proxy,
)

_SOCKETS = frozenset(
    "/run/docker.sock /run/containerd/containerd.sock /run/crio/crio.sock /run/podman/podman.sock"
    " /run/systemd/private /run/k3s/containerd/containerd.sock".split()
)
_SOCKET_NAMES = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")
_PIPE = "\\\\.\\pipe\\docker_engine"
_SOCKET_FOLDERS = frozenset("/ /var /run /run/containerd /run/crio /run/podman /run/systemd /run/k3s".split())
# Who writes here owns the host: with everything below, and exactly.
_ROOT_TREES = (
    "/etc", "/root", "/boot", "/proc", "/var/lib/docker", "/var/lib/containerd", "/var/lib/kubelet", "/bin", "/sbin",
    "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/lib/modules", "/usr/lib/modules",
)  # fmt: skip
_ROOT_PLACES = frozenset("/var/lib /usr /usr/lib /usr/local /lib /lib64 /usr/lib64".split())
_PROGRAMS = (
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/lib/modules", "/usr/lib/modules",
)  # fmt: skip
# What the packages of the host bring: harmless to read.
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64")
# What every program of the host may know.
_PUBLIC = frozenset(f"/etc/{name}" for name in ("localtime", "timezone", "os-release", "hostname"))
_HARMLESS_DEVICES = frozenset(
    f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "log", "net/tun", "fuse")
)
# Sound, pictures and shared memory: little is lost by the way they are given.
_COMMON_DEVICES = ("/dev/shm", "/dev/dri", "/dev/snd", "/dev/input", "/dev/bus/usb", "/dev/video0")
_CREDENTIALS = frozenset((".ssh", ".aws", ".kube", ".docker", ".gnupg", ".azure", ".config/gcloud"))
# Endings of files; ``.d`` and numbers are those of folders, and a socket is made when its program starts.
_FILE_ENDING = pattern(r"\.(?!d$|sock$)[A-Za-z][A-Za-z0-9]{0,9}")
_HOME = pattern(r"(?:/home/[^/]+|/Users/[^/]+|~[^/]*|/root)(?:/(.+))?$")


class HostPath:
    """A path of the host a service mounts: where, the path as ``shown`` and normalised, whether it is read-only."""

    __slots__ = ("where", "shown", "path", "read_only")

    def __init__(self, where: Node, written: str, read_only: bool | None) -> None:
        self.where = where
        self.shown = written
        self.path = _normal(written)
        self.read_only = read_only


def host_paths(service: Service, model: ComposeModel) -> Iterator[HostPath]:
    """The host paths a service mounts: binds, and named volumes that are binds by their driver options."""
    for mount in service.mounts:
        part = mount.host_path
        if part is None and mount.type is None and mount.short:
            part = mount.source_part
        if part is not None:
            if part.literal is not None and part.literal[:1] in ("/", "~"):
                yield HostPath(mount, part.literal, mount.read_only)
            continue
        volume = _volume(model, mount.volume)
        bind = _bound(volume) if volume is not None else None
        if bind is not None:
            yield HostPath(mount, bind[0], bool(bind[1] or mount.read_only))


def _granted_files(service: Service, model: ComposeModel) -> Iterator[HostPath]:
    """The files of the host that a service gets as secrets and configs, which it can only read."""
    for section, references in (("secrets", service.secrets), ("configs", service.configs)):
        for reference in references:
            file = model.get(section, reference.name, "file") if reference.name is not None else None
            path = file.literal if isinstance(file, YamlScalar) else None
            if path is not None and path.startswith("/"):
                yield HostPath(reference, path, True)


def _volume(model: ComposeModel, name: Part | None) -> Volume | None:
    return model.volume_by_name.get(name.literal) if name is not None and name.literal is not None else None


def _bound(volume: Volume) -> tuple[str, bool] | None:
    """The host path a volume's driver options bind, and whether read-only; only Docker's own driver reads them so."""
    if "driver_opts" not in volume.map or (volume.driver is not None and volume.driver.literal != "local"):
        return None
    options = {pair.name: pair.literal for pair in volume.driver_opts}
    device = options.get("device")
    words = (options.get("o") or "").split(",")
    if not device or device[:1] != "/" or not ({"bind", "rbind"} & {*words} or options.get("type") == "none"):
        return None
    return device, "ro" in words


def _normal(path: str) -> str:
    """The path without ``.``, ``..`` and doubled slashes; ``/var/run`` is ``/run``."""
    path = posixpath.normpath(path)
    if path.startswith("//"):
        path = path[1:]
    if path == "/var/run" or path.startswith("/var/run/"):
        path = path[4:]
    return path


def _below(path: str, trees: tuple[str, ...]) -> bool:
    return any(path == tree or path.startswith(tree + "/") for tree in trees)


def _gives_socket(path: str) -> bool:
    rootless = path.startswith("/run/user/") and path.endswith(_SOCKET_NAMES)
    return path in _SOCKETS or path in _SOCKET_FOLDERS or rootless or posixpath.basename(path) in _SOCKET_NAMES


def _gives_root(path: str) -> bool:
    return path not in _PUBLIC and (_below(path, _ROOT_TREES) or path in _ROOT_PLACES)


@check(on=Service, keys=("volumes", "secrets", "configs", "use_api_socket"))
def docker_socket_mounted(service: Service, model: ComposeModel) -> Problems:
    """The control socket of a container engine or of systemd, or a folder that holds one."""
    if is_socket_proxy(service.image_ref):
        return
    for mounted in host_paths(service, model):
        if _gives_socket(mounted.path):
            what = "a control socket" if mounted.path in _SOCKET_FOLDERS else f"the control socket {mounted.shown}"
            yield Problem(
                mounted.where,
                f"Service {service.name} gets {what} of the host{_through(mounted)}, which is root on it,"
                " read-only or not; put a filtering proxy in between",
                minor=_is_watched(mounted, service),
            )
    for mount in service.mounts:
        at = _socket_place(mount)
        if at is not None:
            yield Problem(
                mount,
                f"Service {service.name} gets a socket of the host at {at}, where a control socket lies, which is root"
                " on the host, read-only or not; put a filtering proxy in between",
            )
        pipe = mount.source_part.literal if mount.source_part is not None else None
        if pipe and pipe.replace("/", "\\").lower().startswith(_PIPE):
            yield Problem(
                mount,
                f"Service {service.name} gets the control pipe {pipe} of the host, and the whole host with it; put a"
                " filtering proxy in between",
            )
    for granted in _granted_files(service, model):
        if _gives_socket(granted.path):
            yield Problem(
                granted.where,
                f"Service {service.name} gets the control socket {granted.shown} of the host, which is root on it;"
                " put a filtering proxy in between",
            )
    node = service.use_api_socket
    if node is not None and boolean(node):
        yield Problem(
            node.place,
            f"Service {service.name} gets the engine's API socket and your registry logins; leave use_api_socket to"
            " services that manage containers",
        )


def _socket_place(mount: Mount) -> str | None:
    """Where a mount of an unknown path puts what can only be a control socket; that of a user's own engine is none."""
    source, target = mount.source_part, mount.target.literal if mount.target is not None else None
    if source is None or source.literal is not None or not target:
        return None
    own = any(word in source.raw for word in ("XDG_RUNTIME_DIR", "UID", "podman", "rootless"))
    return target if posixpath.basename(target) in _SOCKET_NAMES and not own else None


def _is_watched(mounted: HostPath, service: Service) -> bool:
    """Whether what measures the machine reads a folder in which the socket lies among much else."""
    return mounted.path in _SOCKET_FOLDERS and mounted.read_only is True and is_of_the_host(service.image_ref)


def _through(mounted: HostPath) -> str:
    return f" with {mounted.shown}" if mounted.path in _SOCKET_FOLDERS else ""


@check(on=Service, keys=("volumes",))
def sensitive_host_path_writable(service: Service, model: ComposeModel) -> Problems:
    """A host path mounted writable, whose files decide what runs on the host as root."""
    for mounted in host_paths(service, model):
        if _is_own(mounted.path, service):
            continue
        if mounted.read_only is False and not _gives_socket(mounted.path) and _gives_root(mounted.path):
            yield Problem(
                mounted.where,
                f"Service {service.name} can write to {mounted.shown} of the host{_power(mounted.path)};"
                " mount a folder of its own",
                minor=_only_settings(mounted.path),
            )


def _power(path: str) -> str:
    return "" if _only_settings(path) else ", which is as good as root on it"


def _only_settings(path: str) -> bool:
    """Whether a path is one of ``/etc`` that decides nothing of what runs on the host."""
    return _below(path, ("/etc",)) and not _decides(path)


_DECIDES = pattern(
    r"/etc(?:/(?:cron|sudoers|systemd|ssh|pam|ld\.so|passwd|shadow|group|gshadow|profile|bash|init|rc|modules|modprobe|"
    r"docker|containerd|kubernetes|udev|sysctl|fstab|hosts|nsswitch|security|selinux|apparmor|polkit|dbus|environment|"
    r"shells|apt|yum|dnf|default|alternatives|skel|rancher|subuid|subgid|inittab|grub|crypttab|ssl|pki|ca-cert)"
    r"[^/]*(?:/.*)?)?"
)


def _decides(path: str) -> bool:
    """Whether a path below ``/etc`` decides what runs on the host, who may come in or whom the host trusts."""
    return path.startswith("/etc") and _DECIDES.fullmatch(path) is not None


def _is_own(path: str, service: Service) -> bool:
    """Whether a folder of the host is that of the application: named like the service or its image."""
    image = service.image_ref
    names = {(service.name or "").lower(), image.path.rpartition("/")[2].lower() if image is not None else ""} - {""}
    return path.count("/") > 1 and not _decides(path) and not names.isdisjoint(path.lower().split("/"))


@check(on=Service, keys=("volumes", "secrets", "configs"))
def sensitive_host_path(service: Service, model: ComposeModel) -> Problems:
    """A host path that tells secrets or reaches hardware, or a decisive one mounted read-only."""
    for mounted in host_paths(service, model):
        path = mounted.path
        if not _gives_socket(path) and not _is_own(path, service) and _is_sensitive(path, mounted.read_only):
            does = "can write to" if path in _PUBLIC or _below(path, _SYSTEM) else "gets"
            message = f"Service {service.name} {does} {mounted.shown} of the host; {_instead(path)}"
            minor = is_of_the_host(service.image_ref) or _below(path, _COMMON_DEVICES)
            minor = minor or (path.startswith(("/run/", _CERTIFICATES)) and not _below(path, _BUSES))
            yield Problem(mounted.where, message, minor=minor)
    for granted in _granted_files(service, model):
        if _HOST_CREDENTIALS.fullmatch(granted.path):
            message = f"Service {service.name} gets {granted.shown} of the host; give it a file of its own"
            yield Problem(granted.where, message)


# Who ends TLS reads its certificates here: the links in live/ lead to archive/, so that all of it is mounted.
_CERTIFICATES = "/etc/letsencrypt"
# Sockets that start programs on the host; what else lies below /run is mostly the socket of one program.
_BUSES = ("/run/dbus", "/run/libvirt")
# A file of its own that a service gets by name may lie in /etc; these are the host's.
_HOST_CREDENTIALS = pattern(r"/etc/(?:g?shadow-?|sudoers(?:\.d/.*)?|ssh/ssh_host_\w+_key)")


def _instead(path: str) -> str:
    """What to do instead of mounting a sensitive path."""
    if path in _PUBLIC:
        return "mount it read-only"
    if _below(path, _SYSTEM):
        return "mount it read-only"
    if path == "/dev/shm":
        return "set shm_size for room of its own"
    if path.startswith("/dev/"):
        return "list the device under devices"
    return "mount only the files it needs"


def _is_sensitive(path: str, read_only: bool | None) -> bool:
    if path in _PUBLIC or (_below(path, _SYSTEM) and not _below(path, ("/usr/local",)) and not _gives_root(path)):
        return read_only is False
    if _gives_root(path):
        return bool(read_only) and not _below(path, _PROGRAMS) and path not in ("/usr", "/usr/lib", "/lib", "/lib64")
    if path == "/run" or path.startswith("/run/"):
        return True
    if _below(path, ("/sys", "/dev")):
        return path not in _HARMLESS_DEVICES
    if path in ("/home", "/Users"):
        return True
    home = _HOME.fullmatch(path)
    return home is not None and (home.group(1) is None or _holds_credentials(home.group(1)))


def _holds_credentials(below_home: str) -> bool:
    return any(below_home == folder or below_home.startswith(folder + "/") for folder in _CREDENTIALS)


@check(on=Mount)
def mount_propagation_shared(mount: Mount, service: Service) -> Problems:
    """A bind whose mounts travel between the host and the container."""
    mode = mount.propagation
    if mode in ("shared", "rshared"):
        bind = mount.get("bind")
        node = bind.get("propagation") if isinstance(bind, YamlMap) else None
        yield Problem(
            node.place if node is not None else mount,
            f"Mounts that service {service.name} makes here appear on the host; use rslave or leave {mode} out",
        )


@check(on=ComposeModel)
def volume_shared_between_services(model: ComposeModel) -> Problems:
    """A named volume, or a folder of the host, that two services can both write to."""
    writers: dict[str, list[tuple[Service, Mount]]] = {}
    for service in model.services:
        for mount in service.mounts:
            shared = _shared(mount) if mount.read_only is not True else None
            if shared is not None:
                writers.setdefault(shared, []).append((service, mount))
    for shared, uses in writers.items():
        names = sorted({service.name for service, _ in uses})
        if len(names) > 1:
            for _, mount in uses:
                yield Problem(
                    mount,
                    f"{shared} may be written by the services {', '.join(names)}; mount it read-only in all but one",
                )


def _shared(mount: Mount) -> str | None:
    """What a mount may share with those of other services, as a message names it; None for files and the unknown."""
    if mount.volume is not None:
        return f"Volume {mount.volume.literal}" if mount.volume.literal else None
    path = mount.host_path.literal if mount.host_path is not None else None
    if not path or _FILE_ENDING.fullmatch(posixpath.splitext(path)[1]):
        return None
    normal = _normal(path)
    shown = normal if normal[0] in "/~." else f"./{normal}"
    if _gives_socket(normal) or normal in _PUBLIC or _below(normal, ("/dev", "/proc", "/run", "/sys", "/tmp")):
        return None
    return f"The folder {shown} of the host"


_INIT_FOLDER = "initdb.d"


def _names_file(source: str, target: str) -> bool:
    """Whether the two ends of a mount are files, by their endings, or by a name such as ``Caddyfile``."""
    ending = posixpath.splitext(source)[1]
    if _FILE_ENDING.fullmatch(ending):
        return posixpath.splitext(target)[1] == ending
    name = posixpath.basename(source)
    return name.endswith("file") and posixpath.basename(target) == name


def _near(file: YamlScalar, written: str, model: ComposeModel) -> str | None:
    """A file beside the one that is not there, which has nearly its name: secrets themselves are often made by hand."""
    path = model.path(file, written)
    if path is None or model.project is None:
        return None
    folder, _, name = path.rpartition("/")
    return closest(name, model.project.listdir(folder))


@check(on=(Service, Config, Secret), keys=("volumes",))
def mounted_file_missing(node: Service | Config | Secret, model: ComposeModel) -> Problems:
    """A file of the project that is mounted and not there, so that Docker makes a folder of its name, or stops."""
    if not isinstance(node, Service):
        file = node.file
        path = file.literal if file is not None else None
        if file is not None and path and path[0] not in "/~" and model.is_missing(file, path):
            kind, near = ("config", None) if isinstance(node, Config) else ("secret", _near(file, path, model))
            if kind == "config" or near:
                hint = f", did you mean {near}?" if near else "; services with it cannot start"
                yield Problem(file.place, f"The {kind} {node.name} is read from {path}, which does not exist{hint}")
        return
    for mount in node.mounts:
        part, target = mount.host_path, mount.target
        if part is None or target is None or not part.literal or not target.literal:
            continue
        if not part.literal.startswith(".") or not model.is_missing(part, part.literal):
            continue
        if target.literal.rstrip("/").endswith(_INIT_FOLDER):
            yield Problem(
                part,
                f"Service {node.name} mounts the folder {part.literal}, which does not exist; Docker makes an empty"
                " one, and nothing runs at the first start",
            )
        elif _names_file(part.literal, target.literal) or _is_misspelt(part, target.literal, model):
            yield Problem(
                part,
                f"Service {node.name} mounts the file {part.literal}, which does not exist; Docker makes an empty"
                " folder of that name, or refuses to start",
            )
        elif wanted := _named_below(target.literal.rstrip("/"), part.literal, node, model):
            yield Problem(
                part,
                f"Service {node.name} mounts the folder {part.literal}, which does not exist; Docker makes an empty"
                f" one, without {wanted}, which the command names",
            )


def _named_below(folder: str, source: str, service: Service, model: ComposeModel) -> str | None:
    """A file below a folder that the service's command names, and that nothing else brings; what lies in ``/etc`` is
    read, where elsewhere it may be written.
    """
    if not folder.startswith("/etc/"):
        return None
    words = service.command.arguments if service.command is not None else None
    start = f"{folder}/"
    named = next((word.partition(start)[2].split() for word in words or () if start in word), None)
    wanted = start + named[0] if named else ""
    if not _FILE_ENDING.fullmatch(posixpath.splitext(wanted)[1]):
        return None
    inside = ((mount.target.literal or "").rstrip("/") for mount in service.mounts if mount.target is not None)
    others = (one for one in model.services if one.name != service.name)
    brought = any(path.startswith(start) for path in inside) or any(
        mount.host_path is not None and mount.host_path.literal == source for one in others for mount in one.mounts
    )
    return None if brought else wanted


def _is_misspelt(part: Part, target: str, model: ComposeModel) -> bool:
    """Whether there is the file that is mounted to, but for large and small letters."""
    path, project = model.path(part, part.literal or ""), model.project
    if path is None or project is None:
        return False
    folder, _, name = path.rpartition("/")
    meant = posixpath.basename(target)
    return name.lower() == meant.lower() and name.lower() in map(str.lower, project.listdir(folder))


@check(on=ComposeFile)
def mount_target_taken(file: ComposeFile) -> Problems:
    """A mount whose place in the container a later one of the list takes."""
    found: dict[Span, Problem] = {}
    for service in file.services:
        last: dict[str, Mount] = {}
        for mount in reversed(service.mounts):
            target = mount.target.literal if mount.target is not None else None
            if not target:
                continue
            later = last.setdefault(posixpath.normpath(target) if mount.short else target, mount)
            if later is not mount:
                message = f"A later mount takes the place of this one at `{target}`: remove one of the two"
                found[mount.span] = Problem(mount, message, related=[Related(later, "This is what counts")])
    yield from found.values()
