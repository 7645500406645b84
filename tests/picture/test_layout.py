"""Whatever the graph: no box lies on another, labels are clear, lines end at their boxes and cross none."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.picture.boxes import Box, Line
from dlint.picture.layers import assign
from dlint.picture.layout import place
from dlint.picture.order import arrange, crossings, neighbours
from picture.drawing import faults


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Box], list[Line]]:
    number = draw(st.integers(1, 24))
    boxes = [
        Box(str(index), draw(st.integers(60, 240)), draw(st.sampled_from((30, 47, 90, 140))), late=draw(st.booleans()))
        for index in range(number)
    ]
    ends = st.integers(0, number - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=60))
    kinds, labels = st.sampled_from(("base", "copy", "depends")), st.sampled_from(("", "", "healthy", "COPY /app/x"))
    lines = []
    for start, end in dict.fromkeys(pairs):
        label = draw(labels)
        lines.append(Line(boxes[start], boxes[end], draw(kinds), label, 8.0 * len(label)))
    return boxes, lines


@settings(max_examples=80)
@given(drawings())
def test_nothing_lies_on_anything(drawing: tuple[list[Box], list[Line]]) -> None:
    boxes, lines = drawing
    width, height = place(boxes, lines)
    assert faults(boxes, [line for line in lines if line.start is not line.end]) == []
    assert all(box.x >= 0 and box.x + box.width <= width + 0.01 for box in boxes)
    assert all(box.y >= -0.01 and box.bottom <= height + 0.01 for box in boxes)


@settings(max_examples=30)
@given(drawings())
def test_lines_run_to_the_right_but_for_one_of_each_circle(drawing: tuple[list[Box], list[Line]]) -> None:
    boxes, lines = drawing
    lines = [line for line in lines if line.start is not line.end]
    assign(boxes, lines)
    assert all(line.tail.layer < line.head.layer for line in lines)
    if all(boxes.index(line.start) < boxes.index(line.end) for line in lines):
        assert not any(line.back for line in lines)


def test_the_same_boxes_and_lines_give_the_same_places() -> None:
    def once() -> list[tuple[float, float]]:
        boxes = [Box(str(index), 100, 40) for index in range(12)]
        place(boxes, [Line(boxes[a], boxes[(a * 5 + 3) % 12], "depends") for a in range(12)])
        return [(box.x, box.y) for box in boxes]

    assert once() == once()


def test_boxes_are_sorted_so_that_lines_do_not_cross() -> None:
    boxes = [Box(name, 100, 40) for name in "abcxyz"]
    a, b, c, x, y, z = boxes
    lines = [Line(a, z), Line(b, y), Line(c, x)]
    place(boxes, lines)
    assert (a.y < b.y < c.y) == (z.y < y.y < x.y)


def test_what_is_built_for_one_thing_stands_beside_it() -> None:
    image, stage, job, server, database = (Box(name, 100, 40, late=name in ("i", "s")) for name in "isjvd")
    place([image, stage, job, server, database], [
        Line(image, stage), Line(stage, database), Line(job, server), Line(server, database)
    ])  # fmt: skip
    assert (image.layer, stage.layer, database.layer) == (0, 1, 2)


def test_lines_to_the_same_box_share_their_way_past_others() -> None:
    boxes = [Box(str(index), 100, 40) for index in range(6)]
    first, second, middle, more, last, end = boxes
    lines = [Line(first, end, "depends"), Line(second, end, "depends")]
    place(
        boxes,
        [*lines, Line(first, middle), Line(second, middle), Line(middle, more), Line(more, last), Line(last, end)],
    )
    assert lines[0].way[1:] == lines[1].way[1:] and len(lines[0].way) > 3


def test_swaps_never_make_it_worse() -> None:
    boxes = [Box(str(index), 100, 40) for index in range(8)]
    for index, box in enumerate(boxes):
        box.layer = index // 4
    lines = [Line(boxes[a], boxes[4 + b]) for a, b in ((0, 3), (0, 2), (1, 3), (2, 0), (3, 1), (3, 0))]
    from dlint.picture.boxes import with_lanes

    layers, segments = with_lanes(boxes, lines)
    _, after = neighbours(layers, segments)

    def places() -> dict[int, int]:
        return {id(box): index for layer in layers for index, box in enumerate(layer)}

    before = crossings(layers, after, places())
    arrange(layers, segments)
    assert crossings(layers, after, places()) <= 1 < before
