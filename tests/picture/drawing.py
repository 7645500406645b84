"""Geometry of drawn panels, for tests: rectangles, and points along lines."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.picture.boxes import Box, Line

Rectangle = tuple[float, float, float, float]
EPSILON = 0.01


def rectangle(box: Box) -> Rectangle:
    return box.x, box.y, box.x + box.width, box.y + box.height


def label_of(line: Line) -> Rectangle | None:
    if not line.label_width:
        return None
    x, y = line.at
    return x - line.label_width / 2, y - 8, x + line.label_width / 2, y + 8


def overlap(one: Rectangle, other: Rectangle) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > EPSILON and high > EPSILON


def inside(point: tuple[float, float], area: Rectangle) -> bool:
    x, y = point
    return area[0] + EPSILON < x < area[2] - EPSILON and area[1] + EPSILON < y < area[3] - EPSILON


def points(line: Line, number: int = 24) -> Iterator[tuple[float, float]]:
    """Points along the way of a line, as SVG draws its curves."""
    x, y = line.route.start
    for curved, (to_x, to_y) in line.route.steps:
        for index in range(number + 1):
            t = index / number
            if curved:
                middle = (x + to_x) / 2
                yield (
                    (1 - t) ** 3 * x + 3 * (1 - t) ** 2 * t * middle + 3 * (1 - t) * t**2 * middle + t**3 * to_x,
                    (1 - t) ** 3 * y + 3 * (1 - t) ** 2 * t * y + 3 * (1 - t) * t**2 * to_y + t**3 * to_y,
                )
            else:
                yield x + (to_x - x) * t, y + (to_y - y) * t
        x, y = to_x, to_y


def faults(boxes: list[Box], lines: list[Line]) -> list[str]:
    """What is wrong with a drawing."""
    found = []
    for index, box in enumerate(boxes):
        found += [f"{box} lies on {other}" for other in boxes[:index] if overlap(rectangle(box), rectangle(other))]
    labels = [area for line in lines if (area := label_of(line)) is not None]
    # Lines that are alike share their label.
    labels = list(dict.fromkeys(labels))
    for index, label in enumerate(labels):
        found += [f"the label {label} lies on {box}" for box in boxes if overlap(label, rectangle(box))]
        found += [f"the labels {label} and {other} meet" for other in labels[:index] if overlap(label, other)]
    for line in lines:
        found += _of_line(line, boxes)
    return found


def _of_line(line: Line, boxes: list[Box]) -> list[str]:
    tail, head = rectangle(line.tail), rectangle(line.head)
    found = []
    (x, y), (to_x, to_y) = line.route.start, line.route.end
    if abs(x - tail[2]) > EPSILON or not tail[1] <= y <= tail[3]:
        found.append(f"{line.tail} is left at {x},{y}")
    if abs(to_x - head[0]) > EPSILON or not head[1] <= to_y <= head[3]:
        found.append(f"{line.head} is met at {to_x},{to_y}")
    for box in boxes:
        area = rectangle(box)
        if any(inside(point, area) for point in points(line)):
            found.append(f"the line from {line.tail} to {line.head} crosses {box}")
    return found
