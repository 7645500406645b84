"""Programs of Python packages by which a container starts, and that no package which is installed brings."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.brings import may_bring_program
from dlint.model.dockerfile.commands import value_of
from dlint.model.facts.processes import PROGRAM_FOLDERS
from dlint.model.facts.python_programs import MODULES, PROGRAMS, WORKERS
from dlint.syntax.dockerfile.parser import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.dockerfile.parser import Instruction
    from dlint.workspace.context import Context
    from dlint.workspace.python_installs import Install
    from dlint.workspace.sources import Sources

_BASE: Final = "python"
_ALONE: Final = frozenset(("uv", "uvx", "poetry"))
_READ: Final = ("pip", "uv", "poetry", "pipenv")
_MOST_STAGES: Final = 20


class MissingProgram(NamedTuple):
    """A ``program`` that a start at ``where`` runs, of a ``package`` that none of the ``installs`` brings.

    ``left_out`` is the one that leaves it out, as it is for development; ``apart`` the one that puts it into a virtual
    environment, which is not in ``PATH``.
    """

    where: Node
    program: str
    package: str
    installs: list[Install]
    left_out: Install | None
    apart: Install | None


def missing_programs(
    graph: StageGraph, sources: Sources, context: Context, asked: Sequence[tuple[Service, ComposeModel]]
) -> Iterator[MissingProgram]:
    """The programs that the images of a build start and do not have; ``asked`` are the services that asked for it."""
    for stage in graph.shipped:
        if stage.os == "windows" or not _is_known(stage, graph) or _may_be_mounted(asked):
            continue
        from dlint.model.own_image import OwnImage
        from dlint.workspace.start_lines import start_lines

        for line in start_lines(OwnImage.of_stage(stage), asked):
            if any(map(" ".join(line.words).__contains__, PROGRAMS)):
                found = next(_of_words(line.words, line.where, stage, sources, context), None)
                if found is not None:
                    yield found


def _is_known(stage: Stage, graph: StageGraph) -> bool:
    image = stage.root.image
    own = all(at.graph is graph and not at.inherited_triggers for at in stage.lineage)
    return own and image is not None and image.familiar == _BASE


def _may_be_mounted(asked: Sequence[tuple[Service, ComposeModel]]) -> bool:
    """Whether a mount of a service may bring packages."""
    targets = [mount.target.literal if mount.target is not None else None for one, _ in asked for mount in one.mounts]
    words = ("venv", "site-packages", "/usr/local", "/.local", "/root")
    return any(target is None or any(map(target.__contains__, words)) for target in targets)


def _of_words(
    words: Sequence[str], where: Node, stage: Stage, sources: Sources, context: Context
) -> Iterator[MissingProgram]:
    from dlint.model.package_calls import surely_started

    for called in surely_started(words):
        for program, package in _needed(called):
            installs = _installs(program, package, stage, sources, context)
            answers = [(one.brings(package), one) for one in installs or ()]
            bringing = [one for answer, one in answers if answer is not False]
            if installs and not bringing:
                left = next((one for one in installs if one.locked is not None and package in one.locked.every), None)
                yield MissingProgram(where, program, package, installs, left, None)
            elif installs and called[0] not in _RUNNERS and _are_apart(bringing, stage, context):
                yield MissingProgram(where, program, package, installs, None, bringing[0])


def _needed(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The program that a command runs, and what it is told to load, each with its package."""
    program, package = _program(words)
    if package:
        yield program, package
    if package == "gunicorn":
        for option, value in zip(words, [*words[1:], ""], strict=True):
            name = option.partition("=")[2] if option.startswith("--worker-class=") else value
            if option in ("-k", "--worker-class") or name is not value:
                yield from [(name, worker) for start, worker in WORKERS if name.startswith(start)]


_RUNNERS: Final = ("poetry", "pipenv")
_REACHING: Final = (
    "venv", "VIRTUAL_ENV", "VIRTUALENV", "virtualenvs.", "UV_PROJECT_ENVIRONMENT", "--system", "PIPENV", "activate",
    "PATH=", "PATH ",
)  # fmt: skip


def _are_apart(bringing: list[Install], stage: Stage, context: Context) -> bool:
    """Whether tools put what they install into virtual environments of their own, into which nothing looks."""
    return all(one.locked is not None for one in bringing) and not _may_reach(stage, context)


def _may_reach(stage: Stage, context: Context) -> bool:
    """Whether anything may make the programs of a virtual environment known, or have the tool do without one."""
    texts = [node.raw for at in stage.lineage for node in at.instructions]
    settings = context.project.text(context.path("poetry.toml")) + context.project.text(context.path("pyproject.toml"))
    return any(word in text for text in texts for word in _REACHING) or "virtualenvs" in settings


def _program(words: Sequence[str]) -> tuple[str, str]:
    """The program that a command runs, and its package; empty if it is none of those that are known."""
    if words[0] in _RUNNERS and words[1:2] == ["run"]:
        words = words[2:]
    if words and words[0].rpartition("/")[2].startswith("python") and "-m" in words[:3]:
        module = words[words.index("-m") + 1] if words.index("-m") + 1 < len(words) else ""
        return (module, module) if module in MODULES else ("", "")
    folder, _, name = words[0].rpartition("/") if words else ("", "", "")
    known = name in PROGRAMS and (not folder or folder in PROGRAM_FOLDERS)
    return (name, PROGRAMS[name]) if known else ("", "")


def _installs(program: str, package: str, stage: Stage, sources: Sources, context: Context) -> list[Install] | None:
    """All that is installed into the image of a stage; None if anything else may bring a program or its package."""
    from dlint.workspace.python_installs import installs

    found: list[Install] = []
    waiting: list[Stage] = [stage]
    seen: set[Stage] = set()
    while waiting:
        top = waiting.pop()
        if top in seen:
            continue
        seen.add(top)
        if len(seen) > _MOST_STAGES:
            return None
        for at in top.lineage:
            if at.graph is not stage.graph or at.inherited_triggers:
                return None
            for node in at.instructions[1:]:
                source = at.source_of(node) if isinstance(node, Copy) and node.from_ is not None else None
                if source is not None and source is not at:
                    waiting.append(source)
                elif _may_bring(node, at, program, package):
                    return None
                elif type(node) is Run:
                    more = installs(node, at, sources, context)
                    if more is None:
                        return None
                    found += more
    return found


def _may_bring(node: Instruction, stage: Stage, program: str, package: str) -> bool:
    """Whether an instruction names a program or its package, or may bring it unseen."""
    if isinstance(node, Copy) and node.from_ is not None:
        names = (posixpath.basename(value_of(word, node, stage) or "") for word in node.sources)
        return not all(name in _ALONE for name in names)
    if isinstance(node, Copy | Add) and any(word in node.raw for word in ("venv", "wheel", "site-packages")):
        return True
    return may_bring_program(node, stage, program, _READ) or (isinstance(node, Run) and package in node.raw)
