"""HCL to blocks, by the grammar of ``tree-sitter-hcl``; without that package a file is said to be unread."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.bake.blocks import BakeFile, Block
from dlint.syntax.jsonc import decoded
from dlint.syntax.yaml.nodes import DOUBLE, LITERAL, PLAIN, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode
    from tree_sitter import Parser

MOST_DEPTH = 60
"""How deep blocks and values may be nested: what goes deeper is not read."""

# The grammar counts bytes; one byte a character keeps its offsets those of the text.
_FOREIGN = pattern(r"[^\x01-\x7f]")
_PARSERS: list[Parser | None] = []


def _parser() -> Parser | None:
    """The parser; None where the package is not installed."""
    if not _PARSERS:
        try:
            from tree_sitter import Language, Parser
            from tree_sitter_hcl import language
        except ImportError:
            _PARSERS.append(None)
        else:
            _PARSERS.append(Parser(Language(language())))
    return _PARSERS[0]


def is_read() -> bool:
    """Whether the package is there without which no file is read."""
    return _parser() is not None


def parse(source: Source) -> BakeFile:
    """Read a Bake file in HCL. Never raises: around mistakes the rest is read."""
    found = BakeFile(source)
    parser = _parser()
    if parser is None:
        found.unread = found.broken = True
        return found
    tree = parser.parse(_FOREIGN.sub("_", source.text).encode("ascii"))
    found.broken = tree.root_node.has_error
    reader = _Reader(source, found)
    for node in tree.root_node.children:
        if node.type == "body":
            reader.body(node)
        elif node.type == "comment":
            reader.comment(node)
    return found


class _Reader:
    def __init__(self, source: Source, found: BakeFile) -> None:
        self.source = source
        self.found = found

    def raw(self, node: TreeNode) -> str:
        return self.source.text[node.start_byte : node.end_byte]

    def comment(self, node: TreeNode) -> None:
        self.found.comments.append(Node(self.source, _span(node)))

    def body(self, body: TreeNode) -> None:
        """The top of the file."""
        for node in body.children:
            if node.type == "comment":
                self.comment(node)
            elif node.type == "attribute":
                self.found.values += self.attributes((node,), 0)
            elif node.type == "block":
                block = self.block(node)
                if block is not None:
                    self.found.blocks.append(block)

    def block(self, node: TreeNode) -> Block | None:
        names = [one for one in node.children if one.type in ("identifier", "string_lit")]
        if len(names) != 2:
            return None
        inner = next((one for one in node.children if one.type == "body"), None)
        for one in node.children:
            if one.type == "comment":
                self.comment(one)
        entries = [*self.attributes(inner.children, 0)] if inner is not None else []
        fields = YamlMap(self.source, _span(node), entries)
        label = names[1]
        name = self.scalar(label, decoded(self.raw(label).strip('"')), DOUBLE if label.type == "string_lit" else PLAIN)
        return Block(self.raw(names[0]), name, fields, _span(node))

    def attributes(
        self, nodes: Iterator[TreeNode] | tuple[TreeNode, ...] | list[TreeNode], depth: int
    ) -> Iterator[YamlEntry]:
        for node in nodes:
            if node.type == "comment":
                self.comment(node)
            elif node.type == "attribute":
                key = node.children[0]
                value = next((one for one in node.children if one.type == "expression"), None)
                if value is not None:
                    yield YamlEntry(self.scalar(key, self.raw(key), PLAIN), self.value(value, depth + 1))

    def scalar(self, node: TreeNode, value: str, style: str) -> YamlScalar:
        return YamlScalar(self.source, _span(node), value, style)

    def value(self, node: TreeNode, depth: int) -> YamlNode:
        """The value of an expression; one that is no literal is ``${…}``."""
        inner = [one for one in node.children if one.type != "comment"]
        while node.type in ("expression", "literal_value", "collection_value", "template_expr") and len(inner) == 1:
            node = inner[0]
            inner = [one for one in node.children if one.type != "comment"]
        if depth <= MOST_DEPTH:
            if node.type == "tuple":
                items = [self.value(one, depth + 1) for one in self.inside(node) if one.type == "expression"]
                return YamlSeq(self.source, _span(node), items, True)
            if node.type == "object":
                pairs = [self.pair(one, depth + 1) for one in self.inside(node) if one.type == "object_elem"]
                return YamlMap(self.source, _span(node), [pair for pair in pairs if pair is not None], True)
            if node.type == "expression" and [one.type for one in inner] == ["(", "expression", ")"]:
                return self.value(inner[1], depth + 1)
        if node.type in ("string_lit", "quoted_template"):
            return self.scalar(node, decoded(self.raw(node)[1:-1]), DOUBLE)
        if node.type in ("numeric_lit", "bool_lit", "null_lit"):
            return self.scalar(node, self.raw(node), PLAIN)
        if node.type == "heredoc_template":
            return self.heredoc(node)
        return self.scalar(node, "${" + self.raw(node) + "}", PLAIN)

    def inside(self, node: TreeNode) -> Iterator[TreeNode]:
        for one in node.children:
            if one.type == "comment":
                self.comment(one)
            else:
                yield one

    def pair(self, node: TreeNode, depth: int) -> YamlEntry | None:
        values = [one for one in node.children if one.type == "expression"]
        if len(values) != 2:
            return None
        key = self.value(values[0], depth)
        if not isinstance(key, YamlScalar):
            return None
        if self.raw(values[0]).isidentifier() or "(" not in self.raw(values[0])[:1]:
            # A bare word is the key's name; in parentheses it is a variable.
            name = key.value
            if key.style == PLAIN and name.startswith("${"):
                name = name[2:-1]
            key = self.scalar(values[0], name, key.style)
        return YamlEntry(key, self.value(values[1], depth))

    def heredoc(self, node: TreeNode) -> YamlScalar:
        """The lines between the two markers, ``<<-`` without the white space that all of them begin with."""
        lines = self.raw(node).split("\n")
        inner = [line.rstrip("\r") for line in lines[1:-1]]
        if lines[0].startswith("<<-"):
            margins = [len(line) - len(line.lstrip(" \t")) for line in inner if line.strip()]
            inner = [line[min(margins, default=0) :] for line in inner]
        return self.scalar(node, "".join(line + "\n" for line in inner), LITERAL)


def _span(node: TreeNode) -> Span:
    return Span(node.start_byte, node.end_byte)
