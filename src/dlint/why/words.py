"""How facts are put into words."""

from __future__ import annotations

import shlex

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN = pattern(r"[\w@%+=:,./$-]+")


def command_line(words: Sequence[str]) -> str:
    """Words as one would write them in a shell."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return shlex.quote(word) if '"' in word or "\\" in word else f'"{word}"'


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def counted(number: int, one: str, many: str = "") -> str:
    """``3 files``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
