"""Where on the sides of a box lines begin and end, in the order of what is at their other ends."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlint.picture.boxes import Box, Segment

APART = 12.0
LABEL_APART = 20.0
_MARGIN = 11.0


def spread(layers: Sequence[Sequence[Box]], segments: Sequence[Segment]) -> None:
    """Set the ports of all boxes, and make boxes high enough for them."""
    places = {id(box): float(index) for layer in layers for index, box in enumerate(layer)}
    entries: dict[int, dict[object, list[Segment]]] = {}
    exits: dict[int, dict[object, list[Segment]]] = {}
    for segment in segments:
        entries.setdefault(id(segment.end), {}).setdefault(segment.entry, []).append(segment)
        exits.setdefault(id(segment.start), {}).setdefault(segment.exit, []).append(segment)
    for layer in layers:
        for box in layer:
            if not box.lane:
                _one(box, entries.get(id(box), {}), exits.get(id(box), {}), places)


def _one(
    box: Box,
    entries: Mapping[object, Sequence[Segment]],
    exits: Mapping[object, Sequence[Segment]],
    places: Mapping[int, float],
) -> None:
    coming = sorted(entries, key=lambda key: _mean([places[id(one.start)] for one in entries[key]]))
    going = sorted(exits, key=lambda key: _mean([places[id(one.end)] for one in exits[key]]))
    labelled = any(one.label_width for found in entries.values() for one in found)
    apart = LABEL_APART if labelled else APART
    box.height = max(box.height, _extent(coming, apart), _extent(going, APART))
    box.left = _at(coming, apart, box.height)
    box.right = _at(going, APART, box.height)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _extent(keys: Sequence[object], apart: float) -> float:
    return (len(keys) - 1) * apart + 2 * _MARGIN if keys else 0


def _at(keys: Sequence[object], apart: float, height: float) -> dict[object, float]:
    top = (height - (len(keys) - 1) * apart) / 2
    return {key: top + number * apart for number, key in enumerate(keys)}
