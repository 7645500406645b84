"""Where a report for people repeats lines of files: so it can be kept without them, and put together again.

What is kept is the text with a mark for each stretch of a file, and the places where those stand; a path is left out
where it is that of the place before. A line that is shown otherwise than it stands there, with a credential masked, is
worked out again.
"""

from __future__ import annotations

from dlint.report import CUT, TAB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from dlint.rule.secrets import Secrets
    from dlint.source import Source, Span


# What stands in the text that is kept for a stretch of a file, and for the end of a row: no report has them.
_MARK = "\x1f"
_END = "\x1e"


class Quotes:
    """A report for people as it is kept: ``hand_on`` takes its text, part by part, and ``places`` are those of what it
    repeats of files.

    Without ``is_whole`` it cannot be kept.
    """

    __slots__ = ("_hand_on", "_noted", "_path", "is_whole", "places")

    def __init__(self, hand_on: Callable[[str], None]) -> None:
        self._hand_on = hand_on
        self.places: list[Any] = []
        self.is_whole = True
        self._path = ""
        # Rows that end in text of a file: their numbers, where it begins and ends, and where it is from.
        self._noted: list[tuple[int, int, int, list[Any]]] = []

    def note(self, number: int, row: str, text: str, source: Source, span: Span, secrets: Secrets, room: int) -> None:
        """A row that ends in ``text``, which ``excerpt`` made of the line with ``span`` in ``room`` columns."""
        text = text.rstrip()
        if not text:
            return
        low, high = source.line_span(source.line(span[0]))
        line = source.text[low:high].rstrip()
        if line.replace("\t", TAB) == text:
            self._noted.append((number, len(row) - len(text), len(row), [source.path, low, low + len(line)]))
            return
        first, last = len(row) - len(text.removeprefix(CUT)), len(row) - len(text) + len(text.removesuffix(CUT))
        at = line.find(row[first:last]) if first < last else -1
        if at >= 0:
            self._noted.append((number, first, last, [source.path, low + at, low + at + last - first]))
            return
        place = [source.path, *span, room, [[*hidden] for hidden in secrets.within(source, low, high)]]
        self._noted.append((number, len(row) - len(text), len(row), place))

    def take(self, rows: Sequence[str]) -> None:
        """Take the next rows of the report; those noted since are numbered among them."""
        marked = [*rows]
        for number, first, end, (path, *place) in self._noted:
            row = rows[number]
            marked[number] = f"{row[:first]}{_MARK}{row[end:]}"
            self.places.append(place if path == self._path and len(place) == 2 else [path, *place])
            self._path = path
        text = _END.join([*marked, ""])
        if text.count(_MARK) != len(self._noted) or text.count(_END) != len(rows) or "\n" in text:
            self.is_whole = False
        self._noted.clear()
        self._hand_on(text)


def joined(text: str, places: Sequence[Any], read: Callable[[str], Source | None]) -> str:
    """The report of which that was kept. Raises ValueError, TypeError or IndexError for what is none."""
    first, *others = text.replace(_END, "\n").split(_MARK)
    found = [first]
    path = ""
    for place, part in zip(places, others, strict=True):
        if len(place) > 2:
            path, *place = place
        found += (_quoted(path, place, read), part)
    return "".join(found)


def _quoted(path: str, place: Sequence[Any], read: Callable[[str], Source | None]) -> str:
    start, end, *more = place
    source = read(path)
    if source is None or not 0 <= start <= end <= len(source.text):
        raise ValueError(f"{path}: not a place in a file")
    if not more:
        return source.text[start:end].replace("\t", TAB)
    from dlint.report._excerpt import excerpt
    from dlint.rule.hidden import Hidden
    from dlint.rule.secrets import Secrets
    from dlint.source import Span

    room, hidden = more
    secrets = Secrets((), Hidden({path: [Span(*span) for span in hidden]}))
    return excerpt(source, Span(start, end), secrets, room).text.rstrip()
