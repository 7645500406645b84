"""What the widely used base images have at the top of their file system, and where they keep nothing.

The folders are those that the images' own Dockerfiles and scripts name (github.com/docker-library and the publishers'
repositories, as of 2026-08), beside the ones of every system.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SYSTEM: Final = frozenset("bin boot dev etc home lib lib32 lib64 opt proc root run sbin sys tmp usr var".split())
"""The top folders in which a base image has files: the Filesystem Hierarchy Standard without `/srv`, `/mnt` and
`/media`, which it keeps for whoever runs the system."""

_MORE: Final[dict[str, tuple[str, ...]]] = {
    "composer": ("app", "composer", "docker-entrypoint.sh"),
    "docker": ("certs", "go"),
    "golang": ("go",),
    "httpd": (),
    "nginx": ("docker-entrypoint.d", "docker-entrypoint.sh"),
    "swift": ("workspace",),
}
_PLAIN: Final = frozenset(
    "alpine almalinux amazoncorretto amazonlinux buildpack-deps busybox debian eclipse-temurin elixir erlang gradle"
    " julia maven node openjdk oraclelinux php pypy python rockylinux ruby rust ubuntu".split()
)


def top_folders(image: str) -> frozenset[str] | None:
    """All that an image has at its top, by its name as facts have it; None if that is not known."""
    if image.startswith("gcr.io/distroless/"):
        return SYSTEM
    if image in _PLAIN:
        return SYSTEM
    more = _MORE.get(image)
    return SYSTEM.union(more) if more is not None else None
