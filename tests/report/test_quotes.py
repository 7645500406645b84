"""A report without the lines of files, and put together again."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlint.report import _quotes
from dlint.report._excerpt import excerpt
from dlint.report._quotes import Quotes, joined
from dlint.rule.hidden import Hidden
from dlint.rule.secrets import Secrets
from dlint.source import Source, Span

WORDS = 'ab \t…│é日\x1b*"'


def report(sources: list[Source], spans: list[Span], room: int, hidden: Hidden) -> tuple[str, Quotes]:
    """Rows that end in lines of files, as the report for people has them."""
    quotes, rows = Quotes(), ["head"]
    for source, span in zip(sources, spans, strict=True):
        secrets = Secrets((), hidden)
        text = excerpt(source, span, secrets, room).text
        row = f"  1 │ {text}".rstrip()
        quotes.note(len(rows), row, text, source, span, secrets, room)
        rows += [row, "    │ ^^^"]
    return "\n".join([*rows, ""]), quotes


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # A loaded machine is no failure.
@given(
    st.lists(st.tuples(st.text(WORDS, min_size=1, max_size=60), st.integers(0, 59)), max_size=5), st.integers(24, 40)
)
def test_what_is_taken_apart_is_put_together_again(lines: list[tuple[str, int]], room: int) -> None:
    sources = [Source(f"f{number % 2}", text) for number, (text, _) in enumerate(lines)]
    sources = [next(one for one in sources if one.path == source.path) for source in sources]
    spans = [Span(min(at, len(s.text) - 1), len(s.text)) for s, (_, at) in zip(sources, lines, strict=True)]
    text, quotes = report(sources, spans, room, Hidden({}))
    known = {source.path: source for source in sources}
    assert joined(quotes.pieces(text), known.get) == text


def test_a_line_that_is_cut_is_a_place_in_it() -> None:
    source = Source("f", "RUN " + "word " * 30)
    text, quotes = report([source, source], [Span(60, 64), Span(0, 3)], 40, Hidden({}))
    pieces = quotes.pieces(text)
    assert "word" not in "".join(piece for piece in pieces if isinstance(piece, str))
    assert [len(piece) for piece in pieces if not isinstance(piece, str)] == [3, 2]
    assert joined(pieces, {"f": source}.get) == text


def test_a_long_report_is_looked_at_in_parts() -> None:
    source = Source("f", "RUN x")
    text, quotes = report([source] * 40, [Span(0, 3)] * 40, 40, Hidden({}))
    rows = [*_quotes._rows_of(text * 900)]
    assert rows == (text * 900).split("\n")
    assert joined(quotes.pieces(text), {"f": source}.get) == text
