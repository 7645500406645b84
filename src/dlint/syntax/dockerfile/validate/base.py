"""What the modules that look for faults share: making a fault, and words the builder cannot expand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlint.source import Node, Span, Text
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.nodes import Word
from dlint.syntax.fault import Fault

Faults = Iterator[Fault]

# Marks of templates that Dockerfiles are made of; those of dev containers write their options so, in any instruction.
OPTION = "${templateOption:"
TEMPLATE = ("{{", "{%", "{#", "<%", "<#")


def fault(where: Node, kind: str, message: str, suggestion: str | None = None) -> Fault:
    """A fault at a node."""
    return Fault(where.source, where.span, kind, message, suggestion)


def by_place(found: Fault) -> Span:
    """The key by which faults are sorted."""
    return found.span


def meant_for(suggestion: str | None) -> str:
    """The end of a message that asks whether ``suggestion`` was meant."""
    return f", did you mean {suggestion}?" if suggestion else ""


def expands(instruction: Text) -> bool:
    """Whether there may be a word in an instruction that the builder cannot expand."""
    return _may_expand(instruction.text)


def _may_expand(text: str) -> bool:
    return "$" in text or '"' in text or "'" in text


def variable_faults(found: Iterable[Word]) -> Faults:
    """Words the builder cannot expand, whatever the variables hold."""
    for word in found:
        if not word.bare and _may_expand(word.text):
            reason = words.check(word.text, word.escape)
            if reason:
                yield fault(
                    word, "bad-variable", f"The builder cannot expand `{shown(word)}`: {missing(word.text, reason)}"
                )


def remedy(reason: str) -> str:
    """The builder's reason why it cannot expand a word, in words that say what to do."""
    for start, plain in _REMEDIES:
        if reason.startswith(start):
            return plain
    if reason.startswith("unsupported modifier ("):
        what = reason[len("unsupported modifier (") :].partition(") in")[0]
        return f"it knows no {what} there, only -, + and ?, with or without a colon, #, % and /"
    return reason


def missing(text: str, reason: str) -> str:
    """The remedy for a word: first that a bracket is not closed, whatever else the builder says of what is inside."""
    plain = remedy(reason)
    return "the } at its end is missing" if plain.startswith("it knows no") and "}" not in text else plain


_REMEDIES = (
    ("unsupported modifier (\ufffd)", "the } after the name is missing"),
    ("syntax error: missing '}'", "the } at its end is missing"),
    ("syntax error: missing '/'", "write both slashes, as in ${name/pattern/text}"),
    ("syntax error: bad substitution", "no name follows the {"),
    ("unexpected end of statement while looking for matching single-quote", "a ' is not closed"),
    ("unexpected end of statement while looking for matching double-quote", 'a " is not closed'),
)


def shown(word: Word) -> str:
    """The word, cut short for a message."""
    return word.text if len(word.text) <= 60 else word.text[:57] + "…"
