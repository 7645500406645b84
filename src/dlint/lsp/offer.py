"""What an editor is offered: words that may stand at a place, ways to hide a finding."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol import types


class Offer(NamedTuple):
    """One word that may stand there; ``text`` is what is written, the word itself without it."""

    word: str
    kind: types.CompletionItemKind
    meaning: str = ""
    text: str = ""


class Hiding(NamedTuple):
    """A way to hide a finding: what it is called, and the text to write at an offset of the document."""

    title: str
    offset: int
    text: str
