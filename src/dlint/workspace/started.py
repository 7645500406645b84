"""What a build starts by its path, and the files of the project that these paths lead to.

Programs are started by ENTRYPOINT and CMD, by the services that run the image, and by RUN while it is built.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import innermost, start_of, value_of
from dlint.syntax.dockerfile.parser import Add, Cmd, Copy, Entrypoint, Run
from dlint.workspace.build import copies_in, path_in_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Node
    from dlint.workspace.build import Build

_PLAIN = pattern(r"/[\w./+-]+|\./[\w./+-]+|[\w+-]+(?:\.\w+)*")
_ASSIGNED = pattern(r"[A-Za-z_]\w*=")
_SPECIAL = pattern(r"[;&|<>()`\n\"'\\*?]")
_WRAPPERS: Final = frozenset("tini dumb-init catatonit env exec gosu su-exec setpriv runuser docker-init".split())
"""Init programs and others that run what follows them."""

_SHELLS: Final = frozenset(("sh", "bash", "ash", "dash"))
_PATH: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_MOST_STAGES: Final = 8
"""Through so many stages a file is followed that COPY --from passes on."""


class StartedScript(NamedTuple):
    """A file of the build context that is started by its path.

    ``where`` is the word that starts it, ``path`` its place in the image, ``file`` that in the project. ``copies``
    bring it there, the last first, each with its stage. ``run`` is the RUN that starts it, None if the image does.
    """

    where: Node
    path: str
    file: str
    copies: tuple[tuple[Copy | Add, Stage], ...]
    stage: Stage
    run: Run | None

    @property
    def copy(self) -> Copy | Add:
        """The instruction that brings it into the stage that starts it."""
        return self.copies[0][0]


class _Copied(NamedTuple):
    """A file of the context in the image of a stage: its path there, that in the project, and what brings it."""

    path: str
    file: str
    copies: tuple[tuple[Copy | Add, Stage], ...]


def started_scripts(build: Build, *, through_shell: bool = False, in_steps: bool = False) -> Iterator[StartedScript]:
    """The files that the shipped stage, or the services that run it, start by their paths.

    With ``through_shell`` also those that a shell is given, with ``in_steps`` also those that a RUN starts.
    """
    for stage in build.graph.shipped:
        yield from _found(build, stage, list(starts_in(build, stage, through_shell=through_shell)), None)
    for stage in build.graph.stages if in_steps else ():
        if stage.reachable:
            for run in stage.runs:
                yield from _found(build, stage, list(_starts_of_run(stage, run)), run)


def _found(build: Build, stage: Stage, starts: list[tuple[Node, str]], run: Run | None) -> Iterator[StartedScript]:
    seen: set[str] = set()
    before = stage.position(run) if run is not None else None
    for where, path in starts:
        found = next((one for one in _copied(build, stage, before) if one.path == path), None)
        if found is not None and path not in seen:
            seen.add(path)
            yield StartedScript(where, path, found.file, found.copies, stage, run)


# What is started


def starts_in(build: Build, stage: Stage, *, through_shell: bool = False) -> Iterator[tuple[Node, str]]:
    """The paths that an image starts, each with its word: by ENTRYPOINT and CMD, and by services."""
    folder = stage.workdir if isinstance(stage.workdir, str) else None
    start = start_of(stage)
    with_entrypoint = any(isinstance(node, Entrypoint) for node, _ in start)
    for node, _ in start:
        if isinstance(node, Cmd) and with_entrypoint:
            continue
        words: list[tuple[Node, str]] = []
        if node.json:
            words = [(word, word.text) for word in node.words]
        elif node.script is not None:
            words = _plain_words(node)
        yield from _first(words, folder, through_shell)
    for service in build.services:
        if service.volumes_from or service.mounts:
            continue
        line = service.entrypoint or (None if with_entrypoint else service.command)
        if line is not None and line.arguments:
            own = service.working_dir.literal if service.working_dir is not None else folder
            places: list[Node] = list(line.words) if line.listed else [line] * len(line.arguments)
            yield from _first(list(zip(places, line.arguments, strict=False)), own, through_shell)


def _plain_words(node: Cmd | Entrypoint) -> list[tuple[Node, str]]:
    """The words of a shell form that a shell would take as they stand; none if there is more to it."""
    text = node.script
    if text is None or _SPECIAL.search(text.text):
        return []
    return [(text.at(match.start(), match.end()), match[0]) for match in re.finditer(r"\S+", text.text)]


def _first(words: list[tuple[Node, str]], folder: str | None, through_shell: bool) -> Iterator[tuple[Node, str]]:
    """The program of a command line as a path in the image; wrappers are passed over, shells if that is asked for."""
    for where, word in words:
        name = posixpath.basename(word)
        if (
            name in _WRAPPERS
            or (through_shell and name in _SHELLS)
            or word == "--"
            or (word.startswith("-") and name != word[:0])
            or _ASSIGNED.match(word)
        ):
            continue
        if not _PLAIN.fullmatch(word):
            return
        if word.startswith("/"):
            yield where, posixpath.normpath(word)
        elif "/" in word and folder is not None:
            yield where, posixpath.normpath(posixpath.join(folder, word))
        elif "/" not in word:
            for place in _PATH:
                yield where, f"{place}/{word}"
        return


def _starts_of_run(stage: Stage, run: Run) -> Iterator[tuple[Node, str]]:
    """The paths that a RUN starts in its folder, unless a command before names the file, which may change or make it.

    None behind a ``cd``, and none that its mounts may bring.
    """
    script = stage.script(run) if "/" in run.raw and not run.flags else None
    if script is None or not script.posix or script.has_error or script.by_name.keys() & {"cd", "pushd", "chroot"}:
        return
    folder = stage.workdir_at(run)
    named: set[str] = set()
    for command in innermost(script.commands):
        word = command.name_node.raw
        prepared = posixpath.basename(word) in named
        named.update(posixpath.basename(each.text) for each in command.words)
        if "/" not in word or command.conditional or not _PLAIN.fullmatch(word) or prepared:
            continue
        if word.startswith("/"):
            yield command.name_node, posixpath.normpath(word)
        elif isinstance(folder, str):
            yield command.name_node, posixpath.normpath(posixpath.join(folder, word))


# Where it is from


def _copied(build: Build, stage: Stage, before: int | None = None, depth: int = 0) -> Iterator[_Copied]:
    """The files of the context in the image of a stage, or in that before an instruction. Last first."""
    for at in stage.lineage:
        if at.graph is not build.graph or depth > _MOST_STAGES:
            return
        own = {id(copy) for copy in copies_in(at)}
        for index in range((len(at.instructions) if before is None else before) - 1, 0, -1):
            copy = at.instructions[index]
            if not isinstance(copy, (Copy, Add)) or copy.destination is None:
                continue
            if id(copy) in own:
                for path, file in _pairs(build, at, copy, index):
                    yield _Copied(path, file, ((copy, at),))
            elif isinstance(copy, Copy):
                yield from _passed_on(build, at, copy, index, depth)
        before = None


def _passed_on(build: Build, stage: Stage, copy: Copy, index: int, depth: int) -> Iterator[_Copied]:
    """The files of the context that a COPY takes from another stage."""
    origin = stage.source_of(copy)
    target = _target(stage, copy, index)
    if origin is None or target is None:
        return
    into, many = target
    for word in copy.sources:
        written = value_of(word, copy, stage)
        source = posixpath.normpath("/" + written.lstrip("/")) if written else ""
        for one in _copied(build, origin, None, depth + 1) if source else ():
            if one.path == source:
                path = posixpath.join(into, posixpath.basename(source)) if many else into
            elif one.path.startswith(source.rstrip("/") + "/"):
                path = posixpath.join(into, one.path[len(source.rstrip("/")) + 1 :])
            else:
                continue
            yield _Copied(path, one.file, ((copy, stage), *one.copies))


def _target(stage: Stage, copy: Copy | Add, index: int) -> tuple[str, bool] | None:
    """Where a COPY goes, and whether that is surely a folder; None if it is unknown."""
    to = value_of(copy.destination, copy, stage) if copy.destination is not None else None
    folder = stage.workdir_at(index)
    if to is None or (not to.startswith("/") and not isinstance(folder, str)) or copy.flag("parents") is not None:
        return None
    into = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to))
    return into, to.endswith("/") or len(copy.sources) > 1 or to in (".", "./") or into == folder


def _pairs(build: Build, stage: Stage, copy: Copy | Add, index: int) -> Iterator[tuple[str, str]]:
    target = _target(stage, copy, index)
    if target is None:
        return
    into, many = target
    for word in copy.sources:
        written = value_of(word, copy, stage)
        path = path_in_context(written) if written else None
        if path is None or any(c in path for c in "*?["):
            continue
        file = posixpath.normpath(posixpath.join(build.context, path))
        if build.project.is_dir(file) or path == ".":
            yield from _inside(build, path, into)
        elif build.project.exists(file) and not build.excludes(path):
            yield (posixpath.join(into, posixpath.basename(file)) if many else into), file


def _inside(build: Build, path: str, target: str) -> Iterator[tuple[str, str]]:
    """The scripts that a folder of the context has, by their places in the image."""
    top = "" if path == "." else path
    for inner in build.files(top):
        if inner.endswith((".sh", ".bash", ".py", ".pl", ".rb")) or "entrypoint" in inner or "." not in inner:
            below = inner[len(top) :].lstrip("/")
            yield posixpath.join(target, below), posixpath.normpath(posixpath.join(build.context, inner))
