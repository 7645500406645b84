"""The line of a finding: what is put together in one go is what each character for itself would give."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from dlint.report._excerpt import _masked, excerpt
from dlint.rule.hidden import Hidden
from dlint.rule.secrets import Secrets
from dlint.source import Source, Span

LINE = "  - PASSWORD=abc TOKEN=a-longer-one-0123456789 last"
spans = st.tuples(st.integers(0, len(LINE)), st.integers(0, len(LINE))).map(lambda pair: Span(*sorted(pair)))


@given(spans, st.lists(spans.filter(lambda span: span.start < span.end), max_size=3))
def test_a_line_with_credentials_is_masked_where_they_stand(span: Span, hidden: list[Span]) -> None:
    source = Source("compose.yaml", f"first\n{LINE}\n")
    start = len("first\n")
    secrets = Secrets((), Hidden({source.path: [Span(start + one.start, start + one.end) for one in hidden]}))
    found = excerpt(source, Span(start + span.start, start + span.end), secrets, 200)
    cells = _masked(source, start, start + len(LINE), secrets.within(source, start, start + len(LINE)))
    columns = [*accumulate((width for _, width in cells), initial=0)]
    assert found.text == "".join(text for text, _ in cells)
    assert (found.number, found.before) == (2, columns[span.start])
    assert found.marks == max(1, columns[span.end] - columns[span.start])
