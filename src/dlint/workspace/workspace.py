"""The files of a project and what they have to do with one another: parsed trees, models, builds, stage graphs.

A workspace holds no rule, no configuration and no finding, and outlives runs. Everything is worked out when it is
first asked for. The Compose side is imported only where a Compose file may say something.
"""

from __future__ import annotations

from dlint.lazy import lazy
from dlint.model.dockerfile.contexts import NamedContext, familiar
from dlint.workspace.trees import Trees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from dlint.model.builders.request import BuilderModel
    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.image import Image
    from dlint.project.files import ProjectFiles
    from dlint.source import Source
    from dlint.syntax.compose.file import ComposeFile
    from dlint.syntax.compose.service import Service
    from dlint.syntax.dockerfile.parser import Dockerfile
    from dlint.syntax.dockerignore import IgnoreFile
    from dlint.workspace.builders import Builders
    from dlint.workspace.built_image import BuiltImage
    from dlint.workspace.configured import Configured
    from dlint.workspace.graph import ProjectGraph
    from dlint.workspace.projects import ComposeProjects
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.stage_graphs import StageGraphs
    from dlint.workspace.target_names import TargetNames

MOST_CONFIGURATIONS = 64
"""How many builds of one Dockerfile, each with arguments of its own, are looked at."""


class Workspace:
    """Files and what is known of them.

    ``known`` maps the paths of the files that were found by their names to their kinds. ``notes`` are sentences on
    what was left out because a bound was met; ``partial`` says that not all files of the project are known.
    """

    def __init__(self, files: ProjectFiles, known: Mapping[str, str]) -> None:
        self.files = files
        self.known = dict(known)
        self.notes: dict[str, None] = {}
        self.partial = False
        self._by_kind: dict[tuple[str, str | None], list[str]] | None = None
        self._kinds: dict[str, str] | None = None
        self.trees = Trees()
        self._stage_graphs: StageGraphs | None = None
        self._projects: ComposeProjects | None = None
        self._builders: Builders | None = None
        self._target_names: TargetNames | None = None
        # Those of the workspace that this one came from: models whose files are the same are taken over.
        self._earlier: ComposeProjects | None = None
        # Worked out by ``groups.graph_of``, or in an earlier run over the same files.
        self.graph: ProjectGraph | None = None
        # Of a group's workspace: the images that the project builds, the files of the group, and where those images are
        # built that it asked for and that are not built by these alone.
        self._elsewhere: Mapping[str, Sequence[str]] = {}
        self._own: frozenset[str] = frozenset()
        # Whether it is known of all builders of the project what they build; of a group's workspace.
        self._whole: bool | None = None
        self.missed: dict[str, None] = {}

    def of_kind(self, kind: str, folder: str | None = None) -> list[str]:
        """The known files of a kind, sorted; with ``folder`` those that lie in it."""
        if self._by_kind is None:
            self._by_kind = {}
            for path in sorted(self.known):
                self._by_kind.setdefault((self.known[path], None), []).append(path)
                self._by_kind.setdefault((self.known[path], path.rpartition("/")[0]), []).append(path)
        return self._by_kind.get((kind, folder), [])

    @property
    def kinds(self) -> Mapping[str, str]:
        """The known files and those that an edge reaches, whatever their names: path → kind."""
        if self._kinds is None:
            self._kinds = dict(self.known)
            projects = self.projects
            if projects is not None:
                for model in projects.models:
                    for path in sorted(model.paths):
                        self._kinds[path] = "compose" if model.files else "builder"
                for path, builds in projects.builds.items():
                    if any(build.inline is None for build in builds) and self.files.exists(path):
                        self._kinds.setdefault(path, "dockerfile")
        return self._kinds

    def adopt(self, graph: ProjectGraph) -> None:
        """Take the graph as it was worked out in an earlier run over the same files."""
        self.graph = graph
        self._kinds = dict(graph.kinds)

    def dockerfile(self, path: str) -> Dockerfile | None:
        """The Dockerfile at ``path``; None if it cannot be read."""
        source = self.files.read(path)
        return self.tree(source) if source is not None else None

    def tree(self, source: Source) -> Dockerfile:
        """The tree of a Dockerfile's text, parsed once; the text may stand in a Compose file."""
        from dlint.syntax.dockerfile.parser import parse

        return self.trees.of(source, parse)

    def compose_file(self, path: str) -> ComposeFile | None:
        """The Compose file at ``path`` as written; None if it cannot be read."""
        source = self.files.read(path)
        return self.trees.of(source, self._parse_compose) if source is not None else None

    @lazy
    def _parse_compose(self) -> Callable[[Source], ComposeFile]:
        """Imported once: a file is asked for many times."""
        from dlint.syntax.compose.file import parse

        return parse

    def ignore_file(self, path: str) -> IgnoreFile | None:
        """The ignore file at ``path``; None if there is none that can be read."""
        if not self.files.exists(path) or (source := self.files.read(path)) is None:
            return None
        from dlint.syntax.dockerignore import parse

        return self.trees.of(source, parse)

    @property
    def projects(self) -> ComposeProjects | None:
        """The Compose projects and other builders; None if no known file of theirs names another file."""
        return self._compose if self._projects is None and self._has_builders else self._projects

    @lazy
    def _has_builders(self) -> bool:
        return bool(self.of_kind("builder")) or any(self._may_name(path) for path in self.of_kind("compose"))

    @property
    def _compose(self) -> ComposeProjects:
        if self._projects is None:
            from dlint.workspace.projects import ComposeProjects

            self._projects = ComposeProjects(
                self.files,
                self.of_kind,
                self.compose_file,
                self.built_image,
                self.image_of,
                self._earlier,
                self.builders,
            )
            self._earlier = None
        return self._projects

    @property
    def builders(self) -> Builders | None:
        """The builders besides Compose: Bake, workflows, dev containers; None if no file of theirs is known."""
        paths = self.of_kind("builder")
        if self._builders is None and paths:
            from dlint.workspace.builders import Builders

            self._builders = Builders(
                self.files,
                paths,
                lambda note: self.notes.setdefault(note),
                self.built_image,
                self.image_of,
                self.compose_file,
                self.trees,
            )
        return self._builders

    def builders_of(self, path: str) -> list[BuilderModel]:
        """What the file at ``path`` asks for, with those that its builder reads together."""
        return [model for model in self.builders.models if path in model.paths] if self.builders is not None else []

    def _may_name(self, path: str) -> bool:
        source = self.files.read(path)
        return source is not None and source.mentions("build", "extends", "include")

    def model_of(self, path: str) -> ComposeModel | None:
        """The effective model that the Compose file at ``path`` belongs to; None if it cannot be read."""
        return self._compose.model_of(path)

    def at_home(self, model: ComposeModel) -> frozenset[str]:
        """The files of a model of which it says what there is to say, see ``ComposeProjects.at_home``."""
        return self._compose.at_home(model)

    def builds_of(self, path: str) -> Sequence[ServiceBuild]:
        """The services that build the Dockerfile at ``path``, or one that stands in the Compose file there."""
        projects = self.projects
        return projects.builds.get(path, ()) if projects is not None else ()

    def inline_of(self, path: str) -> Sequence[tuple[Source, Sequence[ServiceBuild]]]:
        """The Dockerfiles that stand in the Compose file at ``path``, with the services that build each."""
        return self._compose.inline(path)

    def configured(
        self, source: Source, builds: Sequence[ServiceBuild], args: Mapping[str, str | None], targets: Sequence[str]
    ) -> list[Configured]:
        """The ways a Dockerfile is built, one for each set of arguments, target and named contexts; never none.

        ``args`` and ``targets`` are those of the configuration: what every build is given where it says nothing
        itself, and stages that are built besides what services ask for.
        """
        from dlint.workspace.configured import Configured

        found: dict[int, Configured] = {}
        for build in builds[:MOST_CONFIGURATIONS]:
            graph = self._graphs.of(source, self._given_to(source, build, args), (build.target or "",), build)
            one = found.setdefault(id(graph), Configured(graph, []))
            one.builds = [*one.builds, build]
        if len(builds) > MOST_CONFIGURATIONS:
            self.notes[
                f"{source.path}: {len(builds)} builds ask for it; the first {MOST_CONFIGURATIONS} are looked at"
            ] = None
        if targets or not found:
            graph = self._graphs.of(source, dict(args), tuple(targets), None)
            found.setdefault(id(graph), Configured(graph, []))
        services = [build for build in builds if build.is_service]
        names_target = self.names_target if self._knows_targets(builds) else lambda name: True
        for one in found.values():
            # Whoever builds it, those that Compose knows run it.
            running = [build for build in one.builds if build.is_service] or (services if one.builds else [])
            if not running and one.builds:
                running = self._compose.running(one.builds)
            one.graph.usage = one.usage(running, names_target, self.files)
        return list(found.values())

    def _given_to(
        self, source: Source, build: ServiceBuild, args: Mapping[str, str | None]
    ) -> Mapping[str, str | None]:
        """The arguments of a build; with one of an unknown name, any that the Dockerfile declares may be given."""
        given = {**args, **build.args}
        if any("$" in name for name in build.args):
            from dlint.syntax.dockerfile.parser import Arg

            arguments = [one for one in self.tree(source).instructions if isinstance(one, Arg)]
            given = {**dict.fromkeys(pair.key.text for one in arguments for pair in one.pairs), **given}
        return given

    def _knows_targets(self, builds: Sequence[ServiceBuild]) -> bool:
        """Whether it is known of all builds which stage they ask for."""
        return self.knows_builders and all(build.knows_target for build in builds)

    @property
    def knows_builders(self) -> bool:
        """Whether it is known of all builders what they build: without that nobody may be said to ask for a thing."""
        return self._whole if self._whole is not None else self.builders is None or self.builders.whole

    def graph_of(self, build: ServiceBuild) -> StageGraph | None:
        """The stages of a service's build, with its arguments and target; None if its Dockerfile is not at hand."""
        if build.inline is not None:
            inline = self._compose.inline(build.dockerfile)
            source = next((s for s, of in inline if any(b.inline is build.inline for b in of)), None)
        else:
            source = self.files.read(build.dockerfile) if self.files.exists(build.dockerfile) else None
        if source is None:
            return None
        return self._graphs.of(source, self._given_to(source, build, {}), (build.target or "",), build)

    def names_target(self, name: str) -> bool:
        """Whether a file of another builder says to build a stage so called, see ``TargetNames``."""
        if self._target_names is None:
            from dlint.workspace.target_names import TargetNames

            self._target_names = TargetNames(self.files)
        return self._target_names.has(name)

    @property
    def _graphs(self) -> StageGraphs:
        if self._stage_graphs is None:
            from dlint.workspace.stage_graphs import StageGraphs

            self._stage_graphs = StageGraphs(self.tree, self._image, self._named)
        return self._stage_graphs

    def _named(self, build: ServiceBuild, name: str) -> Stage | None:
        """The stage of the service or target that a named context of a build means."""
        other = self._projects.build_of(build.model, name) if self._projects is not None else None
        return self._stage(other) if other is not None else None

    def _image(self, name: str) -> NamedContext | None:
        """The image that a build of the project gives this name; None if none does."""
        build = self.builder_of(name)
        return NamedContext(stage=self._stage(build)) if build is not None else None

    def builder_of(self, image: str) -> ServiceBuild | None:
        """The build of the project that gives an image this name; None if none does, or several that differ."""
        name = familiar(image)
        self._ask_elsewhere(name)
        return self._projects.images.get(name) if self._projects is not None else None

    def _ask_elsewhere(self, name: str) -> None:
        places = self._elsewhere.get(name, ())
        if not self._own.issuperset(places):
            self.missed.update(dict.fromkeys(places))

    def _stage(self, build: ServiceBuild) -> Stage | None:
        """The stage that a build ships; None if that is unknown, and where builds go round in a circle."""
        if self._graphs.is_deep_in(self.files.read(build.dockerfile)):
            return None
        graph = self.graph_of(build)
        return graph.shipped[0] if graph is not None and graph.shipped and not graph.missing_targets else None

    def built_image(self, model: ComposeModel, service: Service) -> BuiltImage | None:
        """The image of a service; None if it is not built here, or its Dockerfile or stage is not at hand."""
        if (stage := self._built_stage(model, service)) is None:
            return None
        from dlint.workspace.built_image import BuiltImage

        return BuiltImage(stage)

    def _built_stage(self, model: ComposeModel, service: Service) -> Stage | None:
        build = self._compose.build_of(model, service.name)
        return self._stage(build) if build is not None else None

    def image_of(self, model: ComposeModel, service: Service) -> Image | None:
        """The image that a service runs: built for it, built here under that name, or a known one of others."""
        from dlint.model.image import Image

        found = self.own_image_of(model, service)
        name = service.image.literal if service.image is not None else None
        if found is not None or service.build is not None or name is None or self._compose.is_built(name):
            return found
        return Image.named(name, service.image, service.platform.literal if service.platform is not None else None)

    def own_image_of(self, model: ComposeModel, service: Service) -> Image | None:
        """The image that a service runs, if that is built for it, or here under that name."""
        name = service.image.literal if service.image is not None else None
        stage: Stage | None = None
        if service.build is not None:
            stage = self._built_stage(model, service)
        elif name is not None:
            build = self.builder_of(name)
            stage = self._stage(build) if build is not None and self._compose.is_built(name) else None
        if stage is None:
            return None
        from dlint.model.own_image import OwnImage

        return OwnImage.of_stage(stage, service.platform.literal if service.platform is not None else None)

    def with_texts(self, texts: Mapping[str, Source]) -> Workspace:
        """The same workspace where these texts win over the disk; trees of texts that are the same are shared."""
        other = self._heir(self.files.with_sources(texts), self.known)
        other.graph = self.graph
        return other

    def refreshed(
        self,
        paths: Collection[str],
        *,
        texts: Mapping[str, Source] | None = None,
        known: Mapping[str, str],
        relist: bool = True,
    ) -> Workspace:
        """The same workspace after changes: ``paths`` have changed on the disk, or no text wins over it there any more;
        ``texts`` win over it from now on; ``known`` are the files there are; ``relist`` as for ``ProjectFiles``.

        What is known of other files is shared, but for what depends on the changed ones. What nothing leads to any
        more is let go, so that a workspace may go through changes forever.
        """
        files = self.files.changed(texts or {}, paths, relist=relist)
        other = Workspace(files, known)
        other.partial = self.partial
        other.trees = self.trees.holding(files)
        other._earlier = self._projects or self._earlier
        if self._stage_graphs is not None:
            other._graphs.take(self._stage_graphs, other.trees)
        return other

    def part(self, paths: Collection[str]) -> Workspace:
        """The workspace of some of its files, such as a group's: nothing else is known."""
        other = self._heir(self.files, {path: kind for path, kind in self.known.items() if path in paths})
        other.graph = self.graph.part(paths) if self.graph is not None else None
        return other

    def knowing(self, kinds: Mapping[str, str]) -> Workspace:
        """The same workspace with these files among the known ones; those of no kind (``""``) are left out."""
        more = {path: kind for path, kind in kinds.items() if kind and path not in self.known}
        if not more or more.keys() <= self.kinds.keys():
            return self
        other = self._heir(self.files, {**self.known, **more})
        other._earlier = self._projects
        return other

    def group(self, paths: Sequence[str], graph: ProjectGraph, files: ProjectFiles) -> Workspace:
        """The workspace of one group of files, which asks ``files`` for all that it has not been told.

        Trees are taken over from here and not left here: what is known of the group goes with it.
        """
        kinds = graph.kinds
        other = Workspace(files, {path: self.known[path] for path in paths if path in self.known})
        other.partial = self.partial
        other._elsewhere, other._own, other._whole = graph.images, frozenset(paths), graph.whole
        for path in paths:
            source = self.files.read(path) if kinds[path] in ("compose", "builder") else None
            if source is not None and other.trees.take(source, self.trees) and kinds[path] == "compose":
                other._earlier = self._projects
        return other

    def leave(self) -> None:
        """Let go of all that was worked out, which leads back here and to itself: nobody asks any more."""
        for made in (self._stage_graphs, self._projects):
            if made is not None:
                made.leave()
        self.trees = Trees()
        self._stage_graphs = self._projects = self._builders = self._earlier = None

    def release(self, paths: Sequence[str]) -> None:
        """Let the trees of files go that nobody is going to ask for again."""
        for path in paths:
            source = self.files.read(path)
            if source is not None:
                self.trees.forget(source)
                source.forget()

    def _heir(self, files: ProjectFiles, known: Mapping[str, str]) -> Workspace:
        other = Workspace(files, known)
        other.partial = self.partial
        other.trees = self.trees
        return other
