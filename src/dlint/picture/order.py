"""The order of the boxes in each column, so that lines cross little: medians of neighbours, then swaps.

Source: Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs" (1993), section 3.
"""

from __future__ import annotations

from bisect import bisect_left, insort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlint.picture.boxes import Box, Segment

_SWEEPS = 12
_MOST_TO_SWAP = 80

Sides = dict[int, list[int]]
"""Of each box (by ``id``) the neighbours on one side, by ``id``."""


def arrange(layers: list[list[Box]], segments: Sequence[Segment]) -> None:
    """Sort each layer in place."""
    before, after = neighbours(layers, segments)
    best, fewest = [list(layer) for layer in layers], crossings(layers, after)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        if sweep % 2:
            for layer in reversed(layers[:-1]):
                _by_median(layer, after, _places(layers))
        else:
            for layer in layers[1:]:
                _by_median(layer, before, _places(layers))
        _swap(layers, before, after)
        number = crossings(layers, after)
        if number < fewest:
            best, fewest = [list(layer) for layer in layers], number
    layers[:] = best


def neighbours(layers: Sequence[Sequence[Box]], segments: Sequence[Segment]) -> tuple[Sides, Sides]:
    """What stands before and behind each box."""
    before: Sides = {id(box): [] for layer in layers for box in layer}
    after: Sides = {id(box): [] for layer in layers for box in layer}
    for segment in segments:
        after[id(segment.start)].append(id(segment.end))
        before[id(segment.end)].append(id(segment.start))
    return before, after


def _places(layers: Sequence[Sequence[Box]]) -> dict[int, int]:
    return {id(box): index for layer in layers for index, box in enumerate(layer)}


def _by_median(layer: list[Box], sides: Sides, places: Mapping[int, int]) -> None:
    """Sort the boxes that have neighbours by the median of those; the others stay where they are."""
    wanted = {id(box): _median(sorted(places[one] for one in sides[id(box)])) for box in layer if sides[id(box)]}
    moving = iter(sorted((box for box in layer if id(box) in wanted), key=lambda box: wanted[id(box)]))
    layer[:] = [next(moving) if id(box) in wanted else box for box in layer]


def _median(numbers: Sequence[int]) -> float:
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def crossings(layers: Sequence[Sequence[Box]], after: Sides) -> int:
    """How many pairs of segments cross."""
    places = _places(layers)
    found = 0
    for layer in layers:
        ends: list[int] = []
        for box in layer:
            mine = [places[other] for other in after[id(box)]]
            found += sum(len(ends) - bisect_left(ends, end + 1) for end in mine)
            for end in mine:
                insort(ends, end)
    return found


def _swap(layers: Sequence[list[Box]], before: Sides, after: Sides) -> None:
    """Swap neighbours in a layer as long as that takes crossings away."""
    for layer in layers:
        if len(layer) > _MOST_TO_SWAP:
            continue
        places = _places(layers)
        for _ in range(len(layer)):
            moved = False
            for index in range(len(layer) - 1):
                one, two = layer[index], layer[index + 1]
                if _gain(id(one), id(two), before, places) + _gain(id(one), id(two), after, places) > 0:
                    layer[index], layer[index + 1] = two, one
                    moved = True
            if not moved:
                break


def _gain(one: int, two: int, sides: Sides, places: Mapping[int, int]) -> int:
    """How many crossings a swap of two boxes takes away on one side."""
    upper, lower = [places[end] for end in sides[one]], [places[end] for end in sides[two]]
    now = sum(a > b for a in upper for b in lower)
    return now - sum(b > a for a in upper for b in lower)
