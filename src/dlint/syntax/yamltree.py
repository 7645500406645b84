"""YAML text to a positioned tree: every node knows its characters in the file, whatever parser read it.

The tree is built from parser events (see ``yaml_events``). Marks of collections and of block scalars differ from
parser to parser, so only the marks that agree are used: the start of every node, the end of flow collections and
of quoted and plain scalars. The rest follows from the text and from the children.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dlint.source import Node, Source, Span
from dlint.syntax import yaml_events
from dlint.syntax.fault import Fault
from dlint.syntax.yaml_nodes import (
    MERGE_KEY,
    Properties,
    YamlEntry,
    YamlMap,
    YamlNode,
    YamlScalar,
    YamlSeq,
    to_data,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Comment",
    "Properties",
    "YamlEntry",
    "YamlMap",
    "YamlNode",
    "YamlScalar",
    "YamlSeq",
    "YamlStream",
    "parse",
    "to_data",
]

MAX_DEPTH = 100
MAX_NODES = 1_000_000
_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|^\ufeff")
_PROPERTY = re.compile(r"(&[^\s,\[\]{}]+|!<[^>\s]*>|![^\s,\[\]{}]*)|[ \t\r\n\x85\u2028\u2029]+|#[^\r\n]*")
_COMMENT = re.compile(r"(?:(?<=[ \t\r\n\[\]{},\"'])|^)#[^\r\n\x85\u2028\u2029]*")
_BLOCK_COMMENT = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")


class Comment(Node):
    """A comment from its ``#`` to the end of its line."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """What stands after the ``#``."""
        return self.raw[1:]


class YamlStream(Node):
    """All that a YAML file holds. ``faults`` are what a YAML reader refuses; the documents hold what was read."""

    __slots__ = ("documents", "faults", "_comments", "_verbatim")

    def __init__(self, source: Source) -> None:
        super().__init__(source, Span(0, len(source.text)))
        self.documents: list[YamlNode] = []
        self.faults: list[Fault] = []
        self._comments: list[Comment] | None = None
        self._verbatim: list[Span] = []

    @property
    def comments(self) -> list[Comment]:
        """Every comment of the file, in order."""
        if self._comments is None:
            self._comments = _comments(self.source, self._verbatim)
        return self._comments


def parse(source: Source) -> YamlStream:
    """Read a file. Never raises: what YAML refuses becomes faults, and what stood before it is in the tree."""
    stream = YamlStream(source)
    text, bad = _readable(source)
    builder = _Builder(source, text, "")
    stop: yaml_events.StopError | None = None
    for open_events in yaml_events.attempts(text):
        next_event, stand_in = open_events()
        builder = _Builder(source, text, stand_in)
        try:
            builder.read(next_event)
            stop = None
            break
        except yaml_events.StopError as error:
            stop = error
    builder.close()
    stream.documents = builder.documents
    stream._verbatim = builder.verbatim
    stream.faults = bad + builder.faults
    if stop is not None and not builder.gave_up:
        from dlint.syntax import yaml_faults

        stream.faults.append(yaml_faults.explain(source, text, stop))
    stream.faults.sort(key=lambda fault: fault.span)
    return stream


def _readable(source: Source) -> tuple[str, list[Fault]]:
    """The text with unreadable characters replaced one for one, and one fault for the first of each kind."""
    text = source.text
    if text.isascii() and text.isprintable():
        return text, []
    match = _UNREADABLE.search(text)
    if match is None:
        return text, []
    from dlint.syntax import yaml_faults

    return _UNREADABLE.sub("\ufffd", text), yaml_faults.bad_characters(source, _UNREADABLE)


def _comments(source: Source, verbatim: list[Span]) -> list[Comment]:
    """The comments between the scalars (``verbatim``), and those in the header lines of block scalars."""
    text = source.text
    comments: list[Comment] = []
    at = 0
    for start, end in sorted(verbatim):
        if start > at:
            comments += [Comment(source, Span(*m.span())) for m in _COMMENT.finditer(text, at, start)]
        if start >= at and text[start : start + 1] in ("|", ">"):
            header = _BLOCK_COMMENT.match(text, start)
            if header:
                comments.append(Comment(source, Span(*header.span(1))))
        at = max(at, end)
    comments += [Comment(source, Span(*m.span())) for m in _COMMENT.finditer(text, at)]
    return comments


class _Frame:
    """An open collection."""

    __slots__ = ("start", "properties", "flow", "is_map", "children", "anchor", "size", "merges")

    def __init__(self, start: int, properties: Properties | None, flow: bool, is_map: bool, anchor: str | None) -> None:
        self.start = start
        self.properties = properties
        self.flow = flow
        self.is_map = is_map
        self.children: list[YamlNode] = []
        self.anchor = anchor
        self.size = 1
        self.merges = False


class _Builder:
    """Events to nodes, with a stack of its own: depth and the work done for aliases are bounded."""

    def __init__(self, source: Source, text: str, stand_in: str) -> None:
        self.source = source
        self.text = text
        self.stand_in = stand_in
        self.documents: list[YamlNode] = []
        self.faults: list[Fault] = []
        self.verbatim: list[Span] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[YamlNode, int]] = {}
        self.open_anchors: set[str] = set()
        self.total = 0
        self.gave_up = False

    def read(self, next_event: Callable[[], Any]) -> None:
        """Take events until the stream ends; raises ``StopError`` where the parser refuses the text."""
        source, stand_in, verbatim = self.source, self.stand_in, self.verbatim
        make_span, styles = Span._make, _STYLES
        while True:
            try:
                event = next_event()
            except Exception as error:
                raise yaml_events.stopped(error, len(self.text)) from None
            name = event.__class__.__name__
            if name == "ScalarEvent":
                start, end = event.start_mark.index, event.end_mark.index
                properties = None
                if event.anchor is not None or event.tag is not None:
                    properties, start, end = self._properties(event, start, end)
                style = styles[event.style]
                if style == "literal" or style == "folded":
                    end = self._block_end(start, end)
                value = event.value
                if stand_in:
                    value = value.replace(stand_in, ":")
                span = make_span((start, end))
                if end > start:
                    verbatim.append(span)
                self._add(YamlScalar(source, span, value, style, properties), 1, event.anchor)
            elif name == "MappingStartEvent" or name == "SequenceStartEvent":
                self._open(event, name == "MappingStartEvent")
                if self.gave_up:
                    return
            elif name == "MappingEndEvent" or name == "SequenceEndEvent":
                self._close(event.end_mark.index)
            elif name == "AliasEvent":
                self._alias(event)
            elif name == "DocumentStartEvent":
                self.anchors.clear()
            elif name == "StreamEndEvent":
                return

    def close(self) -> None:
        """Close what an early end left open."""
        while self.frames:
            frame = self.frames[-1]
            if frame.is_map and len(frame.children) % 2:
                at = frame.children[-1].span[1]
                frame.children.append(YamlScalar(self.source, Span(at, at), ""))
            self._close(len(self.text))

    def _properties(self, event: Any, start: int, end: int) -> tuple[Properties, int, int]:
        """The anchor and the tag of a node, and the span of its content."""
        properties = Properties(start)
        if event.tag is not None:
            properties.tag = str(event.tag).replace(self.stand_in, ":") if self.stand_in else str(event.tag)
        at = start
        left = (event.anchor is not None) + (event.tag is not None)
        while match := _PROPERTY.match(self.text, at):
            word = match.group(1)
            if word:
                if not left:
                    break
                left -= 1
                node = Node(self.source, Span(*match.span()))
                if word[0] == "&":
                    properties.anchor = node
                else:
                    properties.tag_node = node
                past = match.end()
            at = match.end()
        if at > end:
            at = end = min(past, end)
        return properties, at, end

    def _block_end(self, start: int, end: int) -> int:
        """The end of a block scalar's last line with content, without its line break."""
        text = self.text
        raw = text[start:end].rstrip()
        last = start + len(raw)
        if "\n" not in raw:
            header = re.compile(r"[|>][-+0-9]*").match(text, start)
            return header.end() if header else last
        while last < end and text[last] in " \t":
            last += 1
        return last

    def _open(self, event: Any, is_map: bool) -> None:
        start = event.start_mark.index
        properties = None
        if event.anchor is not None or event.tag is not None:
            properties, start, _ = self._properties(event, start, len(self.text))
        if len(self.frames) >= MAX_DEPTH:
            self.gave_up = True
            self.faults.append(
                Fault(
                    self.source,
                    Span(start, start + 1),
                    "too-deep",
                    f"Nested more than {MAX_DEPTH} levels deep; dlint reads no further: flatten it",
                )
            )
            return
        self.frames.append(_Frame(start, properties, bool(event.flow_style), is_map, event.anchor))
        if event.anchor is not None:
            self.open_anchors.add(event.anchor)

    def _close(self, end: int) -> None:
        frame = self.frames.pop()
        children = frame.children
        if not frame.flow:
            last = children[-1] if children else None
            end = last.place.span[1] if last is not None else frame.start
            end = max(end, frame.start)
            if not frame.is_map and last is not None:
                end = max(end, frame.start + 1)
        span = Span(frame.start, end)
        node: YamlNode
        if frame.is_map:
            node = self._map(frame, span)
        else:
            node = YamlSeq(self.source, span, children, frame.flow, frame.properties)
        if frame.anchor is not None:
            self.open_anchors.discard(frame.anchor)
        self._add(node, frame.size, frame.anchor)

    def _map(self, frame: _Frame, span: Span) -> YamlMap:
        children = frame.children
        entries = []
        seen: dict[str, YamlEntry] = {}
        make_span = Span._make
        for at in range(0, len(children), 2):
            key, value = children[at], children[at + 1]
            if key.__class__ is not YamlScalar:
                key = self._as_key(key)
            start, end = key.place.span if key.properties else key.span
            if key.properties and not key.alias:
                start = key.properties.start
            last = value.place.span[1] if value.properties else value.span[1]
            entry = YamlEntry(key, value, make_span((start, last if last > end else end)))
            entries.append(entry)
            name = key.value
            if name in seen:
                self._duplicate(seen[name], entry)
            else:
                seen[name] = entry
        node = YamlMap(self.source, span, entries, frame.flow, frame.properties)
        if MERGE_KEY in seen and seen[MERGE_KEY].key.style == "plain":
            self._merge(node, frame)
        return node

    def _as_key(self, key: YamlNode) -> YamlScalar:
        """A scalar in place of a collection used as a key."""
        if not isinstance(key, YamlScalar):
            self.faults.append(
                Fault(
                    self.source,
                    key.place.span,
                    "bad-key",
                    "A mapping or list cannot be a key here: write a plain name, in quotes if it holds braces",
                )
            )
            key = YamlScalar(self.source, key.place.span, key.raw)
        return key

    def _duplicate(self, first: YamlEntry, second: YamlEntry) -> None:
        name = second.key.value
        message = f"Key `{name}` stands twice in this mapping, first on line {first.key.line}: remove or rename one"
        if name == MERGE_KEY:
            message = "Two `<<` in one mapping: merge several anchors with one list, `<<: [*a, *b]`"
        self.faults.append(
            Fault(self.source, second.key.span, "duplicate-key", message, related=first.key.part(*first.key.span))
        )

    def _merge(self, node: YamlMap, frame: _Frame) -> None:
        """Work out the map with its merge keys applied, once, children first: so nothing recurses later."""
        own = {entry.key.value for entry in node.entries}
        entries = [entry for entry in node.entries if not (entry.key.value == MERGE_KEY and entry.key.style == "plain")]
        for entry in node.entries:
            if entry.key.value != MERGE_KEY or entry.key.style != "plain":
                continue
            value = entry.value
            parts = value.items if isinstance(value, YamlSeq) else [value]
            for part in parts:
                if not isinstance(part, YamlMap):
                    self.faults.append(
                        Fault(
                            self.source,
                            part.place.span,
                            "bad-merge",
                            "`<<` takes a mapping or a list of mappings: point it to an anchor on a mapping",
                        )
                    )
                    continue
                for merged in part.effective().entries:
                    if merged.key.value not in own:
                        own.add(merged.key.value)
                        entries.append(merged)
                frame.size += len(part.effective().entries)
        node._merged = YamlMap(node.source, node.span, entries, node.flow, node.properties)

    def _alias(self, event: Any) -> None:
        span = Span(event.start_mark.index, event.end_mark.index)
        name = event.anchor
        self.verbatim.append(span)
        found = self.anchors.get(name)
        if found is not None and name not in self.open_anchors:
            node, size = found
            if self.total + size <= MAX_NODES:
                properties = Properties(span[0], node.anchor, node.tag, node.tag_node, Node(self.source, span))
                self._add(node.with_properties(properties), size, None)
                return
            if not any(fault.kind == "too-many-aliases" for fault in self.faults):
                message = f"Aliases make this file more than {MAX_NODES} nodes large: unfold fewer of them"
                self.faults.append(Fault(self.source, span, "too-many-aliases", message))
        elif name in self.open_anchors:
            message = f"Alias `*{name}` stands inside its own anchor: a value cannot contain itself"
            self.faults.append(Fault(self.source, span, "bad-alias", message))
        else:
            from dlint.syntax import yaml_faults

            self.faults.append(yaml_faults.unknown_alias(self.source, span, name, self.anchors))
        self._add(YamlScalar(self.source, span, ""), 1, None)

    def _add(self, node: YamlNode, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        self.total += size if size == 1 or (node.properties and node.properties.alias) else 1
        if self.frames:
            frame = self.frames[-1]
            frame.children.append(node)
            frame.size += size
        else:
            self.documents.append(node)
