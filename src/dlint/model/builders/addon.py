"""Home Assistant's builder, which builds what lies in an add-on's folder and gives it arguments by name.

Source: developers.home-assistant.io, "App configuration" (as of 2026-08): an add-on has a ``config.yaml``, ``.yml`` or
``.json`` beside its Dockerfile, and each build is given ``BUILD_FROM``, ``BUILD_VERSION`` and ``BUILD_ARCH``.
"""

from __future__ import annotations

import posixpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.project.files import ProjectFiles

_ARGUMENTS: Final = frozenset(("BUILD_FROM", "BUILD_VERSION", "BUILD_ARCH"))
_SETTINGS: Final = ("config.yaml", "config.yml", "config.json")


def gives(project: ProjectFiles, dockerfile: str, name: str) -> bool:
    """Whether the Dockerfile is an add-on's, and its builder gives an argument of that name."""
    folder = posixpath.dirname(dockerfile)
    return name in _ARGUMENTS and any(project.exists(posixpath.join(folder, one)) for one in _SETTINGS)
