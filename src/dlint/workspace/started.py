"""What an image, a service that runs it or a RUN starts by a path, and the script that lies there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import start_of
from dlint.model.dockerfile.taken import transfers
from dlint.model.facts.processes import HANDING_ON, PROGRAM_FOLDERS, SHELLS
from dlint.source import Span, Text
from dlint.syntax.dockerfile.parser import Entrypoint, Healthcheck
from dlint.syntax.shell.commands import innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Node, Source
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.views import CommandLine
    from dlint.syntax.dockerfile.parser import Add, Cmd, Copy, Mount, Run
    from dlint.syntax.shell.script import Script
    from dlint.workspace.workspace import Workspace

    Copies = tuple[tuple[Copy | Add | Mount, Stage], ...]

_MOST_CHARACTERS: Final = 200_000
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

    def __init__(self, start: StartedPath, file: str, copies: Copies, workspace: Workspace, run: Run | None) -> None:
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
            yield StartedPath(where, posixpath.normpath(word), False, False)
        elif "/" not in word:
            yield from [StartedPath(where, f"{place}/{word}", True, False) for place in PROGRAM_FOLDERS]
        elif isinstance(folder, str):
            yield StartedPath(where, posixpath.normpath(posixpath.join(folder, word)), False, False)
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
