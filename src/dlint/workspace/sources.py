"""What the stages of a Dockerfile take from a build context, and which of its files are started in the image."""

from __future__ import annotations

import posixpath
from itertools import islice

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import value_of
from dlint.model.dockerfile.taken import (
    goes_into_folder,
    local_path,
    path_in_context,
    takes_from_context,
    target_of,
    transfers,
)
from dlint.project.below import SKIPPED
from dlint.syntax.dockerfile.parser import Copy
from dlint.workspace.started import StartedScript, paths_started_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Add, Run
    from dlint.workspace.context import Context
    from dlint.workspace.started import Copies, StartedPath

_MOST_STAGES: Final = 8
"""Through so many stages a file is followed that COPY --from passes on."""

_MOST_MATCHES: Final = 50


class _Source(NamedTuple):
    """One source of a COPY or ADD: a file or folder of the context, and its path in the image."""

    copies: Copies
    inner: str
    path: str
    is_folder: bool

    def brings(self, path: str, context: Context) -> str | None:
        """The file of the context that lies at a path of the image through this; None if none does."""
        if not self.is_folder:
            return self.inner if path == self.path else None
        top = self.path.rstrip("/") + "/"
        below = path.removeprefix(top)
        if below == path or any(name in SKIPPED for name in below.split("/")[:-1]):
            return None
        inner = posixpath.normpath(posixpath.join(self.inner, below))
        return inner if context.takes(inner) else None


class Sources:
    """What the stages of a Dockerfile take from a context, worked out once for each instruction."""

    __slots__ = ("_context", "_of")

    def __init__(self, context: Context) -> None:
        self._context = context
        self._of: dict[tuple[Copy | Add, int], list[_Source]] = {}

    def scripts_started(
        self, starts: Sequence[StartedPath], stage: Stage, run: Run | None = None
    ) -> Iterator[StartedScript]:
        """The files of the context among the paths that the image of a stage, or one RUN of it, starts, each once."""
        context = self._context
        sources = [*self._before(stage, run, [start.path for start in starts])] if starts else []
        seen: set[str] = set()
        for start in starts:
            for source in sources if start.path not in seen else ():
                inner = source.brings(start.path, context)
                if inner is not None:
                    seen.add(start.path)
                    yield StartedScript(start, context.path(inner), source.copies, context.workspace, run)
                    break

    def scripts_started_by(self, run: Run, stage: Stage, names: frozenset[str]) -> Iterator[StartedScript]:
        """The files of the context among the paths that a RUN starts, be they copied before or mounted for it."""
        starts = paths_started_by(run, stage, names)
        if not starts or not run.mounts:
            yield from self.scripts_started(starts, stage, run)
            return
        mounts = [*self._mounted(run, stage)]
        for start in starts:
            over = [source for path, source in mounts if f"{start.path}/".startswith(path.rstrip("/") + "/")]
            if not over:
                yield from self.scripts_started([start], stage, run)
                continue
            source = over[-1]
            inner = source.brings(start.path, self._context) if source is not None else None
            if source is not None and inner is not None:
                yield StartedScript(start, self._context.path(inner), source.copies, self._context.workspace, run)

    def _mounted(self, run: Run, stage: Stage) -> Iterator[tuple[str, _Source | None]]:
        """The paths that the mounts of a RUN lie over, with what they bring of the context, if that is known."""
        folder, context = stage.workdir_at(run), self._context
        for mount in run.mounts:
            target = mount.get("target") or ("/run/secrets" if mount.type == "secret" else "")
            if "$" in target or not (target.startswith("/") or isinstance(folder, str)):
                yield "/", None
                continue
            path = posixpath.normpath(posixpath.join(str(folder), target))
            inner = path_in_context(mount.get("source") or ".")
            known = mount.type == "bind" and mount.get("from") is None and inner is not None and "$" not in inner
            whole = inner == "." or (known and context.project.is_dir(context.path(inner or "")))
            brought = known and (whole or context.takes(inner or ""))
            yield path, _Source(((mount, stage),), inner or "", path, whole) if brought else None

    def file_at(self, path: str, stage: Stage, run: Run | None = None) -> str | None:
        """The file of the context, as a path of the project, that lies at a path when a RUN, or the image, starts."""
        found = (source.brings(path, self._context) for source in self._before(stage, run, [path]))
        inner = next((inner for inner in found if inner is not None), None)
        return self._context.path(inner) if inner is not None else None

    def folder_at(self, path: str, stage: Stage) -> str | None:
        """The folder of the context, as a path of the project, that lies at a path at the end of a stage."""
        for source in self._before(stage, None, [path]):
            if source.is_folder:
                return self._context.path(posixpath.join(source.inner, posixpath.relpath(path, source.path)))
        return None

    def file_in(self, path: str, stage: Stage, run: Run) -> str | None:
        """The same as the RUN finds it there, with what is mounted for it."""
        for target, source in reversed([*self._mounted(run, stage)] if run.mounts else []):
            if f"{path}/".startswith(target.rstrip("/") + "/"):
                inner = source.brings(path, self._context) if source is not None else None
                return self._context.path(inner) if inner is not None else None
        return self.file_at(path, stage, run)

    def _before(
        self, stage: Stage, run: Run | None, paths: Sequence[str] | None = None, depth: int = 0
    ) -> Iterator[_Source]:
        """What a stage and those it is built from take, the last first: it lies over what came before. With ``paths``
        only what may bring one of them.
        """
        for at in stage.lineage:
            if at.graph is not stage.graph or depth > _MOST_STAGES:
                return
            before = run.span[0] if run is not None else None
            run = None
            for node in reversed(transfers(at)):
                comes_before = before is None or node.span[0] < before
                if comes_before and node.flag("parents") is None and (paths is None or _reaches(node, at, paths)):
                    yield from self._brought(node, at, depth)

    def _brought(self, node: Copy | Add, stage: Stage, depth: int) -> list[_Source]:
        key = (node, depth)
        if key not in self._of:
            if takes_from_context(node):
                self._of[key] = [*self._taken(node, stage)]
            else:
                self._of[key] = [*self._passed_on(node, stage, depth)] if isinstance(node, Copy) else []
        return self._of[key]

    def _taken(self, copy: Copy | Add, stage: Stage) -> Iterator[_Source]:
        found = _target(copy, stage)
        if found is None:
            return
        for word in copy.sources:
            inner = local_path(word, copy, stage)
            for one in self._matching(inner) if inner is not None else ():
                yield from self._source(((copy, stage),), one, found)

    def _matching(self, inner: str) -> Sequence[str]:
        """What a source of COPY names: itself, or what one ``*`` in its last part fits; nothing for other patterns."""
        folder, name = posixpath.split(inner)
        first, star, last = name.partition("*")
        if not any(sign in inner for sign in "*?["):
            return (inner,)
        if not star or any(sign in folder + first + last for sign in "*?["):
            return ()
        names = self._context.project.listdir(self._context.path(folder or "."))
        fitting = (one for one in names if one.startswith(first) and one.endswith(last) and len(one) >= len(name) - 1)
        return [posixpath.join(folder, one) for one in islice(fitting, _MOST_MATCHES)]

    def named_with(self, endings: tuple[str, ...], folder: str, stage: Stage, run: Run) -> list[str]:
        """The files at the top of the context with one of some endings that lie in a folder when a RUN starts."""
        names = self._context.project.listdir(self._context.path("."))
        paths = (posixpath.join(folder, name) for name in names if name.endswith(endings))
        return [path for path in paths if self.file_at(path, stage, run) is not None]

    def _source(self, copies: Copies, inner: str, target: tuple[str, bool]) -> Iterator[_Source]:
        """A file or folder of the context that goes to a place, which may be a folder to put it in."""
        context = self._context
        to, into = target
        if inner == "." or context.project.is_dir(context.path(inner)):
            yield _Source(copies, inner, to, True)
        elif context.takes(inner):
            yield _Source(copies, inner, posixpath.join(to, posixpath.basename(inner)) if into else to, False)

    def _passed_on(self, copy: Copy, stage: Stage, depth: int) -> Iterator[_Source]:
        """What a COPY takes of the context by way of another stage."""
        origin, found = stage.source_of(copy), _target(copy, stage)
        if origin is None or origin is stage or found is None:
            return
        sources = [*self._before(origin, None, depth=depth + 1)]
        for word in copy.sources:
            written = value_of(word, copy, stage)
            wanted = posixpath.normpath("/" + written.lstrip("/")) if written else ""
            for one in sources if wanted else ():
                copies = ((copy, stage), *one.copies)
                if one.path == wanted or (one.is_folder and wanted.startswith(one.path.rstrip("/") + "/")):
                    inner = posixpath.normpath(posixpath.join(one.inner, posixpath.relpath(wanted, one.path)))
                    yield from self._source(copies, inner if one.path != wanted else one.inner, found)
                elif one.path.startswith(wanted.rstrip("/") + "/"):
                    below = posixpath.join(found[0], posixpath.relpath(one.path, wanted))
                    yield _Source(copies, one.inner, below, one.is_folder)


def _reaches(copy: Copy | Add, stage: Stage, paths: Sequence[str]) -> bool:
    """Whether a COPY writes to one of these paths or to a folder that it lies in."""
    target = target_of(copy, stage)
    if target is None:
        return False
    below = target.rstrip("/") + "/"
    return any(path == target or path.startswith(below) for path in paths)


def _target(copy: Copy | Add, stage: Stage) -> tuple[str, bool] | None:
    """Where a COPY goes, and whether that is surely a folder; None if it is unknown."""
    target = target_of(copy, stage)
    return (target, goes_into_folder(copy, stage)) if target is not None else None
