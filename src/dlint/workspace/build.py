"""A build: a Dockerfile with its context folder, and what the ignore file keeps out of it.

Which ignore file counts follows BuildKit: ``<Dockerfile>.dockerignore`` beside the Dockerfile, else ``.dockerignore``
at the top of the context. Podman's ``.containerignore`` is taken where neither is there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.model.facts.secrets import is_credential_file
from dlint.project.files import Project
from dlint.source import Node
from dlint.syntax.dockerfile.parser import Add, Copy, Word
from dlint.syntax.dockerignore import IgnoreFile

if TYPE_CHECKING:
    from dlint.syntax.compose.service import Service
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.workspace import Configured, Workspace

_LIMIT = 5000
_DEPTH = 8
# Folders of tools and of other people's packages, which nobody searches for secrets of their own.
_SKIPPED = frozenset("node_modules .venv venv __pycache__ .tox .mypy_cache .ruff_cache .git .hg .svn vendor".split())


class Build(Node):
    """One way a Dockerfile is built.

    ``context`` is the folder of the build context, relative to the project's root (``""`` for the root). It is that of
    ``service`` (a Compose service, with its ``args`` and ``target``), or a guess if ``service`` is None. ``services``
    are all that ask for just this build. ``ignore`` is the ignore file that counts, None if there is none.
    """

    __slots__ = (
        "graph",
        "workspace",
        "project",
        "service",
        "services",
        "context",
        "args",
        "target",
        "ignore",
        "_leaves_out",
    )

    def __init__(
        self, workspace: Workspace, graph: StageGraph, links: Sequence[ServiceBuild], leaves_out: Callable[[str], bool]
    ) -> None:
        super().__init__(graph.source, graph.span)
        self.graph = graph
        self.workspace = workspace
        self.project = workspace.files
        link = links[0] if links else None
        self.services: list[Service] = [each.service for each in links]
        self.service: Service | None = link.service if link is not None else None
        self.args: dict[str, str | None] = link.args if link is not None else {}
        self.target = link.target if link is not None else None
        self.context = self._normal(link.context) if link is not None else self._guess()
        self.ignore = self._find_ignore()
        self._leaves_out = leaves_out

    @staticmethod
    def _normal(folder: str) -> str:
        folder = posixpath.normpath(folder) if folder else ""
        return "" if folder == "." else folder

    @property
    def ignore_linted(self) -> bool:
        """Whether the ignore file is linted as well, so that its own faults are reported there."""
        if self.ignore is None:
            return False
        path = self.ignore.source.path
        return path in self.workspace.kinds and not self._leaves_out(path)

    def _guess(self) -> str:
        """The Dockerfile's folder, or the nearest one above it that has an ignore file or all that COPY names."""
        own = posixpath.dirname(self.source.path)
        folder = own
        named: list[str] | None = None
        while True:
            if self.project.exists(posixpath.join(folder, ".dockerignore")):
                return folder
            if named is None:
                named = list(islice(self._named(), 20))
            if named and all(self.project.exists(posixpath.join(folder, name.lstrip("/"))) for name in named):
                return folder
            if not folder:
                return own
            folder = posixpath.dirname(folder)

    def _named(self) -> Iterator[str]:
        """The paths that COPY and ADD take from the context, but for the whole of it."""
        for copy in local_copies(self.graph):
            for word in copy.sources:
                text = word.literal
                if text and text.strip("./") and not ("*" in text or "?" in text or "[" in text):
                    yield text

    def _find_ignore(self) -> IgnoreFile | None:
        names = (
            self.source.path + ".dockerignore",
            posixpath.join(self.context, ".dockerignore"),
            posixpath.join(self.context, ".containerignore"),
        )
        return next((found for name in names if (found := self.workspace.ignore_file(name)) is not None), None)

    def excludes(self, path: str) -> bool:
        """Whether the ignore file keeps ``path`` (relative to the context) out."""
        return self.ignore is not None and self.ignore.excludes(path)

    def credentials(self, folder: str) -> list[str]:
        """The files of credentials below a folder of the context, outer ones first; the history too."""
        if self.ignore is not None:
            return [] if self.excludes(folder or ".") else _credentials(self.files(folder))
        kept = self.project.credentials
        if (self.context, folder) not in kept:
            kept[self.context, folder] = _credentials(self.files(folder))
        return kept[self.context, folder]

    def files(self, folder: str = "") -> Iterator[str]:
        """The files and folders that are in the context, below ``folder``: see ``files_in``."""
        return files_in(self.project, self.context, folder, self.ignore)


def files_in(project: Project, context: str, folder: str = "", ignore: IgnoreFile | None = None) -> Iterator[str]:
    """The files and folders below ``folder`` of a context, as far as they lie on disk and no ignore file excludes them.

    Paths are relative to the context; folders of tools are named but not entered, and at most 5000 are given.
    """
    exceptions = ignore is not None and any(pattern.negated for pattern in ignore.patterns)
    waiting = [(folder, 0)]
    given = 0
    while waiting and given < _LIMIT:
        current, depth = waiting.pop()
        for name, is_folder in project.entries(posixpath.join(context, current)):
            path = f"{current}/{name}" if current else name
            given += 1
            if given > _LIMIT:
                return
            kept = ignore is None or not ignore.excludes(path)
            if kept:
                yield path
            if is_folder and (kept or exceptions) and name not in _SKIPPED and depth < _DEPTH:
                waiting.append((path, depth + 1))


def _credentials(names: Iterable[str]) -> list[str]:
    found = [name for name in names if name == ".git" or is_credential_file(name)]
    return sorted(found, key=lambda name: (name.count("/"), name))


def local_copies(graph: StageGraph) -> Iterator[Copy | Add]:
    """The COPY and ADD instructions that take files from the context."""
    for stage in graph.stages:
        yield from copies_in(stage)


def copies_in(stage: Stage) -> Iterator[Copy | Add]:
    """The COPY and ADD instructions of a stage that take files from the context."""
    for instruction in stage.instructions:
        if isinstance(instruction, Add) or (isinstance(instruction, Copy) and instruction.from_ is None):
            yield instruction


def local_path(word: Word) -> str | None:
    """The path a source of COPY or ADD names inside the context, ``.`` for all of it; None for URLs and variables."""
    text = word.literal
    return path_in_context(text) if text else None


def path_in_context(text: str) -> str | None:
    """The path inside the context that a source without variables names, ``.`` for all of it; None for URLs."""
    if "://" in text or text.startswith(("git@", "<<")):
        return None
    return posixpath.normpath(text.lstrip("/") or ".")


def builds_of(workspace: Workspace, way: Configured, leaves_out: Callable[[str], bool]) -> list[Build]:
    """The builds with one set of arguments: services that ask for the same share one; a guess if none is known.

    ``leaves_out`` says of a path whether nobody lints the file there.
    """
    found: dict[str, list[ServiceBuild]] = {}
    for link in way.builds:
        found.setdefault(link.asked, []).append(link)
    asked = list(found.values()) or [[]]
    return [Build(workspace, way.graph, links, leaves_out) for links in asked]
