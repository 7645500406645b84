"""From the workspace to the graph: which Dockerfiles and Compose projects are drawn, and with what."""

from __future__ import annotations

import posixpath

from dlint.picture.builder import GraphBuilder
from dlint.picture.services import Services
from dlint.picture.stages import Stages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.picture.graph import ProjectGraph
    from dlint.picture.stages import Given
    from dlint.source import Source
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.workspace import Workspace


def collect(workspace: Workspace, paths: Mapping[str, str], given: Given) -> ProjectGraph:
    """The graph of the files at ``paths`` (path → kind), with what they build and are built by."""
    at = GraphBuilder(workspace, paths)
    drawn = _models(at, paths)
    for model in drawn:
        at.shown.know(sorted(_read_by(model)))
    services, stages = Services(at, drawn), Stages(at, given)
    services.nodes()
    for source, builds in _dockerfiles(at, paths, drawn):
        stages.dockerfile(source, builds)
    services.edges()
    at.graph.partial = workspace.partial
    at.graph.notes = list(workspace.notes)
    at.graph.folder = _common(node.path for node in at.graph.nodes.values() if node.path)
    return at.graph


def _models(at: GraphBuilder, paths: Mapping[str, str]) -> list[ComposeModel]:
    """The Compose projects of the files and of the Dockerfiles' builders.

    A file that is laid over another, and no override that Compose reads of itself, is drawn where its base is not.
    """
    named = sorted(path for path, kind in paths.items() if kind == "compose")
    built = [path for path, kind in sorted(paths.items()) if kind == "dockerfile"]
    building = [build.model for path in built for build in at.workspace.builds_of(path)]
    found = [model for path in named if (model := at.workspace.model_of(path)) is not None]
    every = list({id(model): model for model in (*found, *building)}.values())
    mains = {at.key(model) for model in every}
    kept = {at.key(model): model for model in every if not _is_fragment(at, model, mains)}
    return [kept[key] for key in sorted(kept)]


def _is_fragment(at: GraphBuilder, model: ComposeModel, mains: set[str]) -> bool:
    first = model.files[0].source.path if model.files else at.key(model)
    return at.key(model) != first and first in mains


def _dockerfiles(
    at: GraphBuilder, paths: Mapping[str, str], drawn: Sequence[ComposeModel]
) -> Iterator[tuple[Source, list[ServiceBuild]]]:
    """The Dockerfiles that are drawn, in order, each with the builds of the projects that are drawn."""
    from dlint.workspace.service_build import service_builds

    builds: dict[str, list[ServiceBuild]] = {}
    for model in drawn:
        for build in service_builds(model):
            builds.setdefault(build.dockerfile, []).append(build)
    named = {path for path, kind in paths.items() if kind == "dockerfile"}
    at.shown.know(sorted(builds))
    files = at.workspace.files
    for path in sorted({*named, *builds}):
        own = [build for build in builds.get(path, ()) if build.inline is None]
        source = files.read(path) if files.exists(path) else None
        if source is not None and (own or path in named):
            yield source, own
        if len(own) < len(builds.get(path, ())):
            yield from _inline(at, path, drawn)


def _inline(at: GraphBuilder, path: str, drawn: Sequence[ComposeModel]) -> Iterator[tuple[Source, list[ServiceBuild]]]:
    """The Dockerfiles that stand in a Compose file."""
    for source, asking in at.workspace.inline_of(path):
        yield source, [build for build in asking if any(build.model is model for model in drawn)]


def _read_by(model: ComposeModel) -> Iterator[str]:
    """The files that values of a model may come from."""
    yield from model.paths
    if model.files:
        yield posixpath.join(posixpath.dirname(model.files[0].source.path), ".env")


def _common(paths: Iterable[str]) -> str:
    """The folder that all the paths lie in."""
    folders = [posixpath.dirname(path).split("/") for path in paths]
    if not folders:
        return ""
    low, high = min(folders), max(folders)
    size = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return "/".join(low[:size])
