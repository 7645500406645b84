"""Values of other builders' files in Compose's terms: what is known as it is, what is not as an unknown variable.

Checks read them as they read Compose's: ``${…}`` that nobody gives a value makes a value unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dlint.lazy import pattern
from dlint.source import Node, Source, Span
from dlint.syntax.yaml.nodes import DOUBLE, PLAIN, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

UNKNOWN = "${unknown}"
MOST_DEPTH = 20
MOST_TEXT = 20_000
"""How far variables made of variables are followed, and how many characters they may give."""

_NOWHERE = Source("", "")
_STEP = r"\s*\.\s*([\w-]+)|\s*\[\s*(?:(\d{1,6})|\"([^\"\\]*)\")\s*\]"
_PATH = pattern(rf"\s*([A-Za-z_][\w-]*)((?:{_STEP})*)\s*")
_STEPS = pattern(_STEP)
_LITERAL = pattern(r"\s*(?:\"([^\"\\$%]*)\"|(-?\d+(?:\.\d+)?|true|false|null))\s*")
_CALL = pattern(r"\s*(replace|lower|upper)\s*\(([^()]*)\)\s*")
_ARGUMENT = pattern(r"(?:\"[^\"]*\"|[^\",])+")
_IN_EXPRESSION = pattern(r"\"(?:[^\"\\]|\\.)*\"|[{}]")


def known(place: Node, value: str, style: str = DOUBLE) -> YamlScalar:
    """A value that is known, at a place where it may be written in another way."""
    found = YamlScalar(place.source, Span(*place.span), value.replace("$", "$$"), style)
    found.place_at([(0, place.span[0])])
    return found


def unknown(place: Node) -> YamlScalar:
    """A value that nobody knows."""
    found = YamlScalar(place.source, Span(*place.span), UNKNOWN, DOUBLE)
    found.place_at([(0, place.span[0])])
    return found


def entry(key: YamlScalar, name: str, value: YamlNode) -> YamlEntry:
    """The pair at ``key`` under another name."""
    renamed = YamlScalar(key.source, key.span, name, key.style)
    return YamlEntry(renamed, value, Span(key.span[0], max(key.span[1], value.span[1])))


class Variables:
    """The variables of a Bake file, with those of a matrix; a default may hold others, and is looked at when asked."""

    def __init__(self, defaults: Mapping[str, YamlNode | None], outer: Variables | None = None) -> None:
        self._defaults = defaults
        self._outer = outer
        self._values: dict[str, YamlNode | None] = {}
        self._busy: set[str] = set()

    def get(self, name: str, depth: int) -> YamlNode | None:
        """The value of a variable; None if it is unknown or goes round in a circle."""
        if name not in self._defaults:
            return self._outer.get(name, depth) if self._outer is not None else None
        if name not in self._values:
            default = self._defaults[name]
            if default is None or name in self._busy or depth > MOST_DEPTH:
                return None
            self._busy.add(name)
            self._values[name] = evaluate(default, self, depth + 1)
            self._busy.discard(name)
        return self._values[name]


def evaluate(node: YamlNode, variables: Variables, depth: int = 0) -> YamlNode:
    """A value with its variables filled in, at the places where it is written."""
    if depth > MOST_DEPTH:
        return unknown(node)
    if isinstance(node, YamlMap):
        return YamlMap(node.source, node.span, [*_pairs(node, variables, depth)], node.flow)
    if isinstance(node, YamlSeq):
        return node.with_items([evaluate(item, variables, depth + 1) for item in node.items])
    return _scalar(node, variables, depth) if isinstance(node, YamlScalar) else node


def _pairs(node: YamlMap, variables: Variables, depth: int) -> Iterator[YamlEntry]:
    for one in node.entries:
        key = _scalar(one.key, variables, depth)
        value = evaluate(one.value, variables, depth + 1)
        yield YamlEntry(key if isinstance(key, YamlScalar) else unknown(one.key), value, one.span)


def _scalar(scalar: YamlScalar, variables: Variables, depth: int) -> YamlNode:
    text = scalar.value
    if "${" not in text and "%{" not in text:
        return _escaped(scalar) if "$" in text else scalar
    pieces = [*_pieces(text)]
    if len(pieces) == 1 and pieces[0][2] is not None:
        value = _resolved(pieces[0][2], variables, depth)
        if isinstance(value, YamlScalar):
            return _moved(value, scalar)
        return value if value is not None else unknown(scalar)
    return _joined(scalar, pieces, lambda expression: _resolved(expression, variables, depth))


def _escaped(scalar: YamlScalar) -> YamlScalar:
    return _joined(scalar, [(0, len(scalar.value), None)], lambda expression: None)


def _moved(value: YamlScalar, place: YamlScalar) -> YamlScalar:
    """A variable's value where the variable is used."""
    if value.kind == "null":
        return YamlScalar(place.source, place.span, "null", PLAIN)
    moved = YamlScalar(place.source, place.span, value.value, value.style if value.style == PLAIN else DOUBLE)
    moved.place_at([(0, place.span[0])])
    return moved


def _joined(
    scalar: YamlScalar, pieces: list[tuple[int, int, str | None]], resolve: Callable[[str], YamlNode | None]
) -> YamlScalar:
    """A text whose expressions are filled in, each character with the way back to the file."""
    outer = scalar.text
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    size = 0
    for start, end, expression in pieces:
        places.append((size, outer.origin(start)))
        if expression is None:
            part = scalar.value[start:end].replace("$${", "${").replace("%%{", "%{").replace("$", "$$")
            places += [(size + at - start, offset) for at, offset in outer.pieces if start < at < end]
        else:
            value = resolve(expression)
            part = value.value if isinstance(value, YamlScalar) and value.kind != "null" else UNKNOWN
        parts.append(part)
        size += len(part)
    text = "".join(parts)
    found = YamlScalar(scalar.source, scalar.span, text if size <= MOST_TEXT or "$" not in scalar.value else UNKNOWN)
    found.style = scalar.style
    found.place_at(places)
    return found


def filled(scalar: YamlScalar, pieces: Sequence[tuple[int, int, bool]]) -> YamlScalar:
    """A text of which some pieces (start, end, whether it is known) are unknown."""
    return _joined(
        scalar, [(start, end, None if is_known else "") for start, end, is_known in pieces], lambda expression: None
    )


def _pieces(text: str) -> Iterator[tuple[int, int, str | None]]:
    """The parts of a template in order: start, end, and the expression of ``${…}``, None for plain text."""
    at = start = 0
    while True:
        at = min((found for mark in ("${", "%{") if (found := text.find(mark, at)) >= 0), default=-1)
        if at < 0:
            break
        if at and text[at - 1] == text[at]:
            at += 2
            continue
        end = _end(text, at + 2)
        if at > start:
            yield start, at, None
        yield at, end, text[at + 2 : end - 1] if text[at] == "$" else ""
        at = start = end
    if start < len(text):
        yield start, len(text), None


def _end(text: str, at: int) -> int:
    """Where an expression ends, behind its brace."""
    depth = 1
    for match in _IN_EXPRESSION.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if not depth:
            return match.end()
    return len(text)


def _resolved(expression: str, variables: Variables, depth: int) -> YamlNode | None:
    """The value of an expression: a literal, a variable, a part of one, or what some functions make of such.

    Other functions and conditions are unknown.
    """
    literal = _LITERAL.fullmatch(expression)
    if literal:
        return YamlScalar(_NOWHERE, Span(0, 0), literal[2] or literal[1], PLAIN if literal[2] else DOUBLE)
    path = _PATH.fullmatch(expression)
    if path is None:
        return _called(expression, variables, depth)
    node = variables.get(path[1], depth)
    step = _STEPS.match(path[2])
    while step:
        node = _part(node, step[1] or step[3], step[2])
        step = _STEPS.match(path[2], step.end())
    return node


def _called(expression: str, variables: Variables, depth: int) -> YamlNode | None:
    """What a function of Bake's standard library makes of texts, where they are known (docs.docker.com/build/bake)."""
    call = _CALL.fullmatch(expression)
    if call is None or depth > MOST_DEPTH:
        return None
    words = _ARGUMENT.findall(call[2])
    values = [_resolved(word, variables, depth + 1) for word in words if word.strip()]
    texts = [one.value for one in values if isinstance(one, YamlScalar) and one.kind != "null"]
    made = _TEXTS[call[1]](texts) if len(texts) == len(values) else None
    return YamlScalar(_NOWHERE, Span(0, 0), made, DOUBLE) if made is not None and len(made) <= MOST_TEXT else None


_TEXTS: Mapping[str, Callable[[list[str]], str | None]] = {
    "replace": lambda texts: texts[0].replace(texts[1], texts[2]) if len(texts) == 3 and texts[1] else None,
    "lower": lambda texts: texts[0].lower() if len(texts) == 1 else None,
    "upper": lambda texts: texts[0].upper() if len(texts) == 1 else None,
}


def _part(node: YamlNode | None, name: str | None, number: str | None) -> YamlNode | None:
    if isinstance(node, YamlMap) and name is not None:
        return node.get(name)
    if isinstance(node, YamlSeq) and number is not None and int(number) < len(node.items):
        return node.items[int(number)]
    return None
