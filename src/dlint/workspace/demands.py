"""The release of a language that a project's files ask for, as the steps of a build find them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import stops_the_step
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.toolchains import Demand, Toolchain, demanded, is_older, release_of
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.project.files import ProjectFiles
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Word
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.sources import Sources

_MOST_CHARACTERS: Final = 200_000
_ELSEWHERE: Final = ("-C", "--manifest-path", "--working-dir", "--directory", "-f", "--file", "-modfile", "--project")
"""Options by which a tool looks at another file."""


class Outgrown(NamedTuple):
    """A base image whose release of a language is older than the project asks for.

    ``image`` is the word in FROM, ``has`` the release in its tag; ``command`` stops, as the file at ``where`` asks for
    ``wants``.
    """

    image: Word
    has: str
    command: ShellCommand
    where: Node
    wants: str


def outgrown(graph: StageGraph, sources: Sources, project: ProjectFiles) -> Iterator[Outgrown]:
    """The base images of a build that are older than its project asks for, each once."""
    seen: set[Stage] = set()
    for stage in graph.stages:
        root = stage.root
        image, word = root.image, root.from_.image
        found = release_of(image) if image is not None and stage.reachable and root not in seen else None
        if found is None or word is None or any(one in graph.source.text for one in found[0].elsewhere):
            continue
        toolchain, version, written = found
        for run, command, file, demand in _demands(stage, toolchain, sources, project):
            if is_older(version, demand.version) and stops_the_step(command, run, stage):
                seen.add(root)
                where = Node(file, Span(demand.start, demand.end))
                yield Outgrown(word, f"{toolchain.language} {written}", command, where, demand.named)
                break


class RefusedYarn(NamedTuple):
    """A ``command`` that the Yarn of a base ``image`` refuses, as the project wants the one named at ``where``."""

    image: Word
    command: ShellCommand
    where: Node
    wants: str


# The official images have Yarn 1.22.22 from those of early 2024 on, and no Yarn from Node.js 26 on
# (github.com/nodejs/docker-node). That Yarn ends where package.json names another one, unless the project brings it
# (github.com/yarnpkg/yarn, src/cli/index.js).
_NODE: Final = pattern(r"\Av?(?:20\.(?:1[1-9]|[2-9]\d)|2[2-5]\.|2[0-5](?:$|-))")
_MANAGER: Final = pattern(r"\"packageManager\"[ \t]*:[ \t]*\"yarn@((?:[2-9]|\d\d)[^\"\n+]{0,40})")
_OTHER_YARN: Final = ("corepack", "COREPACK", "yarn set version", "yarnPath", ".yarn/releases", "-g yarn", "yarn@")


def refused_yarn(graph: StageGraph, sources: Sources, project: ProjectFiles) -> Iterator[RefusedYarn]:
    """The first command of each base image that its Yarn refuses: Corepack, which has the wanted one, is not used."""
    if any(word in graph.source.text for word in _OTHER_YARN):
        return
    seen: set[Stage] = set()
    for stage in graph.stages:
        root = stage.root
        image, word = root.image, root.from_.image
        if image is None or word is None or root in seen or not stage.reachable:
            continue
        if image.familiar != "node" or _NODE.match(image.tag or "") is None:
            continue
        for run in stage.of(Run):
            found = _refused(run, stage, sources, project)
            if found is not None:
                seen.add(root)
                yield RefusedYarn(word, *found)
                break


def _refused(run: Run, stage: Stage, sources: Sources, project: ProjectFiles) -> tuple[ShellCommand, Node, str] | None:
    script, folder = stage.script(run), stage.workdir_at(run)
    if script is None or script.has_error or "yarn" not in script.names or not moves_surely(script):
        return None
    command, folder = next((one for one in with_folders(script, folder) if one[0].name == "yarn"), (None, folder))
    if command is None or command.conditional or not isinstance(folder, str) or not stops_the_step(command, run, stage):
        return None
    if command.verb.partition(" ")[0] in ("global", "config", "cache", "policies") or command.has_flag("--cwd", "-v"):
        return None
    name = sources.file_at(posixpath.join(folder, "package.json"), stage, run)
    file = project.read(name) if name is not None else None
    match = _MANAGER.search(file.text) if file is not None and len(file.text) < _MOST_CHARACTERS else None
    if name is None or file is None or match is None:
        return None
    settings = project.read(posixpath.join(posixpath.dirname(name), ".yarnrc.yml"))
    if settings is not None and "yarnPath" in settings.text:
        return None
    return command, Node(file, Span(match.start(1), match.end(1))), match[1]


def _demands(
    stage: Stage, toolchain: Toolchain, sources: Sources, project: ProjectFiles
) -> Iterator[tuple[Run, ShellCommand, Source, Demand]]:
    """What the files of the context ask for at which the commands of a stage look."""
    for run in stage.of(Run):
        script = stage.script(run)
        if script is None or script.has_error or not moves_surely(script):
            continue
        for command, folder in with_folders(script, stage.workdir_at(run)):
            path = _looked_at(command, folder, toolchain)
            if path is not None and posixpath.basename(path) == ".csproj":
                path = _only_project(posixpath.dirname(path), stage, run, sources)
            name = sources.file_at(path, stage, run) if path is not None else None
            file = project.read(name) if name is not None else None
            if file is not None and len(file.text) < _MOST_CHARACTERS:
                demand = demanded(toolchain, file.text)
                if demand is not None:
                    yield run, command, file, demand


def _only_project(folder: str, stage: Stage, run: Run, sources: Sources) -> str | None:
    """The project that ``dotnet`` takes in a folder where none is named; None if there are several, or a solution."""
    found = sources.named_with((".csproj", ".fsproj", ".vbproj", ".sln", ".slnx"), folder, stage, run)
    return found[0] if len(found) == 1 and found[0].endswith(".csproj") else None


def _looked_at(command: ShellCommand, folder: str, toolchain: Toolchain) -> str | None:
    """The path of the file that a command looks at for the release; None if it looks at none, or nobody knows."""
    verbs = toolchain.tools.get(command.tool) or toolchain.tools.get(command.name)
    if verbs is None:
        return None
    words = [word.literal or "" for word in command.given]
    if not verbs.intersection(words if toolchain.file == "pom.xml" else (command.verb.partition(" ")[0],)):
        return None
    if any(word.startswith(_ELSEWHERE) for word in words):
        return None
    if toolchain.file.startswith("."):
        named = next((word for word in words if word.endswith(toolchain.file)), None)
        if named is None and any(not word.text.startswith("/p:") for word in command.arguments):
            return None
        return posixpath.normpath(posixpath.join(folder, named or toolchain.file))
    if command.tool == "pip" and not any(word == "." or word.startswith(".[") for word in words):
        return None
    return posixpath.join(folder, toolchain.file)
