"""The lines of a long text in which a credential may stand, by the hints of its shape."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Blanks in the shape that has most of them: each may be a line break.
_MOST_BREAKS = 6


def with_hints(text: str, hints: Iterable[str]) -> Iterator[tuple[int, int]]:
    """From where to where lines with a hint, and those that a shape may reach from there, stand."""
    start = end = 0
    for at in sorted(at for hint in hints for at in _places(text, hint)):
        begin = text.rfind("\n", 0, at) + 1
        if begin > end:
            yield start, end
            start = begin
        end = _past_lines(text, at)
    yield start, end


def _places(text: str, hint: str) -> Iterator[int]:
    at = text.find(hint)
    while at >= 0:
        yield at
        at = text.find(hint, at + 1)


def _past_lines(text: str, at: int) -> int:
    for _ in range(_MOST_BREAKS + 1):
        at = text.find("\n", at) + 1
        if not at:
            return len(text)
    return at
