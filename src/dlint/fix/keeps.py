"""What a fix must keep: a file its reader accepted, and every comment in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.project.kinds import kind_by_name
from dlint.source import Source
from dlint.syntax.fault import Fault

if TYPE_CHECKING:
    from dlint.syntax.yaml.parser import YamlStream


def accepts(source: Source) -> bool:
    """Whether the file parses without a fault."""
    return not _parsed(source)[0]


def comments(source: Source) -> list[str]:
    """The text of every comment of the file, in order."""
    return _parsed(source)[1]


def _parsed(source: Source) -> tuple[list[Fault], list[str]]:
    kind = kind_by_name(source.path) or ("compose" if source.path.endswith((".yml", ".yaml")) else "dockerfile")
    if kind == "dockerfile":
        from dlint.syntax.dockerfile import parser as dockerfile
        from dlint.syntax.dockerfile.validate import instructions as validate

        tree = dockerfile.parse(source)
        return validate.faults(tree), [comment.text.strip() for comment in tree.comments]
    if kind == "compose":
        from dlint.syntax.yaml import parser as yamltree

        stream = yamltree.parse(source)
        found = [comment.text.strip() for comment in stream.comments]
        if "dockerfile_inline" in source.text:
            found += _inline_comments(stream)
        return stream.faults, found
    from dlint.syntax import dockerignore

    ignore = dockerignore.parse(source)
    return ignore.faults, [comment.raw for comment in ignore.comments]


def _inline_comments(stream: YamlStream) -> list[str]:
    """The comments of the Dockerfiles that stand in a Compose file."""
    from dlint.syntax.dockerfile import parser as dockerfile
    from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar, YamlSeq
    from dlint.workspace.inline_dockerfile import inline_source

    found: list[str] = []
    stack: list[YamlNode] = [*stream.documents]
    while stack:
        node = stack.pop()
        if node.alias is not None:
            continue
        if isinstance(node, YamlSeq):
            stack += node.items
        elif isinstance(node, YamlMap):
            for entry in node.entries:
                stack.append(entry.value)
                if entry.key.value == "dockerfile_inline" and isinstance(entry.value, YamlScalar):
                    found += [comment.text.strip() for comment in dockerfile.parse(inline_source(entry.value)).comments]
    return found
