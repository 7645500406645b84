"""Scripts of ``package.json`` that the steps of a build or its image call, and that are not there."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import stops_the_step
from dlint.model.facts.package_json import scripts as scripts_of
from dlint.model.facts.processes import script_of_texts
from dlint.model.facts.script_runners import call_of
from dlint.syntax.dockerfile.parser import Cmd, Entrypoint, Run
from dlint.syntax.shell.commands import innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.own_image import OwnImage
    from dlint.source import Node, Source
    from dlint.syntax.compose.service import Service
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_MANIFEST: Final = "package.json"
# docs.npmjs.com/cli/commands/npm-run: `env` is npm's own, and `start` runs server.js where nothing else is said.
_ALWAYS: Final = ("env", "start", "restart", "stop")
_LENIENT: Final = ("--if-present", "--workspaces", "-ws", "--include-workspace-root", "-iwr")
# By these a package.json gets other scripts.
_CHANGES: Final = ("npm pkg", "npm init", "npm set-script", "> package.json", ">package.json", "npm create")


class UnknownScript(NamedTuple):
    """A call at ``where`` of the script ``name``, which ``manifest`` does not have among its ``scripts``."""

    where: Node
    name: str
    manifest: Source
    scripts: tuple[str, ...]
    in_step: bool


def unknown_scripts(
    graph: StageGraph, sources: Sources, context: Context, asked: Sequence[tuple[Service, ComposeModel]] | None
) -> Iterator[UnknownScript]:
    """The calls of a build that npm refuses, since the script is missing.

    ``asked`` are the services that asked for it, None if they all start something else than the image does.
    """
    if any(words in graph.source.text for words in _CHANGES):
        return
    for stage in graph.stages:
        for run in stage.of(Run) if stage.reachable and stage.os != "windows" else ():
            yield from _of_run(run, stage, sources, context)
    for stage in graph.shipped if asked is not None else ():
        if any("npm" in node.raw for at in stage.lineage for node in (*at.of(Cmd), *at.of(Entrypoint))):
            from dlint.model.own_image import OwnImage

            yield from _of_start(OwnImage.of_stage(stage), context, asked or ())


def _of_run(run: Run, stage: Stage, sources: Sources, context: Context) -> Iterator[UnknownScript]:
    script, folder = stage.script(run), stage.workdir_at(run)
    if (
        script is None
        or script.has_error
        or not isinstance(folder, str)
        or not {"cd", "pushd"}.isdisjoint(script.names)
    ):
        return
    for command in script.commands if "npm" in script.names else ():
        words = [command.name, *(word.literal or "$" for word in command.given)]
        name = _called(words) if command.name == "npm" else None
        path = sources.file_at(posixpath.join(folder, _MANIFEST), stage, run) if name is not None else None
        manifest = context.project.read(path) if path is not None else None
        if name is not None and manifest is not None and stops_the_step(command, run, stage):
            yield from _missing(name, command.name_node, manifest, in_step=True)


def _of_start(
    image: OwnImage, context: Context, asked: Sequence[tuple[Service, ComposeModel]]
) -> Iterator[UnknownScript]:
    """The call by which an image starts, if no service that runs it has another."""
    from dlint.model.serving import together
    from dlint.workspace.serving import file_of

    entrypoint, cmd, workdir = image.entrypoint, image.cmd, image.workdir
    if entrypoint is None or cmd is None or workdir is None or cmd.where is None or not (cmd.own or entrypoint.own):
        return
    start = cmd if cmd.value.words and not entrypoint.value.shell else entrypoint
    name = _called(_first(together(entrypoint, cmd.value.words) if start is cmd else start.value.words))
    if name is None or start.where is None:
        return
    if any(service.working_dir is not None for service, _ in asked):
        return
    manifest = file_of(image, posixpath.join(workdir.value, _MANIFEST), context, asked)
    if manifest is not None:
        yield from _missing(name, start.where, manifest, in_step=False)


def _first(words: Sequence[str]) -> list[str]:
    """The words of the command that a command line surely starts first, without what only hands it on."""
    script = script_of_texts(words) or script_of_texts(("sh", "-c", _joined(words)))
    commands = [*innermost(script.commands)] if script is not None and not script.has_error else []
    command = commands[0] if commands else None
    if command is None or command.conditional:
        return []
    return [command.name, *(word.literal or "$" for word in command.given)]


def _joined(words: Sequence[str]) -> str:
    """The text that a shell takes for these words."""
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


def _called(words: Sequence[str]) -> str | None:
    """The script that npm is told to run, if it stops without it."""
    if not words or words[0] != "npm" or any(word in _LENIENT or "$" in word for word in words):
        return None
    call = call_of(words)
    return call.name if call is not None and call.name not in _ALWAYS and call.name.isprintable() else None


def _missing(name: str, where: Node, manifest: Source, *, in_step: bool) -> Iterator[UnknownScript]:
    scripts = scripts_of(manifest.text)
    if scripts is not None and name not in scripts:
        yield UnknownScript(where, name, manifest, (*scripts,), in_step)
