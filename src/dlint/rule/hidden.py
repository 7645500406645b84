"""The credentials that no report may repeat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from dlint.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MASK: Final = "********"
"""What stands in reports in the place of a credential."""


class Hidden:
    """The credentials of a run's files: ``spans`` by path, and ``values`` that no sentence may hold.

    ``telling`` are the places where these values stand, as paths and spans, in quotes or not.
    """

    __slots__ = ("spans", "telling", "values")

    def __init__(
        self,
        spans: Mapping[str, Sequence[Span]],
        values: Collection[str] = (),
        telling: Sequence[tuple[str, Span]] = (),
    ) -> None:
        self.telling = telling
        self.spans = {path: _merged(found) for path, found in spans.items()}
        self.values = sorted(values, key=len, reverse=True)

    def without(self, text: str) -> str:
        """The text with a mask in the place of every credential."""
        if self.holds(text):
            for value in self.values:
                text = text.replace(value, MASK)
        return text

    def holds(self, text: str) -> bool:
        """Whether a credential stands in the text."""
        return any(map(text.__contains__, self.values))


NOTHING: Final = Hidden({})
"""For files without credentials, as most are."""


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span[0] <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span[1]))
        else:
            merged.append(Span(*span))
    return merged
