"""The paths that a stage of a build is known to have, for hints at what was meant; more may lie there."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.dockerfile.commands import value_of
from dlint.model.dockerfile.taken import goes_into_folder, local_path, target_of
from dlint.model.dockerfile.writes import written_by
from dlint.syntax.dockerfile.parser import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Mount, Word
    from dlint.workspace.context import Context

_MOST: Final = 5000
_DEEPEST: Final = 8


class Folders(NamedTuple):
    """What is copied from: the build context, and the folders that named contexts stand for."""

    contents: Context
    folder_of: Callable[[Copy | Mount, Stage], Context | None]


def known_paths(folders: Folders, stage: Stage, depth: int = 0) -> set[str]:
    """The absolute paths that the steps of a stage bring or make, folders among them."""
    found: set[str] = set()
    for at in reversed([*stage.lineage]):
        for node in at.instructions[1:] if at.graph is stage.graph else ():
            if isinstance(node, Copy | Add):
                found.update(_brought(folders, node, at, depth))
            elif isinstance(node, Run):
                found.update(one.path for one in written_by(node, at) or () if one.kind != "any")
            if len(found) > _MOST:
                return found
    return found


def _brought(folders: Folders, node: Copy | Add, stage: Stage, depth: int) -> Iterator[str]:
    target = target_of(node, stage)
    if target is None or node.flag("parents") is not None:
        return
    into = goes_into_folder(node, stage)
    yield from (posixpath.join(target, one.name) if into else target for one in node.heredocs)
    for word in node.sources:
        for name in _names(folders, word, node, stage, depth):
            # Of a folder the content is copied, and of a file its name, if the target is a folder.
            yield posixpath.normpath(posixpath.join(target, name)) if into or "/" in name else target


def _names(folders: Folders, word: Word, node: Copy | Add, stage: Stage, depth: int) -> Iterator[str]:
    """What a source brings, by its path below the target; what lies in a folder begins with ``./``."""
    if not isinstance(node, Copy) or node.from_ is None:
        inner = local_path(word, node, stage)
        yield from _in_context(folders.contents, inner) if inner is not None else ()
        return
    named, origin, text = folders.folder_of(node, stage), stage.source_of(node), value_of(word, node, stage)
    if named is not None and text:
        yield from _in_context(named, posixpath.normpath("/" + text)[1:] or ".")
    elif origin is not None and text and origin.index < stage.index and depth < _DEEPEST:
        source = posixpath.normpath("/" + text.lstrip("/")).rstrip("/")
        for path in known_paths(folders, origin, depth + 1):
            if path == source:
                yield posixpath.basename(path)
            elif path.startswith(source + "/"):
                yield f"./{path[len(source) + 1 :]}"


def _in_context(context: Context, inner: str) -> Iterator[str]:
    if inner == "." or context.is_folder(inner):
        yield from (f"./{name}" for name in context.kinds("" if inner == "." else inner))
    elif context.takes(inner):
        yield posixpath.basename(inner)
