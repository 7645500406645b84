"""What was shown before and still holds, for what cannot be known at each key: findings that go and come back with each
word are worse than none.

A Compose file is no YAML at every other key that is typed, and its rules say nothing then. What they said before is
shown, where nothing was changed since, beside what is wrong now. And to ask all other files what they have to say of
the one at hand takes too long for a key: until nothing is typed for a moment, that is as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from attrs import evolve
from lsprotocol import types

from dlint.lsp.positions import lines_of

# More lines than somebody is at: then nobody knows what still holds.
_MOST_CHANGED = 8


class _Whole(NamedTuple):
    """A text and what was shown for it when all files of the project could be read."""

    lines: list[str]
    found: list[types.Diagnostic]


class _Others(NamedTuple):
    """What other files make of what is found in a text alone: what they add, and what they take away."""

    lines: list[str]
    added: list[types.Diagnostic]
    taken: list[types.Diagnostic]


class Steady:
    """What was last shown for each document of a project: while all of it could be read; for its own sake, and for that
    of other files; and whatever came of that (``shown``).
    """

    def __init__(self) -> None:
        self.shown_last: dict[str, list[types.Diagnostic]] = {}
        self._whole: dict[str, _Whole] = {}
        self._others: dict[str, _Others] = {}

    def take(self, path: str, text: str, found: list[types.Diagnostic]) -> None:
        """Keep what is shown for a text."""
        self._whole[path] = _Whole(lines_of(text), found)

    def forget(self, path: str) -> None:
        """The document is closed."""
        for known in (self.shown_last, self._whole, self._others):
            known.pop(path, None)

    def compare(
        self, path: str, text: str, alone: Sequence[types.Diagnostic], found: Sequence[types.Diagnostic]
    ) -> None:
        """Keep what other files make of what is found in a text ``alone``."""
        places = {_place(one) for one in alone}, {_place(one) for one in found}
        added = [one for one in found if _place(one) not in places[0]]
        self._others[path] = _Others(lines_of(text), added, [one for one in alone if _place(one) not in places[1]])

    def completed(self, path: str, text: str, alone: Sequence[types.Diagnostic]) -> list[types.Diagnostic] | None:
        """What is found in a text alone, with what other files made of it last; None where that is not known."""
        others = self._others.get(path)
        if others is None:
            return None
        lines = lines_of(text)
        taken = {_place(one) for one in _kept(others.lines, lines, others.taken)}
        added = {_place(one): one for one in _kept(others.lines, lines, others.added)}
        own = [one for one in alone if _place(one) not in taken]
        places = {_place(one) for one in own}
        own += (one for place, one in added.items() if place not in places)
        return sorted(own, key=_place)

    def shown(self, path: str, text: str, found: list[types.Diagnostic], *, broken: bool) -> list[types.Diagnostic]:
        """What to show for a text while a file of the project cannot be read; ``broken`` says that it is this one."""
        whole = self._whole.get(path)
        if whole is None:
            return found
        lines = lines_of(text)
        same = _same(whole.lines, lines)
        if same == (len(lines), 0):
            return whole.found if not broken else found
        changed = max(len(lines), len(whole.lines)) - sum(same)
        if not broken or changed > _MOST_CHANGED:
            return found
        kept = _kept(whole.lines, lines, whole.found)
        there = {(one.code, one.range.start.line) for one in found}
        return [*found, *(one for one in kept if (one.code, one.range.start.line) not in there)]


def _place(one: types.Diagnostic) -> tuple[Any, ...]:
    """What tells a diagnostic from others, in the order of findings."""
    start, end = one.range.start, one.range.end
    return start.line, start.character, end.line, end.character, one.code, one.message


def _kept(before: Sequence[str], after: Sequence[str], found: Sequence[types.Diagnostic]) -> list[types.Diagnostic]:
    """What was found and still holds: in front of the lines that have changed, and behind them."""
    if not found:
        return []
    first, last = _same(before, after)
    end, moved = len(before) - last, len(after) - len(before)
    return [one for old in found if (one := _moved(old, first, end, moved)) is not None]


def _same(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines are the same at the start and at the end."""
    most = min(len(before), len(after))
    first = next((at for at in range(most) if before[at] != after[at]), most)
    rest = range(1, most - first + 1)
    return first, next((at - 1 for at in rest if before[-at] != after[-at]), most - first)


def _moved(one: types.Diagnostic, first: int, end: int, moved: int) -> types.Diagnostic | None:
    """A diagnostic of the text before, ``moved`` lines down behind the lines that have changed; None within these.

    What it relates to may stand anywhere, and is left out if anything has moved.
    """
    start, stop = one.range.start, one.range.end
    if first <= stop.line and start.line < end:
        return None
    if not moved:
        return one
    if stop.line < first:
        return evolve(one, related_information=None)
    place = types.Range(
        types.Position(start.line + moved, start.character), types.Position(stop.line + moved, stop.character)
    )
    return evolve(one, range=place, related_information=None)
