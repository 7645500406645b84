"""What COPY and ADD take from the build context, and where they put it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.lazy import once
from dlint.model.dockerfile.commands import value_of
from dlint.syntax.dockerfile.parser import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction, Word


def local_copies(graph: StageGraph) -> Iterator[Copy | Add]:
    """The COPY and ADD instructions that take files from the context."""
    for stage in graph.stages:
        yield from copies_in(stage)


def copies_in(stage: Stage) -> Iterator[Copy | Add]:
    """The COPY and ADD instructions of a stage that take files from the context."""
    yield from filter(takes_from_context, transfers(stage))


@once
def transfers(stage: Stage) -> list[Copy | Add]:
    """The COPY and ADD instructions of a stage in order, triggers of ONBUILD not among them."""
    return [node for node in stage.instructions if type(node) is Copy or type(node) is Add]


def takes_from_context(instruction: Instruction) -> TypeIs[Copy | Add]:
    """Whether an instruction is a COPY or ADD that takes files from the context."""
    return type(instruction) is Add or (type(instruction) is Copy and instruction.from_ is None)


def local_path(word: Word, node: Copy | Add, stage: Stage) -> str | None:
    """The path a source of COPY or ADD names inside the context, ``.`` for all of it; None for URLs and the unknown."""
    text = value_of(word, node, stage)
    return path_in_context(text) if text else None


def path_in_context(text: str) -> str | None:
    """The path inside the context that a source without variables names, ``.`` for all of it; None for URLs."""
    if "://" in text or text.startswith(("git@", "<<")):
        return None
    return posixpath.normpath("/" + text).lstrip("/") or "."


def target_of(node: Copy | Add, stage: Stage) -> str | None:
    """The absolute path that COPY or ADD writes to, a folder or a file; None if it is not known."""
    word = node.destination
    text = value_of(word, node, stage) if word is not None else None
    folder = stage.workdir_at(node)
    if text is None or not (text.startswith("/") or isinstance(folder, str)):
        return None
    return posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", text))


def goes_into_folder(node: Copy | Add, stage: Stage) -> bool:
    """Whether the target of COPY or ADD is surely a folder; False if that depends on what lies there."""
    text = value_of(node.destination, node, stage) if node.destination is not None else None
    if not text:
        return False
    if text.endswith(("/", "/.")) or text == "." or len(node.words) > 2:
        return True
    return target_of(node, stage) in ("/", stage.workdir_at(node))
