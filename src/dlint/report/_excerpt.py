"""The line of a file that a finding stands on, cut to fit, with the columns to underline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from types import MethodType

from dlint.lazy import NamedTuple
from dlint.report import CUT, TAB
from dlint.report._escape import cells, is_plain
from dlint.rule.hidden import MASK
from dlint.rule.secrets import Secrets
from dlint.source import Source, Span

# Columns shown before a finding that does not fit its line.
_LEAD = 10


class Excerpt(NamedTuple):
    """``text`` is the line as a terminal may have it; ``marks`` columns after the first ``before`` are the finding.

    ``more``: the finding goes on after this line.
    """

    number: int
    text: str
    before: int
    marks: int
    more: bool


_excerpt_of: Callable[[tuple[int, str, int, int, bool]], Excerpt] = MethodType(tuple.__new__, Excerpt)


def excerpt(source: Source, span: Span, secrets: Secrets, room: int) -> Excerpt:
    """The first line of ``span`` in at most ``room`` columns, credentials masked.

    The work does not grow with the length of the line: what lies far from the span is cut off first.
    """
    start, end = span
    number = source.line(start)
    line = source.line_span(number)
    low, high = line
    if end <= high <= low + room:
        # As most lines are: nothing to cut or to hide, and a column for each character.
        text = source.text[low:high]
        if is_plain(text) and not secrets.within(source, low, high):
            return _excerpt_of((number, text, start - low, max(1, end - start), False))
    more = end > line[1] and end > start and source.line(end - 1) > number
    start = min(start, line[1])
    end = max(start, min(end, line[1]))
    while more and end > start and source.text[end - 1] in " \t":
        end -= 1
    low = max(line[0], start - 4 * room)
    high = min(line[1], start + 8 * room)
    text = source.text[low:high]
    hidden = secrets.within(source, low, high)
    if (low, high) == line and hidden and text.isascii() and is_plain(text):
        stretches = [(max(span.start, low) - low, min(span.end, high) - low) for span in hidden]
        masked_text = _with_masks(text, stretches)
        if len(masked_text) <= room:
            before, last = _column(start - low, stretches), _column(end - low, stretches)
            return Excerpt(number, masked_text, before, max(1, last - before), more)
    elif (low, high) == line and not hidden and text.isascii():
        # Tabs are all that takes more than a column.
        shown_text = text.replace("\t", TAB)
        if len(shown_text) <= room and is_plain(shown_text):
            before, last = start - low, end - low
            if shown_text is not text:
                more_columns = len(TAB) - 1
                last += more_columns * text.count("\t", 0, last)
                before += more_columns * text.count("\t", 0, before)
            return Excerpt(number, shown_text, before, max(1, last - before), more)
    shown: Sequence[str] = text
    offsets: Sequence[int] = range(len(text) + 1)
    if not text.isascii() or not is_plain(text) or hidden:
        masked = _masked(source, low, high, hidden)
        shown = [character for character, _ in masked]
        offsets = list(accumulate((width for _, width in masked), initial=0))
    first, last = offsets[start - low], offsets[min(end, high) - low]
    left, right = 0, len(shown)
    if offsets[-1] > room:
        inner = room - 2 * len(CUT)
        lead = max((inner - (last - first)) // 2, _LEAD)
        at = max(0, min(first - lead, offsets[-1] - inner))
        left, right = bisect_left(offsets, at), bisect_right(offsets, at + inner) - 1
    head = CUT if left or low > line.start else ""
    tail = CUT if right < len(shown) or high < line.end else ""
    text = head + "".join(shown[left:right]) + tail
    marks = max(1, min(last, offsets[right]) - first)
    return Excerpt(number, text, len(head) + first - offsets[left], marks, more)


def _with_masks(text: str, hidden: Iterable[tuple[int, int]]) -> str:
    """The text with a mask in the place of each stretch of it."""
    pieces: list[str] = []
    at = 0
    for start, end in hidden:
        pieces += (text[at:start], MASK)
        at = end
    return "".join([*pieces, text[at:]])


def _column(at: int, hidden: Iterable[tuple[int, int]]) -> int:
    """Where a character stands once masks are before it; of a stretch that is hidden all but the first after it."""
    return at + sum(len(MASK) - (min(at, end) - start) for start, end in hidden if start < at)


def _masked(source: Source, low: int, high: int, hidden: Iterable[Span]) -> list[tuple[str, int]]:
    """What to print for each character of ``low`` to ``high``; a credential's first one stands for them all."""
    shown = cells(source.text[low:high])
    for span in hidden:
        first = max(span.start, low) - low
        count = min(span.end, high) - low - first
        shown[first : first + count] = [(MASK, len(MASK)), *[("", 0)] * (count - 1)]
    return shown
