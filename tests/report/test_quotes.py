"""A report without the lines of files, and put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.report._excerpt import excerpt
from dlint.report._quotes import Quotes, joined
from dlint.rule.hidden import Hidden
from dlint.rule.secrets import Secrets
from dlint.source import Source, Span

# So many rows are taken at a time.
FOLDED = 4
WORDS = 'ab \t…│é日\x1b*"'


class Kept:
    """A report that is kept."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.quotes = Quotes(self.texts.append)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def report(sources: list[Source], spans: list[Span], room: int, hidden: Hidden) -> tuple[str, Kept]:
    """Rows that end in lines of files, as the report for people has them."""
    kept = Kept()
    quotes, rows, said = kept.quotes, ["head"], ""
    for source, span in zip(sources, spans, strict=True):
        secrets = Secrets((), hidden)
        text = excerpt(source, span, secrets, room).text
        row = f"  1 │ {text}".rstrip()
        quotes.note(len(rows), row, text, source, span, secrets, room)
        rows += [row, "    │ ^^^"]
        if len(rows) > FOLDED:
            said += "".join(f"{row}\n" for row in rows)
            quotes.take(rows)
            rows = []
    quotes.take(rows)
    return said + "".join(f"{row}\n" for row in rows), kept


def again(kept: Kept, sources: list[Source]) -> str:
    assert kept.quotes.is_whole
    return joined(kept.text, kept.quotes.places, {source.path: source for source in sources}.get)


@given(
    st.lists(st.tuples(st.text(WORDS, min_size=1, max_size=60), st.integers(0, 59)), max_size=5), st.integers(24, 40)
)
def test_what_is_taken_apart_is_put_together_again(lines: list[tuple[str, int]], room: int) -> None:
    sources = [Source(f"f{number % 2}", text) for number, (text, _) in enumerate(lines)]
    sources = [next(one for one in sources if one.path == source.path) for source in sources]
    spans = [Span(min(at, len(s.text) - 1), len(s.text)) for s, (_, at) in zip(sources, lines, strict=True)]
    text, kept = report(sources, spans, room, Hidden({}))
    assert again(kept, sources) == text


def test_a_line_that_is_cut_is_a_place_in_it() -> None:
    source = Source("f", "RUN " + "word " * 30)
    text, kept = report([source, source], [Span(60, 64), Span(0, 3)], 40, Hidden({}))
    assert "word" in text and "word" not in kept.text
    assert [len(place) for place in kept.quotes.places] == [3, 2]
    assert again(kept, [source]) == text


@pytest.mark.parametrize("row", ["a\x1fb", "a\x1eb", "a\nb"])
def test_a_report_that_has_what_marks_places_is_not_whole(row: str) -> None:
    quotes = Kept().quotes
    quotes.take(["x", row])
    assert not quotes.is_whole


def test_places_are_as_many_as_the_marks() -> None:
    source = Source("f", "RUN x")
    _, kept = report([source] * 3, [Span(0, 3)] * 3, 40, Hidden({}))
    for places in (kept.quotes.places[:-1], [*kept.quotes.places, [0, 1]]):
        with pytest.raises(ValueError, match="zip"):
            joined(kept.text, places, {"f": source}.get)
