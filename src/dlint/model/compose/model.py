"""The effective Compose model: what the containers run with, each value still knowing the file it came from.

Override files, ``extends``, ``include``, anchors, merge keys, ``!reset`` and ``!override``, ``.env`` and ``${VAR}``
are worked in; profiles stay facts of the services. The operating system's environment is never asked: a variable
that neither ``.env`` nor the caller gives a value takes the default written with it, or makes the value unknown.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import lazy, pattern
from dlint.model.compose import lists as compose_lists
from dlint.model.compose.faults import FaultList
from dlint.model.compose.files import override_left_out, read_instead
from dlint.model.compose.loader import Loader, ProjectLoad, below_root, known_values
from dlint.model.facts.images import windows_image
from dlint.project.gitignore import comes_later, ignored_by_git
from dlint.project.kinds import is_workplace
from dlint.source import Source, Span
from dlint.syntax.compose import file as compose
from dlint.syntax.compose.service import is_for_swarm
from dlint.syntax.compose.values import literal
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Protocol

    from dlint.model.compose.listening import Listens
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.image import Image
    from dlint.project.files import ProjectFiles
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.fault import Fault

    class BuiltImage(Protocol):
        """The image of a service that is built from a Dockerfile of the project, as far as Compose's rules ask."""

        stage: Stage

        @property
        def arguments(self) -> Mapping[str, Node]:
            """The names that an ARG of its Dockerfile declares, with the place of the first."""

        def takes_argument(self, name: str) -> bool:
            """Whether a build argument of this name has an effect."""


_MAIN = pattern(r"(?:.*/)?(?:docker-)?compose\.ya?ml$")
# Where settings of these programs lie, or what an image with them is built by.
_PASSING_ON = (
    *("nginx", "caddy", "prometheus", "haproxy", "apache2", "httpd", "traefik", "grafana", "promtail", "/etc/otel"),
    *("filebeat", "metricbeat", "kibana", "logstash", "build"),
)


class BuildRequests(compose.ComposeDocument):
    """What builds are asked for together: by a Compose project, or by another builder."""


class ComposeModel(BuildRequests):
    """The merged project, with the same views as a single file.

    ``files`` are the files it was asked for, ``faults`` what the loader refuses while putting them together (the
    YAML faults stay with the files), ``variables`` the known variables. ``broken`` is true if a file has YAML
    faults, so that parts may be missing; ``whole`` is false if an include could not be followed. ``project`` are the
    files around it; ``built`` says what image a service gets that is built here, ``image`` what any service runs.
    """

    def __init__(
        self,
        place: Node,
        fields: YamlMap,
        files: Sequence[compose.ComposeFile],
        loader: Loader,
        project: ProjectFiles | None,
    ) -> None:
        super().__init__(place, fields)
        self.files = list(files)
        self.faults: list[Fault] = loader.faults.found
        self.variables: Mapping[str, str] = {}
        self.broken = loader.broken
        self.whole = loader.whole
        self.partial: set[str] = loader.partial
        self.project = project
        self.built: Callable[[Service], BuiltImage | None] = _unknown
        self.image: Callable[[Service], Image | None] = _unknown
        self._folders = loader.folders
        self.included: set[str] = loader.included
        # As ``environment_of``, ``serving_of`` and ``settings_of`` have them, by files around the model's own.
        self.environments: dict[Service, Any] = {}
        self.servings: dict[Service, Any] = {}
        self.settings: dict[Service, Any] = {}
        self._are_whole: dict[Service, bool] = {}
        # Whether what they do not say of their confinement is missing.
        self._are_open: dict[Service, bool] = {}
        self._built: dict[str, BuiltImage | None] = {}
        self._images: dict[str, Image | None] = {}

    def listens(self, service: Service) -> Listens | None:
        """What the settings that a service mounts make its program listen on; None if that is not known."""
        image, project = service.image_ref, self.project
        if image is None or project is None or image.familiar not in ("nginx", "eclipse-mosquitto"):
            return None
        from dlint.model.compose.listening import listens
        from dlint.model.compose.settings import Paths

        return listens(service, Paths(project, self.path))

    @property
    def passes_on(self) -> bool:
        """Whether settings that dlint reads may pass requests on: one of their programs is named, or may be built."""
        return any(file.source.mentions_in_any_case(_PASSING_ON) for file in self.files)

    @property
    def fixed_addresses(self) -> bool:
        """Whether services ask for addresses."""
        return any(service.fixed_addresses for service in self.services)

    def read_instead(self, path: str) -> Source | None:
        """The file that Compose takes in place of one with a usual name, where neither names nor repeats the other."""
        project = self.project
        first = read_instead(project, path) if project is not None else None
        own, other = (project.read(path), project.read(first)) if project is not None and first else (None, None)
        if own is None or other is None or own.text == other.text:
            return None
        return (
            None if other.mentions(posixpath.basename(path)) or own.mentions(posixpath.basename(other.path)) else other
        )

    def asks_init_server(self, image: str, words: Sequence[str]) -> bool:
        """Whether a command asks a database that is there also while the image's first scripts run."""
        from dlint.model.facts.init_servers import asks_socket

        return asks_socket(image, words)

    def within(self, project: ProjectFiles) -> ComposeModel:
        """The same model where other files around it may have changed; this one stays as it is."""
        other = self._copy()
        other.project = project
        other.built = _unknown
        other._built = {}
        return other

    def with_images(self, image: Callable[[Service], Image | None]) -> ComposeModel:
        """The same model where ``image`` says what a service runs."""
        other = self._copy()
        other.image = image
        return other

    def _copy(self) -> ComposeModel:
        other = object.__new__(type(self))
        # A node keeps its place in slots.
        other.source, other.span = self.source, self.span
        other.__dict__.update(self.__dict__)
        other.environments, other._images, other.servings, other._are_open = {}, {}, {}, {}
        return other

    def leave(self) -> None:
        """Let go of all that leads back here: nobody asks any more."""
        self.built = self.image = _unknown
        self.environments, self._built, self._images, self.servings = {}, {}, {}, {}

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all files that were read for it."""
        return self._paths

    @lazy
    def _paths(self) -> frozenset[str]:
        return frozenset((*(file.source.path for file in self.files), *self._folders))

    @property
    def extended(self) -> set[str]:
        """The paths of the files that services of it extend, and that it does not include."""
        return {*self._folders} - self.included - {file.source.path for file in self.files}

    @lazy
    def may_be_laid_over(self) -> bool:
        """Whether an override file may lie over these files where the project runs: git leaves it out."""
        last = self.files[-1].source.path if self.files else ""
        return self.project is not None and override_left_out(self.project, last)

    def is_partial(self, service: Service) -> bool:
        """Whether a part of the service is unknown: what it extends could not be read."""
        return service.name in self.partial

    def is_whole(self, service: Service) -> bool:
        """Whether all that the service says is known, so that what is missing is truly missing.

        It is not if what it extends cannot be read, or if it is a piece of an override file: no image and no build in a
        file that is not a project's main one. A service with a ``provider`` runs no container.
        """
        found = self._are_whole.get(service)
        if found is None:
            found = self._are_whole[service] = self._is_whole(service)
        return found

    def lacks_surely(self, service: Service) -> bool:
        """Whether what the service does not say is missing: it ``is_whole``, and no dev container, where people work
        with all rights.
        """
        return self.is_whole(service) and not is_workplace(service.source.path)

    def lacks_confinement(self, service: Service) -> bool:
        """Whether what a service does not say of its confinement is missing: it ``lacks_surely``, and runs on Linux.

        Windows has no capabilities, security options of this kind, read-only roots or limits of processes.
        """
        found = self._are_open.get(service)
        if found is None:
            found = self._are_open[service] = self.lacks_surely(service) and not self.runs_windows
        return found

    @lazy
    def runs_windows(self) -> bool:
        """Whether a service runs Windows: then all do, as a Docker host runs either."""
        return any(self._is_windows(service) for service in self.services)

    @lazy
    def for_swarm(self) -> bool:
        """Whether the files are made for ``docker stack deploy``, as their names say, or what Compose has no use for.

        Swarm starts again whatever ends, leaves out ``security_opt`` and the order of ``depends_on``, refuses
        ``mem_limit`` and its like (``facts.swarm``), and publishes ports on all addresses.
        """
        named = any(is_for_swarm(file.source.path) for file in self.files)
        overlay = any(literal(network.driver) == "overlay" for network in self.networks)
        return named or overlay or any(_is_placed(service) for service in self.services)

    def _is_windows(self, service: Service) -> bool:
        written = service.image_ref
        if written is not None and windows_image(written):
            return True
        image = self.image_of(service)
        return image is not None and image.system == "windows"

    def _is_whole(self, service: Service) -> bool:
        if self.is_partial(service) or not isinstance(service.node, YamlMap) or service.get("provider") is not None:
            return False
        if service.image is not None or service.build is not None:
            return True
        return any(_MAIN.match(file.source.path) for file in self.files)

    @lazy
    def by_name(self) -> dict[str, Service]:
        """The services by their names."""
        return {service.name: service for service in self.services}

    @lazy
    def volume_by_name(self) -> dict[str, compose.Volume]:
        """The volumes by their names."""
        return {volume.name: volume for volume in self.volumes}

    @lazy
    def host_names(self) -> dict[str, Service]:
        """The names that containers of the project answer to, each with its service."""
        found: dict[str, Service] = {}
        for service in self.services:
            for node in (service.container_name, service.hostname):
                if node is not None and node.literal:
                    found.setdefault(node.literal, service)
            for network in service.networks:
                for item in getattr(network.get("aliases"), "items", ()):
                    if isinstance(item, YamlScalar) and item.literal:
                        found.setdefault(item.literal, service)
        return {**found, **self.by_name}

    @lazy
    def built_upon(self) -> frozenset[str]:
        """The names of services whose image others build upon (``service:NAME``), or whose mounts they take over."""
        found: set[str] = set()
        for service in self.services:
            for context in service.build.additional_contexts if service.build is not None else ():
                if context.literal is not None and context.literal.startswith("service:"):
                    found.add(context.literal.removeprefix("service:"))
            found.update((one.literal or "").partition(":")[0] for one in service.volumes_from)
        return frozenset(found)

    def starts_otherwise(self, service: Service) -> bool:
        """Whether a service may start something else than its image's own program."""
        if service.entrypoint is not None:
            return True
        command, image = service.command, self.image_of(service)
        if command is None:
            return False
        words, own = command.arguments, image.cmd if image is not None else None
        if not words or own is None or not own.value.words:
            return True
        return not words[0].startswith("-") and words[0] != own.value.words[0]

    @lazy
    def jobs(self) -> frozenset[str]:
        """The services that others wait for until they have completed."""
        return frozenset(
            dependency.name
            for service in self.services
            for dependency in service.depends_on
            if dependency.condition == "service_completed_successfully" and dependency.name is not None
        )

    @lazy
    def env_file_readers(self) -> dict[str, list[str]]:
        """The environment files of the project by path, each with the names of the services that read it."""
        readers: dict[str, list[str]] = {}
        for service in self.services:
            for file in service.env_files:
                written = file.path.literal if file.path is not None else None
                path = self.path(file, written) if written else None
                if path is not None and service.name not in readers.setdefault(path, []):
                    readers[path].append(service.name)
        return readers

    def folder(self, node: Node) -> str:
        """The folder that relative paths of ``node`` start from, below the project's root ("" for the root)."""
        path = node.source.path
        folder = self._folders.get(path)
        return posixpath.dirname(path) if folder is None else folder

    def path(self, node: Node, written: str) -> str | None:
        """A path written at ``node`` as a path below the root; None if it leads outside or is absolute."""
        return below_root(self.folder(node), written)

    def built_image(self, service: Service) -> BuiltImage | None:
        """What the Dockerfile gives the service's image, if it is built from one of the project."""
        if service.build is None:
            return None
        if service.name not in self._built:
            self._built[service.name] = self.built(service)
        return self._built[service.name]

    def image_of(self, service: Service) -> Image | None:
        """The image that a service runs, built here or another's; None if nothing is known of it."""
        if service.name not in self._images:
            self._images[service.name] = None if self.is_partial(service) else self.image(service)
        return self._images[service.name]

    def read(self, node: Node, written: str) -> Source | None:
        """The file whose path is written at ``node``, if it is a file of the project."""
        path = self.path(node, written)
        if path is None or self.project is None or not self.project.exists(path):
            return None
        return self.project.read(path)

    def is_missing(self, node: Node, written: str) -> bool:
        """Whether nothing lies at the path written at ``node``, and git does not leave it out on purpose.

        In memory, if not all files are known, only folders that hold others of the project are; elsewhere nothing is
        missing.
        """
        project = self.project
        path = self.path(node, written)
        if not path or project is None or project.exists(path):
            return False
        folder = posixpath.dirname(path)
        if not project.complete and not (folder and project.is_dir(folder)):
            return False
        return not comes_later(project.text, path)

    def is_private(self, node: Node, written: str) -> bool:
        """Whether git leaves out the file whose path is written at ``node``, or there is no repository on disk."""
        path = self.path(node, written)
        project = self.project
        if path is None or project is None:
            return False
        return (project.root is not None and not project.exists(".git")) or ignored_by_git(project.text, path)


def _is_placed(service: Service) -> bool:
    """Whether a service says on which machines it runs."""
    deploy = service.deploy
    return deploy is not None and ("placement" in deploy.map or literal(deploy.mode) in ("global", "global-job"))


def _unknown(service: Service) -> None:
    return None


def build(
    files: Sequence[compose.ComposeFile],
    read: Callable[[str], Source | None],
    env: Mapping[str, str],
    *,
    project: ProjectFiles | None = None,
) -> ComposeModel:
    """Put files together in their order, the first being the main one. Never raises.

    ``read`` gives a file below the project's root, or None; it only sees normal paths with ``/``. ``env`` are
    variables known from elsewhere; they win over the ``.env`` beside the first file. ``project`` are the files around
    it, of which rules ask what is there.
    """
    faults = FaultList()
    loader = Loader(read, faults)
    for file in files:
        loader.parsed[file.source.path] = file
    source = files[0].source if files else Source("compose.yaml", "")
    folder = posixpath.dirname(source.path)
    dotenv_source = read(posixpath.join(folder, ".env"))
    variables = dict(env)
    if dotenv_source is not None:
        variables = {**known_values(dotenv_source, env, faults), **variables}
    tree = ProjectLoad(loader, folder, variables, ()).load(files)
    place = files[0] if files else YamlMap(source, Span(0, 0), [])
    fields = unique_lists(tree) if tree is not None else YamlMap(source, Span(0, 0), [])
    model = ComposeModel(place, fields, files, loader, project)
    model.variables = variables
    return model


def unique_lists(tree: YamlMap) -> YamlMap:
    """The tree with the lists told apart by a key made unique, as the loader does before it validates."""
    changed: dict[str, YamlNode] = {}
    for section, work in (("services", compose_lists.unique_service), ("networks", compose_lists.unique_network)):
        group = tree.get(section)
        if isinstance(group, YamlMap):
            new = {entry.key.value: work(entry.value) for entry in group.entries if isinstance(entry.value, YamlMap)}
            value = compose_lists.replaced(group, {n: v for n, v in new.items() if v is not group.get(n)})
            if value is not group:
                changed[section] = value
    return compose_lists.replaced(tree, changed)
