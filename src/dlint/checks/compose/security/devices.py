"""Devices of the host, and options of temporary file systems."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from dlint.api import Fix, Problem, Problems, Severity, check, pattern
from dlint.api.compose import Device, Service, Tmpfs, YamlScalar, is_of_the_host

_DISKS = pattern(
    r"/dev/(?:(?:sd|vd|xvd|hd)[a-z]+\d*|nvme\d+(?:n\d+(?:p\d+)?)?|mmcblk\d+(?:p\d+|boot\d+)?|md\d+|md/.+|dm-\d+|mapper(?:/.+)?"
    r"|disk(?:/.+)?|loop(?:\d+|-control)|zfs|zd\d+|rbd\d+|nbd\d+|bcache\d+|drbd\d+|pmem\d+|dasd[a-z]+\d*|mtd(?:block)?\d+|sr\d+)$"
)
# The kernel opens these for nobody without the capability SYS_RAWIO, which Docker takes away.
_MEMORY = frozenset(("/dev/mem", "/dev/kmem", "/dev/port"))
_BLOCK_RULE = pattern(r"([ab])\s+\S+\s+([rwm]+)$")


def _capabilities(items: Iterable[YamlScalar]) -> set[str]:
    """The names in ``cap_add`` or ``cap_drop``, without ``CAP_``."""
    return {(item.literal or "").upper().removeprefix("CAP_") for item in items}


@check(on=Device)
def host_disk_given(device: Device, service: Service) -> Problems:
    """A disk, all devices, the kernel's log, or memory that the service may open, among the devices."""
    part = device.source_part
    if part is None or part.literal is None:
        return
    rights = device.permissions
    if rights is not None and rights.literal is not None and not set("rw") & set(rights.literal):
        return
    # POSIX leaves two slashes at the start alone; the kernel does not.
    path = posixpath.normpath("/" + part.literal.lstrip("/")) if part.literal.startswith("/") else part.literal
    if path in _MEMORY and _capabilities(service.cap_add) & {"ALL", "SYS_RAWIO"}:
        yield Problem(
            device, f"Service {service.name} gets {path}, and may open it: the host's memory and ports; take it out"
        )
    elif path == "/dev/kmsg":
        message = f"Service {service.name} gets the host's kernel log, and the addresses in it; take /dev/kmsg out"
        yield Problem(device, message, at_most=Severity.WARNING, minor=is_of_the_host(service.image_ref))
    elif path == "/dev" or _DISKS.match(path):
        what = "every device of the host" if path == "/dev" else f"{path} of the host"
        yield Problem(device, f"Service {service.name} gets {what}, past all file permissions; mount a folder instead")


@check(on=Service, keys=("device_cgroup_rules",))
def block_devices_allowed(service: Service) -> Problems:
    """A cgroup rule that opens block devices, while the service may make their nodes."""
    dropped, added = _capabilities(service.cap_drop), _capabilities(service.cap_add)
    if dropped & {"ALL", "MKNOD"} and not added & {"ALL", "MKNOD"}:
        return
    for rule in service.device_cgroup_rules:
        match = _BLOCK_RULE.match(rule.literal.strip()) if rule.literal is not None else None
        if match is not None and set("rw") & set(match.group(2)):
            message = f"Service {service.name} may open disks of the host; name single devices under devices"
            yield Problem(rule.place, message)


@check(on=Tmpfs)
def tmpfs_allows_programs(tmpfs: Tmpfs, service: Service) -> Problems:
    """The options ``exec`` and ``suid`` of a tmpfs."""
    wrong = [word for word in tmpfs.options if word in ("exec", "suid")]
    if not wrong or not isinstance(tmpfs.node, YamlScalar):
        return
    path = tmpfs.path.literal or "a tmpfs"
    words = " and ".join(wrong)
    message = f"Service {service.name} mounts {path} with {words}; leave it to the default noexec,nosuid"
    yield Problem(tmpfs, message, fix=_without(tmpfs, wrong))


def _without(tmpfs: Tmpfs, wrong: list[str]) -> Fix | None:
    node = tmpfs.node
    if not isinstance(node, YamlScalar) or "$" in node.value or node.alias is not None or node.anchor is not None:
        return None
    start = node.value.find(":")
    kept = [word for word in node.value[start + 1 :].split(",") if word not in wrong]
    text = ":" + ",".join(kept) if kept else ""
    title = "Leave out exec and suid; programs in this folder can no longer be started"
    return Fix(title, node.at(start, len(node.value)).replace(text), safe=False)
