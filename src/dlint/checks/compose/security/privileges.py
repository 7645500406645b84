"""What a container's process may do: privileged mode, capabilities, security options, a read-only root."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import BuildConfig, ComposeModel, Service, YamlScalar, boolean, key_of, new_item, new_key

_TRUE = frozenset(("1", "t", "true"))
_ROOT = {
    "ALL": "every capability there is",
    "SYS_ADMIN": "mounting, namespaces and most ways out of a container",
    "SYS_MODULE": "loading kernel modules",
    "SYS_RAWIO": "raw access to memory and disks",
}
_HOST = {
    "NET_ADMIN": "changing interfaces, routes and firewall rules",
    "BPF": "loading programs into the kernel",
    "SYS_BOOT": "rebooting the host",
    "SYS_TIME": "setting the host's clock",
    "PERFMON": "watching the kernel and other processes",
    "SYSLOG": "reading the kernel's log and addresses",
    "SYS_NICE": "taking CPU time from everything else",
    "IPC_LOCK": "locking memory without a limit",
    "LEASE": "holding up other processes' files",
}
# They act on the service's own network, and on memory that programs lock to keep secrets out of the swap.
_CONFINED = frozenset(("NET_ADMIN", "IPC_LOCK"))
_CHECKS = {
    "SYS_PTRACE": "reading and changing the memory of other processes",
    "DAC_READ_SEARCH": "reading any file whatever its permissions",
}


def capability(item: YamlScalar) -> str | None:
    """The capability an item names, without ``CAP_`` and in capitals; None if unknown."""
    text = item.literal
    return text.strip().upper().removeprefix("CAP_") if text is not None else None


@check(on=Service, keys=("privileged",))
def service_privileged(service: Service) -> Problems:
    """``privileged: true``."""
    node = service.privileged
    if node is not None and node.kind != "int" and boolean(node):
        yield Problem(
            node.place,
            f"Service {service.name} is privileged, which makes it root on the host; add only the devices and"
            " capabilities it needs",
        )


@check(on=BuildConfig)
def service_build_privileged(build: BuildConfig, service: Service) -> Problems:
    """A build with all privileges, or with the entitlement to them."""
    node = build.privileged
    if node is not None and boolean(node):
        yield Problem(node.place, f"The build of {service.noun} {service.name} runs privileged; remove this line")
    for item in build.entitlements:
        if item.literal == "security.insecure":
            yield Problem(
                item.place,
                f"The build of {service.noun} {service.name} may run steps with all privileges; do without it",
            )


def _added(service: Service, dangers: dict[str, str]) -> Problems:
    for item in service.cap_add:
        name = capability(item)
        if name in dangers:
            yield Problem(
                item.place,
                f"Service {service.name} gets the capability {name}: {dangers[name]}; remove it, or give the"
                " service only what it fails without",
                minor=name in _CONFINED,
            )


@check(on=Service, keys=("cap_add",))
def capability_is_root(service: Service) -> Problems:
    """Capabilities that are as good as root on the host."""
    yield from _added(service, _ROOT)


@check(on=Service, keys=("cap_add",))
def capability_reaches_host(service: Service) -> Problems:
    """Capabilities that act on the whole host."""
    yield from _added(service, _HOST)


@check(on=Service, keys=("cap_add",))
def capability_bypasses_checks(service: Service) -> Problems:
    """Capabilities that get round the permissions of files and processes."""
    yield from _added(service, _CHECKS)


@check(on=Service)
def capabilities_not_dropped(service: Service, model: ComposeModel) -> Problems:
    """No ``cap_drop: [ALL]``."""
    names = [capability(item) for item in service.cap_drop]
    if not model.lacks_confinement(service) or None in names or "ALL" in names:
        return
    if names:
        edit = new_item(service, "cap_drop", "ALL")
    else:
        edit = new_key(service, "cap_drop:", "  - ALL") if "cap_drop" not in service.map else None
    image = model.image_of(service)
    if image is not None and image.root_needs and not service.cap_add:
        edit = None
    title = "Drop all capabilities; the service may need some of them back through cap_add"
    yield Problem(
        key_of(service, "cap_drop"),
        f"Service {service.name} does not drop all capabilities; drop ALL and add back what it needs",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
        gist="cap_drop: [ALL]",
    )


def _option(item: YamlScalar) -> tuple[str, str] | None:
    """Name and value of a security option, split at the first ``:`` or ``=``; None if unknown."""
    text = item.literal
    if text is None:
        return None
    at = min((place for place in (text.find(":"), text.find("=")) if place >= 0), default=-1)
    return (text.strip().lower(), "") if at < 0 else (text[:at].strip().lower(), text[at + 1 :].strip())


@check(on=Service)
def no_new_privileges_missing(service: Service, model: ComposeModel) -> Problems:
    """No ``no-new-privileges:true`` among the security options."""
    if not model.lacks_confinement(service) or model.for_swarm:
        return
    last: tuple[YamlScalar, str] | None = None
    for item in service.security_opt:
        option = _option(item)
        if option is None:
            return
        if option[0] == "no-new-privileges":
            last = item, option[1].lower()
    if last is not None:
        if last[1] and last[1] not in _TRUE:
            yield Problem(
                last[0].place,
                f"Service {service.name} lets processes gain privileges; set this to true",
                gist="no-new-privileges:true",
            )
        return
    if "security_opt" in service.map:
        edit = new_item(service, "security_opt", "no-new-privileges:true")
    else:
        edit = new_key(service, "security_opt:", "  - no-new-privileges:true")
    title = "Set no-new-privileges; sudo and other setuid programs stop working in the container"
    yield Problem(
        key_of(service, "security_opt"),
        f"Service {service.name} lets processes gain privileges through setuid programs; add no-new-privileges:true"
        " to security_opt",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
        gist="security_opt: [no-new-privileges:true]",
    )


@check(on=Service, keys=("security_opt",))
def security_profile_disabled(service: Service) -> Problems:
    """seccomp, AppArmor or SELinux switched off; of several entries for one of them the last counts."""
    last: dict[str, tuple[YamlScalar, str]] = {}
    for item in service.security_opt:
        option = _option(item)
        if option is not None and option[0] in ("seccomp", "apparmor", "label", "systempaths"):
            key = option[0] + (":" + option[1].split(":")[0] if option[0] == "label" else "")
            last[key] = item, option[1].lower()
    for key, (item, value) in last.items():
        name = {"seccomp": "seccomp", "apparmor": "AppArmor"}.get(key)
        if name is not None and value == "unconfined":
            yield Problem(
                item.place, f"Service {service.name} runs without {name}; remove this line or give a profile of its own"
            )
        elif key == "label:disable" and value == "disable":
            yield Problem(item.place, f"Service {service.name} runs without SELinux separation; remove this line")


@check(on=Service)
def root_filesystem_writable(service: Service, model: ComposeModel) -> Problems:
    """No ``read_only: true``."""
    if not model.lacks_confinement(service):
        return
    node = service.read_only
    if node is not None and (node.literal is None or boolean(node)):
        return
    title = "Make the root file system read-only; the service may need tmpfs or volumes for what it writes"
    if node is not None:
        edit = node.replace("true") if node.alias is None and node.anchor is None else None
    else:
        edit = new_key(service, *_read_only_lines(service)) if "read_only" not in service.map else None
    if model.for_swarm and edit is not None:
        # It leaves out ``tmpfs``, so that ``/tmp`` would be read-only, too.
        edit = None
    image = model.image_of(service)
    if image is not None and image.run_writes:
        edit = None
    yield Problem(
        node.place if node is not None else service.key,
        f"Service {service.name} can write to its whole root file system; set read_only: true and add tmpfs or volumes"
        " where it writes",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
        gist="read_only: true",
    )


def _read_only_lines(service: Service) -> tuple[str, ...]:
    """What makes the root read-only and leaves ``/tmp`` writable, if nothing is mounted there."""
    targets = [mount.target.literal if mount.target is not None else None for mount in service.mounts]
    if "tmpfs" in service.map or None in targets or "/tmp" in targets:
        return ("read_only: true",)
    return "read_only: true", "tmpfs:", "  - /tmp"
