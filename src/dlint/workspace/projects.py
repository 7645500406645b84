"""The Compose projects of a workspace: which files are read together, what each model builds, extends and includes."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from dlint.model.compose import files as compose_files
from dlint.model.compose import model as models
from dlint.model.compose.model import ComposeModel
from dlint.model.dockerfile.contexts import familiar
from dlint.workspace.service_build import ServiceBuild, service_build, service_builds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.model.image import Image
    from dlint.project.files import ProjectFiles
    from dlint.source import Source, Span
    from dlint.syntax.compose.file import ComposeFile
    from dlint.syntax.compose.service import Service
    from dlint.workspace.builders import Builders
    from dlint.workspace.built_image import BuiltImage

_EDGES = ("build", "extends", "include")


class ComposeProjects:
    """The Compose side of a workspace; made when the first Compose file matters.

    ``of_kind`` lists known files, ``compose_file`` reads one, ``built`` says what image a service gets that is built
    here, ``image`` what any service runs. ``builders`` are the builds that others than Compose ask for. ``earlier`` are
    the projects before some files changed: models all of whose files are the same are taken from there.
    """

    def __init__(
        self,
        files: ProjectFiles,
        of_kind: Callable[..., list[str]],
        compose_file: Callable[[str], ComposeFile | None],
        built: Callable[[ComposeModel, Service], BuiltImage | None],
        image: Callable[[ComposeModel, Service], Image | None],
        earlier: ComposeProjects | None = None,
        builders: Builders | None = None,
    ) -> None:
        self.files = files
        self._builders = builders
        self._of_kind = of_kind
        self._compose_file = compose_file
        self._built = built
        self._image = image
        self._groups: dict[str, tuple[str, ...]] = {}
        self._models: dict[tuple[str, ...], ComposeModel | None] = {}
        # What each model was made of: the files it asked for, None for one that is not there.
        self._asked: dict[tuple[str, ...], dict[str, Source | None]] = {}
        self._before = (earlier._models, earlier._asked) if earlier is not None else ({}, {})
        if earlier is not None:
            # A model leads to the projects it was made in: without this each would keep all before it.
            earlier._before = ({}, {})
        self._inline: dict[str, list[tuple[Source, Sequence[ServiceBuild]]]] = {}
        self._naming: list[str] | None = None
        self._pieces: dict[str, ComposeModel] | None = None
        self._builds: dict[str, list[ServiceBuild]] | None = None
        self._images: dict[str, ServiceBuild] | None = None
        self._built_names: set[str | None] | None = None

    def leave(self) -> None:
        """Let go of the models, which lead back here: nobody asks any more."""
        for model in self._models.values():
            if model is not None:
                model.leave()
        self._models, self._pieces = {}, None

    def model_of(self, path: str) -> ComposeModel | None:
        """The effective model a Compose file belongs to, or None if it cannot be read."""
        if self._builders is not None and path in self._builders.paths:
            return next((model for model in self._builders.models if path in model.paths), None)
        return self.pieces.get(path) or self._own_model(path)

    def _own_model(self, path: str) -> ComposeModel | None:
        """The model of the file and those that Compose reads with it."""
        group = self._group(path)
        if group not in self._models:
            files = [file for member in group if (file := self._compose_file(member)) is not None]
            self._models[group] = self._model(group, files) if files else None
        return self._models[group]

    def _model(self, group: tuple[str, ...], files: Sequence[ComposeFile]) -> ComposeModel:
        model = self._known(group, files)
        if model is None:
            asked = self._asked[group] = {}

            def read(path: str) -> Source | None:
                found = asked[path] = self.files.read(path)
                return found

            model = models.build(files, read, {}, project=self.files)
        model.built = lambda service: self._built(model, service)
        model.image = lambda service: self._image(model, service)
        return model

    def _known(self, group: tuple[str, ...], files: Sequence[ComposeFile]) -> ComposeModel | None:
        """The model as it was, if nothing that it was made of has changed; what it asks of the project it asks anew."""
        model, asked = self._before[0].get(group), self._before[1].get(group)
        if model is None or asked is None or [*model.files] != [*files]:
            return None
        if any(self.files.read(path) is not source for path, source in asked.items()):
            return None
        self._asked[group] = asked
        return model.within(self.files)

    def _group(self, path: str) -> tuple[str, ...]:
        if path not in self._groups:
            beside = self._of_kind("compose", posixpath.dirname(path))
            named = self._builders.together if self._builders is not None else ()
            self._groups[path] = compose_files.group(self.files, path, beside, self._compose_file, named)
        return self._groups[path]

    def at_home(self, model: ComposeModel) -> frozenset[str]:
        """The files of a model of which it says what there is to say.

        A fragment's base is a project of its own, and what is wrong with it is found there.
        """
        if not model.files:
            return model.paths
        main = model.files[0].source.path
        own = tuple(file.source.path for file in model.files)
        if self.pieces.get(main) is model or self._group(main) == own:
            return model.paths
        return model.paths - frozenset(self._group(main)) - {path for path in own if self._group(path) != own}

    @property
    def models(self) -> list[ComposeModel]:
        """The models of the known files that name other files, by their first file's path, each once."""
        if self._naming is None:
            self._naming = [path for path in self._of_kind("compose") if self._has_edges(path)]
        paths = self._naming
        found = {id(model): model for path in paths if (model := self.model_of(path)) is not None}
        return [*found.values(), *(self._builders.models if self._builders is not None else ())]

    def _has_edges(self, path: str) -> bool:
        """Whether a file may name others: reading YAML costs time, so its text is asked first."""
        source = self.files.read(path)
        return source is not None and source.mentions(*_EDGES)

    def stands_alone(self, path: str) -> bool:
        """Whether a Compose file names no other and is read with none: so it is not modelled to learn that."""
        is_builder = self._builders is not None and path in self._builders.paths
        named = is_builder or self._has_edges(path) or self._group(path) != (path,)
        return not named and path not in self.pieces

    @property
    def pieces(self) -> Mapping[str, ComposeModel]:
        """The files that are no project of their own, each with the first project that has it as a piece.

        They are included, or extended and have a service with nothing to run.
        """
        if self._pieces is None:
            self._pieces = {}
            paths = [path for path in self._of_kind("compose") if self._has_edges(path)]
            found: dict[str, ComposeModel] = {}
            for path in paths:
                model = self._own_model(path)
                if model is None:
                    continue
                for piece in (*sorted(model.included), *sorted(p for p in model.extended if self._is_bare(p))):
                    found.setdefault(piece, model)
            # A piece of a piece belongs to the project at the top.
            self._pieces = {piece: self._top(model, found) for piece, model in found.items()}
        return self._pieces

    def _top(self, model: ComposeModel, pieces: Mapping[str, ComposeModel]) -> ComposeModel:
        seen = {id(model)}
        while model.files:
            above = pieces.get(model.files[0].source.path)
            if above is None or id(above) in seen:
                break
            seen.add(id(above))
            model = above
        return model

    def _is_bare(self, path: str) -> bool:
        """Whether a file stands alone, under no name that Compose looks for, and gives a service nothing to run."""
        if posixpath.basename(path) in compose_files.BASES or len(self._group(path)) > 1:
            return False
        file = self._compose_file(path)
        return file is not None and bool(compose_files.bare_services(file))

    @property
    def builds(self) -> Mapping[str, Sequence[ServiceBuild]]:
        """The services that build each Dockerfile, by the Dockerfile's path."""
        if self._builds is None:
            self._builds = {}
            for model in self.models:
                for build in service_builds(model):
                    self._builds.setdefault(build.dockerfile, []).append(build)
        return self._builds

    @property
    def images(self) -> Mapping[str, ServiceBuild]:
        """The images that are built here, by their names; one that two builds give is left out."""
        if self._images is None:
            found: dict[str, ServiceBuild | None] = {}
            builds = [build for builds in self.builds.values() for build in builds]
            own = {name for build in builds if build.is_service for name in build.names}
            for build in builds:
                for name in build.names:
                    if not build.is_service and name in own:
                        continue  # What Compose runs is what Compose builds.
                    first = found.setdefault(name, build)
                    same = first is not None and first.asked == build.asked
                    found[name] = first if same else None
            self._images = {name: build for name, build in found.items() if build is not None}
        return self._images

    def is_built(self, name: str) -> bool:
        """Whether a build of the project gives its image this name."""
        if self._built_names is None:
            every = [build for builds in self.builds.values() for build in builds]
            self._built_names = {build.image for build in every}
            self._built_names.update(one for build in every if not build.is_service for one in build.names)
        return name in self._built_names or familiar(name) in self._built_names

    def build_of(self, model: ComposeModel, name: str) -> ServiceBuild | None:
        """The build of a model's service of that name, if it has one."""
        service = model.by_name.get(name)
        return service_build(model, service) if service is not None else None

    def inline(self, path: str) -> Sequence[tuple[Source, Sequence[ServiceBuild]]]:
        """The Dockerfiles that stand in a Compose file, each read once, with the services that build it."""
        if path not in self._inline:
            found: dict[Span, list[ServiceBuild]] = {}
            for build in self.builds.get(path, ()):
                if build.inline is not None:
                    found.setdefault(build.inline.span, []).append(build)
            self._inline[path] = []
            if found:
                from dlint.workspace.inline_dockerfile import inline_source

                self._inline[path] = [(inline_source(of[0].inline), of) for of in found.values() if of[0].inline]
        return self._inline[path]

    def running(self, builds: Sequence[ServiceBuild]) -> list[ServiceBuild]:
        """The services that run what others build, by the image's name: each as if the build were its own."""
        names = {name for build in builds for name in build.names}
        words = {name.rpartition("/")[2].partition(":")[0] for name in names}
        paths = [path for path in self._of_kind("compose") if any(word in self.files.text(path) for word in words)]
        models = {id(model): model for path in paths if (model := self.model_of(path)) is not None}
        return [
            builds[0]._replace(model=model, service=service)
            for model in models.values()
            for service in model.services
            if service.build is None and service.image is not None and familiar(service.image.literal or "") in names
        ]
