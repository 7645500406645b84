"""Where a report for people repeats lines of files: so it can be kept without them, and put together again.

What is kept is a list of pieces: text, or the place of a line's text in a file, whose path is left out where it is that
of the place before. A line that is shown otherwise than it stands there, with a credential masked, is worked out again.
"""

from __future__ import annotations

from dlint.report import CUT, TAB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from dlint.rule.secrets import Secrets
    from dlint.source import Source, Span


# About so many characters of a report are looked at at a time.
_BLOCK = 100_000


class Quotes:
    """Rows of a report that end in text of a file: their numbers, where it begins and ends, and where it is from."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[int, tuple[int, int, list[Any]]] = {}

    def note(self, number: int, row: str, text: str, source: Source, span: Span, secrets: Secrets, room: int) -> None:
        """A row that ends in ``text``, which ``excerpt`` made of the line with ``span`` in ``room`` columns."""
        text = text.rstrip()
        if not text:
            return
        low, high = source.line_span(source.line(span[0]))
        line = source.text[low:high].rstrip()
        if line.replace("\t", TAB) == text:
            self._rows[number] = (len(row) - len(text), len(row), [source.path, low, low + len(line)])
            return
        first, last = len(row) - len(text.removeprefix(CUT)), len(row) - len(text) + len(text.removesuffix(CUT))
        at = line.find(row[first:last]) if first < last else -1
        if at >= 0:
            self._rows[number] = (first, last, [source.path, low + at, low + at + last - first])
            return
        place = [source.path, *span, room, [[*hidden] for hidden in secrets.within(source, low, high)]]
        self._rows[number] = (len(row) - len(text), len(row), place)

    def pieces(self, text: str) -> list[Any]:
        """A report without the lines of files."""
        found: list[Any] = []
        done: list[str] = []
        last = None
        for number, row in enumerate(_rows_of(text)):
            quoted = self._rows.get(number)
            if quoted is None:
                done.append(row)
                continue
            first, end, (path, *place) = quoted
            done.append(row[:first])
            found += ("\n".join(done), place if path == last and len(place) == 2 else [path, *place])
            last = path
            done = [row[end:]]
        return [*found, "\n".join(done)]


def _rows_of(text: str) -> Iterator[str]:
    """The rows of a text: a report of thousands of files has too many to hold them all."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start + _BLOCK)
        end = len(text) if end < 0 else end
        yield from text[start:end].split("\n")
        start = end + 1


def joined(pieces: Sequence[Any], read: Callable[[str], Source | None]) -> str:
    """The report that pieces were made of. Raises ValueError, TypeError or IndexError for what are none."""
    found: list[str] = []
    path = ""
    for piece in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        place = piece
        if len(piece) > 2:
            path, *place = piece
        found.append(_quoted(path, place, read))
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
