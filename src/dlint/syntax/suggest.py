"""The word somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str], most: int = 2) -> str | None:
    """The one of ``known`` at the smallest edit distance from ``word``, at most ``most``; the first of equals.

    Case does not count. A word that would have to change in every character is no candidate.
    """
    best, best_distance = None, min(most, len(word) - 1) + 1
    if len(word) > 64:
        return None
    lower = word.lower()
    letters = set(lower)
    for candidate in known:
        if abs(len(candidate) - len(word)) >= best_distance:
            continue
        # Each letter that the candidate lacks costs an edit: most words need no closer look.
        if len(letters.difference(candidate.lower())) < best_distance:
            distance = _distance(lower, candidate.lower(), best_distance)
            if distance < best_distance:
                best, best_distance = candidate, distance
    return best


def _distance(one: str, other: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; ``limit`` if not fewer."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        above, row = row, [i]
        for j, against in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != against))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) >= limit:
            return limit
        before = above
    return min(row[-1], limit)
