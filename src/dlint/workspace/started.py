"""What an image, a service that runs it or a RUN starts by a path, and which files of the build context those are."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import start_of, value_of
from dlint.model.dockerfile.taken import local_path, path_in_context, takes_from_context, target_of, transfers
from dlint.model.facts.processes import HANDING_ON, SHELLS
from dlint.project.below import SKIPPED
from dlint.source import Span, Text
from dlint.syntax.dockerfile.parser import Add, Copy, Entrypoint, Healthcheck
from dlint.syntax.shell.commands import innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Node, Source
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.views import CommandLine
    from dlint.syntax.dockerfile.parser import Cmd, Mount, Run
    from dlint.syntax.shell.script import Script
    from dlint.workspace.context import Context
    from dlint.workspace.workspace import Workspace

    _Copies = tuple[tuple[Copy | Add | Mount, Stage], ...]

_PATH: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_MOST_CHARACTERS: Final = 200_000
_MOST_STAGES: Final = 8
"""Through so many stages a file is followed that COPY --from passes on."""

_MOST_MATCHES: Final = 50
_MOVING: Final = ("cd", "pushd", "chroot")
"""Commands behind which a path is not what it was."""

_ASSIGNED = pattern(r"[A-Za-z_]\w*=")
_FOR_A_SHELL = frozenset(";&|<>()`\n\"'\\*?")
_WORD = pattern(r"\S+")
_INTERPRETED = pattern(r"#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")


class StartedPath(NamedTuple):
    """A path in an image that is started, and the word that says so.

    ``searched``: the word names no folder; ``checks``: it is started by the health check.
    """

    where: Node
    path: str
    searched: bool
    checks: bool = False


class Interpreter(NamedTuple):
    """The program that a script's first line names, without its path, and where the name ends in the text."""

    name: str
    end: int


class StartedScript:
    """A file of the build context that an image starts.

    ``where`` is the word that starts it, ``path`` its place in the image, ``file`` that in the project. ``copies``
    bring it there, the last first, each with its stage. ``run`` is the RUN that starts it; None if the image of
    ``stage`` does, with ``checks`` as its health check.
    """

    __slots__ = ("checks", "copies", "file", "path", "run", "stage", "where", "workspace")

    def __init__(self, start: StartedPath, file: str, copies: _Copies, workspace: Workspace, run: Run | None) -> None:
        self.where, self.path, _, self.checks = start
        self.file = file
        self.copies = copies
        self.workspace = workspace
        self.run = run
        self.stage = copies[0][1]

    @property
    def copy(self) -> Copy | Add | Mount:
        """The instruction, or the mount, that brings it to where it is started."""
        return self.copies[0][0]

    @property
    def source(self) -> Source | None:
        """The file as it was read; None if it cannot be, or is too long for a script."""
        source = self.workspace.files.read(self.file)
        return source if source is not None and len(source.text) < _MOST_CHARACTERS else None

    @property
    def interpreter(self) -> Interpreter | None:
        """What its first line says to run it with, ``env`` passed over; None if that says nothing."""
        source = self.source
        return _interpreter(source) if source is not None else None

    @property
    def commands(self) -> Script | None:
        """What a shell reads in it; None if its first line names another program, or neither that nor its name says."""
        source = self.source
        return self.workspace.trees.of(source, _commands) if source is not None else None


def _interpreter(source: Source) -> Interpreter | None:
    match = _INTERPRETED.match(source.text)
    if match is None:
        return None
    name = posixpath.basename(match[1])
    return Interpreter(posixpath.basename(match[2]) if name == "env" and match[2] else name, match.end())


def _commands(source: Source) -> Script | None:
    interpreter = _interpreter(source)
    # One that says nothing of what runs it is given to a shell.
    name = interpreter.name if interpreter is not None else "sh" if source.path.endswith(".sh") else ""
    if name not in SHELLS:
        return None
    from dlint.syntax.shell.walk import parse

    return parse(Text.plain(source, Span(0, len(source.text))), dialect=name)


def paths_started(stage: Stage, services: Sequence[Service], *, through_shell: bool) -> list[StartedPath]:
    """The paths that the image of a stage starts: by its ENTRYPOINT and CMD, and by the services that run it.

    A name without a path gives every place where it may lie. With ``through_shell`` the script that a shell is given
    counts, and not the shell.
    """
    starts = [node for node, _ in start_of(stage)]
    entrypoints = [node for node in starts if isinstance(node, Entrypoint)]
    # Where there is an ENTRYPOINT, CMD is what that is given.
    found = [path for node in entrypoints or starts for path in _program(_words(node), stage.workdir, through_shell)]
    for service in services:
        line = service.entrypoint or (None if entrypoints else service.command)
        if line is not None and line.arguments:
            places: list[Node] = list(line.words) if line.listed else [line] * len(line.arguments)
            paths = _program(zip(places, line.arguments, strict=False), _folder(service, stage), through_shell)
            found += [one for one in paths if not _may_be_mounted(one.path, service)]
    return found


def paths_checked(stage: Stage, services: Sequence[Service]) -> list[StartedPath]:
    """The paths at which the program of a health check may lie: of HEALTHCHECK, and of services that run the image."""
    own = stage.last(Healthcheck)
    command = own.command if own is not None else None
    found: list[StartedPath] = []
    if own is not None and command is not None:
        script = stage.script(own) if not command.json else None
        first = script.commands[0].name_node if script is not None and script.posix and script.commands else None
        words = [(word, word.text) for word in command.words] if command.json else [(first, first.raw)] if first else []
        found += _program(words, stage.workdir, False)
    for service in services:
        health = service.healthcheck
        test = health.test if health is not None else None
        if test is not None and health is not None and not health.disabled:
            paths = _program(_words_checked(test), _folder(service, stage), False)
            found += [one for one in paths if not _may_be_mounted(one.path, service)]
    return [one._replace(checks=True) for one in found]


def _words_checked(test: CommandLine) -> list[tuple[Node, str]]:
    """The words of a health test; of one for a shell the first alone, with which that begins."""
    words = test.words
    if not test.listed or (words and words[0].literal == "CMD-SHELL"):
        whole = test.string if not test.listed else words[-1]
        first = _WORD.search(whole.literal or "") if whole is not None else None
        return [(whole, first[0])] if whole is not None and first is not None else []
    return [(word, word.literal or "") for word in words[1:]]


def _folder(service: Service, stage: Stage) -> object:
    return service.working_dir.literal if service.working_dir is not None else stage.workdir


def _may_be_mounted(path: str, service: Service) -> bool:
    """Whether a mount of a service may bring what lies at a path."""
    targets = [mount.target.literal if mount.target is not None else None for mount in service.mounts]
    return bool(service.volumes_from) or any(
        target is None or f"{path}/".startswith(target.rstrip("/") + "/") for target in targets
    )


def _words(node: Cmd | Entrypoint) -> list[tuple[Node, str]]:
    """The words of an instruction; none of a shell form that is more than words."""
    if node.json:
        return [(word, word.text) for word in node.words]
    text = node.script
    if text is None or not _FOR_A_SHELL.isdisjoint(text.text):
        return []
    return [(text.at(match.start(), match.end()), match[0]) for match in _WORD.finditer(text.text)]


def _program(words: Iterable[tuple[Node, str]], folder: object, through_shell: bool) -> Iterator[StartedPath]:
    """Where the program of a command line may lie in the image: behind those that run it, and their options."""
    for where, word in words:
        if _leads_on(word, through_shell):
            continue
        if not _is_plain(word):
            return
        if word.startswith("/"):
            yield StartedPath(where, posixpath.normpath(word), False)
        elif "/" not in word:
            yield from (StartedPath(where, f"{place}/{word}", True) for place in _PATH)
        elif isinstance(folder, str):
            yield StartedPath(where, posixpath.normpath(posixpath.join(folder, word)), False)
        return


def _is_plain(word: str) -> bool:
    """Whether it is a path as people write them, or a name."""
    path = word.removeprefix(".")
    if path.startswith("/"):
        return len(path) > 1 and _is_written_with(path, "_./+-")
    name, *endings = word.split(".")
    return bool(name) and _is_written_with(name, "_+-") and all(end and _is_written_with(end, "_") for end in endings)


def _is_written_with(text: str, signs: str) -> bool:
    """Whether letters and digits are all there is in it but for ``signs``."""
    for sign in signs:
        text = text.replace(sign, "")
    return not text or text.isalnum()


def _leads_on(word: str, through_shell: bool) -> bool:
    name = posixpath.basename(word)
    return (
        name in HANDING_ON
        or (through_shell and name in SHELLS)
        or word.startswith("-")
        or ("=" in word and _ASSIGNED.match(word) is not None)
    )


def names_copied(graph: StageGraph) -> frozenset[str]:
    """The last names of all that the COPY and ADD instructions of a Dockerfile speak of."""
    words = (word for stage in graph.stages for node in transfers(stage) for word in node.words)
    return frozenset(posixpath.basename(word.text.rstrip("/")) for word in words)


def paths_started_by(run: Run, stage: Stage, names: frozenset[str]) -> list[StartedPath]:
    """The paths that a RUN starts in its folder, unless a command before names the file, which may change or make it.

    None behind a ``cd``. A name without a path counts if it is one of ``names``.
    """
    script = stage.script(run) if run.flag("security") is None else None
    if script is None or not script.posix:
        return []
    if not any("/" in command.called or command.name in names for command in script.commands):
        return []
    if script.has_error or not script.names.isdisjoint(_MOVING):
        return []
    folder = stage.workdir_at(run)
    named: set[str] = set()
    found: list[StartedPath] = []
    for command in innermost(script.commands):
        word = command.name_node.raw
        prepared = posixpath.basename(word) in named
        named.update(posixpath.basename(each.text) for each in command.words)
        if ("/" in word or word in names) and not command.conditional and not prepared:
            found += _program([(command.name_node, word)], folder, False)
    return found


class _Source(NamedTuple):
    """One source of a COPY or ADD: a file or folder of the context, and its path in the image."""

    copies: _Copies
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

    def file_at(self, path: str, stage: Stage, run: Run) -> str | None:
        """The file of the context, as a path of the project, that lies at a path when a RUN starts."""
        found = (source.brings(path, self._context) for source in self._before(stage, run, [path]))
        inner = next((inner for inner in found if inner is not None), None)
        return self._context.path(inner) if inner is not None else None

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

    def _source(self, copies: _Copies, inner: str, target: tuple[str, bool]) -> Iterator[_Source]:
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
    if target is None or copy.destination is None:
        return None
    written = value_of(copy.destination, copy, stage) or ""
    return target, written.endswith("/") or written == "." or len(copy.sources) > 1 or target == stage.workdir_at(copy)
