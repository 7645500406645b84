"""What of the host a service can reach through its mounts: control sockets and sensitive paths."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, check
from dlint.api.compose import (
    ComposeModel,
    Mount,
    Part,
    Service,
    Volume,
    YamlScalar,
    boolean,
    is_of_the_host,
    is_socket_proxy,
)
from dlint.api.host_paths import (
    SOCKET_FOLDERS,
    decides,
    gives_root,
    gives_socket,
    is_common,
    is_control_pipe,
    is_credential_of_host,
    is_of_system,
    is_public,
    is_sensitive,
    is_socket_name,
    normal,
    only_settings,
)


class HostPath:
    """A path of the host a service mounts: where, the path as ``shown`` and normalised, whether it is read-only."""

    __slots__ = ("where", "shown", "path", "read_only")

    def __init__(self, where: Node, written: str, read_only: bool | None) -> None:
        self.where = where
        self.shown = written
        self.path = normal(written)
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


@check(on=Service, keys=("volumes", "secrets", "configs", "use_api_socket"))
def docker_socket_mounted(service: Service, model: ComposeModel) -> Problems:
    """The control socket of a container engine or of systemd, or a folder that holds one."""
    if is_socket_proxy(service.image_ref):
        return
    yield from _mounted_sockets(service, model)
    for mount in service.mounts:
        yield from _control_of_unknown_path(mount, service)
    for granted in _granted_files(service, model):
        if gives_socket(granted.path):
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


def _mounted_sockets(service: Service, model: ComposeModel) -> Problems:
    for mounted in host_paths(service, model):
        if gives_socket(mounted.path):
            what = "a control socket" if mounted.path in SOCKET_FOLDERS else f"the control socket {mounted.shown}"
            yield Problem(
                mounted.where,
                f"Service {service.name} gets {what} of the host{_through(mounted)}, which is root on it,"
                " read-only or not; put a filtering proxy in between",
                minor=_is_watched(mounted, service),
            )


def _control_of_unknown_path(mount: Mount, service: Service) -> Problems:
    """A socket that is known by where it is put, and the pipe of Windows, which is no path of the host."""
    at = _socket_place(mount)
    if at is not None:
        yield Problem(
            mount,
            f"Service {service.name} gets a socket of the host at {at}, where a control socket lies, which is root"
            " on the host, read-only or not; put a filtering proxy in between",
        )
    pipe = mount.source_part.literal if mount.source_part is not None else None
    if pipe and is_control_pipe(pipe):
        yield Problem(
            mount,
            f"Service {service.name} gets the control pipe {pipe} of the host, and the whole host with it; put a"
            " filtering proxy in between",
        )


def _socket_place(mount: Mount) -> str | None:
    """Where a mount of an unknown path puts what can only be a control socket; that of a user's own engine is none."""
    source, target = mount.source_part, mount.target.literal if mount.target is not None else None
    if source is None or source.literal is not None or not target:
        return None
    own = any(word in source.raw for word in ("XDG_RUNTIME_DIR", "UID", "podman", "rootless"))
    return target if is_socket_name(target) and not own else None


def _is_watched(mounted: HostPath, service: Service) -> bool:
    """Whether what measures the machine reads a folder in which the socket lies among much else."""
    return mounted.path in SOCKET_FOLDERS and mounted.read_only is True and is_of_the_host(service.image_ref)


def _through(mounted: HostPath) -> str:
    return f" with {mounted.shown}" if mounted.path in SOCKET_FOLDERS else ""


@check(on=Service, keys=("volumes",))
def sensitive_host_path_writable(service: Service, model: ComposeModel) -> Problems:
    """A host path mounted writable, whose files decide what runs on the host as root."""
    for mounted in host_paths(service, model):
        if _is_own(mounted.path, service):
            continue
        if mounted.read_only is False and not gives_socket(mounted.path) and gives_root(mounted.path):
            yield Problem(
                mounted.where,
                f"Service {service.name} can write to {mounted.shown} of the host{_power(mounted.path)};"
                " mount a folder of its own",
                minor=only_settings(mounted.path),
            )


def _power(path: str) -> str:
    return "" if only_settings(path) else ", which is as good as root on it"


def _is_own(path: str, service: Service) -> bool:
    """Whether a folder of the host is that of the application: named like the service or its image."""
    image = service.image_ref
    names = {(service.name or "").lower(), image.path.rpartition("/")[2].lower() if image is not None else ""} - {""}
    return path.count("/") > 1 and not decides(path) and not names.isdisjoint(path.lower().split("/"))


@check(on=Service, keys=("volumes", "secrets", "configs"))
def sensitive_host_path(service: Service, model: ComposeModel) -> Problems:
    """A host path that tells secrets or reaches hardware, or a decisive one mounted read-only."""
    for mounted in host_paths(service, model):
        path = mounted.path
        if not gives_socket(path) and not _is_own(path, service) and is_sensitive(path, mounted.read_only):
            does = "can write to" if is_public(path) or is_of_system(path) else "gets"
            message = f"Service {service.name} {does} {mounted.shown} of the host; {_instead(path)}"
            yield Problem(mounted.where, message, minor=is_of_the_host(service.image_ref) or is_common(path))
    for granted in _granted_files(service, model):
        if is_credential_of_host(granted.path):
            message = f"Service {service.name} gets {granted.shown} of the host; give it a file of its own"
            yield Problem(granted.where, message)


def _instead(path: str) -> str:
    """What to do instead of mounting a sensitive path."""
    if is_public(path) or is_of_system(path):
        return "mount it read-only"
    if path == "/dev/shm":
        return "set shm_size for room of its own"
    if path.startswith("/dev/"):
        return "list the device under devices"
    return "mount only the files it needs"
