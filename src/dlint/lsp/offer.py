"""One word that completion offers."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol import types


class Offer(NamedTuple):
    """One word that may stand there; ``text`` is what is written, the word itself without it."""

    word: str
    kind: types.CompletionItemKind
    meaning: str = ""
    text: str = ""
