"""Files that a step which installs packages or builds does not do without, and that nothing has copied before it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import stops_the_step
from dlint.model.dockerfile.presence import BY_HAND, SOURCE, Presence, whatever_the_context
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.installs import (
    ELSEWHERE,
    LOCKED,
    LOOKS_ELSEWHERE,
    Locked,
    has_to_lock,
    included_in,
    named_by_scripts,
    runs_scripts,
    workspaces,
)
from dlint.model.facts.project_installs import VARIABLES, goes_on, needed_by, places_of
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Instruction
    from dlint.syntax.shell.script import Script, ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_MOST_CHARACTERS: Final = 200_000
_MOST_PACKAGES: Final = 50
_OFF: Final = ("", "0", "false")
_OVERRIDES = pattern(r"(?m)^overrides:[ \t]*(?:#.*)?$")


class Lacking(NamedTuple):
    """A file that a ``command`` stops without: it was to lie at ``path``, and lies at ``file`` in the project.

    ``file`` is "" if the project has none. ``does`` is what the command does with it, and ``where`` the place that says
    so, if one does; ``made``: the tool makes it by another subcommand.
    """

    command: ShellCommand
    run: Run
    path: str
    file: str
    does: str
    where: Node | None
    made: bool = False


class Around(NamedTuple):
    """What a build has: its stages, what they take from the context, that, and what lies where in the images.

    ``settled``: the context is known to be this one, with all that is in it.
    """

    graph: StageGraph
    sources: Sources
    context: Context
    presence: Presence
    settled: bool


class _Call(NamedTuple):
    """A command of a step that is looked at: its words, what the step runs before it, and the folder it runs in."""

    command: ShellCommand
    words: list[str]
    before: list[ShellCommand]
    folder: str | None
    run: Run
    stage: Stage


def lacking(around: Around) -> Iterator[Lacking]:
    """What the steps of a build that install packages or build a project lack, the first of each stage."""
    for stage in around.graph.stages:
        if stage.reachable and stage.os != "windows":
            found = next((one for run in stage.of(Run) for one in _of_run(run, stage, around)), None)
            if found is not None:
                yield found


def _of_run(run: Run, stage: Stage, around: Around) -> Iterator[Lacking]:
    script = stage.script(run)
    if script is None or script.has_error or "chroot" in script.names:
        return
    for call in _calls(script, run, stage):
        if any(word.partition("=")[0] in ELSEWHERE for word in call.words):
            found = [*_manifests(call, around)]
        else:
            found = [*_manifests(call, around), *_locks(call, around), *_named(call, around)]
        if found and stops_the_step(call.command, run, stage):
            yield from found


def _calls(script: Script, run: Run, stage: Stage) -> Iterator[_Call]:
    start = stage.workdir_at(run)
    own = start if isinstance(start, str) else None
    folders: dict[int, str] | None = None
    if not script.names.isdisjoint(("cd", "pushd", "popd")):
        moved = with_folders(script, start) if moves_surely(script) else ()
        folders = {command.index: folder for command, folder in moved}
    for at, command in enumerate(script.commands):
        folder = own if folders is None else folders.get(command.index)
        # Whose folder is not known may still be given whole paths.
        if folders is None or folder is not None:
            words = [word.literal or "" for word in command.given]
            yield _Call(command, words, script.commands[:at], folder, run, stage)


def _manifests(call: _Call, around: Around) -> Iterator[Lacking]:
    """The files that say what the project is, without which its tools stop."""
    command, _, _, folder, run, stage = call
    if folder is None or goes_on(command) or not VARIABLES.isdisjoint(stage.env_at(run)):
        return
    for needed in needed_by(command):
        places = [*places_of(needed, folder)]
        if any(around.presence.at(path, stage, run, SOURCE, command=command) is not False for path in places):
            continue
        blind = whatever_the_context(stage)
        if all(blind.at(path, stage, run, SOURCE) is False for path in places):
            continue  # Whatever the context has: install-before-files says that.
        there = [path for path in needed.paths if around.context.has(path)]
        if there or around.settled:
            file = around.context.path(there[0]) if there else ""
            path = posixpath.normpath(posixpath.join(folder, (there or needed.paths)[0]))
            yield Lacking(command, run, path, file, "works on a project", None)
            return


def _locks(call: _Call, around: Around) -> Iterator[Lacking]:
    """The lock file that a command keeps to."""
    command, words, before, folder, run, stage = call
    for locked in LOCKED.get(command.tool, ()) if folder is not None else ():
        if folder is None or not _keeps_to_it(locked, command, words, run, stage):
            continue
        manifest = _read(posixpath.join(folder, locked.manifest), run, stage, around)
        if manifest is None:
            continue
        if _writes_lock(locked, command.tool, before) or _made_before(locked, command.tool, run, stage):
            continue
        beside = posixpath.dirname(manifest.path)
        if command.tool == "go" and around.context.project.is_dir(posixpath.join(beside, "vendor")):
            continue  # Go takes the modules from there, without their sums (go.dev/ref/mod#vendoring).
        places = [posixpath.join(beside, name) for name in locked.locks]
        there = [place for place in places if around.context.project.exists(place)]
        if (
            (there or all(_is_nowhere(place, around.context) for place in places))
            and has_to_lock(locked, manifest.text)
            and not any(_may_lie(path, run, stage, around) for path in _upwards(folder, locked.locks))
        ):
            file = there[0] if there else ""
            path = posixpath.join(folder, posixpath.basename(file) or locked.locks[0])
            yield Lacking(command, run, path, file, "keeps to the lock file", None, made=True)
            return
        if command.tool == "pnpm" and locked.flags:
            yield from _settings(call, manifest, around)


def _upwards(folder: str, names: tuple[str, ...]) -> Iterator[str]:
    """Where a lock file is looked for: in a folder and, where that is a workspace's, in those above it."""
    while True:
        yield from (posixpath.join(folder, name) for name in names)
        if folder in ("", "/"):
            return
        folder = posixpath.dirname(folder)


def _is_nowhere(path: str, context: Context) -> bool:
    """Whether it is sure that a project has no file at a path, and that nothing is going to bring it."""
    return context.lacks(posixpath.relpath(path, context.folder or "."))


def _settings(call: _Call, manifest: Source, around: Around) -> Iterator[Lacking]:
    """The settings of pnpm that a lock file was made with: pnpm.io/settings#overrides, from pnpm 10 on a file's."""
    command, _, _, folder, run, stage = call
    folder, beside = folder or "", posixpath.dirname(manifest.path)
    lock = _read(posixpath.join(folder, "pnpm-lock.yaml"), run, stage, around)
    settings = around.context.project.read(posixpath.join(beside, "pnpm-workspace.yaml"))
    if lock is None or settings is None or '"overrides"' in manifest.text:
        return
    match = _OVERRIDES.search(settings.text) if len(settings.text) < _MOST_CHARACTERS else None
    path = posixpath.join(folder, "pnpm-workspace.yaml")
    if match is not None and _OVERRIDES.search(lock.text[:_MOST_CHARACTERS]) and not _may_lie(path, run, stage, around):
        where = Node(settings, Span(*match.span()))
        yield Lacking(command, run, path, settings.path, "holds its `overrides` to the lock file's", where)


def _named(call: _Call, around: Around) -> Iterator[Lacking]:
    """The files that the manifest of a command names."""
    command, words, _, folder, run, stage = call
    folder = folder or ""
    named: list[tuple[str, Source]] = []
    if command.tool == "pip" and command.verb.partition(" ")[0] == "install":
        paths = [posixpath.normpath(posixpath.join(folder, path)) for path in _requirements(words)]
        whole = (path for path in paths if path.startswith("/"))
        named = [(path, source) for path in whole if (source := _read(path, run, stage, around)) is not None]
    elif folder and runs_scripts(command) and not _runs_no_scripts(run, stage, around):
        named = [*_packages(folder, run, stage, around)]
    for manifest, source in named:
        for one in (included_in if command.tool == "pip" else named_by_scripts)(source.text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), one.path))
            file = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), one.path))
            if around.context.project.exists(file) and not _may_lie(path, run, stage, around):
                yield Lacking(command, run, path, file, one.does, Node(source, Span(one.start, one.end)))
                return


def _packages(folder: str, run: Run, stage: Stage, around: Around) -> Iterator[tuple[str, Source]]:
    """The manifest of a folder in the image, and those of the packages that it names, as far as they lie there."""
    path = posixpath.join(folder, "package.json")
    source = _read(path, run, stage, around)
    if source is None:
        return
    yield path, source
    beside = posixpath.dirname(source.path)
    for name in workspaces(source.text)[:_MOST_PACKAGES]:
        top, star, _ = name.partition("/*")
        inner = (
            [f"{top}/{one}" for one in around.context.project.listdir(posixpath.join(beside, top))] if star else [top]
        )
        for one in inner[:_MOST_PACKAGES]:
            path = posixpath.join(folder, one, "package.json")
            found = _read(path, run, stage, around)
            if found is not None:
                yield path, found


def _requirements(words: list[str]) -> Iterator[str]:
    """The requirements files that pip is given."""
    for at, word in enumerate(words):
        if word in ("-r", "--requirement") and at + 1 < len(words):
            yield words[at + 1]
        elif word.startswith("--requirement="):
            yield word.partition("=")[2]
        elif word.startswith("-r") and len(word) > 2:
            yield word[2:]


def _runs_no_scripts(run: Run, stage: Stage, around: Around) -> bool:
    """Whether something around a step may keep the scripts of a project from it."""
    if any("ignore_scripts" in name.lower() for name in stage.env_at(run)):
        return True
    return "ignore-scripts" in around.graph.source.text.replace("--ignore-scripts", "") or any(
        "ignore-scripts" in around.context.project.text(posixpath.join(around.context.folder, name))
        for name in (".npmrc", ".yarnrc")
    )


def _keeps_to_it(locked: Locked, command: ShellCommand, words: list[str], run: Run, stage: Stage) -> bool:
    """Whether a command is told to keep to a lock file."""
    if command.verb.partition(" ")[0] not in locked.verbs or any(word.startswith(locked.unless) for word in words):
        return False
    if locked.versioned and any(locked.versioned in word.text for word in command.arguments):
        return False
    given = stage.env_at(run) if locked.variables or command.tool in LOOKS_ELSEWHERE else {}
    set_here = {assignment.name for assignment in command.assignments} | command.script.assigned
    if any(name in given or name in set_here for name in LOOKS_ELSEWHERE.get(command.tool, ())):
        return False
    if not locked.flags or any(word in locked.flags for word in words):
        return True
    values = [given[name].value for name in locked.variables if name in given]
    return any(isinstance(value, str) and value.lower() not in _OFF for value in values)


def _writes_lock(locked: Locked, tool: str, commands: list[ShellCommand]) -> bool:
    """Whether one of some commands may make the lock file: they are not for the whole system."""
    return any(
        one.tool == tool
        and one.verb.partition(" ")[0] in locked.writes
        and not any(word.literal in ("-g", "--global") for word in one.given)
        for one in commands
    )


def _made_before(locked: Locked, tool: str, run: Run, stage: Stage) -> bool:
    """Whether a step before may have made the lock file."""
    for node, at in _steps_before(run, stage):
        script = at.script(node) if isinstance(node, Run) else None
        if script is not None and _writes_lock(locked, tool, script.commands):
            return True
    return False


def _read(path: str, run: Run, stage: Stage, around: Around) -> Source | None:
    """The file of the context that surely lies at a path when a step starts."""
    name = around.sources.file_at(path, stage, run)
    source = around.context.project.read(name) if name is not None else None
    return source if source is not None and len(source.text) < _MOST_CHARACTERS else None


def _steps_before(run: Run, stage: Stage) -> Iterator[tuple[Instruction, Stage]]:
    """The instructions of a stage and those it is built from that come before a step."""
    for at in stage.lineage:
        yield from ((node, at) for node in at.instructions[1:] if at is not stage or node.span[0] < run.span[0])


def _may_lie(path: str, run: Run, stage: Stage, around: Around) -> bool:
    """Whether anything that comes before a step, is mounted for it or done in it, may bring what lies at a path."""
    return posixpath.basename(path) in run.raw or around.presence.at(path, stage, run, BY_HAND) is not False
