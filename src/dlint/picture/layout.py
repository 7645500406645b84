"""Boxes and lines to places: columns from left to right, each line through lanes of its own past what is in its way.

Everything is worked out in a fixed order, so that equal graphs give equal pictures.
"""

from __future__ import annotations

from dlint.picture import heights, layers, order, ports
from dlint.picture.boxes import Box, Line, Route, Segment, with_lanes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ARROW = 9.0
LABEL_PAD = 8.0
_CURVE = 36.0
_MOST_CURVE = 84.0
_GRID_GAP = 24.0
_GRID_WIDTH = 620.0

Size = tuple[float, float]


def place(boxes: Sequence[Box], lines: Sequence[Line]) -> Size:
    """Set the places of the boxes and the routes of the lines; gives width and height of it all."""
    lines = [line for line in lines if line.start is not line.end]
    ends = {id(box) for line in lines for box in (line.start, line.end)}
    joined = [box for box in boxes if id(box) in ends]
    width, height = _columns(joined, lines) if joined else (0.0, 0.0)
    single = [box for box in boxes if id(box) not in ends]
    if not single:
        return width, height
    return _grid(single, width, height + (_GRID_GAP * 1.5 if joined else 0))


def _columns(boxes: Sequence[Box], lines: Sequence[Line]) -> Size:
    layers.assign(boxes, lines)
    columns, segments = with_lanes(boxes, lines)
    order.arrange(columns, segments)
    ports.spread(columns, segments)
    heights.settle(columns, segments)
    edges = _widths(columns, segments)
    for line in lines:
        _route(line, edges)
    return edges[-1][1], max(box.bottom for column in columns for box in column)


def _widths(columns: Sequence[Sequence[Box]], segments: Sequence[Segment]) -> list[tuple[float, float, float]]:
    """Of each column: its left and right edge, and where curves to it end, before its labels."""
    found: list[tuple[float, float, float]] = []
    right = 0.0
    for index, column in enumerate(columns):
        mine = [segment for segment in segments if segment.end.layer == index]
        left = right
        if index:
            curve = right + min(_CURVE + 1.6 * len(mine), _MOST_CURVE)
            label = max((segment.label_width for segment in mine), default=0)
            left = curve + (label + 2 * LABEL_PAD if label else 0) + ARROW + 3
        else:
            curve = left
        right = left + max(box.width for box in column)
        for box in column:
            box.x, box.width = left, right - left
        found.append((left, right, curve))
    return found


def _route(line: Line, edges: Sequence[tuple[float, float, float]]) -> None:
    """Curves between the columns, level through them."""
    tail, head = line.tail, line.head
    route = Route((edges[tail.layer][1], tail.y + tail.right[line.exit]))
    for box in line.way[1:]:
        left, right, curve = edges[box.layer]
        y = box.y + (head.left[line.entry] if box is head else 0)
        route.curve(curve, y)
        route.straight(left if box is head else right, y)
    line.route = route
    left, _, curve = edges[head.layer]
    line.at = ((curve + left - ARROW) / 2, route.end[1])


def _grid(boxes: Sequence[Box], width: float, top: float) -> Size:
    """Boxes without lines: in rows below the rest."""
    widest = max(box.width for box in boxes)
    room = max(width, min(_GRID_WIDTH, len(boxes) * (widest + _GRID_GAP)))
    number = max(1, int((room + _GRID_GAP) // (widest + _GRID_GAP)))
    y = top
    for start in range(0, len(boxes), number):
        row = boxes[start : start + number]
        for index, box in enumerate(row):
            box.x, box.y, box.width = index * (widest + _GRID_GAP), y, widest
        y = max(box.bottom for box in row) + heights.BOX_GAP
    used = min(len(boxes), number) * (widest + _GRID_GAP) - _GRID_GAP
    return max(width, used), y - heights.BOX_GAP
