"""Where things are after edits."""

from __future__ import annotations

import pytest

from dlint.fix.verify import moved
from dlint.source import Edit, Node, Source, Span

SOURCE = Source("x", "0123456789")


def edit(start: int, end: int, text: str) -> Edit:
    return Node(SOURCE, Span(start, end)).replace(text)


@pytest.mark.parametrize(
    ("span", "edits", "after"),
    [
        (Span(4, 6), [(0, 2, "")], Span(2, 4)),
        (Span(4, 6), [(0, 2, "abcd")], Span(6, 8)),
        (Span(4, 6), [(4, 6, "abc")], Span(4, 7)),
        (Span(4, 6), [(6, 8, "abc")], Span(4, 6)),
        (Span(4, 6), [(5, 8, "x")], Span(4, 6)),
        (Span(4, 6), [(5, 8, "xyz!")], Span(4, 9)),
        (Span(4, 6), [(2, 5, "x")], Span(2, 4)),
        (Span(4, 6), [(0, 1, ""), (8, 9, "long")], Span(3, 5)),
    ],
)
def test_a_span_moves_with_the_text_around_it(span: Span, edits: list[tuple[int, int, str]], after: Span) -> None:
    assert moved(span, [edit(*one) for one in edits]) == after
