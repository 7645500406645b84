"""Variables that a service gives a container whose pages were built without them."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.compose.environment import environment_of
from dlint.model.dockerfile.commands import environment
from dlint.model.dockerfile.taken import transfers
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.page_variables import MADE_AT_START, PREFIXES, baked_in_by, starts_pages
from dlint.model.facts.script_runners import call_of
from dlint.model.package_calls import surely_started, words_of
from dlint.model.package_scripts import script_in
from dlint.source import Source, Span, Text
from dlint.syntax.dockerfile.parser import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.own_image import OwnImage
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_SETTINGS: Final = (".env", ".env.production", ".env.local", ".env.production.local")


class TooLate(NamedTuple):
    """Variables by their ``names``, the first at ``where``, that a service gives too late for ``builder``.

    ``line`` is where the first is set, if that is in an env file.
    """

    names: tuple[str, ...]
    where: Node
    line: Node | None
    service: Service
    builder: ShellCommand


class _Built(NamedTuple):
    """A command that puts the values of variables with a prefix into pages, and the folder of the project."""

    command: ShellCommand
    stage: Stage
    prefix: str
    folder: str


def too_late(
    graph: StageGraph, sources: Sources, context: Context, asked: Sequence[tuple[Service, ComposeModel]]
) -> Iterator[TooLate]:
    """What the services that asked for a build give to pages that are already made."""
    given = {service: _given(service, model) for service, model in asked}
    if not any(given.values()):
        return
    for stage in graph.shipped:
        built = [*_built(stage, sources, context)] if stage.os != "windows" else []
        if not built or not _hands_out(stage, sources, context):
            continue
        for service, model in asked:
            found = _late(service, model, given[service], built, context)
            if found is not None:
                yield found


def _given(service: Service, model: ComposeModel) -> list[str]:
    if service.command is not None or service.entrypoint is not None:
        return []
    return [name for name in environment_of(service, model).values if name.startswith(PREFIXES)]


def _late(
    service: Service, model: ComposeModel, names: list[str], built: list[_Built], context: Context
) -> TooLate | None:
    """The variables of a service that no build of pages had."""
    if service.mounts:
        return None
    for one in built:
        missing = [
            name
            for name in names
            if name.startswith(one.prefix)
            and environment(one.command, one.stage, name) == ""
            and not _is_in_settings(name, one.folder, context)
        ]
        if missing:
            first = environment_of(service, model).values[missing[0]]
            by_file = first.file is not None
            return TooLate(
                tuple(missing), first.file or first.where, first.where if by_file else None, service, one.command
            )
    return None


def _is_in_settings(name: str, folder: str, context: Context) -> bool:
    """Whether a file that the builder reads gives the variable a value."""
    return any(name in context.project.text(posixpath.join(folder, file)) for file in _SETTINGS)


def _built(stage: Stage, sources: Sources, context: Context) -> Iterator[_Built]:
    """The commands by which a stage, or one that it takes from, builds pages."""
    waiting = [stage]
    seen: set[Stage] = set()
    while waiting:
        top = waiting.pop()
        for at in top.lineage if top not in seen else ():
            if at.graph is not stage.graph:
                continue
            origins = (at.source_of(node) for node in transfers(at) if isinstance(node, Copy) and node.from_)
            waiting += [one for one in origins if one is not None and one is not at]
            for run in at.of(Run):
                yield from _of_run(run, at, sources, context)
        seen.add(top)


def _of_run(run: Run, stage: Stage, sources: Sources, context: Context) -> Iterator[_Built]:
    script = stage.script(run)
    if script is None or script.has_error or not script.posix or not moves_surely(script):
        return
    if any(word in run.raw for word in (*PREFIXES, ".env")):
        return
    for command, folder in with_folders(script, stage.workdir_at(run)):
        file = sources.file_in(posixpath.join(folder, "package.json"), stage, run)
        package = context.project.read(file) if file is not None else None
        if file is not None and package is not None:
            prefix = next((one for one in _prefixes(words_of(command), package, set()) if one), "")
            if prefix:
                yield _Built(command, stage, prefix, posixpath.dirname(file))


def _prefixes(words: list[str], package: Source, seen: set[str]) -> Iterator[str]:
    """What the variables begin with that a command, or a script that it runs, puts into pages."""
    call = call_of(words)
    if call is not None and call.name in seen:
        return
    script = script_in(package, call.name) if call is not None else None
    if call is None or script is None:
        yield baked_in_by(words)
        return
    seen.add(call.name)
    if any(prefix in script.text for prefix in PREFIXES):
        return
    from dlint.syntax.shell.walk import parse

    parsed = parse(Text.plain(Source("", script.text), Span(0, len(script.text))), dialect="sh")
    for command in parsed.commands:
        if command.name:
            yield from _prefixes(words_of(command), package, seen)


def _hands_out(stage: Stage, sources: Sources, context: Context) -> bool:
    """Whether an image starts a server that hands out its pages as they were built."""
    from dlint.model.own_image import OwnImage

    if any(word in node.raw for at in stage.lineage for node in at.instructions[1:] for word in MADE_AT_START):
        return False
    image = OwnImage.of_stage(stage)
    words = _start_of(image)
    name = image.facts.origin.image if image.facts is not None else ""
    if words is None:
        return False
    folder = image.workdir.value if image.workdir is not None else "/"
    file = sources.file_at(posixpath.join(folder, "package.json"), stage, None)
    package = context.project.read(file) if file is not None else None
    for called in surely_started(words):
        call = call_of(called)
        script = script_in(package, call.name) if call is not None and package is not None else None
        started = script.text.split() if script is not None else called
        if starts_pages(started) or (started[:2] == ["node", "server.js"] and _is_standalone(stage)):
            return True
    return name == "nginx" and words[:1] == ["nginx"]


def _start_of(image: OwnImage) -> Sequence[str] | None:
    from dlint.model.serving import together

    entrypoint, cmd = image.entrypoint, image.cmd
    if entrypoint is None or cmd is None:
        return None
    return entrypoint.value.words if entrypoint.value.shell else together(entrypoint, cmd.value.words)


def _is_standalone(stage: Stage) -> bool:
    """Whether an image has the server that Next.js makes."""
    return any(".next/standalone" in node.raw for node in transfers(stage))
