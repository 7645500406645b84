"""What widely used images have in common with one another: what they are for, what they run on, what lies in them.

Sources: the images' own Dockerfiles and scripts (github.com/docker-library and the publishers' repositories, as of
2026-08), and their pages on Docker Hub. Images are named as people write them (``ImageRef.familiar``).
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.model.facts.images import PLATFORM_OF_NAMESPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.image import ImageRef

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


_LINUX: Final = frozenset(
    "almalinux alpine amazonlinux archlinux busybox centos debian fedora haproxy httpd mariadb memcached mysql nginx "
    "node oraclelinux perl php postgres redis rockylinux ruby ubuntu".split()
)
_BARE: Final = frozenset("scratch alpine debian ubuntu busybox almalinux rockylinux amazonlinux".split())
_CUDA: Final = ("nvidia/", "nvcr.io/nvidia/", "pytorch/", "rocm/")


def platform_by_name(image: ImageRef) -> str:
    """The platform that an image is for by its name, or its system alone; empty if it says nothing of that."""
    namespace = image.path.split("/")[0] if image.registry in (None, "docker.io") and "/" in image.path else ""
    if namespace in PLATFORM_OF_NAMESPACE:
        return PLATFORM_OF_NAMESPACE[namespace]
    if image.registry == "mcr.microsoft.com" and image.path.startswith("windows/"):
        return "windows"
    return "linux" if image.familiar in _LINUX else ""


def is_bare(image: ImageRef) -> bool:
    """Whether an image sets PATH and no other variable."""
    return image.familiar in _BARE


def is_official_php(image: ImageRef) -> bool:
    """Whether it is Docker's own image of PHP, with the scripts that install extensions."""
    return image.familiar == "php"


def opcache_switch(image: ImageRef) -> str | None:
    """The setting by which an image turns on the OPcache that it has; None if it has no such setting."""
    return "PHP_OPCACHE_ENABLE=1" if image.familiar == "serversideup/php" else None


def is_official_ruby(image: ImageRef) -> bool:
    """Whether it is Docker's own image of Ruby, whose tags are Ruby's versions."""
    return image.familiar == "ruby"


def is_php(image: ImageRef) -> bool:
    """Whether an image is PHP's, perhaps with a server in it."""
    return image.familiar in ("php", "serversideup/php")


# Of Debian 12 and 13: packages.debian.org/python3.
_PYTHONS: Final = {"gcr.io/distroless/python3-debian12": "3.11", "gcr.io/distroless/python3-debian13": "3.13"}
_PYTHON = pattern(r"\A(3\.\d+)(?=[.-]|\Z)")


def python_release(image: ImageRef) -> str | None:
    """The minor release of Python in an official image, in one of uv or of distroless; None if that is not known."""
    tag = image.tag or ""
    if image.familiar == "ghcr.io/astral-sh/uv":
        tag = tag.removeprefix("python") if tag.startswith("python") else ""
    elif image.familiar != "python":
        return _PYTHONS.get(image.familiar)
    match = _PYTHON.match(tag)
    return match[1] if match is not None else None


def is_cuda(image: ImageRef) -> bool:
    """Whether it is NVIDIA's image of CUDA alone."""
    return image.familiar == "nvidia/cuda"


def has_cuda(image: ImageRef) -> bool:
    """Whether an image is made for graphics processors, with CUDA or its like in it."""
    return image.familiar.startswith(_CUDA)
