"""What a fix must keep: a file its reader accepted, and every comment in it."""

from __future__ import annotations

from dlint.lint import kind_by_name
from dlint.source import Source
from dlint.syntax.fault import Fault


def accepts(source: Source) -> bool:
    """Whether the file parses without a fault."""
    return not _parsed(source)[0]


def comments(source: Source) -> list[str]:
    """The text of every comment of the file, in order."""
    return _parsed(source)[1]


def _parsed(source: Source) -> tuple[list[Fault], list[str]]:
    kind = kind_by_name(source.path) or ("compose" if source.path.endswith((".yml", ".yaml")) else "dockerfile")
    if kind == "dockerfile":
        from dlint.syntax import dockerfile

        tree = dockerfile.parse(source)
        return tree.faults, [comment.text.strip() for comment in tree.comments]
    if kind == "compose":
        from dlint.syntax import yamltree

        stream = yamltree.parse(source)
        return stream.faults, [comment.text.strip() for comment in stream.comments]
    from dlint.syntax import dockerignore

    ignore = dockerignore.parse(source)
    return ignore.faults, [comment.raw for comment in ignore.comments]
