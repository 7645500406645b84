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
# Of so many boxes and lanes each sweep takes long, and none makes a picture that anybody could read.
_LARGE = 2500

Sides = dict[int, list[int]]
"""Of each box (by ``id``) the neighbours on one side, by ``id``."""


def arrange(layers: list[list[Box]], segments: Sequence[Segment]) -> None:
    """Sort each layer in place."""
    before, after = neighbours(layers, segments)
    places = {id(box): index for layer in layers for index, box in enumerate(layer)}
    best, fewest = [list(layer) for layer in layers], crossings(layers, after, places)
    large = len(places) > _LARGE
    for sweep in range(4 if large else _SWEEPS):
        if not fewest:
            break
        for layer in reversed(layers[:-1]) if sweep % 2 else layers[1:]:
            _by_median(layer, after if sweep % 2 else before, places)
        if not large:
            _swap(layers, before, after, places)
        number = crossings(layers, after, places)
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


def _by_median(layer: list[Box], sides: Sides, places: dict[int, int]) -> None:
    """Sort the boxes that have neighbours by the median of those; the others stay where they are."""
    wanted = {id(box): _median(sorted(places[one] for one in sides[id(box)])) for box in layer if sides[id(box)]}
    moving = iter(sorted((box for box in layer if id(box) in wanted), key=lambda box: wanted[id(box)]))
    layer[:] = [next(moving) if id(box) in wanted else box for box in layer]
    for index, box in enumerate(layer):
        places[id(box)] = index


def _median(numbers: Sequence[int]) -> float:
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def crossings(layers: Sequence[Sequence[Box]], after: Sides, places: Mapping[int, int]) -> int:
    """How many pairs of segments cross."""
    found = 0
    for layer in layers:
        ends: list[int] = []
        for box in layer:
            mine = [places[other] for other in after[id(box)]]
            found += sum(len(ends) - bisect_left(ends, end + 1) for end in mine)
            for end in mine:
                insort(ends, end)
    return found


def _swap(layers: Sequence[list[Box]], before: Sides, after: Sides, places: dict[int, int]) -> None:
    """Swap neighbours in a layer as long as that takes crossings away."""
    for layer in layers:
        if len(layer) > _MOST_TO_SWAP:
            continue
        for _ in range(min(len(layer), 12)):
            moved = False
            for index in range(len(layer) - 1):
                one, two = layer[index], layer[index + 1]
                if _gain(id(one), id(two), before, places) + _gain(id(one), id(two), after, places) > 0:
                    layer[index], layer[index + 1] = two, one
                    places[id(one)], places[id(two)] = index + 1, index
                    moved = True
            if not moved:
                break


def _gain(one: int, two: int, sides: Sides, places: Mapping[int, int]) -> int:
    """How many crossings a swap of two boxes takes away on one side."""
    lower = [places[end] for end in sides[two]]
    return sum((place > other) - (other > place) for end in sides[one] for other in lower for place in (places[end],))
