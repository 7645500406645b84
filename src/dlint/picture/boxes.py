"""What the layout works on: boxes, lines between them, and the lanes that long lines take past other boxes."""

from __future__ import annotations

from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

Point = tuple[float, float]


class Box:
    """A rectangle to be placed, or the lane of a long line (``lane``), which has no size.

    ``late`` says that it stands right before what it leads to, however far that is from what leads to it; ``layer`` is
    the column. ``left`` and ``right`` are the places on its sides at which lines end, by what they have in common, from
    its top down.
    """

    __slots__ = ("height", "key", "lane", "late", "layer", "left", "right", "width", "x", "y")

    def __init__(self, key: str, width: float, height: float, *, late: bool = False, lane: bool = False) -> None:
        self.key = key
        self.width = width
        self.height = height
        self.late = late
        self.lane = lane
        self.layer = 0
        self.x = 0.0
        self.y = 0.0
        self.left: dict[object, float] = {}
        self.right: dict[object, float] = {}

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def __repr__(self) -> str:
        return f"<{'Lane' if self.lane else 'Box'} {self.key} {self.layer}: {self.x:.0f},{self.y:.0f}>"


class Line:
    """A line from ``start`` to ``end``, with a label of some width (0 for none).

    ``back`` is set where it runs from right to left, as one of each circle must. Lines that are alike (``kind`` and
    ``label``) and end at the same box share their way. ``route`` is where it runs, ``at`` the middle of its label.
    """

    __slots__ = ("at", "back", "end", "kind", "label", "label_width", "route", "start", "way")

    def __init__(self, start: Box, end: Box, kind: str = "", label: str = "", label_width: float = 0) -> None:
        self.start = start
        self.end = end
        self.kind = kind
        self.label = label
        self.label_width = label_width
        self.back = False
        self.way: list[Box] = []
        self.route = Route((0, 0))
        self.at: Point = (0, 0)

    @property
    def tail(self) -> Box:
        """The end on the left."""
        return self.end if self.back else self.start

    @property
    def head(self) -> Box:
        """The end on the right."""
        return self.start if self.back else self.end

    @property
    def entry(self) -> tuple[object, ...]:
        """What lines have in common that enter a box at the same place."""
        return ("back", id(self)) if self.back else (self.kind, self.label)

    @property
    def exit(self) -> tuple[object, ...]:
        """What lines have in common that leave a box at the same place."""
        return ("back", self.kind) if self.back else (self.kind,)


class Route:
    """A way in steps: each a curve (which starts and ends level) or a straight line to a point."""

    __slots__ = ("start", "steps")

    def __init__(self, start: Point) -> None:
        self.start = start
        self.steps: list[tuple[bool, Point]] = []

    def curve(self, x: float, y: float) -> None:
        """Go on in a curve; straight if it stays level."""
        last = self.steps[-1][1] if self.steps else self.start
        self.steps.append((abs(last[1] - y) > 0.05, (x, y)))

    def straight(self, x: float, y: float) -> None:
        """Go on straight."""
        self.steps.append((False, (x, y)))

    @property
    def end(self) -> Point:
        """Where it ends."""
        return self.steps[-1][1] if self.steps else self.start


class Segment:
    """The part of one line or more between two neighbouring layers."""

    __slots__ = ("end", "entry", "exit", "label_width", "start")

    def __init__(self, start: Box, exit_: object, end: Box, entry: object, label_width: float) -> None:
        self.start = start
        self.exit = exit_
        self.end = end
        self.entry = entry
        self.label_width = label_width


def with_lanes(boxes: Iterable[Box], lines: Iterable[Line]) -> tuple[list[list[Box]], list[Segment]]:
    """The layers from left to right, lanes in them, and all segments; lines are given their ways."""
    layers: list[list[Box]] = [[] for _ in range(max((box.layer for box in boxes), default=-1) + 1)]
    for box in boxes:
        layers[box.layer].append(box)
    lanes: dict[tuple[object, ...], Box] = {}
    segments: dict[tuple[object, ...], Segment] = {}
    for line in lines:
        trunk = (id(line.head), *line.entry)
        line.way = [line.tail]
        for layer in range(line.tail.layer + 1, line.head.layer):
            lane = lanes.get((*trunk, layer))
            if lane is None:
                lane = lanes[(*trunk, layer)] = Box("", 0, 0, lane=True)
                lane.layer = layer
                layers[layer].append(lane)
            line.way.append(lane)
        line.way.append(line.head)
        for start, end in pairwise(line.way):
            leaving = line.exit if start is line.tail else ()
            entering = line.entry if end is line.head else ()
            label = line.label_width if end is line.head else 0
            key = (id(start), leaving, id(end), entering)
            segments.setdefault(key, Segment(start, leaving, end, entering, label))
    return layers, list(segments.values())
