"""YAML text to a positioned tree: every node knows its characters in the file, whatever parser read it."""

from __future__ import annotations

import gc
from bisect import bisect_right

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.fault import Fault
from dlint.syntax.yaml import events as yaml_events
from dlint.syntax.yaml.builder import Builder
from dlint.syntax.yaml.nodes import Properties, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq, to_data

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

_LARGE = 100_000
_UNREADABLE = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
# What a text of ASCII may hold.
_READABLE = bytes((9, 10, 13, *range(32, 127)))
_COMMENT = pattern(r"(?:(?<=[ \t\r\n\[\]{},\"'])|^)#[^\r\n\x85\u2028\u2029]*")
_BLOCK_COMMENT = pattern(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")


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
    text, bad = _readable(source)
    # A large file makes so many nodes at once that the collector's passes, which find nothing, take half the time.
    pause = len(text) > _LARGE and gc.isenabled()
    if pause:
        gc.disable()
    try:
        builder, stop = _build(source, text)
    finally:
        if pause:
            gc.enable()
    stream = YamlStream(source)
    stream.documents = builder.documents
    stream._verbatim = builder.verbatim
    stream.faults = bad + builder.faults
    if stop is not None:
        from dlint.syntax.yaml import faults as yaml_faults

        stream.faults.append(yaml_faults.explain(source, text, stop))
    if len(stream.faults) > 1:
        stream.faults.sort(key=lambda fault: fault.span)
    return stream


def _build(source: Source, text: str) -> tuple[Builder, yaml_events.StopError | None]:
    """The nodes, and why reading stopped early if it did."""
    stop: yaml_events.StopError | None = None
    # There is one attempt at least.
    for open_events in yaml_events.attempts(text):
        next_event, stand_in = open_events()
        builder = Builder(source, text, stand_in)
        try:
            builder.read(next_event)
        except yaml_events.StopError as error:
            stop = error
            if not stand_in and yaml_events.is_settled(error, text):
                break
        else:
            stop = None
            break
    builder.close()
    return builder, stop


def _readable(source: Source) -> tuple[str, list[Fault]]:
    """The text with unreadable characters replaced one for one, and one fault for the first of each kind."""
    text = source.text
    plain = text.isascii() and not text.encode().translate(None, _READABLE)
    if plain or not _UNREADABLE.search(text):
        return text, []
    from dlint.syntax.yaml import faults as yaml_faults

    return _UNREADABLE.sub("\ufffd", text), yaml_faults.bad_characters(source, _UNREADABLE)


def _comments(source: Source, verbatim: list[Span]) -> list[Comment]:
    """The comments between the scalars (``verbatim``), and those in the header lines of block scalars."""
    text = source.text
    comments: list[Comment] = []
    at = text.find("#")
    if at < 0:
        return comments
    spans = sorted(verbatim)
    starts = [start for start, _ in spans]
    while at >= 0:
        number = bisect_right(starts, at)
        if number and spans[number - 1].end > at:
            start, past = spans[number - 1]
            header = _BLOCK_COMMENT.match(text, start) if text[start] in "|>" else None
            if header is not None and header.start(1) == at:
                comments.append(Comment(source, Span(*header.span(1))))
        else:
            limit = starts[number] if number < len(starts) else len(text)
            comment = _COMMENT.match(text, at, limit)
            past = comment.end() if comment is not None else at + 1
            if comment is not None:
                comments.append(Comment(source, Span(*comment.span())))
        at = text.find("#", past)
    return comments
