"""Values inside a Compose file: booleans, numbers, sizes, durations, ``KEY=value`` pairs, and parts of short forms."""

from __future__ import annotations

from dlint.lazy import cast
from dlint.source import Node, span_of
from dlint.syntax.interpolation import VariableUse, variables
from dlint.syntax.quantities import parse_duration, parse_size
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq, read_once

_TRUE = frozenset(("true", "1", "t", "y", "yes", "on"))
_FALSE = frozenset(("false", "0", "f", "n", "no", "off"))


def boolean(node: YamlNode | None) -> bool | None:
    """The truth value as Compose casts it: YAML 1.1's spellings and quoted ones count; None if it has none."""
    text = literal(node)
    if text is None:
        return None
    word = text.lower()
    return True if word in _TRUE else False if word in _FALSE else None


def literal(node: YamlNode | None) -> str | None:
    """The interpolated text of a scalar; None for no scalar, for null, and for the unknown."""
    if not isinstance(node, YamlScalar) or node.is_null:
        return None
    return node.literal


def integer(node: YamlNode | None) -> int | None:
    """The whole number a scalar holds, or None."""
    text = literal(node)
    try:
        return int(text) if text is not None and len(text) < 40 else None
    except ValueError:
        return None


def number(node: YamlNode | None) -> float | None:
    """The number a scalar holds, or None."""
    text = literal(node)
    try:
        return float(text) if text is not None and "_" not in text else None
    except ValueError:
        return None


def size(node: YamlNode | None) -> int | None:
    """Bytes of a size such as ``512m``, ``1.5gb`` or ``1024``; None if it is none or unknown."""
    text = literal(node)
    return parse_size(text) if text is not None else None


def duration(node: YamlNode | None) -> float | None:
    """Seconds of a duration such as ``1m30s``; None if it is none or unknown."""
    text = literal(node)
    return parse_duration(text, days=True) if text is not None else None


def as_map(node: YamlNode | None) -> YamlMap | None:
    """The node with its merge keys applied if it is a mapping, else None."""
    return node.effective() if isinstance(node, YamlMap) else None


def scalar(node: YamlNode | None) -> YamlScalar | None:
    """The node if it is a scalar other than null, else None."""
    return node if isinstance(node, YamlScalar) and not node.is_null else None


def strings(node: YamlNode | None) -> list[YamlScalar]:
    """The scalars of a list, or of a single value written without one."""
    if isinstance(node, YamlSeq):
        return [item for item in node.items if isinstance(item, YamlScalar)]
    single = scalar(node)
    return [single] if single is not None else []


def passed_on(value: YamlScalar) -> str | None:
    """The text a container gets for a value of a mapping; None if unknown.

    What YAML reads as a number or boolean is written anew: ``0755`` becomes ``493``, ``1_000`` ``1000``, ``1.0`` ``1``.
    """
    kind = value.kind
    if kind == "str" or "$" in value.value:
        return value.literal
    data = value.data
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, float):
        return _float_text(data)
    return str(data) if isinstance(data, int) else value.literal


def is_number(value: YamlScalar) -> bool:
    """Whether YAML reads a scalar as a whole number."""
    return value.style == "plain" and "$" not in value.value and value.kind == "int"


def _float_text(number: float) -> str:
    """A float as Go prints it: the shortest digits, with an exponent below 1e-4 and from 1e6 on."""
    if number != number or number in (float("inf"), float("-inf")):
        return {"inf": "+Inf", "-inf": "-Inf"}.get(str(number), "NaN")
    if -4 <= int(f"{number:e}".partition("e")[2]) < 6:
        return repr(number).removesuffix(".0")
    shortest = (f"{number:.{digits}e}" for digits in range(17))
    return next((text for text in shortest if float(text) == number), repr(number))


class Part(Node):
    """A piece of a short form such as ``127.0.0.1:80:80``: ``text`` as written, ``literal`` interpolated.

    ``literal`` is None if it depends on an unknown variable. ``start`` and ``end`` are its indexes into the scalar's
    value; -1 for a piece that came out of a variable's value and has no place of its own but the whole scalar's.
    """

    __slots__ = ("text", "literal", "start", "end")

    def __init__(self, whole: YamlScalar, start: int, end: int, literal: str | None) -> None:
        self.source = whole.source
        if start < 0:
            self.span = whole.span
            self.text = literal or ""
        else:
            begins = whole.begins
            self.span = span_of((begins + start, begins + end)) if begins >= 0 else whole.at(start, end).span
            self.text = whole.value[start:end]
        self.literal = literal
        self.start = start
        self.end = end


def whole_part(whole: YamlScalar) -> Part:
    """A scalar as one part."""
    return Part(whole, 0, len(whole.value), whole.literal)


def part_of(node: YamlNode | None) -> Part | None:
    """A whole scalar as a part; None for null and for what is no scalar."""
    whole = scalar(node)
    return whole_part(whole) if whole is not None else None


def split(whole: YamlScalar, separator: str, limit: int = 0, part: Part | None = None) -> list[Part]:
    """The parts of a scalar (or of a ``part`` of it) between ``separator`` characters outside of ``${…}``.

    A known value that holds separators of its own is split by its value; then the parts have no place of their own.
    ``limit``: at most that many splits, from the left; 0 for no limit.
    """
    value = whole.value
    start, end = (0, len(value)) if part is None else (part.start, part.end)
    if "$" not in value and start >= 0:
        return _written_parts(whole, separator, limit, start, end)
    known = whole.literal if part is None else part.literal
    if start < 0:
        return [Part(whole, -1, -1, text) for text in (known or "").split(separator, limit or -1)]
    pieces = _pieces(value, separator, limit, start, end)
    if known is not None and "$" in value[start:end]:
        texts = known.split(separator, limit or -1)
        if len(texts) != len(pieces):
            return [Part(whole, -1, -1, text) for text in texts]
        return [Part(whole, *piece, text) for piece, text in zip(pieces, texts, strict=True)]
    return [Part(whole, *piece, whole.expand(value[piece[0] : piece[1]])) for piece in pieces]


def _written_parts(whole: YamlScalar, separator: str, limit: int, start: int, end: int) -> list[Part]:
    """The parts of a scalar, or of a part of it, in which no variable stands."""
    found = []
    for text in whole.value[start:end].split(separator, limit or -1):
        end = start + len(text)
        found.append(Part(whole, start, end, text))
        start = end + len(separator)
    return found


def _pieces(value: str, separator: str, limit: int, start: int, end: int) -> list[tuple[int, int]]:
    """Index ranges between separators outside of variables."""
    uses = [(use.start, use.end) for use in variables(value) if use.depth == 0] if "$" in value else []
    pieces: list[tuple[int, int]] = []
    at = start
    number = 0
    while not limit or len(pieces) < limit:
        found = value.find(separator, at, end)
        if found < 0:
            break
        while number < len(uses) and uses[number][1] <= found:
            number += 1
        if number < len(uses) and uses[number][0] <= found:
            at = uses[number][1]
            continue
        pieces.append((start, found))
        start = at = found + 1
    pieces.append((start, end))
    return pieces


class KeyValue(Node):
    """A pair of a mapping (``KEY: value``) or of a list (``- KEY=value``): labels, arguments, variables and so on.

    ``name`` is the key, ``key`` its place. ``assigned`` is false for a key alone (``- KEY`` or ``KEY:``), whose
    value comes from elsewhere. ``text`` is the value as written; ``literal`` is it interpolated, None if unknown or
    not assigned. ``value`` is the value's place, None if there is none.
    """

    __slots__ = ("name", "key", "assigned", "text", "literal", "value", "scalar")

    def __init__(
        self,
        place: Node,
        scalar: YamlScalar,
        name: str,
        key: Node,
        text: str | None,
        literal: str | None,
        value: Node | None,
    ) -> None:
        super().__init__(place.source, place.span)
        self.scalar = scalar
        self.name = name
        self.key = key
        self.assigned = text is not None
        self.text = text if text is not None else ""
        self.literal = literal
        self.value = value

    @property
    def variables(self) -> list[VariableUse]:
        """The variables used in the value; indexes into ``text``."""
        return variables(self.text)


class EnvVar(KeyValue):
    """An entry of ``environment``."""

    __slots__ = ()


class Label(KeyValue):
    """An entry of ``labels``."""

    __slots__ = ()


class BuildArg(KeyValue):
    """An entry of ``build.args``."""

    __slots__ = ()


def key_values(node: YamlNode | None, kind: type[KeyValue] = KeyValue) -> list[KeyValue]:
    """The pairs of a mapping or of a ``KEY=value`` list."""
    if isinstance(node, YamlMap):
        return [pair for pair in (_from_entry(entry, kind) for entry in node.effective().entries) if pair is not None]
    if isinstance(node, YamlSeq):
        return [_from_item(item, kind) for item in node.items if isinstance(item, YamlScalar)]
    return []


@read_once
def env_vars(node: YamlNode) -> list[EnvVar]:
    """The pairs of a service's ``environment``."""
    return cast("list[EnvVar]", key_values(node, EnvVar))


@read_once
def labels_of(node: YamlNode) -> list[Label]:
    """The pairs of ``labels``."""
    return cast("list[Label]", key_values(node, Label))


def _from_entry(entry: YamlEntry, kind: type[KeyValue]) -> KeyValue | None:
    value = entry.value
    if not isinstance(value, YamlScalar):
        return None
    if value.is_null:
        return kind(entry, value, entry.key.value, entry.key, None, None, None)
    return kind(entry, value, entry.key.value, entry.key, value.value, passed_on(value), value)


def _from_item(item: YamlScalar, kind: type[KeyValue]) -> KeyValue:
    parts = split(item, "=", 1)
    name = parts[0]
    key = name.literal if name.literal is not None else name.text
    if len(parts) == 1:
        return kind(item, item, key, name, None, None, None)
    return kind(item, item, key, name, parts[1].text, parts[1].literal, parts[1])
