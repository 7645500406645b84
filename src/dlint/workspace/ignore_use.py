"""Who reads an ignore file: the builds in whose context it counts, and what counts for the others around it.

Source: BuildKit, ``frontend/dockerui/context.go``: ``<Dockerfile>.dockerignore`` beside the Dockerfile, else
``.dockerignore`` at the top of the main context; a named context that is a folder has its own.
"""

from __future__ import annotations

import posixpath

from dlint.model.dockerfile.taken import copies_in, local_path
from dlint.source import Node
from dlint.workspace.context import Context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.syntax.dockerfile.parser import Word
    from dlint.syntax.dockerignore import IgnoreFile
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.workspace import Workspace


class IgnoreUse(Node):
    """An ignore file and the builds that may read it.

    ``folder`` is where it lies, ``owner`` the Dockerfile that it is for alone, None for that of a whole context.
    ``readers`` are the known builds that read it, ``others`` known builds of Dockerfiles in or below its folder, or of
    the same context, that read another one or none. ``above`` are those of a context that its folder is a part of.
    """

    __slots__ = ("above", "folder", "ignore", "others", "owner", "readers", "workspace")

    def __init__(self, workspace: Workspace, ignore: IgnoreFile) -> None:
        super().__init__(ignore.source, ignore.span)
        self.workspace = workspace
        self.ignore = ignore
        self.folder, name = posixpath.split(ignore.source.path)
        whole = name in (".dockerignore", ".containerignore")
        self.owner = None if whole else ignore.source.path.rpartition(".")[0]
        self.readers: list[ServiceBuild] = []
        self.others: list[ServiceBuild] = []
        self.above: list[ServiceBuild] = []
        for path, builds in self._known():
            for build in builds:
                self._take(path, build)

    def _known(self) -> list[tuple[str, list[ServiceBuild]]]:
        projects = self.workspace.projects
        return [(path, list(builds)) for path, builds in projects.builds.items()] if projects is not None else []

    def _take(self, path: str, build: ServiceBuild) -> None:
        if self.owner is not None:
            if path == self.owner and build.inline is None:
                self.readers.append(build)
            return
        own = build.inline is None and self.workspace.files.exists(f"{path}.dockerignore")
        named = f"folder:{self.folder}" if self.folder else "folder:."
        if named in build.contexts.values() or f"folder:{self.folder}" in build.contexts.values():
            self.readers.append(build)
        elif build.context == self.folder:
            (self.others if own else self.readers).append(build)
        elif self._is_below(path):
            self.others.append(build)
        elif not build.context or self.folder.startswith(build.context + "/"):
            self.above.append(build)

    def _is_below(self, path: str) -> bool:
        return not self.folder or path.startswith(self.folder + "/")

    def copied(self) -> Iterator[tuple[ServiceBuild, Word]]:
        """The known builds of a context above that copy its folder as a whole, with the place."""
        for build in self.above:
            source = self.workspace.files.read(build.dockerfile) if build.inline is None else None
            ways = self.workspace.configured(source, [build], {}, []) if source is not None else []
            for stage in ways[0].graph.stages if ways else ():
                for node in copies_in(stage):
                    for word in node.sources:
                        inner = local_path(word, node, stage)
                        if inner is not None and posixpath.join(build.context, inner) == self.folder:
                            yield build, word

    @property
    def context(self) -> Context:
        """The files that it is about, if it is that of a whole context."""
        return Context(self.workspace, self.folder, self.ignore)

    @property
    def dockerfiles(self) -> list[str]:
        """The known Dockerfiles in its folder and below."""
        kinds = self.workspace.kinds
        return [path for path, kind in kinds.items() if kind == "dockerfile" and self._is_below(path)]

    @property
    def stopped(self) -> list[str]:
        """The Dockerfiles that are not built as long as the builder refuses the file: those of the known builds that
        read it, else the one it is for, or those beside it, whose folder is their usual context.
        """
        known = dict.fromkeys(build.dockerfile for build in self.readers if build.inline is None)
        if known:
            return list(known)
        if self.owner is not None:
            return [path for path in self.dockerfiles if path == self.owner]
        files, others = self.workspace.files, {build.dockerfile for build in self.others}
        beside = (path for path in self.dockerfiles if posixpath.dirname(path) == self.folder and path not in others)
        return [path for path in beside if not files.exists(f"{path}.dockerignore")]

    def counts_for(self, build: ServiceBuild) -> IgnoreFile | None:
        """The ignore file that counts for a known build."""
        names = [] if build.inline is not None else [f"{build.dockerfile}.dockerignore"]
        names.append(posixpath.join(build.context, ".dockerignore"))
        return next((found for name in names if (found := self.workspace.ignore_file(name)) is not None), None)
