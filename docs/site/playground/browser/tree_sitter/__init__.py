"""Stands for the package of this name in the browser: as much of its interface as dlint's shell reader uses.

JavaScript parses (web-tree-sitter) and hands over the whole tree as one list of numbers, so that walking it crosses
no border between the languages. Texts are ASCII, as the shell reader makes them, so bytes and characters are the same.
"""

from __future__ import annotations

from typing import Any

# Numbers per node in the list, and what they are: kind, start, end, flags, field, the number of nodes below it.
_WIDTH = 6
_NAMED, _ERROR = 1, 2
# The kind of what the grammar could not read (TSSymbol ts_builtin_sym_error, tree_sitter/parser.h).
_ERROR_KIND = 65535


class Language:
    """A grammar."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        self.kinds: list[str] = [name or "" for name in handle.kinds.to_py()]
        self.fields: list[str] = [name or "" for name in handle.fields.to_py()]

    def id_for_node_kind(self, kind: str, named: bool) -> int | None:
        """The number of a kind of nodes."""
        found = self.handle.idForNodeType(kind, named)
        return int(found) if found else None


class Parser:
    """Parses text with one grammar."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def parse(self, text: bytes) -> Tree:
        """The tree of an ASCII text."""
        return Tree(self.language, self.language.handle.parse(text.decode("ascii")).to_py())


class Tree:
    """A parsed text: the nodes as numbers, in the order of the text, parents before children."""

    def __init__(self, language: Language, numbers: Any) -> None:
        self.language = language
        self.numbers = list(numbers)

    @property
    def root_node(self) -> Node:
        """The node of the whole text."""
        return Node(self, 0)


class Node:
    """One node; ``at`` is where its numbers start."""

    __slots__ = ("_tree", "_at", "kind_id", "start_byte", "end_byte", "_flags", "_field", "_below")

    def __init__(self, tree: Tree, at: int) -> None:
        self._tree = tree
        self._at = at
        numbers = tree.numbers[at : at + _WIDTH]
        self.kind_id, self.start_byte, self.end_byte, self._flags, self._field, self._below = numbers

    @property
    def type(self) -> str:
        """The name of its kind."""
        return "ERROR" if self.kind_id == _ERROR_KIND else self._tree.language.kinds[self.kind_id]

    @property
    def is_named(self) -> bool:
        """Whether it is more than punctuation or a keyword."""
        return bool(self._flags & _NAMED)

    @property
    def has_error(self) -> bool:
        """Whether something in it could not be read."""
        return bool(self._flags & _ERROR)

    @property
    def children(self) -> list[Node]:
        """The nodes directly below it."""
        found: list[Node] = []
        at = self._at + _WIDTH
        end = at + self._below * _WIDTH
        while at < end:
            child = Node(self._tree, at)
            found.append(child)
            at += (1 + child._below) * _WIDTH
        return found

    @property
    def named_children(self) -> list[Node]:
        """Those of its children that are named."""
        return [child for child in self.children if child.is_named]

    @property
    def child_count(self) -> int:
        """How many children it has."""
        return len(self.children)

    def child(self, index: int) -> Node | None:
        """One of its children."""
        children = self.children
        return children[index] if index < len(children) else None

    def children_by_field_name(self, name: str) -> list[Node]:
        """The children that the grammar gives this part in it."""
        fields = self._tree.language.fields
        return [child for child in self.children if fields[child._field] == name]

    def child_by_field_name(self, name: str) -> Node | None:
        """The first child that the grammar gives this part in it."""
        return next(iter(self.children_by_field_name(name)), None)

    def walk(self) -> TreeCursor:
        """A cursor that stands on this node."""
        return TreeCursor(self)


class TreeCursor:
    """A place in a tree, which moves."""

    def __init__(self, node: Node) -> None:
        self.node = node
        # The nodes above, each with its children and the index of the one that was entered.
        self._above: list[tuple[Node, list[Node], int]] = []

    def goto_first_child(self) -> bool:
        """Go down, if there is a child."""
        children = self.node.children
        if not children:
            return False
        self._above.append((self.node, children, 0))
        self.node = children[0]
        return True

    def goto_next_sibling(self) -> bool:
        """Go to the right, if there is something."""
        if not self._above:
            return False
        parent, children, index = self._above[-1]
        if index + 1 >= len(children):
            return False
        self._above[-1] = (parent, children, index + 1)
        self.node = children[index + 1]
        return True

    def goto_parent(self) -> bool:
        """Go up, if this is not where the cursor started."""
        if not self._above:
            return False
        self.node = self._above.pop()[0]
        return True
