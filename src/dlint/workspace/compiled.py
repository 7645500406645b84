"""Steps in which pip compiles a package of Python, in an image that has no compiler."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import stops_the_step
from dlint.model.facts.source_packages import source_packages_in
from dlint.model.own_image import OwnImage
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.project.files import ProjectFiles
    from dlint.syntax.dockerfile.parser import Run
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.sources import Sources

_MOST_CHARACTERS: Final = 200_000
# Where else packages may come from, compiled by somebody; and what is not installed after all.
_ELSEWHERE: Final = (
    "-i", "-f", "--index-url", "--extra-index-url", "--find-links", "--no-index", "--dry-run", "--platform",
)  # fmt: skip
_WITH_VALUE: Final = frozenset("-t --target -c --constraint -e --editable --prefix --root --python-version".split())


class Compiled(NamedTuple):
    """A ``command`` that compiles the package called ``name``; ``where`` says so."""

    command: ShellCommand
    name: str
    where: Node
    image: OwnImage


def compiled(graph: StageGraph, sources: Sources, project: ProjectFiles) -> Iterator[Compiled]:
    """The first such step of each stage."""
    for stage in graph.stages:
        if stage.reachable and stage.os != "windows":
            runs = [run for run in stage.runs if "pip" in run.raw]
            found = next((one for run in runs for one in _of_run(run, stage, sources, project)), None)
            if found is not None and not _takes_packages(stage):
                yield found


def _takes_packages(stage: Stage) -> bool:
    """Whether packages may have been installed elsewhere and copied, or are mounted."""
    return any(
        at.inherited_triggers
        or any(isinstance(one, Add) or (isinstance(one, Copy) and one.from_ is not None) for one in at.instructions)
        or any(mount.type == "bind" for run in at.runs for mount in run.mounts)
        for at in stage.lineage
    )


def _of_run(run: Run, stage: Stage, sources: Sources, project: ProjectFiles) -> Iterator[Compiled]:
    script = stage.script(run)
    if script is None or not script.posix or script.has_error:
        return
    for command in script.commands:
        if command.tool != "pip" or command.verb.partition(" ")[0] != "install":
            continue
        words = [word.literal for word in command.given]
        if None in words or any((word or "").startswith(_ELSEWHERE) for word in words):
            continue
        name, where = next(_named(command, run, stage, sources, project), ("", None))
        if where is None or not stops_the_step(command, run, stage):
            continue
        image = OwnImage.of_stage(stage).before(run)
        if image.program("gcc") is not False or _installs_before(command):
            return
        if any(name.startswith("PIP_") and "CACHE" not in name for name in stage.env_at(run)):
            return
        yield Compiled(command, name, where, image)


def _installs_before(command: ShellCommand) -> bool:
    """Whether the step itself may bring a compiler before the command."""
    return any(word in command.script.text.text for word in ("gcc", "build-essential", "build-base", "clang", "$"))


def _named(
    command: ShellCommand, run: Run, stage: Stage, sources: Sources, project: ProjectFiles
) -> Iterator[tuple[str, Node]]:
    """The packages that a command compiles, each with the place that names it."""
    words = [word.literal or "" for word in command.given]
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        file = _file_in(word, before)
        if file:
            yield from _in_file(file, run, stage, sources, project)
        elif before not in _WITH_VALUE:
            yield from ((name, command.given[at]) for name, _, _ in source_packages_in(word))


def _file_in(word: str, before: str) -> str:
    """The requirements file that a word names."""
    if before in ("-r", "--requirement"):
        return word
    return word.partition("=")[2] if word.startswith("--requirement=") else word[2:] if word.startswith("-r") else ""


def _in_file(file: str, run: Run, stage: Stage, sources: Sources, project: ProjectFiles) -> Iterator[tuple[str, Node]]:
    folder = stage.workdir_at(run)
    if not isinstance(folder, str):
        return
    found = sources.file_at(posixpath.normpath(posixpath.join(folder, file)), stage, run)
    source = project.read(found) if found is not None else None
    if source is not None and len(source.text) < _MOST_CHARACTERS and "--" not in source.text:
        for name, start, end in source_packages_in(source.text):
            yield name, Node(source, Span(start, end))
