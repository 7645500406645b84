"""Where the mounts of a service lie in its container."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.items import Mount
    from dlint.syntax.compose.service import Service


class MountPlace(NamedTuple):
    """A mount: its path in the container, None if that is unknown, and the named volume, if it is one.

    ``d:/data`` is one path to Compose, on a Windows drive; if a volume is called ``d``, that volume at
    ``/data`` is meant.
    """

    path: str | None
    volume: str | None
    mount: Mount


@once
def mount_places(service: Service, model: ComposeModel) -> Sequence[MountPlace]:
    """The mounts of a service's ``volumes``."""
    names = model.volume_by_name
    found = []
    for mount in service.mounts:
        path = mount.target.literal if mount.target is not None else None
        name = mount.volume
        volume = name.literal if name is not None else None
        if path is not None and volume is None and path[1:3] == ":/" and path[0] in names:
            volume, path = path[0], path[2:]
        found.append(MountPlace(posixpath.normpath(path) if path else None, volume or None, mount))
    return found


def is_below(path: str, folder: str) -> bool:
    """Whether a path in a container is a folder, or lies below it."""
    return path == folder or folder == "/" or path.startswith(folder.rstrip("/") + "/")
