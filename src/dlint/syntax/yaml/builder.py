"""Parser events to YAML nodes.

Marks of collections and of block scalars differ from parser to parser, so only the marks that agree are used: the
start of every node, the end of flow collections and of quoted and plain scalars. The rest follows from the text
and from the children.
"""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault
from dlint.syntax.yaml import events as yaml_events
from dlint.syntax.yaml.nodes import MERGE_KEY, Properties, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 100
MAX_EXPANDED = 500_000
MAX_FAULTS = 200
_STYLES = {None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}
_SLASH_ESCAPE = pattern(r"(?<!\\)(?:\\\\)*\\/")
_MAYBE_NOT_TEXT = frozenset("0123456789.+-~tTfFnN")


class _Signs:
    """What stands around nodes in a text, whose line breaks may be these besides ``\\r`` and ``\\n``.

    Classes with characters of Unicode take long to compile, and hardly any text has such line breaks.
    """

    __slots__ = ("property", "sign", "colon", "tag_before")

    def __init__(self, breaks: str) -> None:
        blank, rest = rf"[ \t\r\n{breaks}]", rf"[^\r\n{breaks}]*"
        self.property = pattern(rf"(&[^\s,\[\]{{}}]+|!<[^>\s]*>|![^\s,\[\]{{}}]*)|{blank}+|#{rest}")
        self.sign = pattern(rf"(?<={blank})#{rest}|[-:?,\[\]{{}}]")
        self.colon = pattern(rf"(?<={blank})#{rest}|[:,\[\]{{}}]")
        self.tag_before = pattern(rf"(?<![^\s,\[\]{{}}])![^\s,\[\]{{}}]*{blank}+$")


_RARE_BREAKS = "\x85\u2028\u2029"
_USUAL, _RARE = _Signs(""), _Signs(_RARE_BREAKS)


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


class Builder:
    """Events to nodes, with a stack of its own: depth and the work done for aliases are bounded."""

    def __init__(self, source: Source, text: str, stand_in: str) -> None:
        self.source = source
        self.text = text
        self.stand_in = stand_in
        self.signs = _RARE if any(char in text for char in _RARE_BREAKS) else _USUAL
        self.documents: list[YamlNode] = []
        self.faults: list[Fault] = []
        self.verbatim: list[Span] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[YamlNode, int]] = {}
        self.open_anchors: set[str] = set()
        self.expanded = 0
        self.last_empty = 0
        # libyaml takes the escape `\\/` in double quotes, go-yaml v3 does not.
        self.slashes = "\\/" in text
        self.gave_up = False

    def read(self, next_event: Callable[[], Any]) -> None:
        """Take events until the stream ends; raises ``StopError`` where the parser refuses the text."""
        source, stand_in, verbatim = self.source, self.stand_in, self.verbatim
        new, styles, frames = tuple.__new__, _STYLES, self.frames
        while True:
            try:
                event = next_event()
            except Exception as error:
                raise yaml_events.stopped(error, len(self.text)) from None
            if event.__class__ is not tuple:
                event = yaml_events.read_off(event)
            kind, start, end, anchor, tag, value, written = event
            if kind == "scalar":
                properties = None
                if anchor is not None or tag is not None:
                    properties, start, end = self._properties(anchor, tag, start, end)
                style = styles[written]
                if style == "literal" or style == "folded":
                    end = self._block_end(start, end)
                if stand_in:
                    value = value.replace(stand_in, ":")
                if end > start:
                    span = new(Span, (start, end))
                    verbatim.append(span)
                    if style == "double" and self.slashes and _SLASH_ESCAPE.search(self.text, start, end):
                        raise yaml_events.StopError(
                            "", None, "found unknown escape character", self.text.index("\\/", start) + 1
                        )
                elif properties is None:
                    span = self._empty_span(start)
                else:
                    span = new(Span, (start, end))
                    self.last_empty = end
                scalar = YamlScalar(source, span, value, style, properties)
                if anchor is None and frames:
                    frame = frames[-1]
                    frame.children.append(scalar)
                    frame.size += 1
                else:
                    self._add(scalar, 1, anchor)
            elif kind == "end":
                self._close(end)
            elif kind == "mapping" or kind == "sequence":
                self._open(event)
                if self.gave_up:
                    return
            elif kind == "alias":
                self._alias(new(Span, (start, end)), anchor)
            elif kind == "stop":
                return

    def close(self) -> None:
        """Close what an early end left open."""
        while self.frames:
            frame = self.frames[-1]
            if frame.is_map and len(frame.children) % 2:
                at = frame.children[-1].span[1]
                frame.children.append(YamlScalar(self.source, Span(at, at), ""))
            self._close(len(self.text))

    def _empty_span(self, before: int) -> Span:
        """The place of a value that is not written: right after the sign (``:``, ``-``, ``?``) that asks for it."""
        frame = self.frames[-1] if self.frames else None
        sign = self.signs.colon if frame is not None and frame.is_map and len(frame.children) % 2 else self.signs.sign
        at = max(self.verbatim[-1].end, self.last_empty) if self.verbatim else self.last_empty
        if before == at + 1 and self.text[at] == ":":
            self.last_empty = at + 1
            return Span(at + 1, at + 1)
        for match in sign.finditer(self.text, at, max(before, at)):
            if match.group()[0] != "#":
                at = match.end()
        self.last_empty = at
        return Span(at, at)

    def _properties(self, anchor: str | None, tag: Any, start: int, end: int) -> tuple[Properties, int, int]:
        """The anchor and the tag of a node, and the span of its content."""
        if tag is not None and anchor is not None:
            start = self._first_property(start)
        properties = Properties(start)
        if tag is not None:
            properties.tag = str(tag).replace(self.stand_in, ":") if self.stand_in else str(tag)
        at = self._past_anchor(properties, anchor or "") if tag is None else 0
        if not at:
            at = self._past_properties(properties, (anchor is not None) + (tag is not None))
        if at > end:
            past = max(node.span[1] for node in (properties.anchor, properties.tag_node) if node is not None)
            at = end = min(past, end)
        return properties, at, end

    def _past_anchor(self, properties: Properties, name: str) -> int:
        """Where the content after an anchor alone begins; 0 if more than blanks may stand between, or other breaks."""
        text = self.text
        at = past = properties.start + 1 + len(name)
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if at in (past, len(text)) or text[at] == "#" or self.signs is _RARE:
            return 0
        properties.anchor = Node(self.source, Span(properties.start, past))
        return at

    def _past_properties(self, properties: Properties, left: int) -> int:
        """Where the content after so many properties begins."""
        at = properties.start
        while match := self.signs.property.match(self.text, at):
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
            at = match.end()
        return at

    def _first_property(self, start: int) -> int:
        """Where the tag before the anchor at ``start`` begins, which ruamel's Python parser passes over."""
        if start <= 0 or self.text[start] != "&":
            return start
        before = self.signs.tag_before.search(self.text, max(start - 1000, 0), start)
        return before.start() if before else start

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

    def _open(self, event: yaml_events.Event) -> None:
        kind, start, _, anchor, tag, _, flow = event
        properties = None
        if anchor is not None or tag is not None:
            properties, start, _ = self._properties(anchor, tag, start, len(self.text))
        if len(self.frames) >= MAX_DEPTH:
            self.gave_up = True
            message = f"Nested more than {MAX_DEPTH} levels deep; dlint reads no further: flatten it"
            self._fault(Span(start, start + 1), "too-deep", message)
            return
        self.frames.append(_Frame(start, properties, bool(flow), kind == "mapping", anchor))
        if anchor is not None:
            self.open_anchors.add(anchor)

    def _close(self, end: int) -> None:
        frame = self.frames.pop()
        children = frame.children
        if not frame.flow:
            last = children[-1] if children else None
            # A block sequence has its first dash at least.
            end = frame.start + (not frame.is_map and last is not None)
            if last is not None:
                past = (last.span if last.properties is None else last.place.span)[1]
                end = past if past > end else end
        span = tuple.__new__(Span, (frame.start, end))
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
        new = tuple.__new__
        for at in range(0, len(children), 2):
            key, value = children[at], children[at + 1]
            if key.__class__ is not YamlScalar:
                key = self._as_key(key)
            start, end = key.span
            if key.properties:
                start, end = key.place.span
                if not key.alias:
                    start = key.properties.start
            last = value.place.span[1] if value.properties else value.span[1]
            entry = YamlEntry(key, value, new(Span, (start, last if last > end else end)))
            entries.append(entry)
            name = key.value
            if key.style == "plain" and (not name or name[0] in _MAYBE_NOT_TEXT) and key.kind != "str":
                self._not_text(key)
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
            message = "A mapping or list cannot be a key here: write a plain name, in quotes if it holds braces"
            self._fault(key.place.span, "bad-key", message)
            key = YamlScalar(self.source, key.place.span, key.raw)
        return key

    def _not_text(self, key: YamlScalar) -> None:
        if not key.value:
            message = "A key is missing before this colon: write one"
            self._fault(key.place.span, "non-string-key", message)
            return
        words = {"null": "null", "bool": "a boolean", "timestamp": "a date"}
        message = f"Key `{key.raw}` is {words.get(key.kind, 'a number')} to YAML, Compose wants text: quote it"
        self._fault(key.place.span, "non-string-key", message, f'"{key.raw}"')

    def _duplicate(self, first: YamlEntry, second: YamlEntry) -> None:
        name = second.key.value
        message = f"Key `{name}` stands twice in this mapping, first on line {first.key.line}: remove or rename one"
        if name == MERGE_KEY:
            message = "Two `<<` in one mapping: merge several anchors with one list, `<<: [*a, *b]`"
        self._fault(second.key.span, "duplicate-key", message, related=first.key)

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
                    message = "`<<` takes a mapping or a list of mappings: point it to an anchor on a mapping"
                    self._fault(part.place.span, "bad-merge", message)
                    continue
                for merged in part.effective().entries:
                    if merged.key.value not in own:
                        own.add(merged.key.value)
                        entries.append(merged)
                frame.size += len(part.effective().entries)
                self.expanded += len(part.effective().entries)
        node._merged = YamlMap(node.source, node.span, entries, node.flow, node.properties)

    def _alias(self, span: Span, name: str) -> None:
        self.verbatim.append(span)
        found = self.anchors.get(name)
        if found is not None and name not in self.open_anchors:
            node, size = found
            if self.expanded + size <= MAX_EXPANDED:
                self.expanded += size
                properties = Properties(span[0], node.anchor, node.tag, node.tag_node, Node(self.source, span))
                self._add(node.with_properties(properties), size, None)
                return
            if not any(fault.kind == "too-many-aliases" for fault in self.faults):
                message = f"Aliases unfold to more than {MAX_EXPANDED} values here: use fewer of them"
                self._fault(span, "too-many-aliases", message)
        elif name in self.open_anchors:
            message = f"Alias `*{name}` stands inside its own anchor: a value cannot contain itself"
            self._fault(span, "bad-alias", message)
        elif len(self.faults) < MAX_FAULTS:
            from dlint.syntax.yaml import faults as yaml_faults

            self.faults.append(yaml_faults.unknown_alias(self.source, span, name, self.anchors))
        self._add(YamlScalar(self.source, span, ""), 1, None)

    def _fault(
        self, span: Span, kind: str, message: str, suggestion: str | None = None, related: Node | None = None
    ) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(self.source, span, kind, message, suggestion, related))

    def _add(self, node: YamlNode, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if self.frames:
            frame = self.frames[-1]
            frame.children.append(node)
            frame.size += size
        else:
            self.documents.append(node)
