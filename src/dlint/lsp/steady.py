"""What is shown while a Compose file is no YAML, as it is at every other key that is typed.

Its rules say nothing then. What they said before still holds where nothing was changed since, and is shown beside
what is wrong now: findings that go and come back with each word are worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrs import evolve
from lsprotocol import types

from dlint.lsp.positions import lines_of

# More lines than somebody is at: then nobody knows what still holds.
_MOST_CHANGED = 8


class _Whole(NamedTuple):
    """A text and what was shown for it when all files of the project could be read."""

    lines: list[str]
    found: list[types.Diagnostic]


class Steady:
    """What was last shown for each document of a project while all of it could be read."""

    def __init__(self) -> None:
        self._whole: dict[str, _Whole] = {}

    def take(self, path: str, text: str, found: list[types.Diagnostic]) -> None:
        """Keep what is shown for a text."""
        self._whole[path] = _Whole(lines_of(text), found)

    def forget(self, path: str) -> None:
        """The document is closed."""
        self._whole.pop(path, None)

    def shown(self, path: str, text: str, found: list[types.Diagnostic], *, broken: bool) -> list[types.Diagnostic]:
        """What to show for a text while a file of the project cannot be read; ``broken`` says that it is this one."""
        whole = self._whole.get(path)
        if whole is None:
            return found
        lines = lines_of(text)
        same = _same(whole.lines, lines)
        if same == (len(lines), 0):
            return whole.found if not broken else found
        first, last = same
        changed = max(len(lines), len(whole.lines)) - first - last
        if not broken or changed > _MOST_CHANGED:
            return found
        end, moved = len(whole.lines) - last, len(lines) - len(whole.lines)
        kept = [one for old in whole.found if (one := _moved(old, first, end, moved)) is not None]
        there = {(one.code, one.range.start.line) for one in found}
        return [*found, *(one for one in kept if (one.code, one.range.start.line) not in there)]


def _same(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines are the same at the start and at the end."""
    most = min(len(before), len(after))
    first = next((at for at in range(most) if before[at] != after[at]), most)
    rest = range(1, most - first + 1)
    return first, next((at - 1 for at in rest if before[-at] != after[-at]), most - first)


def _moved(one: types.Diagnostic, first: int, end: int, moved: int) -> types.Diagnostic | None:
    """A diagnostic of the text before, ``moved`` lines down behind the lines that have changed; None within these.

    What it relates to is left out: it may stand anywhere.
    """
    start, stop = one.range.start, one.range.end
    if stop.line < first:
        return evolve(one, related_information=None)
    if start.line < end:
        return None
    place = types.Range(
        types.Position(start.line + moved, start.character), types.Position(stop.line + moved, stop.character)
    )
    return evolve(one, range=place, related_information=None)
