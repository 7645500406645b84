"""The open documents, as the editor has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types

from dlint.lsp.positions import Positions, lines_of

MAX_CHARACTERS = 20_000_000
"""More than this is not kept of a document: it would never be linted anyway."""
# Half a pair of UTF-16, which is no character: what stands for it is as long in every encoding.
_HALVES = re.compile("[\ud800-\udfff]")


class Buffer:
    """One state of an open document; a change makes another one.

    ``line`` is the line (from 0) in which somebody writes: the last change was one within it. None if the text came in
    any other way, several lines at a time or all of it.
    """

    __slots__ = ("uri", "language", "version", "text", "line")

    def __init__(self, uri: str, language: str, version: int, text: str, line: int | None = None) -> None:
        self.line = line
        self.uri = uri
        self.language = language
        self.version = version
        self.text = text[:MAX_CHARACTERS] if text.isascii() else _HALVES.sub("\ufffd", text[:MAX_CHARACTERS])


class Documents:
    """The open documents by URI. Changed in one thread, and read in others by taking ``all()``."""

    def __init__(self) -> None:
        self._buffers: dict[str, Buffer] = {}

    def all(self) -> dict[str, Buffer]:
        """The documents as they are now."""
        return dict(self._buffers)

    def get(self, uri: str) -> Buffer | None:
        """The document, None if it is not open."""
        return self._buffers.get(uri)

    def open(self, item: types.TextDocumentItem) -> None:
        """Take a document that was opened, or opened once more."""
        self._buffers[item.uri] = Buffer(item.uri, item.language_id, item.version, item.text)

    def change(
        self, uri: str, version: int | None, changes: Sequence[types.TextDocumentContentChangeEvent], places: Positions
    ) -> None:
        """Apply changes in their order. Those of a document that was never opened are kept if they give all of it."""
        before = self._buffers.get(uri)
        text = before.text if before is not None else ""
        line = None
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = places.span(text, change.range)
                text = text[:start] + change.text + text[end:]
                line = _line_written(change)
            else:
                text, line = change.text, None
        number = version if version is not None else (before.version + 1 if before is not None else 0)
        self._buffers[uri] = Buffer(uri, before.language if before is not None else "", number, text, line)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._buffers.pop(uri, None)


def _line_written(change: types.TextDocumentContentChangePartial) -> int | None:
    """The line in which a change leaves the one who typed it; None for one that is more than a key or a word."""
    first = min(change.range.start.line, change.range.end.line)
    if not change.text.strip():
        return first + change.text.count("\n")
    return first if len(lines_of(change.text)) == 1 else None
