"""Files of settings of the project, at their places in a service's container."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Final

    from dlint.project.files import ProjectFiles
    from dlint.source import Node, Source

_MOST_FILES: Final = 50
MOST_CHARACTERS: Final = 200_000
"""How long a file of settings is at most; a longer one is not read."""
_COMMENT = pattern(r"(?m)(?:^|(?<=\s))#[^\n]*")


class Paths(NamedTuple):
    """The files of a project, and the path there ``of`` one that a node of a Compose file names."""

    project: ProjectFiles
    of: Callable[[Node, str], str | None]


def placed(paths: Paths, node: Node, written: str, target: str) -> Iterator[tuple[str, Source | None]]:
    """The files that lie at ``target`` in a container, or below it, by their paths there; None for one not to be read.

    ``written`` is the path, of a file or a folder, that ``node`` names and that is put there.
    """
    path = paths.of(node, written)
    at = posixpath.normpath(target)
    if path is not None and paths.project.is_dir(path):
        for name in sorted(paths.project.listdir(path))[:_MOST_FILES]:
            yield posixpath.join(at, name), _read(paths.project, posixpath.join(path, name))
    else:
        yield at, _read(paths.project, path) if path is not None else None


def _read(project: ProjectFiles, path: str) -> Source | None:
    source = project.read(path) if not project.is_dir(path) else None
    return source if source is not None and len(source.text) < MOST_CHARACTERS else None


def without_comments(text: str) -> str:
    """The text with blanks in place of its comments, which begin with ``#``."""
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), text) if "#" in text else text
