"""What the modules that look for faults share: making a fault, and words the builder cannot expand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dlint.source import Node
from dlint.syntax import words
from dlint.syntax.fault import Fault
from dlint.syntax.parts import Word

Faults = Iterator[Fault]


def fault(where: Node, kind: str, message: str, suggestion: str | None = None) -> Fault:
    """A fault at a node."""
    return Fault(where.source, where.span, kind, message, suggestion)


def meant_for(suggestion: str | None) -> str:
    """The end of a message that asks whether ``suggestion`` was meant."""
    return f", did you mean {suggestion}?" if suggestion else ""


def variable_faults(found: Iterable[Word]) -> Faults:
    """Words the builder cannot expand, whatever the variables hold."""
    for word in found:
        if word.escape and _SPECIAL.search(word.text):
            reason = words.check(word.text, word.escape)
            if reason:
                yield fault(word, "bad-variable", f"The builder cannot expand {shown(word)}: {reason}")


_SPECIAL = re.compile("[$'\"]")


def shown(word: Word) -> str:
    """The word, cut short for a message."""
    return word.text if len(word.text) <= 60 else word.text[:57] + "…"
