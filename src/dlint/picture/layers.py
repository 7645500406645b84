"""Which column each box stands in: as far left as what leads to it allows, and no further from what it leads to."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlint.picture.boxes import Box, Line


def assign(boxes: Sequence[Box], lines: Sequence[Line]) -> None:
    """Set the layers of the boxes, and turn round a line of each circle."""
    _turn_round(boxes, lines)
    _push(boxes, lines)
    _pull(boxes, lines)
    used = sorted({box.layer for box in boxes})
    for box in boxes:
        box.layer = used.index(box.layer)


def _turn_round(boxes: Sequence[Box], lines: Sequence[Line]) -> None:
    """Mark the lines that close a circle, going depth first from where nothing leads to."""
    leaving: dict[int, list[Line]] = {id(box): [] for box in boxes}
    entered = {id(line.end) for line in lines}
    for line in lines:
        leaving[id(line.start)].append(line)
    done: set[int] = set()
    for root in sorted(boxes, key=lambda box: id(box) in entered):
        if id(root) not in done:
            _walk(root, leaving, done)


def _walk(root: Box, leaving: dict[int, list[Line]], done: set[int]) -> None:
    done.add(id(root))
    path = [(root, iter(leaving[id(root)]))]
    above = {id(root)}
    while path:
        box, rest = path[-1]
        line = next(rest, None)
        if line is None:
            path.pop()
            above.discard(id(box))
        elif id(line.end) in above:
            line.back = True
        elif id(line.end) not in done:
            done.add(id(line.end))
            above.add(id(line.end))
            path.append((line.end, iter(leaving[id(line.end)])))


def _sorted(boxes: Sequence[Box], lines: Sequence[Line]) -> list[Box]:
    """The boxes so that lines lead to later ones only."""
    waiting = {id(box): 0 for box in boxes}
    following: dict[int, list[Box]] = {id(box): [] for box in boxes}
    for line in lines:
        waiting[id(line.head)] += 1
        following[id(line.tail)].append(line.head)
    found = [box for box in boxes if not waiting[id(box)]]
    for box in found:
        for other in following[id(box)]:
            waiting[id(other)] -= 1
            if not waiting[id(other)]:
                found.append(other)
    return found


def _push(boxes: Sequence[Box], lines: Sequence[Line]) -> None:
    """Put each box one column behind the last of those that lead to it."""
    entering: dict[int, list[Box]] = {id(box): [] for box in boxes}
    for line in lines:
        entering[id(line.head)].append(line.tail)
    for box in _sorted(boxes, lines):
        box.layer = max((other.layer + 1 for other in entering[id(box)]), default=0)


def _pull(boxes: Sequence[Box], lines: Sequence[Line]) -> None:
    """Move boxes right to what they lead to: those that are to be late, and where it shortens lines on the whole."""
    leaving: dict[int, list[Box]] = {id(box): [] for box in boxes}
    entered = {id(box): 0 for box in boxes}
    for line in lines:
        leaving[id(line.tail)].append(line.head)
        entered[id(line.head)] += 1
    for box in reversed(_sorted(boxes, lines)):
        heads = leaving[id(box)]
        if heads and (box.late or len(heads) > entered[id(box)]):
            box.layer = min(head.layer for head in heads) - 1
