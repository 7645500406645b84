"""Programs that a step or an image runs, and that an installation left out, as they are for development alone."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model import package_calls
from dlint.model.dockerfile.commands import stops_the_step
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.image_families import top_folders
from dlint.model.facts.node_packages import HOOKS, Project, place_of
from dlint.model.facts.script_runners import RUNNERS
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Add, Copy, Run
from dlint.workspace.node_modules import Packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.own_image import OwnImage
    from dlint.model.package_calls import PackageCall
    from dlint.source import Source
    from dlint.syntax.compose.service import Service
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.node_modules import Installed
    from dlint.workspace.sources import Sources
    from dlint.workspace.start_lines import StartLine

_MANIFEST: Final = "package.json"
_LOCKS: Final = {"npm": ("package-lock.json", "npm-shrinkwrap.json"), "yarn": ("yarn.lock",)}
_CHANGES: Final = ("npm pkg", "> package.json", ">package.json", "npm init")
_CALLING: Final = (*RUNNERS, "npx", "bunx", "node", "nodejs")


class LeftOut(NamedTuple):
    """A call at ``where`` of a program that the ``installed`` command left out with its ``package``.

    ``listed`` is the place that says it is for development; ``call`` what it is, ``in_step`` whether a step runs it.
    """

    where: Node
    call: PackageCall
    package: str
    installed: ShellCommand
    listed: Node
    in_step: bool


def left_out(
    graph: StageGraph, sources: Sources, context: Context, asked: Sequence[tuple[Service, ComposeModel]]
) -> Iterator[LeftOut]:
    """The calls of a build that find nothing; ``asked`` are the services that asked for it."""
    if any(words in graph.source.text for words in _CHANGES):
        return
    search = _Search(graph, sources, context)
    for stage in graph.stages:
        yield from search.through(stage)
    for stage in graph.shipped:
        if stage in search.after and search.after[stage].left:
            yield from search.start(stage, asked)


class _Search:
    """One walk through the stages of a build."""

    def __init__(self, graph: StageGraph, sources: Sources, context: Context) -> None:
        self.graph = graph
        self.sources = sources
        self.context = context
        self.after: dict[Stage, Packages] = {}
        self._projects: dict[tuple[str, str], Project] = {}
        self._calls_of: dict[tuple[str, ...], list[PackageCall]] = {}

    def through(self, stage: Stage) -> Iterator[LeftOut]:
        """The calls of a stage's steps, each held to what lies there by then."""
        if not _is_known(stage, self.graph):
            return
        base = self.after.get(stage.base) if stage.base is not None else None
        packages = self.after[stage] = base.copy() if base is not None else Packages()
        for node in stage.instructions:
            if type(node) is Run:
                found = next(self._of_run(node, stage, packages), None) if stage.reachable else None
                if found is not None:
                    yield found
                self._run(node, stage, packages)
            elif type(node) is Copy or type(node) is Add:
                source = stage.source_of(node) if isinstance(node, Copy) else None
                origin = self.after.get(source) if source is not None and source is not stage else None
                packages.transfer(node, stage, origin, self.context)

    def _run(self, run: Run, stage: Stage, packages: Packages) -> None:
        """What a step does to the packages."""
        script = stage.script(run)
        if script is None or script.has_error or not script.posix or not moves_surely(script):
            packages.forget()
            return
        for command, folder in with_folders(script, stage.workdir_at(run)):
            packages.run(command, folder, run, stage, self.sources, self.context)

    def _of_run(self, run: Run, stage: Stage, packages: Packages) -> Iterator[LeftOut]:
        script = stage.script(run)
        if script is None or script.has_error or not script.posix or not moves_surely(script):
            return
        if script.names.isdisjoint(_CALLING) and "node_modules/.bin" not in run.raw:
            return
        packages = packages.copy()
        for command, folder in with_folders(script, stage.workdir_at(run)):
            calls = [*self._calls(command, folder, packages, run, stage)]
            packages.run(command, folder, run, stage, self.sources, self.context)
            calls += self._hooks(command, packages, run, stage)
            if calls and stops_the_step(command, run, stage):
                yield calls[0]

    def _calls(
        self, command: ShellCommand, folder: str, packages: Packages, run: Run, stage: Stage
    ) -> Iterator[LeftOut]:
        near = packages.near(folder) if packages.left else None
        package = self._read(posixpath.join(folder, _MANIFEST), run, stage) if near is not None else None
        if near is not None and package is not None:
            calls = self._called(package_calls.words_of(command), package)
            listed = self._read(posixpath.join(near[0], _MANIFEST), run, stage)
            yield from self._first(calls, command.name_node, near[1], listed, packages, True)

    def _hooks(self, command: ShellCommand, packages: Packages, run: Run, stage: Stage) -> Iterator[LeftOut]:
        """The calls of the scripts that run once the packages are installed."""
        for folder, installed in packages.left.items():
            if installed.command is command and installed.hooks:
                package = self._read(posixpath.join(folder, _MANIFEST), run, stage)
                for hook in HOOKS.get(command.tool, ()) if package is not None else ():
                    calls = package_calls.of_script(hook, package) if package is not None else ()
                    yield from self._first(calls, command.name_node, installed, package, packages, True)

    def _first(
        self, calls: Iterable[PackageCall], where: Node, installed: Installed, listed: Source | None,
        packages: Packages, in_step: bool,
    ) -> Iterator[LeftOut]:  # fmt: skip
        """The first of some calls that finds nothing, as the package is one for development by the ``listed`` file."""
        project = self._project(listed, installed.command.tool) if listed is not None else None
        if listed is None or project is None or not project.has_development:
            return
        for call in calls:
            package = project.only_developed_with(call.name, module=call.module)
            if package is not None and not packages.added & {package, call.name}:
                span = place_of(listed.text, package)
                place = Node(listed, Span(*span) if span is not None else Span(0, 1))
                yield LeftOut(where, call, package, installed.command, place, in_step)
                return

    def _called(self, words: list[str], package: Source) -> list[PackageCall]:
        """What a command calls, worked out once: the same step may stand in a file many times."""
        key = (package.path, *words)
        if key not in self._calls_of:
            self._calls_of[key] = [*package_calls.of_words(words, package)]
        return self._calls_of[key]

    def _project(self, package: Source, tool: str) -> Project:
        key = (package.path, tool)
        if key not in self._projects:
            beside = posixpath.dirname(package.path)
            locks = (self.context.project.text(posixpath.join(beside, name)) for name in _LOCKS.get(tool, ()))
            self._projects[key] = Project(package.text, tool, next((text for text in locks if text), ""))
        return self._projects[key]

    def _read(self, path: str, run: Run, stage: Stage) -> Source | None:
        name = self.sources.file_in(path, stage, run)
        return self.context.project.read(name) if name is not None else None

    # What the image starts

    def start(self, stage: Stage, asked: Sequence[tuple[Service, ComposeModel]]) -> Iterator[LeftOut]:
        """The calls by which an image starts, by itself or as services run it, each once."""
        from dlint.model.own_image import OwnImage
        from dlint.workspace.start_lines import start_lines

        image = OwnImage.of_stage(stage)
        for line in start_lines(image, asked):
            yield from self._of_line(line, image, stage, asked)

    def _of_line(
        self, line: StartLine, image: OwnImage, stage: Stage, asked: Sequence[tuple[Service, ComposeModel]]
    ) -> Iterator[LeftOut]:
        from dlint.model.compose.serving import mounted
        from dlint.workspace.serving import file_of

        packages, workdir = self.after[stage], image.workdir
        if workdir is None or any(service.working_dir is not None for service, _ in asked):
            return
        near = packages.near(posixpath.normpath(workdir.value))
        if near is None or any(mounted(f"{near[0]}/node_modules", *one) is not None for one in asked):
            return
        package = file_of(image, posixpath.join(workdir.value, _MANIFEST), self.context, asked)
        listed = file_of(image, posixpath.join(near[0], _MANIFEST), self.context, asked)
        if package is not None and listed is not None:
            yield from self._first(
                package_calls.of_start(line.words, package), line.where, near[1], listed, packages, False
            )


def _is_known(stage: Stage, graph: StageGraph) -> bool:
    """Whether a stage stands on an image that has no packages of Node.js for a project."""
    if stage.os == "windows" or any(at.graph is not graph or at.inherited_triggers for at in stage.lineage):
        return False
    image = stage.root.image
    return image is not None and top_folders(image.familiar) is not None
