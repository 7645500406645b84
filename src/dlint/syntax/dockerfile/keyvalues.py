"""ARG, ENV and LABEL: keys and their values."""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.syntax.dockerfile import tokens as arguments
from dlint.syntax.dockerfile.instruction import Instruction, Line
from dlint.syntax.dockerfile.nodes import Pair, Word, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_BLANKS: Final = pattern(f"[{arguments.BLANK}]+")


class WithPairs(Instruction):
    """ARG, ENV, LABEL: keys and values."""

    __slots__ = ("_pairs",)
    expands = True

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
        self._pairs: list[Pair] | None = None

    @property
    def pairs(self) -> list[Pair]:
        """The keys with their values, in order; words the builder refuses give no pair."""
        if self._pairs is None:
            self._pairs = self._find_pairs()
        return self._pairs

    def _split(self) -> list[Word]:
        return arguments.quoted_words(self, self._rest, self._end, self.escape)

    def _find_pairs(self) -> list[Pair]:
        return [_pair(word) for word in self.words if "=" in word.text]


class Arg(WithPairs):
    """``ARG name[=value] …``."""

    __slots__ = ()
    name = "ARG"

    def _find_pairs(self) -> list[Pair]:
        return [_pair(word) for word in self.words]


class KeyValues(WithPairs):
    """ENV and LABEL, which also know the old form ``KEY value``."""

    __slots__ = ("_legacy",)

    def __init__(self, line: Line, head: re.Match[str]) -> None:
        super().__init__(line, head)
        self._legacy = False

    @property
    def legacy(self) -> bool:
        """Whether this is the old form ``KEY value``: the first word has no ``=``."""
        self.words  # noqa: B018
        return self._legacy

    def _split(self) -> list[Word]:
        first = arguments.first_quoted_word(self, self._rest, self._end, self.escape)
        self._legacy = first is not None and "=" not in first
        return self._key_and_rest() if self._legacy else super()._split()

    def _key_and_rest(self) -> list[Word]:
        match = _BLANKS.search(self.text, self._rest, self._end)
        if match is None:
            return self._whole()
        key = word_of(self, self._rest, match.start(), self.escape)
        return [key, word_of(self, match.end(), self._end, self.escape)]

    def _find_pairs(self) -> list[Pair]:
        if not self.legacy:
            return super()._find_pairs()
        found = self.words
        return [Pair(found[0], found[1])] if len(found) > 1 else []


class Env(KeyValues):
    """``ENV name=value …`` or, the old way, ``ENV name value``."""

    __slots__ = ()
    name = "ENV"


class Label(KeyValues):
    """``LABEL name=value …`` or, the old way, ``LABEL name value``."""

    __slots__ = ()
    name = "LABEL"


def _pair(word: Word) -> Pair:
    at = word.text.find("=")
    if at < 0:
        return Pair(word, None)
    key = word_of(word, 0, at, word.escape)
    return Pair(key, word_of(word, at + 1, len(word.text), word.escape))
