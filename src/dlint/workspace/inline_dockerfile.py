"""The Dockerfile a Compose file has in place, under ``build.dockerfile_inline``, as a source of its own."""

from __future__ import annotations

from collections.abc import Callable

from dlint.source import Embedded, Source, Span, Text
from dlint.syntax import interpolation
from dlint.syntax.yaml import parser as yamltree
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar


def inline_source(scalar: YamlScalar) -> Embedded:
    """The text the builder gets: decoded, ``$$`` and known variables of Compose replaced.

    A variable whose value is unknown stays as it is written, and no rule is to judge it.
    """
    outer, unknown = _interpolated(scalar.text, scalar.expand)

    def read(raw: str) -> str | None:
        document = next(iter(yamltree.parse(Source("", f"k: {raw}")).documents), None)
        value = document.get("k") if isinstance(document, YamlMap) and len(document) == 1 else None
        if not isinstance(value, YamlScalar):
            return None
        return _interpolated(value.text, scalar.expand)[0].text

    return Embedded(outer, read, lambda text: text.replace("$", "$$"), unknown)


def _interpolated(text: Text, expand: Callable[[str], str | None]) -> tuple[Text, list[Span]]:
    """The text as Compose hands it on, with the way back, and the spans in it of variables that are unknown."""
    value = text.text
    if "$" not in value:
        return text, []
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    unknown: list[Span] = []
    size = 0

    def keep(start: int, end: int) -> None:
        nonlocal size
        pieces.append((size, text.origin(start)))
        pieces.extend((size + at - start, offset) for at, offset in text.pieces if start < at < end)
        parts.append(value[start:end])
        size += end - start

    at = 0
    for start, end, dollar in _marks(value):
        keep(at, start)
        at = end
        known = "$" if dollar else expand(value[start:end])
        if known is None:
            unknown.append(Span(size, size + end - start))
            keep(start, end)
        else:
            # All of the value leads to where its writing starts, but its last character to where that ends.
            first, last = text.origin(start), text.origin(end - 1)
            pieces.extend((size + index, first) for index in range(max(len(known) - 1, 1)))
            if len(known) > 1:
                pieces.append((size + len(known) - 1, last))
            parts.append(known)
            size += len(known)
    keep(at, len(value))
    return Text(text.source, text.span, "".join(parts), pieces), unknown


def _marks(value: str) -> list[tuple[int, int, bool]]:
    """Where ``$$`` (marked true) and variables (false) stand outside of other variables, in order."""
    uses = [(use.start, use.end, False) for use in interpolation.variables(value) if use.depth == 0]
    marks: list[tuple[int, int, bool]] = []
    at = 0
    for start, end, _ in (*uses, (len(value), len(value), False)):
        double = value.find("$$", at, start)
        while double >= 0:
            marks.append((double, double + 2, True))
            double = value.find("$$", double + 2, start)
        if start < end:
            marks.append((start, end, False))
        at = end
    return marks
