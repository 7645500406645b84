"""Mounts that the engine refuses: a file on a folder, a folder on a file, anything on the root."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service
from dlint.api.databases import base_name
from dlint.api.host_paths import has_file, has_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image


@check(on=Service, keys=("volumes",), blames=True)
def mount_of_other_kind(service: Service, model: ComposeModel) -> Problems:
    """A mount that Docker refuses: its two ends are a file and a folder."""
    project = model.project
    if project is None or service.volumes_from:
        return
    for mount in service.mounts:
        part, target = mount.host_path, mount.target
        if part is None or target is None or not part.literal or not target.literal or mount.get("subpath"):
            continue
        path = model.path(part, part.literal)
        place = posixpath.normpath(target.literal)
        if not path or not project.exists(path):
            continue
        image = model.image_of(service)
        name = base_name(service, image)
        if project.is_dir(path):
            if has_file(name, place) or _starts(image, service, place):
                ends = ("folder", "file")
                hint = "mount the file that lies in it"
            else:
                continue
        elif has_folder(name, place) or _is_place(image, place):
            ends = ("file", "folder")
            hint = f"mount it at {place.rstrip('/')}/{posixpath.basename(path)}"
        else:
            continue
        related = [Related(image.place, "The image")] if image is not None and image.place is not None else []
        yield Problem(
            part,
            f"{part.literal} is a {ends[0]}, and {place} a {ends[1]} of the image, so that service {service.name}"
            f" cannot start: {hint}",
            related=related,
        )


@check(on=Service, keys=("volumes", "tmpfs"))
def mount_at_root(service: Service) -> Problems:
    """A mount on the root of the container's file system."""
    targets = [*(mount.target for mount in service.mounts), *(one.path for one in service.tmpfs)]
    for target in targets:
        path = target.literal if target is not None else None
        if target is not None and path and path.startswith("/") and not posixpath.normpath(path).strip("/"):
            yield Problem(
                target,
                f"Docker refuses a mount on the root of the container, so that service {service.name} cannot start:"
                " name a folder below it",
            )


def _is_place(image: Image | None, path: str) -> bool:
    """Whether a path is a folder of an image, as its WORKDIR, its volumes and what COPY fills are."""
    if image is None or image.system == "windows":
        return False
    for node, _ in image.own_instructions():
        words = getattr(node, "words", ()) if node.name in ("COPY", "ADD") else ()
        filled = words[-1].literal if words else None
        if filled and filled.endswith("/") and posixpath.normpath(filled) == path:
            return True
    workdir = image.workdir
    if workdir is not None and workdir.value and posixpath.normpath(workdir.value) == path:
        return True
    return any(posixpath.normpath(volume.value) == path for volume in image.volumes or ())


def _starts(image: Image | None, service: Service, path: str) -> bool:
    """Whether a path is the program that the image starts."""
    if image is None or service.command is not None or service.entrypoint is not None:
        return False
    workdir = image.workdir
    for start in (image.entrypoint, image.cmd):
        words = start.value.words if start is not None else ()
        if words and "/" in words[0] and workdir is not None and workdir.value:
            return posixpath.normpath(posixpath.join(workdir.value, words[0])) == path
        if words:
            return False
    return False
