"""What it gives a container to reach a path of the host: control of the engine, the whole host, or its secrets.

Sources: the Filesystem Hierarchy Standard; hier(7); the manuals of Docker, containerd, CRI-O, Podman and systemd on
where their sockets lie. Paths are normal, as ``normal`` makes them.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import pattern
from dlint.model.facts.processes import PROGRAM_FOLDERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SOCKETS: Final = frozenset(
    "/run/docker.sock /run/containerd/containerd.sock /run/crio/crio.sock /run/podman/podman.sock"
    " /run/systemd/private /run/k3s/containerd/containerd.sock".split()
)
_SOCKET_NAMES: Final = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")
_PIPE: Final = "\\\\.\\pipe\\docker_engine"
SOCKET_FOLDERS: Final = frozenset("/ /var /run /run/containerd /run/crio /run/podman /run/systemd /run/k3s".split())
"""Folders in which, or below which, such a socket lies among others."""

_PROGRAMS: Final = (*PROGRAM_FOLDERS, "/lib/modules", "/usr/lib/modules")
# Who writes here owns the host: with everything below, and exactly.
_ROOT_TREES: Final = (
    "/etc", "/root", "/boot", "/proc", "/var/lib/docker", "/var/lib/containerd", "/var/lib/kubelet", *_PROGRAMS,
)  # fmt: skip
_ROOT_PLACES: Final = frozenset("/var/lib /usr /usr/lib /usr/local /lib /lib64 /usr/lib64".split())
# What the packages of the host bring: harmless to read.
_SYSTEM: Final = ("/usr", "/lib", "/lib32", "/lib64")
_PUBLIC: Final = frozenset(f"/etc/{name}" for name in ("localtime", "timezone", "os-release", "hostname"))
_HARMLESS_DEVICES: Final = frozenset(
    f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "log", "net/tun", "fuse")
)
_COMMON_DEVICES: Final = ("/dev/shm", "/dev/dri", "/dev/snd", "/dev/input", "/dev/bus/usb", "/dev/video0")
_CREDENTIALS: Final = frozenset((".ssh", ".aws", ".kube", ".docker", ".gnupg", ".azure", ".config/gcloud"))
# What Docker keeps in its folder (docs.docker.com/reference/cli/docker/#configuration-files); data may lie beside it.
_OF_DOCKER: Final = frozenset("config.json contexts machine run trust ca.pem cert.pem key.pem".split())
_HOME = pattern(r"(?:/home/[^/]+|/Users/[^/]+|~[^/]*|/root)(?:/(.+))?$")
_DECIDES = pattern(
    r"/etc(?:/(?:cron|sudoers|systemd|ssh|pam|ld\.so|passwd|shadow|group|gshadow|profile|bash|init|rc|modules|modprobe|"
    r"docker|containerd|kubernetes|udev|sysctl|fstab|hosts|nsswitch|security|selinux|apparmor|polkit|dbus|environment|"
    r"shells|apt|yum|dnf|default|alternatives|skel|rancher|subuid|subgid|inittab|grub|crypttab|ssl|pki|ca-cert)"
    r"[^/]*(?:/.*)?)?"
)
# Who ends TLS reads its certificates here: the links in live/ lead to archive/, so that all of it is mounted.
_CERTIFICATES: Final = "/etc/letsencrypt"
# Sockets that start programs on the host; what else lies below /run is mostly the socket of one program.
_BUSES: Final = ("/run/dbus", "/run/libvirt")
# A file of its own that a service gets by name may lie in /etc; these are the host's.
_HOST_CREDENTIALS = pattern(r"/etc/(?:g?shadow-?|sudoers(?:\.d/.*)?|ssh/ssh_host_\w+_key)")


def normal(path: str) -> str:
    """The path without ``.``, ``..`` and doubled slashes; ``/var/run`` is ``/run``."""
    path = posixpath.normpath(path)
    if path.startswith("//"):
        path = path[1:]
    if path == "/var/run" or path.startswith("/var/run/"):
        path = path[4:]
    return path


def below(path: str, trees: tuple[str, ...]) -> bool:
    """Whether a path is one of these or lies below one."""
    return any(path == tree or path.startswith(tree + "/") for tree in trees)


def is_socket_name(path: str) -> bool:
    """Whether a path ends with the name of an engine's control socket."""
    return posixpath.basename(path) in _SOCKET_NAMES


def is_control_pipe(path: str) -> bool:
    """Whether a path of Windows is that of Docker's control pipe."""
    return path.replace("/", "\\").lower().startswith(_PIPE)


def gives_socket(path: str) -> bool:
    """Whether a path is the control socket of an engine or of systemd, or a folder that holds one."""
    rootless = path.startswith("/run/user/") and path.endswith(_SOCKET_NAMES)
    return path in _SOCKETS or path in SOCKET_FOLDERS or rootless or is_socket_name(path)


def gives_root(path: str) -> bool:
    """Whether who can write to a path owns the host."""
    return not is_public(path) and (below(path, _ROOT_TREES) or path in _ROOT_PLACES)


def is_public(path: str) -> bool:
    """Whether it is a file that every program of the host may know."""
    return path in _PUBLIC


def is_of_system(path: str) -> bool:
    """Whether packages of the host bring what lies there."""
    return below(path, _SYSTEM)


def only_settings(path: str) -> bool:
    """Whether a path is one of ``/etc`` that decides nothing of what runs on the host."""
    return below(path, ("/etc",)) and not decides(path)


def decides(path: str) -> bool:
    """Whether a path below ``/etc`` decides what runs on the host, who may come in or whom the host trusts."""
    return path.startswith("/etc") and _DECIDES.fullmatch(path) is not None


def is_sensitive(path: str, read_only: bool | None) -> bool:
    """Whether a path tells secrets or reaches hardware, or is a decisive one that is only read."""
    if is_public(path) or (is_of_system(path) and not below(path, ("/usr/local",)) and not gives_root(path)):
        return read_only is False
    if gives_root(path):
        return bool(read_only) and not below(path, _PROGRAMS) and path not in ("/usr", "/usr/lib", "/lib", "/lib64")
    if path == "/run" or path.startswith("/run/"):
        return True
    if below(path, ("/sys", "/dev")):
        return path not in _HARMLESS_DEVICES
    if path in ("/home", "/Users"):
        return True
    home = _HOME.fullmatch(path)
    return home is not None and (home.group(1) is None or _holds_credentials(home.group(1)))


def _holds_credentials(below_home: str) -> bool:
    if below_home.startswith(".docker/"):
        return below_home.split("/")[1] in _OF_DOCKER
    return any(below_home == folder or below_home.startswith(folder + "/") for folder in _CREDENTIALS)


def is_common(path: str) -> bool:
    """Whether many give it, and lose little by that: sound, pictures, shared memory, the socket of one program, the
    certificates of who ends TLS.
    """
    if below(path, _COMMON_DEVICES) or path.startswith(_CERTIFICATES):
        return True
    return path.startswith("/run/") and not below(path, _BUSES)


def is_credential_of_host(path: str) -> bool:
    """Whether it is a file by which the host knows its users, or is known itself."""
    return _HOST_CREDENTIALS.fullmatch(path) is not None
