"""Which files of a run have a bearing on one another: what is found in one island of files depends on no other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlint.lint.run import Run

_IGNORE_FILES = (".dockerignore", ".containerignore")


def islands(run: Run, known: Mapping[str, str]) -> list[list[str]]:
    """The paths of ``known`` (path → kind), each in one island; islands and the paths in them are in order.

    A Compose file belongs with the files that Compose reads with it, with the Dockerfiles it builds and the ignore
    files of their contexts, an ignore file with the Dockerfiles whose context it may stand in.
    """
    bridges = [*_compose_bridges(run, known), *_ignore_bridges(known)]
    leader = {path: path for path in known}

    def find(path: str) -> str:
        while leader[path] != path:
            leader[path] = leader[leader[path]]
            path = leader[path]
        return path

    for bridge in bridges:
        ends = [find(path) for path in bridge if path in leader]
        for end in ends[1:]:
            leader[end] = ends[0]
    found: dict[str, list[str]] = {}
    for path in sorted(known):
        found.setdefault(find(path), []).append(path)
    return list(found.values())


def _compose_bridges(run: Run, known: Mapping[str, str]) -> Iterator[Iterable[str]]:
    paths = [path for path, kind in known.items() if kind == "compose"]
    if not paths:
        return
    from dlint.lint.compose import model_of
    from dlint.workspace.service_build import service_builds

    for path in paths:
        model = model_of(run, path)
        if model is None:
            continue
        yield (path, *model.paths)
        for build in service_builds(model):
            yield (path, build.dockerfile, *(posixpath.join(build.context, name) for name in _IGNORE_FILES))


def _ignore_bridges(known: Mapping[str, str]) -> Iterator[Iterable[str]]:
    for path, kind in known.items():
        if kind != "dockerignore":
            continue
        folder, name = posixpath.split(path)
        if name in _IGNORE_FILES:
            below = folder + "/" if folder else ""
            yield (path, *(other for other, of in known.items() if of == "dockerfile" and other.startswith(below)))
        else:
            yield path, path.rpartition(".")[0]
