"""How far down each box and lane stands: near its neighbours, in the order of its column, and none over another."""

from __future__ import annotations

from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlint.picture.boxes import Box, Segment

BOX_GAP = 22.0
LANE_GAP = 14.0
_BESIDE = 20.0
_SWEEPS = 14
_SNAP = 26.0

Pull = tuple[float, float]
"""Where a box would like to be, and how much."""


def gap(upper: Box, lower: Box) -> float:
    """How far apart two neighbours of a column are at least."""
    if upper.lane and lower.lane:
        return LANE_GAP
    return _BESIDE if upper.lane or lower.lane else BOX_GAP


def settle(layers: Sequence[Sequence[Box]], segments: Sequence[Segment]) -> None:
    """Set ``y`` of everything; the highest is at 0."""
    for layer in layers:
        _stack(layer)
    before: dict[int, list[Segment]] = {id(box): [] for layer in layers for box in layer}
    after: dict[int, list[Segment]] = {id(box): [] for layer in layers for box in layer}
    for segment in segments:
        after[id(segment.start)].append(segment)
        before[id(segment.end)].append(segment)
    for sweep in range(_SWEEPS):
        both = sweep >= _SWEEPS - 4
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _pack(layer, [_pull(box, before, after, both, sweep % 2 == 0) for box in layer])
    for _ in range(3):
        for layer in reversed(layers):
            _snap(layer, after, before)
        for layer in layers:
            _snap(layer, before, after)
    top = min((box.y for layer in layers for box in layer), default=0)
    for layer in layers:
        for box in layer:
            box.y -= top


def _stack(layer: Sequence[Box]) -> None:
    at = 0.0
    for index, box in enumerate(layer):
        box.y = at
        at = box.bottom + (gap(box, layer[index + 1]) if index + 1 < len(layer) else 0)


def _pull(
    box: Box, before: Mapping[int, list[Segment]], after: Mapping[int, list[Segment]], both: bool, forward: bool
) -> Pull:
    """The mean of where the lines of one side, or of both, would run level."""
    total = weight = 0.0
    for segment in before[id(box)] if both or forward else ():
        heavy = _weight(segment)
        total += heavy * (_out(segment) - box.left.get(segment.entry, 0))
        weight += heavy
    for segment in after[id(box)] if both or not forward else ():
        heavy = _weight(segment)
        total += heavy * (_in(segment) - box.right.get(segment.exit, 0))
        weight += heavy
    return (total / weight, weight) if weight else (box.y, 0.1)


def _weight(segment: Segment) -> float:
    return 1.0 + 2 * segment.start.lane + 2 * segment.end.lane


def _out(segment: Segment) -> float:
    return segment.start.y + segment.start.right.get(segment.exit, 0)


def _in(segment: Segment) -> float:
    return segment.end.y + segment.end.left.get(segment.entry, 0)


def _pack(layer: Sequence[Box], wanted: Sequence[Pull]) -> None:
    """The places nearest to the wanted ones, by least squares, that keep order and distance: neighbours that would be
    too close are joined to blocks that move as one.
    """
    offsets = [0.0]
    for upper, lower in pairwise(layer):
        offsets.append(offsets[-1] + upper.height + gap(upper, lower))
    blocks: list[tuple[float, float, int]] = []
    for (place, weight), offset in zip(wanted, offsets, strict=True):
        place, size = place - offset, 1
        while blocks and blocks[-1][0] > place:
            other, heavy, count = blocks.pop()
            place = (other * heavy + place * weight) / (heavy + weight)
            weight, size = weight + heavy, size + count
        blocks.append((place, weight, size))
    places = [place for place, _, size in blocks for _ in range(size)]
    for box, offset, place in zip(layer, offsets, places, strict=True):
        box.y = place + offset


def _snap(layer: Sequence[Box], side: Mapping[int, list[Segment]], other: Mapping[int, list[Segment]]) -> None:
    """Make lines that are nearly level level where there is room."""
    for index, box in enumerate(layer):
        mine = side[id(box)]
        if len(mine) != 1 or (not box.lane and len(other[id(box)]) > 1):
            continue
        segment = mine[0]
        move = _out(segment) - _in(segment)
        if segment.start is box:
            move = -move
        low = layer[index - 1].bottom + gap(layer[index - 1], box) if index else float("-inf")
        high = layer[index + 1].y - gap(box, layer[index + 1]) - box.height if index + 1 < len(layer) else float("inf")
        if abs(move) <= _SNAP and low <= box.y + move <= high:
            box.y += move
