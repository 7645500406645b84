"""Where a report for people repeats lines of files: so it can be kept without them, and put together again.

What is kept is a list of pieces: text, or the place of a line's text in a file. A line that is shown otherwise than it
stands there, cut or with a credential masked, is worked out again.
"""

from __future__ import annotations

from dlint.report import TAB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from dlint.rule.secrets import Secrets
    from dlint.source import Source, Span


class Quotes:
    """Rows of a report that end in text of a file: their numbers, how much stands before it, and where it is from."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[int, tuple[int, list[Any]]] = {}

    def note(self, number: int, row: str, text: str, source: Source, span: Span, secrets: Secrets, room: int) -> None:
        """A row that ends in ``text``, which ``excerpt`` made of the line with ``span`` in ``room`` columns."""
        text = text.rstrip()
        if not text:
            return
        low, high = source.line_span(source.line(span[0]))
        line = source.text[low:high].rstrip()
        if line.replace("\t", TAB) == text:
            place: list[Any] = [source.path, low, low + len(line)]
        else:
            place = [source.path, *span, room, [[*hidden] for hidden in secrets.within(source, low, high)]]
        self._rows[number] = (len(row) - len(text), place)

    def pieces(self, text: str) -> list[Any]:
        """A report without the lines of files."""
        found: list[Any] = []
        done: list[str] = []
        for number, row in enumerate(text.split("\n")):
            before, place = self._rows.get(number, (len(row), None))
            done.append(row[:before])
            if place is not None:
                found += ("\n".join(done), place)
                done = [""]
        return [*found, "\n".join(done)]


def joined(pieces: Sequence[Any], read: Callable[[str], Source | None]) -> str:
    """The report that pieces were made of. Raises ValueError, TypeError or IndexError for what are none."""
    return "".join([piece if isinstance(piece, str) else _quoted(piece, read) for piece in pieces])


def _quoted(place: Sequence[Any], read: Callable[[str], Source | None]) -> str:
    path, start, end, *more = place
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
