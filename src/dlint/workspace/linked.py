"""Programs that a COPY takes from an image with glibc, to which they are linked, to one that has none."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import environment, start_of, value_of
from dlint.model.dockerfile.taken import transfers
from dlint.model.dockerfile.writes import moves_surely, with_folders
from dlint.model.facts.built_files import cargo_output
from dlint.model.facts.linking import BRINGING, GO_IMPORT, STATIC, lacks_glibc
from dlint.syntax.dockerfile.parser import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Node
    from dlint.syntax.dockerfile.parser import Word
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

_MOST_FILES: Final = 60
_MOST_LOOKS: Final = 50
_REMEDY_OF_GO: Final = "build it with CGO_ENABLED=0"


class ForeignProgram(NamedTuple):
    """A program at ``word`` that the ``builder`` links to glibc, which the image, called ``lacking``, has not."""

    word: Word
    lacking: str
    builder: Node
    remedy: str


def foreign_programs(graph: StageGraph, sources: Sources, context: Context) -> Iterator[ForeignProgram]:
    """The programs of a build that find no C library in their image."""
    if any(word in graph.source.text for word in STATIC):
        return
    left = iter(range(_MOST_LOOKS))
    for stage in graph.stages:
        # One that starts nothing may only hand out what was built.
        lacking = _lacking(stage) if stage.reachable and start_of(stage) else ""
        for node in transfers(stage) if lacking else ():
            origin = stage.source_of(node) if isinstance(node, Copy) and node.from_ is not None else None
            if origin is None or origin.index >= stage.index or _family(origin) != "debian":
                continue
            for word in node.sources if next(left, None) is not None else ():
                text = value_of(word, node, stage)
                path = posixpath.normpath("/" + text.lstrip("/")) if text else ""
                found = _linked(path, origin, sources, context)
                if found is not None:
                    yield ForeignProgram(word, lacking, *found)


def _lacking(stage: Stage) -> str:
    """What to call a stage that has no glibc; empty if it may have one."""
    nodes = [node.raw for at in stage.lineage for node in at.instructions[1:]]
    if any(word in raw for raw in nodes for word in BRINGING) or any(
        at.graph is not stage.graph for at in stage.lineage
    ):
        return ""
    return "scratch" if stage.root.scratch else lacks_glibc(stage.root.image, _family(stage))


def _family(stage: Stage) -> str | None:
    from dlint.model.own_image import OwnImage

    facts = OwnImage.of_stage(stage).facts
    return facts.os_family if facts is not None else None


def _linked(path: str, stage: Stage, sources: Sources, context: Context) -> tuple[Node, str] | None:
    """What links a program at a path of a stage to glibc, and what to do instead; None if that is not known."""
    image = stage.root.image
    name = image.familiar if image is not None else ""
    for at in stage.lineage:
        for run in at.of(Run):
            script = at.script(run)
            if script is None or script.has_error or not moves_surely(script):
                continue
            for command, folder in with_folders(script, at.workdir_at(run)):
                if command.name == "cargo" and name == "rust" and _by_cargo(path, command, folder, at, context):
                    return (
                        command.name_node,
                        "build it for a musl target, or take an image with glibc, such as debian:slim",
                    )
                if command.name == "go" and name == "golang" and _by_go(path, command, folder, at):
                    file = sources.file_in(posixpath.join(folder, "go.mod"), at, run)
                    if file is not None and _asks_net(posixpath.dirname(file), context):
                        return command.name_node, _REMEDY_OF_GO
    return None


def _by_cargo(path: str, command: ShellCommand, folder: str, stage: Stage, context: Context) -> bool:
    output = cargo_output(path)
    if output is None or command.verb not in ("build", "b") or posixpath.normpath(output.top) != folder:
        return False
    if command.has_flag("--target") or environment(command, stage, "CARGO_BUILD_TARGET") != "" or output.triple:
        return False
    return environment(command, stage, "RUSTFLAGS") == "" and not context.has(".cargo")


def _by_go(path: str, command: ShellCommand, folder: str, stage: Stage) -> bool:
    output = command.flag("-o")
    if command.verb != "build" or output is None or not output.value or "$" in output.value:
        return False
    if posixpath.normpath(posixpath.join(folder, output.value)) != path:
        return False
    return all(environment(command, stage, name) == "" for name in ("CGO_ENABLED", "GOARCH", "GOOS", "GOFLAGS", "CC"))


def _asks_net(folder: str, context: Context) -> bool:
    """Whether a project of Go imports packages that cgo links to the C library."""
    below = context.project.below(folder)
    paths = [path for path in below.kinds if path.endswith(".go") and not path.endswith("_test.go")]
    texts = (context.project.text(posixpath.join(folder, path)) for path in paths[:_MOST_FILES])
    return any(GO_IMPORT.search(text) for text in texts)
