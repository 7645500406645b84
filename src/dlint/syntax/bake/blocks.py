"""The blocks of a Bake file: ``target``, ``group``, ``variable``, whether it is written in HCL or in JSON.

Values are the nodes of the YAML tree. Strings keep their ``${…}``, and a bare expression such as ``TAG`` is the
scalar ``${TAG}``: in JSON it is written so.
"""

from __future__ import annotations

from dlint.source import Node, Source, Span
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlScalar


class Block(Node):
    """``target "app" {…}``: ``kind`` is its first word, ``label`` its name, ``fields`` what it sets."""

    __slots__ = ("fields", "kind", "label")

    def __init__(self, kind: str, label: YamlScalar, fields: YamlMap, span: Span) -> None:
        super().__init__(label.source, span)
        self.kind = kind
        self.label = label
        self.fields = fields


class BakeFile(Node):
    """A parsed Bake file. ``broken`` says that parts of it are not known; ``unread`` that nothing can read it here.

    ``values`` are the top-level attributes of HCL, which are variables too.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source, Span(0, len(source.text)))
        self.blocks: list[Block] = []
        self.values: list[YamlEntry] = []
        self.comments: list[Node] = []
        self.broken = False
        self.unread = False

    def of(self, kind: str) -> list[Block]:
        """The blocks of a kind."""
        return [block for block in self.blocks if block.kind == kind]
