"""The nodes of a YAML tree: maps, sequences and scalars with their exact place in the file."""

from __future__ import annotations

from dlint.source import Node, Source, Span, Text, span_of
from dlint.syntax import interpolation
from dlint.syntax.yaml import scalars as yaml_scalars
from dlint.syntax.yaml.scalars import plain_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeVar

    _Read = TypeVar("_Read")

PLAIN, SINGLE, DOUBLE, LITERAL, FOLDED = "plain", "single", "double", "literal", "folded"
_QUOTED = (SINGLE, DOUBLE)
MERGE_KEY = "<<"
_UNSET: Any = object()


class Properties:
    """What may stand before a node: ``&anchor``, ``!tag``; and the ``*alias`` it was reached by.

    ``tag`` is as the parser resolves it: ``!reset`` stays, ``!!str`` is ``tag:yaml.org,2002:str``. ``start`` is the
    offset where the first of anchor and tag begins.
    """

    __slots__ = ("anchor", "tag", "tag_node", "alias", "start")

    def __init__(
        self,
        start: int,
        anchor: Node | None = None,
        tag: str = "",
        tag_node: Node | None = None,
        alias: Node | None = None,
    ) -> None:
        self.start = start
        self.anchor = anchor
        self.tag = tag
        self.tag_node = tag_node
        self.alias = alias


class YamlNode(Node):
    """A map, a sequence or a scalar. The span is the content alone: no anchor, no tag, no comment after it."""

    __slots__ = ("properties", "_read_as")

    def __init__(self, source: Source, span: Span, properties: Properties | None = None) -> None:
        self.source = source
        self.span = span
        self.properties = properties
        self._read_as: dict[Any, Any] | None = None

    @property
    def anchor(self) -> Node | None:
        """The ``&name`` before the node."""
        return self.properties.anchor if self.properties else None

    @property
    def tag(self) -> str:
        """The explicit tag (``!reset``, ``!override``, ``tag:yaml.org,2002:str``…), or ``""``."""
        return self.properties.tag if self.properties else ""

    @property
    def tag_node(self) -> Node | None:
        """The place of the explicit tag."""
        return self.properties.tag_node if self.properties else None

    @property
    def alias(self) -> Node | None:
        """The ``*name`` this node was reached by; its span is where the anchor's content stands."""
        return self.properties.alias if self.properties else None

    @property
    def outer(self) -> Node:
        """The node with the anchor and the tag before it."""
        properties = self.properties
        if properties is None or properties.alias is not None:
            return self
        return Node(self.source, Span(properties.start, self.span[1]))

    @property
    def place(self) -> Node:
        """Where a person would look: the ``*alias`` if there is one, else the node itself."""
        return self.alias or self

    def with_properties(self, properties: Properties | None) -> YamlNode:
        """The same content with other properties; entries and items are shared."""
        raise NotImplementedError


class YamlScalar(YamlNode):
    """A single value. ``value`` is the decoded text, before any interpolation; ``style`` how it is written."""

    __slots__ = ("value", "style", "lookup", "_text", "_literal")

    def __init__(
        self,
        source: Source,
        span: Span,
        value: str,
        style: str = PLAIN,
        properties: Properties | None = None,
    ) -> None:
        self.source = source
        self.span = span
        self.value = value
        self.style = style
        self.properties = properties
        self.lookup: Callable[[str], str | None] | None = None
        self._text: Text | None = None
        self._literal: Any = _UNSET
        self._read_as = None

    @property
    def kind(self) -> str:
        """``null``, ``bool``, ``int``, ``float``, ``timestamp`` or ``str``: the type Compose's reader gives it."""
        if self.properties is None:
            return plain_kind(self.value) if self.style == PLAIN else "str"
        return yaml_scalars.kind(self.value, self.properties.tag, self.style == PLAIN)

    @property
    def data(self) -> Any:
        """The value as Python has it: None, bool, int, float, or str (timestamps too)."""
        return yaml_scalars.data(self.value, self.kind)

    @property
    def text(self) -> Text:
        """The decoded text with the way back to the file."""
        if self._text is None:
            self._text = yaml_scalars.text(self.source, self.span, self.value, self.style)
        return self._text

    @property
    def begins(self) -> int:
        """Where the value begins in the file, if it surely stands there character by character as it is read; else -1.

        Whatever YAML reads otherwise is longer in the file: escapes, doubled quotes, breaks and indentation of lines.
        """
        if self._text is not None:
            return -1
        start, end = self.span
        more = end - start - len(self.value)
        if self.style == PLAIN:
            return -1 if more else start
        return start + 1 if more == 2 and self.style in _QUOTED else -1

    def at(self, start: int, end: int) -> Node:
        """The place in the file of the characters ``start`` to ``end`` (half-open) of ``value``."""
        begins = self.begins
        if begins < 0:
            return self.text.at(start, end)
        return Node(self.source, span_of((begins + start, begins + end)))

    @property
    def literal(self) -> str | None:
        """The value after ``${VAR}`` interpolation; None if it depends on a variable nobody gave a value.

        ``lookup`` gives the variables; a scalar without one knows none and takes the defaults written in it.
        """
        if self._literal is _UNSET:
            self._literal = self.expand(self.value)
        literal: str | None = self._literal
        return literal

    def expand(self, text: str) -> str | None:
        """A part of the value with its variables filled in; None if it depends on an unknown one."""
        if "$" not in text:
            return text
        if self.lookup is None:
            return interpolation.assume(text)
        return interpolation.interpolate(text, self.lookup, unset=None).value

    def place_at(self, pieces: list[tuple[int, int]]) -> None:
        """Say where the characters of the value stand in the file, where it is written in another way than in YAML."""
        self._text = Text(self.source, self.span, self.value, pieces)

    def with_lookup(self, lookup: Callable[[str], str | None]) -> YamlScalar:
        """The same scalar with its variables known."""
        copy = YamlScalar(self.source, self.span, self.value, self.style, self.properties)
        copy._text = self._text
        copy.lookup = lookup
        return copy

    def filled_in(self, variables: Mapping[str, str], literal: str | None) -> YamlScalar:
        """The same scalar with its variables known, and with what they make of it; no copy where none is known."""
        filled = self.with_lookup(variables.get) if variables else self
        filled._literal = literal
        return filled

    @property
    def is_null(self) -> bool:
        """Whether it is null, or nothing is written."""
        if self.properties is None:
            return self.style == PLAIN and self.value in yaml_scalars.NULLS
        return self.kind == "null"

    def with_properties(self, properties: Properties | None) -> YamlScalar:
        """The same scalar with other properties."""
        copy = YamlScalar(self.source, self.span, self.value, self.style, properties)
        copy._text = self._text
        copy._literal = self._literal
        copy.lookup = self.lookup
        return copy


class YamlEntry(Node):
    """A key with its value. The span runs from the key's first character to the value's last."""

    __slots__ = ("key", "value")

    def __init__(self, key: YamlScalar, value: YamlNode, span: Span | None = None) -> None:
        self.source = key.source
        self.key = key
        self.value = value
        if span is None:
            end = key.span[1]
            if value.source is key.source:
                end = max(end, value.place.span[1])
            span = Span(key.outer.span[0], end)
        self.span = span


class YamlMap(YamlNode):
    """A mapping. ``entries`` are in the order of the file, merge keys (``<<``) and duplicates included."""

    __slots__ = ("entries", "flow", "_index", "_merged")

    def __init__(
        self,
        source: Source,
        span: Span,
        entries: list[YamlEntry],
        flow: bool = False,
        properties: Properties | None = None,
    ) -> None:
        self.source = source
        self.span = span
        self.entries = entries
        self.flow = flow
        self.properties = properties
        self._index: dict[str, YamlEntry] | None = None
        self._merged: YamlMap | None = None
        self._read_as = None

    @property
    def index(self) -> dict[str, YamlEntry]:
        """The entries by key; of duplicates the last."""
        if self._index is None:
            self._index = {entry.key.value: entry for entry in self.entries}
        return self._index

    def entry(self, name: str) -> YamlEntry | None:
        """The entry with the key ``name``."""
        return self.index.get(name)

    def get(self, name: str) -> YamlNode | None:
        """The value under the key ``name``."""
        index = self._index
        entry = (self.index if index is None else index).get(name)
        return entry.value if entry is not None else None

    def __contains__(self, name: str) -> bool:
        return name in self.index

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[YamlEntry]:
        return iter(self.entries)

    def effective(self) -> YamlMap:
        """The map with its merge keys applied: own entries first, then merged ones, each with its own place."""
        return self._merged if self._merged is not None else self

    def with_properties(self, properties: Properties | None) -> YamlMap:
        """The same map with other properties; entries are shared."""
        copy = YamlMap(self.source, self.span, self.entries, self.flow, properties)
        copy._index = self._index
        copy._merged = self._merged
        return copy

    def with_entries(self, entries: list[YamlEntry]) -> YamlMap:
        """A map at the same place with these entries."""
        return YamlMap(self.source, self.span, entries, self.flow, self.properties)


class YamlSeq(YamlNode):
    """A sequence. The span of a block sequence starts at its first dash."""

    __slots__ = ("items", "flow")

    def __init__(
        self,
        source: Source,
        span: Span,
        items: list[YamlNode],
        flow: bool = False,
        properties: Properties | None = None,
    ) -> None:
        self.source = source
        self.span = span
        self.items = items
        self.flow = flow
        self.properties = properties
        self._read_as = None

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[YamlNode]:
        return iter(self.items)

    def with_properties(self, properties: Properties | None) -> YamlSeq:
        """The same sequence with other properties; items are shared."""
        return YamlSeq(self.source, self.span, self.items, self.flow, properties)

    def with_items(self, items: list[YamlNode]) -> YamlSeq:
        """A sequence at the same place with these items."""
        return YamlSeq(self.source, self.span, items, self.flow, self.properties)


def read_once(function: Callable[[Any], _Read]) -> Callable[[Any], _Read]:
    """``function``, what a reader makes of one node, worked out once for each: it must rest on nothing else.

    A file and the models it is part of share the nodes in which no variable stands.
    """

    def read(node: YamlNode) -> _Read:
        known = node._read_as
        if known is None:
            known = node._read_as = {}
        if function not in known:
            known[function] = function(node)
        found: _Read = known[function]
        return found

    return read


def to_data(node: YamlNode | None, *, literal: bool = False) -> Any:
    """The tree as Python data with merge keys applied; with ``literal`` scalars are interpolated first.

    A scalar whose literal value is unknown gives None.
    """
    if isinstance(node, YamlMap):
        return {entry.key.value: to_data(entry.value, literal=literal) for entry in node.effective().entries}
    if isinstance(node, YamlSeq):
        return [to_data(item, literal=literal) for item in node.items]
    if isinstance(node, YamlScalar):
        if literal and "$" in node.value:
            return node.literal
        return node.data
    return None
