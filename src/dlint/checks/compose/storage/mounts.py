"""Mounts: files that are not there, folders that several share, places that two take."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, Span, check, pattern
from dlint.api.compose import (
    ComposeFile,
    ComposeModel,
    Config,
    Mount,
    Part,
    Secret,
    Service,
    YamlMap,
    YamlScalar,
    closest,
)
from dlint.api.host_paths import below, gives_socket, is_public, normal

# Endings of files; ``.d`` and numbers are those of folders, and a socket is made when its program starts.
_FILE_ENDING = pattern(r"\.(?!d$|sock$)[A-Za-z][A-Za-z0-9]{0,9}")


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
    place = normal(path)
    shown = place if place[0] in "/~." else f"./{place}"
    if gives_socket(place) or is_public(place) or below(place, ("/dev", "/proc", "/run", "/sys", "/tmp")):
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
        yield from _definition_without_file(node, model)
        return
    for mount in node.mounts:
        part, target = mount.host_path, mount.target
        if part is None or target is None or not part.literal or not target.literal:
            continue
        if part.literal.startswith(".") and model.is_missing(part, part.literal):
            yield from _missing(part, part.literal, target.literal, node, model)


def _definition_without_file(node: Config | Secret, model: ComposeModel) -> Problems:
    file = node.file
    path = file.literal if file is not None else None
    if file is not None and path and path[0] not in "/~" and model.is_missing(file, path):
        kind, near = ("config", None) if isinstance(node, Config) else ("secret", _near(file, path, model))
        if kind == "config" or near:
            hint = f", did you mean {near}?" if near else "; services with it cannot start"
            yield Problem(file.place, f"The {kind} {node.name} is read from {path}, which does not exist{hint}")


def _missing(part: Part, source: str, target: str, service: Service, model: ComposeModel) -> Problems:
    """What comes of it that a service mounts something that is not there, where that is surely not meant."""
    if target.rstrip("/").endswith(_INIT_FOLDER):
        yield Problem(
            part,
            f"Service {service.name} mounts the folder {source}, which does not exist; Docker makes an empty"
            " one, and nothing runs at the first start",
        )
    elif _names_file(source, target) or _is_misspelt(part, target, model):
        yield Problem(
            part,
            f"Service {service.name} mounts the file {source}, which does not exist; Docker makes an empty"
            " folder of that name, or refuses to start",
        )
    elif wanted := _named_below(target.rstrip("/"), source, service, model):
        yield Problem(
            part,
            f"Service {service.name} mounts the folder {source}, which does not exist; Docker makes an empty"
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
