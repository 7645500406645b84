"""Where the image of a service writes: its data, and what a read-only root file system keeps from it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from dlint.api import Problem, Problems, check, pattern, related_to
from dlint.api.compose import (
    ComposeModel,
    Mount,
    MountPlace,
    Service,
    ServiceEnvironment,
    boolean,
    environment_of,
    is_below,
    is_cache,
    is_database,
    mount_places,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image

# Folders in which an image looks for settings, scripts of the first start or keys, but keeps no data.
_NOT_DATA = pattern(
    r"/(?:etc|run|tmp|dev|proc|sys|usr|opt/\w+/etc|var/(?:run|log|tmp|cache|www))(?:/|$)|initdb|/conf|/logs?(?:/|$)|"
    r"backup|dump|import|export|plugin|module|script|cert|secret|theme|upload|template|/src(?:/|$)|/app(?:/|$)|share"
)
_FILE = pattern(r"\.[A-Za-z][A-Za-z0-9]{0,7}")


def _other_targets(service: Service) -> Iterator[str]:
    """Where tmpfs, secrets and configs with a place of their own go."""
    for tmpfs in service.tmpfs:
        if tmpfs.path.literal:
            yield posixpath.normpath(tmpfs.path.literal)
    for reference in (*service.configs, *service.secrets):
        if reference.target is not None and reference.target.literal:
            yield posixpath.normpath(reference.target.literal)


@check(on=Service, keys=("volumes",), blames=True)
def data_volume_misplaced(service: Service, model: ComposeModel) -> Problems:
    """A volume that is mounted beside the place where the image keeps its data."""
    if not service.mounts or service.volumes_from or not model.is_whole(service):
        return
    image = model.image_of(service)
    given = mount_places(service, model)
    if image is None or any(at.path is None for at in given):
        return
    places = _data_places(image, environment_of(service, model))
    volumes = image.volumes
    if not places or any(_holds_settings(at) for at in given):
        return
    stops = [posixpath.normpath(volume.value) for volume in volumes or ()]
    everywhere = [*(at.path or "" for at in given), *_other_targets(service)]
    if any(_covers(path, place, stops) or is_below(path, place) for place in places for path in everywhere):
        return
    place = min(places, key=len)
    at = _meant_for(place, given, service, image)
    if at is not None:
        yield _misplaced(image, at.mount, at.path or "", place)


def _meant_for(place: str, given: Sequence[MountPlace], service: Service, image: Image) -> MountPlace | None:
    """The mount that was meant to hold the data at ``place``, and does not."""
    for at in given:
        path = at.path or ""
        if _is_storage(at) and not _named_in_command(service, path) and _near(path, place, image):
            return at
    return None


def _data_places(image: Image, given: ServiceEnvironment) -> list[str]:
    """Where the data lies: as its variable says, else where the image's own VOLUMEs are. Empty if that is unknown."""
    data = image.data
    if data is None:
        own = [volume.value for volume in image.volumes or () if volume.own]
        return own if image.facts is None or image.facts.volumes == () or not own else []
    if data.variable is None:
        return [posixpath.normpath(data.path)]
    moved = given.values.get(data.variable)
    if moved is not None:
        return [posixpath.normpath(moved.value)] if moved.value else []
    own_value = image.own_value(data.variable)
    if own_value is not None:
        return [posixpath.normpath(own_value.value)] if own_value.value else []
    return [posixpath.normpath(data.path)] if given.whole else []


def _covers(path: str, place: str, stops: list[str]) -> bool:
    """Whether a mount at ``path`` takes in ``place``: a VOLUME of the image between the two would lie over it."""
    return is_below(place, path) and not any(
        is_below(place, stop) and is_below(stop, path) and stop != path for stop in stops if stop != path
    )


def _holds_settings(at: MountPlace) -> bool:
    """Whether a mount brings a file of settings, which may move the data."""
    path = at.path or ""
    part = at.mount.host_path
    return part is not None and _FILE.fullmatch(posixpath.splitext(path)[1]) is not None and "initdb" not in path


def _is_storage(at: MountPlace) -> bool:
    path = at.mount.host_path.literal if at.mount.host_path is not None else None
    return at.volume is not None or (path is not None and not _FILE.fullmatch(posixpath.splitext(path)[1]))


def _named_in_command(service: Service, path: str) -> bool:
    texts = [line.raw for line in (service.command, service.entrypoint) if line is not None]
    return any(path in text or "dir" in text or "path" in text or "conf" in text for text in texts)


def _near(path: str, place: str, image: Image) -> bool:
    """Whether a path was meant for the data: above it or beside it, or by its words."""
    if is_below(place, path) and path not in ("/", "/var", "/var/lib", "/opt", "/usr", "/usr/share", "/home"):
        return True
    if _NOT_DATA.search(path):
        return False
    words = {posixpath.basename(place), "data", "db", "storage"}
    parts = path.strip("/").split("/")
    product = posixpath.basename(image.facts.origin.image) if image.facts is not None else ""
    return (
        not words.isdisjoint(parts)
        or any(product and part.startswith(product) for part in parts)
        or posixpath.dirname(path) == posixpath.dirname(place) != "/"
        or (is_below(path, posixpath.dirname(place)) and posixpath.dirname(place) not in ("/", "/var", "/opt", "/usr"))
    )  # fmt: skip


def _misplaced(image: Image, mount: Mount, path: str, place: str) -> Problem:
    volumes = [posixpath.normpath(volume.value) for volume in image.volumes or ()]
    there = next((volume for volume in volumes if is_below(place, volume)), place)
    if image.data is None:
        holder = next((volume.where for volume in image.volumes or () if volume.value == place), image.place)
        message = f"The VOLUME of {image.name} is {place}, so that this mount at {path} holds none of its data"
    else:
        holder = image.place
        message = f"{image.base_name} keeps its data in {place}, so that this mount at {path} holds none of it"
        if path != there and is_below(path, there):
            message = f"{image.base_name} keeps its data in {place} and refuses to start with a mount at {path}"
    related = related_to(holder, f"The data of this lies in {place}")
    where = mount.target if mount.target is not None else mount
    return Problem(where, f"{message}: mount it at {there}", related=related)


@check(on=Service, keys=("read_only",), blames=True)
def read_only_but_written(service: Service, model: ComposeModel) -> Problems:
    """``read_only: true`` over an image that writes to a place without a volume."""
    node = service.read_only
    if node is None or not boolean(node) or service.volumes_from:
        return
    image = model.image_of(service)
    given = mount_places(service, model)
    if image is None or any(at.path is None for at in given) or not image.run_writes or service.entrypoint is not None:
        return
    volumes = image.volumes
    if volumes is None or _other_program(service, image):
        return
    covered = [*(at.path or "" for at in given), *_other_targets(service), *(volume.value for volume in volumes)]
    open_places = [path for path in image.run_writes if not any(_same_or_below(path, at) for at in covered)]
    if open_places:
        related = related_to(image.place, "This image writes there")
        yield Problem(
            node.place,
            f"The image {image.base_name} writes to {' and '.join(open_places)}, which is read-only here: put a tmpfs"
            " or a volume there",
            related=related,
        )


def _same_or_below(path: str, folder: str) -> bool:
    """Whether a folder that is mounted holds a path; ``/var/run`` is ``/run``."""
    path, folder = (text[4:] if text == "/var/run" or text.startswith("/var/run/") else text for text in (path, folder))
    return is_below(path, folder)


def _other_program(service: Service, image: Image) -> bool:
    """Whether ``command`` starts another program than the image does."""
    words = service.command.arguments if service.command is not None else ()
    if service.command is None:
        return False
    cmd = image.cmd
    first = words[0] if words else ""
    return not first.startswith("-") and (cmd is None or not cmd.value.words or first != cmd.value.words[0])


@check(on=Service, blames=True)
def data_without_volume(service: Service, model: ComposeModel) -> Problems:
    """A database whose data is in no volume that has a name."""
    image = model.image_of(service)
    reference = service.image_ref
    if image is None or reference is None or not is_database(reference) or service.volumes_from:
        return
    if is_cache(reference) or not model.is_whole(service) or model.starts_otherwise(service):
        return
    given = mount_places(service, model)
    if service.profiles or service.name in model.jobs or any(_holds_settings(at) for at in given):
        return
    places = _data_places(image, environment_of(service, model)) if image.data is not None else []
    if not places or any(at.path is None for at in given):
        return
    everywhere = [*(at.path or "" for at in given), *_other_targets(service)]
    if any(is_below(path, place) or is_below(place, path) for place in places for path in everywhere):
        return
    if _meant_for(min(places, key=len), given, service, image) is not None:
        return
    above = [volume.value for volume in image.volumes or () if any(is_below(place, volume.value) for place in places)]
    place = min(above or places, key=len)
    related = related_to(image.place, f"{image.base_name} keeps its data there")
    yield Problem(
        service.key,
        f"The data of service {service.name} goes with its container: mount a volume at {place}",
        related=related,
    )
