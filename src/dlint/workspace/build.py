"""A build: a Dockerfile with its context folder, and what the ignore file keeps out of it.

Which ignore file counts follows BuildKit: ``<Dockerfile>.dockerignore`` beside the Dockerfile, else ``.dockerignore``
at the top of the context. Podman's ``.containerignore`` is taken where neither is there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from dlint.model.dockerfile.commands import start_of
from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.model.dockerfile.taken import copies_in, local_copies, transfers
from dlint.rule.rule import Related
from dlint.source import Node
from dlint.syntax.dockerfile.parser import Onbuild
from dlint.syntax.dockerignore import IgnoreFile
from dlint.workspace.context import Context, files_in
from dlint.workspace.sources import Sources
from dlint.workspace.started import StartedPath, StartedScript, names_copied, paths_checked, paths_started

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.presence import Presence
    from dlint.model.own_image import OwnImage
    from dlint.model.serving import Serving
    from dlint.syntax.compose.items import Mount as MountEntry
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.views import BuildConfig
    from dlint.workspace.configured import Configured
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.workspace import Workspace


class Build(Node):
    """One way a Dockerfile is built.

    ``context`` is the folder of the build context, relative to the project's root (``""`` for the root). It is that of
    ``service`` (a Compose service, with its ``args`` and ``target``), or a guess if ``service`` is None. ``services``
    are all that ask for just this build, ``links`` what they ask, ``models`` those that they belong to. ``ignore`` is
    the ignore file that counts, None if there is none.
    """

    __slots__ = (
        "graph", "workspace", "project", "service", "services", "links", "models", "context", "args", "target",
        "ignore", "_contents", "_has", "_known_paths", "_leaves_out", "_presence", "_sources", "_started",
        "_started_in_steps", "_started_to_check", "_starts",
    )  # fmt: skip

    def __init__(
        self, workspace: Workspace, graph: StageGraph, links: Sequence[ServiceBuild], leaves_out: Callable[[str], bool]
    ) -> None:
        super().__init__(graph.source, graph.span)
        self.graph = graph
        self.workspace = workspace
        self.project = workspace.files
        link = links[0] if links else None
        self.links = links
        self.services: list[Service] = [each.service for each in links]
        self.models: list[ComposeModel] = [each.model for each in links]
        self.service: Service | None = link.service if link is not None else None
        self.args: dict[str, str | None] = link.args if link is not None else {}
        self.target = link.target if link is not None else None
        self.context = self._normal(link.context) if link is not None else self._guess()
        self.ignore = self._find_ignore()
        self._leaves_out = leaves_out
        self._contents: Context | None = None
        self._has: tuple[bool, bool] | None = None
        self._presence: Presence | None = None
        self._known_paths: dict[Stage, set[str]] = {}
        self._sources: Sources | None = None
        self._starts: dict[tuple[Stage, bool], list[StartedPath]] = {}
        self._started: dict[bool, list[StartedScript]] = {}
        self._started_in_steps: list[StartedScript] | None = None
        self._started_to_check: list[StartedScript] | None = None

    @staticmethod
    def _normal(folder: str) -> str:
        folder = posixpath.normpath(folder) if folder else ""
        return "" if folder == "." else folder

    @property
    def is_settled(self) -> bool:
        """Whether all that is in the context is in the tree: it is no guess, and nobody puts files into it."""
        return any(not link.service.fills for link in self.links)

    @property
    def ignore_linted(self) -> bool:
        """Whether the ignore file is linted as well, so that its own faults are reported there."""
        path = self.ignore.source.path if self.ignore is not None else None
        return path is not None and path in self.workspace.kinds and not self._leaves_out(path)

    def _guess(self) -> str:
        """The Dockerfile's folder, or the nearest one above it that has an ignore file or all that COPY names."""
        own = self.source.path.rpartition("/")[0]
        folder = own
        named: list[str] | None = None
        while True:
            top = f"{folder}/" if folder else ""
            if self.project.exists(f"{top}.dockerignore"):
                return folder
            if named is None:
                named = list(islice(self._named(), 20))
            if named and all(self.project.exists(top + name.lstrip("/")) for name in named):
                return folder
            if not folder:
                return own
            folder = folder.rpartition("/")[0]

    def _named(self) -> Iterator[str]:
        """The paths that COPY and ADD take from the context, but for the whole of it."""
        for copy in local_copies(self.graph):
            for word in copy.sources:
                text = word.literal
                if text and text.strip("./") and not ("*" in text or "?" in text or "[" in text):
                    yield text

    def _find_ignore(self) -> IgnoreFile | None:
        top = f"{self.context}/" if self.context else ""
        names = (f"{self.source.path}.dockerignore", f"{top}.dockerignore", f"{top}.containerignore")
        return next((found for name in names if (found := self.workspace.ignore_file(name)) is not None), None)

    @property
    def misnamed_ignore(self) -> str | None:
        """A file at the top of the context that is meant for an ignore file, and that the builder does not read.

        It looks for the one name in small letters, with the dot (BuildKit, ``frontend/dockerui/context.go``).
        """
        if self.ignore is not None:
            return None
        below = self.project.below(self.context)
        meant = (".dockerignore", "dockerignore", ".docker-ignore", ".dockerignore.txt")
        names = sorted(own for name in meant for own in below.in_any_case(name))
        return posixpath.join(self.context, names[0]) if names else None

    @property
    def contents(self) -> Context:
        """What is in the build context."""
        if self._contents is None:
            self._contents = Context(self.workspace, self.context, self.ignore)
        return self._contents

    @property
    def has_files(self) -> bool:
        """Whether the context may have more than the Dockerfile: beside it, or as others of the project say."""
        return self._around[0]

    @property
    def asked(self) -> list[tuple[Service, ComposeModel]]:
        """The services that ask for it, each with what it belongs to."""
        return [*zip(self.services, self.models, strict=True)]

    @property
    def may_have_manifests(self) -> bool:
        """Whether the context may have a file that says what the project is built of, or surely has none."""
        return self.has_sources and (self.is_settled or self.contents.may_have_manifests)

    @property
    def has_sources(self) -> bool:
        """The same, with git's own folder left aside."""
        return self._around[1]

    @property
    def _around(self) -> tuple[bool, bool]:
        if self._has is None:
            folder, _, name = self.source.path.rpartition("/")
            beside = None
            if not self.links and self.context == folder and self.workspace.projects is None:
                beside = [one for one in self.project.entries(folder) if one != (name, False)]
            self._has = (beside != [], beside not in ([], [(".git", True)]))
        return self._has

    @property
    def sources(self) -> Sources:
        """What the stages take from the context."""
        if self._sources is None:
            self._sources = Sources(self.contents)
        return self._sources

    @property
    def presence(self) -> Presence:
        """What lies where in the images of its stages."""
        if self._presence is None:
            from dlint.model.dockerfile.presence import Presence

            contents = self.contents
            self._presence = Presence(contents, contents.folder_of, contents.builds_at_install)
        return self._presence

    def known_paths(self, stage: Stage) -> set[str]:
        """The absolute paths that the steps of a stage are known to bring or make, for hints at what was meant."""
        from dlint.workspace.stage_paths import Folders, known_paths

        if stage not in self._known_paths:
            self._known_paths[stage] = known_paths(Folders(self.contents, self.contents.folder_of), stage)
        return self._known_paths[stage]

    @property
    def brings_files(self) -> bool:
        """Whether an instruction brings files: without one, an image starts nothing of the context."""
        return any(map(transfers, self.graph.stages))

    @property
    def _starting(self) -> Sequence[Stage]:
        """The stages whose images may start a file of the context."""
        return self.graph.shipped if self.has_files and self.brings_files else ()

    def starts(self, stage: Stage, *, through_shell: bool = False) -> list[StartedPath]:
        """The paths that the image of a stage starts, by itself or as a service runs it: see ``paths_started``."""
        key = (stage, through_shell)
        if key not in self._starts:
            self._starts[key] = paths_started(stage, self.services, through_shell=through_shell)
        return self._starts[key]

    def interpreted(self, stage: Stage) -> list[StartedPath]:
        """The paths of the files that the image of a stage gives an interpreter, see ``files_interpreted``."""
        from dlint.workspace.interpreted import files_interpreted

        return files_interpreted(stage, self.asked)

    def started(self, *, through_shell: bool = False) -> list[StartedScript]:
        """The files of the context that the images it makes start: by their paths, and those that a shell is given."""
        if through_shell not in self._started:
            self._started[through_shell] = [
                script
                for stage in self._starting
                for script in self.sources.scripts_started(self.starts(stage, through_shell=through_shell), stage)
            ]
        return self._started[through_shell]

    def started_in_steps(self) -> list[StartedScript]:
        """The files of the context that its RUN instructions start by their paths."""
        if self._started_in_steps is None:
            stages = self.graph.stages if self.has_files else ()
            names = names_copied(self.graph) if stages else frozenset()
            self._started_in_steps = [
                script
                for stage in stages
                if stage.reachable and (self.brings_files or any(run.mounts for run in stage.runs))
                for run in stage.runs
                for script in self.sources.scripts_started_by(run, stage, names)
            ]
        return self._started_in_steps

    @property
    def starts_by_path(self) -> bool:
        """Whether an image into which it brings files starts something by a path, at which something must lie."""
        shipped = self.graph.shipped if self.brings_files else ()
        return any(
            self._gives_files(stage) or any(not start.searched for start in self.starts(stage)) for stage in shipped
        )

    def _gives_files(self, stage: Stage) -> bool:
        """Whether an image may give an interpreter a file of the context, or one that was built: a cheap look."""
        from dlint.model.facts.interpreters import BUILT, ENDINGS

        lines: list[Node | None] = [node for node, _ in start_of(stage)]
        lines += [line for service in self.services for line in (service.entrypoint, service.command)]
        texts = [line.raw for line in lines if line is not None]
        copied = any(next(copies_in(at), None) is not None for at in stage.lineage)
        return any(ending in text for text in texts for ending in (ENDINGS if copied else BUILT))

    @property
    def starts_without_command(self) -> bool:
        """Whether services run an image of it that has an ENTRYPOINT and no CMD."""
        starts = (start_of(stage) for stage in self.graph.shipped) if self.services else ()
        return any(len(start) == 1 and start[0][0].name == "ENTRYPOINT" for start in starts)

    def started_to_check(self) -> list[StartedScript]:
        """The files of the context that the health checks of the images it makes start by their paths."""
        if self._started_to_check is None:
            self._started_to_check = [
                script
                for stage in self._starting
                for script in self.sources.scripts_started(paths_checked(stage, self.services), stage)
            ]
        return self._started_to_check

    @property
    def scripts(self) -> list[StartedScript]:
        """The files of the context that the images it makes, their health checks and its RUN instructions start by
        their paths.
        """
        return [*self.started(), *self.started_to_check(), *self.started_in_steps()]

    @property
    def entry_scripts(self) -> list[StartedScript]:
        """The files of the context that the images it makes start, by their paths or by a shell that is given them."""
        return self.started(through_shell=True)

    def runners(self) -> list[Service]:
        """The services that start what the image does, in a network of their own."""
        from dlint.model.compose.reach import shares_network

        return [
            service
            for service, model in self.asked
            if service.command is None and service.entrypoint is None and not shares_network(service, model)
        ]

    def serves(self, image: OwnImage) -> Serving | None:
        """What the server that an image of this build starts listens on; None if that is not known.

        Its services may give it variables, but have no command of their own.
        """
        from dlint.workspace.serving import serving_of

        return serving_of(image, self.contents, self.asked)

    @property
    def asks(self) -> Iterator[tuple[ServiceBuild, BuildConfig]]:
        """The services that ask for it, with their ``build``; those that share one by an anchor or extends once."""
        seen: set[tuple[str, tuple[int, int]]] = set()
        for link in self.links:
            config = link.service.build
            if config is not None and (config.source.path, config.span) not in seen:
                seen.add((config.source.path, config.span))
                yield link, config

    def key(self, link: ServiceBuild, config: BuildConfig) -> Node:
        """Where a person would add to what a service asks: the key ``build``."""
        entry = link.service.entry("build")
        return entry.key if entry is not None else config

    @property
    def takes_more(self) -> bool:
        """Whether others than its instructions may use what it is given: a frontend, triggers of a base image."""
        frontend = self.graph.dockerfile.syntax
        if frontend and "docker/dockerfile" not in frontend:
            return True
        if any("onbuild" in (stage.base_text or "") for stage in self.graph.stages):
            return True
        bases = [base for stage in self.graph.stages for base in stage.lineage if base.graph is not self.graph]
        return any(isinstance(node, Onbuild) for base in bases for node in base.instructions)

    def origins(self, link: ServiceBuild, *nodes: Node | None) -> list[Related]:
        """Where else what a service asks comes from: see ``model.compose.origins``."""
        from dlint.model.compose.origins import origins

        return origins(link.model, link.service, *nodes)

    def asked_at(self) -> list[Related]:
        """The places at which its services ask for it, three at most."""
        found: list[Related] = []
        for link, config in self.asks:
            entry = link.service.entry("build")
            written = [config.context, config.dockerfile, config.target]
            places = {node.source.path: node for node in (*written, entry.key if entry else None) if node is not None}
            found += [Related(node, f"the build of {link.service.name}") for node in places.values()]
            found += self.origins(link, *written)
        return found[:6]

    def excludes(self, path: str) -> bool:
        """Whether the ignore file keeps ``path`` (relative to the context) out."""
        return self.ignore is not None and self.ignore.excludes(path)

    def credentials(self, folder: str) -> list[str]:
        """The files of credentials below a folder of the context, outer ones first; the history too."""
        from dlint.workspace.private_files import credentials

        return credentials(self.contents, folder)

    def databases(self, folder: str) -> dict[str, tuple[Service, MountEntry]]:
        """The folders below one of the context in which databases of its projects keep their data, from the context on.

        They are made at the first start. With each the service and its mount.
        """
        from dlint.workspace.private_files import databases

        return databases(self.contents, folder, self.models)

    def files(self, folder: str = "") -> Iterator[str]:
        """The files and folders that are in the context, below ``folder``: see ``files_in``."""
        return files_in(self.project, self.context, folder, self.ignore)


def _nothing(path: str) -> bool:
    return False


def builds_of(workspace: Workspace, way: Configured, leaves_out: Callable[[str], bool] = _nothing) -> list[Build]:
    """The builds with one set of arguments: services that ask for the same share one; a guess if none is known.

    ``leaves_out`` says of a path whether nobody lints the file there.
    """
    found: dict[str, list[ServiceBuild]] = {}
    for link in way.builds:
        found.setdefault(link.asked, []).append(link)
    asked = list(found.values()) or [[]]
    return [Build(workspace, way.graph, links, leaves_out) for links in asked]
