"""Contexts: the files a build is given, and what a name in FROM or ``--from`` stands for besides a stage."""

from __future__ import annotations

from dlint.lazy import Protocol
from dlint.source import Node


class ContextFiles(Protocol):
    """What lies in the build context, as far as it is known."""

    def text(self, path: str) -> str | None:
        """The text of the file at ``path`` in the context; None if there is none, or there are several contexts."""

    def is_archive(self, path: str) -> bool | None:
        """Whether ADD would unpack the file at ``path``; None if nothing is known of it."""


class NamedContext:
    """What a builder gives a Dockerfile under a name of its own: one of three, or none if that is unknown.

    ``stage`` is the stage of another build, ``image`` a reference, ``folder`` a folder of the project (from its root).
    """

    __slots__ = ("folder", "image", "stage")

    def __init__(self, *, stage: Node | None = None, image: str | None = None, folder: str | None = None) -> None:
        self.stage = stage
        self.image = image
        self.folder = folder


def familiar(name: str) -> str:
    """An image's name as people write it, for comparing names of contexts with what a Dockerfile names.

    Source: BuildKit, ``frontend/dockerui/namedcontext.go``, which parses both as references and takes the familiar
    form of each: without the registry of Docker Hub and without the tag ``latest``.
    """
    for prefix in ("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/"):
        if name.startswith(prefix):
            name = name[len(prefix) :]
            break
    return name.removesuffix(":latest")
