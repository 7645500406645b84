"""Releases: options that the tools of old base images do not know yet, and tags that name no release at all."""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.model.facts.image_branches import release
from dlint.syntax.image import ImageRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# The first release of each distribution whose own package of a tool knows the option.
_SINCE: Final[dict[tuple[str, str], dict[str, tuple[int, ...]]]] = {
    # pip 6.0 (2014-12-22, https://pip.pypa.io/en/stable/news/). Debian 8 and Ubuntu 15.10 have 1.5.6, Debian 9 has
    # 9.0.1 and Ubuntu 16.04 has 8.1.1 (packages.debian.org, packages.ubuntu.com: python-pip).
    ("pip", "--no-cache-dir"): {"debian": (9,), "ubuntu": (16, 4)},
    # apk-tools 2.6.5; Alpine's release notes of 3.3, https://alpinelinux.org/posts/Alpine-3.3.0-released.html
    ("apk", "--no-cache"): {"alpine": (3, 3)},
}


def is_older(image: ImageRef | None, tool: str, option: str) -> bool:
    """Whether the tool that comes with an image is surely too old for an option."""
    found = release(image) if image is not None else None
    if found is None:
        return False
    system, version = found
    since = _SINCE.get((tool, option), {}).get(system)
    return since is not None and version < since[: len(version)]


# Words of tags that say what is in an image or how far it is, and not which version: those of Docker's official images
# (https://github.com/docker-library/official-images/tree/master/library) and what publishers call their branches.
_NO_VERSIONS: Final = frozenset(
    "alpine slim lts current stable mainline edge rolling nightly unstable testing beta canary alpha dev devel develop "
    "development main master trunk next release prod production preview insiders fpm apache cli zts management jre jdk "
    "perl minimal full lite bookworm bullseye buster stretch jessie trixie noble jammy focal windowsservercore "
    "nanoserver snapshot headless".split()
)
_SYSTEMS: Final = ("alpine", "debian", "ubuntu")
_SYSTEM: Final = pattern(rf"(?:{'|'.join(_SYSTEMS)})-?\d[\d.]*")
# Of a distribution, the name of a release is its version.
_DISTRIBUTIONS: Final = frozenset("debian ubuntu alpine fedora centos minideb archlinux raspbian devuan".split())
_BRANCHES: Final = frozenset("stable testing unstable oldstable rolling edge devel lts".split())


def moves(image: ImageRef) -> bool:
    """Whether the tag of an image, other than ``latest``, surely names no version: ``alpine``, ``lts-slim``."""
    tag = (image.tag or "").lower()
    if not tag or tag == "latest" or image.digest is not None or "$" in tag:
        return False
    if any(system in tag for system in _SYSTEMS):
        tag = _SYSTEM.sub("alpine", tag)
    words = tag.replace("_", "-").split("-")
    if _is_distribution(image.path):
        return words[0] in _BRANCHES
    return all(word in _NO_VERSIONS for word in words)


def _is_distribution(path: str) -> bool:
    words = path.replace("/", "-").replace("_", "-").split("-")
    two = "-".join(words[-2:])
    of_two = path.endswith(two) and (two == "buildpack-deps" or two.startswith("kali-"))
    return of_two or words[-1] in _DISTRIBUTIONS


# What publishers call the state that their developers have reached, or that is in service.
_STATES: Final = frozenset(
    "alpha beta canary dev devel develop development edge insiders main master next nightly preview prod production "
    "release snapshot trunk unstable".split()
)


def follows_branch(image: ImageRef) -> bool:
    """Whether the tag of an image that ``moves`` is the name of a branch or a channel: ``main``, ``nightly-alpine``."""
    words = (image.tag or "").lower().replace("_", "-").split("-")
    return not _STATES.isdisjoint(words)
