"""Which files have a bearing on one another: what is found in one group of files depends on no other."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from itertools import islice, takewhile

from dlint.workspace.graph import ProjectGraph, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.workspace.builders import Builders
    from dlint.workspace.service_build import ServiceBuild
    from dlint.workspace.workspace import Workspace

IGNORE_FILES = (".dockerignore", ".containerignore")


def graph_of(workspace: Workspace, every: bool = True) -> ProjectGraph:
    """Which files of a workspace belong together; without ``every`` Compose files that name no other stand alone.

    A Compose file belongs with the files that Compose reads with it, with the Dockerfiles it builds and the ignore
    files that may count for these, an ignore file with the Dockerfiles whose context it may stand in, or that copy its
    folder. A file that takes
    the image another one builds belongs with that one as well; that shows when it is looked at, see
    ``Workspace.missed``.
    """
    found = workspace.graph
    if found is None or (every and not found.every):
        images: dict[str, list[str]] = {}
        groups = joined(workspace.kinds, _bridges(workspace, every, images))
        found = workspace.graph = ProjectGraph(workspace.kinds, groups, images, workspace.knows_builders, every)
    return found


def closure(workspace: Workspace, targets: Mapping[str, str]) -> dict[str, str]:
    """The targets and what a finding in them, or one that they cause, may come from: path → kind.

    A target of no known kind (``""``), such as an environment file or a script, brings the files it may matter to, and
    is left out itself.
    """
    kinds = workspace.kinds
    found = {path: kind for path, kind in targets.items() if kind}
    if all(path in found for path in kinds):
        return found
    for path, kind in targets.items():
        for other in _NEIGHBOURS[kind](workspace, path):
            if other in kinds:
                found.setdefault(other, kinds[other])
    return found


def _of_dockerfile(workspace: Workspace, path: str) -> Iterator[str]:
    """The Compose files that have it built, the ignore files that may count, and what is built on its image."""
    yield f"{path}.dockerignore"
    for folder in (*_above(path), *(build.context for build in workspace.builds_of(path))):
        yield from (posixpath.join(folder, name) for name in IGNORE_FILES)
    builds = workspace.builds_of(path)
    alone = ignore_files_alone(workspace) if builds else ()
    for build in builds:
        yield from build.model.paths
        yield from (other for other in alone if _below(other, build.context))
    projects = workspace.projects
    if projects is not None:
        yield from (other for other, builds in projects.builds.items() if any(build.contexts for build in builds))


def _of_compose(workspace: Workspace, path: str) -> Iterator[str]:
    """The files of its project, of those that take it in, and all that they have built."""
    model = workspace.model_of(path)
    projects = workspace.projects
    others = [other for other in projects.models if path in other.paths] if projects is not None else []
    for one in dict.fromkeys([*([model] if model is not None else []), *others]):
        yield from one.paths
        if projects is not None:
            yield from _built_by(one)


def _built_by(model: ComposeModel) -> Iterator[str]:
    from dlint.workspace.service_build import service_builds

    for build in service_builds(model):
        folders = (build.context, posixpath.dirname(build.dockerfile))
        yield from (build.dockerfile, f"{build.dockerfile}.dockerignore")
        yield from (posixpath.join(folder, name) for folder in folders for name in IGNORE_FILES)


def _of_ignore_file(workspace: Workspace, path: str) -> Iterator[str]:
    """The Dockerfiles for which it may count, and the Compose files that have them built in its folder."""
    folder, name = posixpath.split(path)
    if name not in IGNORE_FILES:
        yield path.rpartition(".")[0]
        return
    yield from (other for other in workspace.of_kind("dockerfile") if _below(other, folder))
    projects = workspace.projects
    alone = path in ignore_files_alone(workspace)
    for other, builds in projects.builds.items() if projects is not None else ():
        for build in builds:
            if build.context == folder or (alone and _below(folder, build.context)):
                yield from (other, *build.model.paths)


def _of_stranger(workspace: Workspace, path: str) -> Iterator[str]:
    """The files in whose folder or below it lies, and those that are built from such a folder, or may be."""
    for other in workspace.kinds:
        if _below(path, posixpath.dirname(other)):
            yield other
            if workspace.kinds[other] in ("compose", "builder"):
                yield from _of_compose(workspace, other)
    yield from (other for other in workspace.of_kind("dockerfile") if not workspace.builds_of(other))
    projects = workspace.projects
    for other, builds in projects.builds.items() if projects is not None else ():
        if any(_below(path, build.context) for build in builds):
            yield other


_NEIGHBOURS: Mapping[str, Callable[[Workspace, str], Iterator[str]]] = {
    "dockerfile": _of_dockerfile,
    "compose": _of_compose,
    "builder": _of_compose,
    "dockerignore": _of_ignore_file,
    "": _of_stranger,
}


def ignore_files_alone(workspace: Workspace) -> list[str]:
    """The ignore files of folders without Dockerfiles in them and below: a build of a folder above may copy these."""
    dockerfiles = workspace.of_kind("dockerfile")
    return [
        path
        for path in workspace.of_kind("dockerignore")
        if posixpath.basename(path) == IGNORE_FILES[0]
        and "/" in path
        and next(_beginning(dockerfiles, f"{posixpath.dirname(path)}/"), None) is None
    ]


def _above(path: str) -> Iterator[str]:
    """The folder of a path and those above it, the root last."""
    while path:
        path = posixpath.dirname(path)
        yield path


def _below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _bridges(workspace: Workspace, every: bool, images: dict[str, list[str]]) -> Iterator[Iterable[str]]:
    """Paths that belong together. Notes in ``images`` what is built on the way."""
    if workspace.projects is not None or (every and len(workspace.of_kind("compose")) > 1):
        yield from _compose_bridges(workspace, images)
    if workspace.builders is not None:
        yield from _builder_bridges(workspace.builders)
    for path in workspace.of_kind("dockerignore"):
        folder, name = posixpath.split(path)
        if name in IGNORE_FILES:
            yield (path, *_beginning(workspace.of_kind("dockerfile"), folder + "/" if folder else ""))
        else:
            yield path, path.rpartition(".")[0]


def _beginning(paths: Sequence[str], start: str) -> Iterator[str]:
    """Those of sorted paths that begin so."""
    return takewhile(lambda path: path.startswith(start), islice(paths, bisect_left(paths, start), None))


def _compose_bridges(workspace: Workspace, images: dict[str, list[str]]) -> Iterator[Iterable[str]]:
    from dlint.workspace.service_build import service_builds

    projects = workspace.projects
    alone = ignore_files_alone(workspace)
    for path in [path for path, kind in workspace.kinds.items() if kind in ("compose", "builder")]:
        if projects is not None and projects.stands_alone(path):
            continue
        model = workspace.model_of(path)
        if model is None:
            continue
        yield (path, *model.paths)
        for build in service_builds(model):
            for name in build.names:
                if path not in images.setdefault(name, []):
                    images[name].append(path)
            folders = [build.context, *_above(build.dockerfile), *_named_folders(build)]
            places = (posixpath.join(folder, name) for folder in folders for name in IGNORE_FILES)
            copied = (other for other in alone if _below(other, build.context))
            yield (path, build.dockerfile, f"{build.dockerfile}.dockerignore", *places, *copied)


def _builder_bridges(builders: Builders) -> Iterator[Iterable[str]]:
    """The files of builders change what others of them say: a workflow calls Bake with files and values of its own."""
    from dlint.model.compose.files import BASES

    paths = sorted(builders.paths)
    beside = {posixpath.join(posixpath.dirname(path), name) for path in paths for name in BASES}
    yield (*paths, *sorted(beside), *(path for together in builders.together for path in together))


def _named_folders(build: ServiceBuild) -> Iterator[str]:
    """The folders that a build has as named contexts."""
    for value in build.contexts.values():
        kind, _, folder = (value or "").partition(":")
        if kind == "folder":
            yield "" if folder == "." else folder
