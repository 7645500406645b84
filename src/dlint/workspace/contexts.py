"""What lies in the build contexts of a Dockerfile, as its stages ask for it."""

from __future__ import annotations

import posixpath

from dlint.workspace.build import builds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from dlint.workspace.build import Build
    from dlint.workspace.configured import Configured
    from dlint.workspace.workspace import Workspace

# How compressed files begin, all that moby unpacks: gzip, bzip2, xz and zstd (moby/go-archive, compression).
_COMPRESSED: Final = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_BLOCK: Final = 512
_CHECKSUM: Final = slice(148, 156)


class Contexts:
    """The contexts that a Dockerfile is built in, found when first asked for; ``leaves_out`` as for ``builds_of``."""

    __slots__ = ("_builds", "_leaves_out", "_project", "_way", "_workspace")

    def __init__(self, workspace: Workspace, way: Configured, leaves_out: Callable[[str], bool]) -> None:
        self._workspace = workspace
        self._project = workspace.files
        self._way = way
        self._leaves_out = leaves_out
        self._builds: list[Build] | None = None

    @property
    def builds(self) -> list[Build]:
        """The builds, each with its context."""
        if self._builds is None:
            self._builds = builds_of(self._workspace, self._way, self._leaves_out)
        return self._builds

    @property
    def folders(self) -> list[str]:
        """The folders of the contexts, from the project's root."""
        return list(dict.fromkeys(build.context for build in self.builds))

    def text(self, path: str) -> str | None:
        """The text of the file at ``path`` in the context; None if there is none, or there are several contexts."""
        folders = self.folders
        if len(folders) != 1:
            return None
        source = self._project.read(posixpath.join(folders[0], path))
        return source.text if source is not None else None

    def is_archive(self, path: str) -> bool | None:
        """Whether ADD would unpack the file at ``path``, going by its first bytes; None if nothing is known of it.

        A compressed file counts as one, whatever is in it. A folder is none.
        """
        found: set[bool | None] = set()
        for folder in self.folders:
            place = posixpath.normpath(posixpath.join(folder, path))
            if not self._project.exists(place):
                found.add(None)
            elif self._project.is_dir(place):
                found.add(False)
            else:
                head = self._project.first_bytes(place, _BLOCK)
                found.add(None if head is None else head.startswith(_COMPRESSED) or is_tar(head))
        if True in found:
            return True
        return None if None in found or not found else False


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a tar archive: the first header has the right checksum.

    Source: POSIX pax, ustar Interchange Format: the sum of the header's bytes, those of the checksum itself as blanks.
    """
    if len(head) < _BLOCK:
        return False
    written = head[_CHECKSUM].strip(b" \0")
    try:
        wanted = int(written, 8)
    except ValueError:
        return False
    return wanted == sum(head[:_BLOCK]) - sum(head[_CHECKSUM]) + 8 * 0x20
