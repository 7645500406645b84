"""Options that the tools of old base images do not know yet."""

from __future__ import annotations

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
