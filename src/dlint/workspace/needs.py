"""Files that a step which installs packages does not do without, and that nothing has copied before it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import stops_the_step
from dlint.model.dockerfile.taken import local_path, target_of
from dlint.model.dockerfile.writes import written_by
from dlint.model.facts.image_families import top_folders
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
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Instruction
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_MOVING: Final = ("cd", "pushd", "chroot")
_MOST_CHARACTERS: Final = 200_000
_MOST_PACKAGES: Final = 50
_OFF: Final = ("", "0", "false")
_FETCHES = pattern(r"\b(?:git|tar|unzip|wget|curl|cp|mv|ln|rsync|make|python3?|node)\b|>")
_PACKED = pattern(r"\.(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst)$")
_OVERRIDES = pattern(r"(?m)^overrides:[ \t]*(?:#.*)?$")


class Lacking(NamedTuple):
    """A file that a ``command`` stops without: it was to lie at ``path``, and lies at ``file`` in the project.

    ``file`` is "" if the project has none. ``does`` is what the command does with it, and ``where`` the place that says
    so, if one does.
    """

    command: ShellCommand
    run: Run
    path: str
    file: str
    does: str
    where: Node | None


class Around(NamedTuple):
    """What a build has: its stages, what they take from the context, and that."""

    graph: StageGraph
    sources: Sources
    context: Context


def lacking(around: Around) -> Iterator[Lacking]:
    """What the steps of a build that install packages lack, the first of each stage."""
    for stage in around.graph.stages:
        if stage.reachable and stage.os != "windows" and _is_known(stage, around):
            found = next((one for run in stage.of(Run) for one in _of_run(run, stage, around)), None)
            if found is not None:
                yield found


def _is_known(stage: Stage, around: Around) -> bool:
    """Whether a stage stands on an image that has no project of its own."""
    if any(at.graph is not around.graph or at.inherited_triggers for at in stage.lineage):
        return False
    image = stage.root.image
    return image is not None and top_folders(image.familiar) is not None


def _of_run(run: Run, stage: Stage, around: Around) -> Iterator[Lacking]:
    script = stage.script(run)
    if script is None or script.has_error or not script.names.isdisjoint(_MOVING):
        return
    for at, command in enumerate(script.commands):
        words = [word.literal or "" for word in command.given]
        if any(word.partition("=")[0] in ELSEWHERE for word in words):
            continue
        before = script.commands[:at]
        found = [*_locks(command, words, before, run, stage, around), *_named(command, words, run, stage, around)]
        if found and stops_the_step(command, run, stage):
            yield from found


def _locks(
    command: ShellCommand, words: list[str], before: list[ShellCommand], run: Run, stage: Stage, around: Around
) -> Iterator[Lacking]:
    """The lock file that a command keeps to."""
    folder = stage.workdir_at(run)
    if not isinstance(folder, str):
        return
    for locked in LOCKED.get(command.tool, ()):
        if not _keeps_to_it(locked, command, words, run, stage):
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
            yield Lacking(command, run, path, file, "keeps to the lock file", None)
            return
        if command.tool == "pnpm" and locked.flags:
            yield from _settings(command, manifest, run, stage, around)


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


def _settings(command: ShellCommand, manifest: Source, run: Run, stage: Stage, around: Around) -> Iterator[Lacking]:
    """The settings of pnpm that a lock file was made with: pnpm.io/settings#overrides, from pnpm 10 on a file's."""
    folder, beside = str(stage.workdir_at(run)), posixpath.dirname(manifest.path)
    lock = _read(posixpath.join(folder, "pnpm-lock.yaml"), run, stage, around)
    settings = around.context.project.read(posixpath.join(beside, "pnpm-workspace.yaml"))
    if lock is None or settings is None or '"overrides"' in manifest.text:
        return
    match = _OVERRIDES.search(settings.text) if len(settings.text) < _MOST_CHARACTERS else None
    path = posixpath.join(folder, "pnpm-workspace.yaml")
    if match is not None and _OVERRIDES.search(lock.text[:_MOST_CHARACTERS]) and not _may_lie(path, run, stage, around):
        where = Node(settings, Span(*match.span()))
        yield Lacking(command, run, path, settings.path, "holds its `overrides` to the lock file's", where)


def _named(command: ShellCommand, words: list[str], run: Run, stage: Stage, around: Around) -> Iterator[Lacking]:
    """The files that the manifest of a command names."""
    found = stage.workdir_at(run)
    folder = found if isinstance(found, str) else ""
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
    """Whether anything that comes before a step, or is mounted for it, may bring what lies at a path."""
    if posixpath.basename(path) in run.raw or any(_covers(mount.get("target"), path) for mount in run.mounts):
        return True
    return any(_may_bring(path, node, at, around) for node, at in _steps_before(run, stage))


def _covers(target: str | None, path: str) -> bool:
    """Whether something mounted at a path may hold another one."""
    if target is None or "$" in target or not target.startswith("/"):
        return True
    return f"{path}/".startswith(target.rstrip("/") + "/")


def _may_bring(path: str, node: Instruction, stage: Stage, around: Around) -> bool:
    if isinstance(node, Run):
        return posixpath.basename(path) in node.raw or _may_write(path, node, stage)
    if node.name == "ONBUILD":
        return True
    if not isinstance(node, Copy | Add) or node.destination is None:
        return False
    target = target_of(node, stage)
    if target is None or node.heredocs or node.flag("parents") is not None:
        return True
    if path == target:
        return True
    if not path.startswith(target.rstrip("/") + "/"):
        return False
    if isinstance(node, Add):
        if any(
            _PACKED.search(word.text) or "://" in word.text or word.text.startswith("git@") for word in node.sources
        ):
            return True
    elif node.from_ is not None:
        return True
    return any(_holds(local_path(word, node, stage), posixpath.relpath(path, target), around) for word in node.sources)


def _may_write(path: str, run: Run, stage: Stage) -> bool:
    """Whether a step fetches or makes files where one is to be; packages bring none outside their own folders."""
    if run.heredoc is None and not _FETCHES.search(run.raw):
        return False
    places = written_by(run, stage, hooks=False)
    return places is None or any(f"{path}/".startswith(place.rstrip("/") + "/") for place, _ in places)


def _holds(source: str | None, below: str, around: Around) -> bool:
    """Whether a source of COPY may bring what lies at a path below the target."""
    if source is None:
        return True
    context = around.context
    folder, name = posixpath.split(source)
    if any(sign in source for sign in "*?["):
        from fnmatch import fnmatchcase

        if any(sign in folder for sign in "*?["):
            return True
        return any(
            _holds(posixpath.join(folder, one), below, around)
            for one in around.context.project.listdir(context.path(folder or "."))
            if fnmatchcase(one, name)
        )
    file = context.path(source)
    if source == "." or around.context.project.is_dir(file):
        return context.takes(posixpath.normpath(posixpath.join(source, below)))
    return name == below or not around.context.project.exists(file)
