"""The words that a program is given: those of its command, with the variables in them whose values are known.

The shell puts the value in place of the variable and splits it at blanks where no quotes are (POSIX Shell Command
Language, 2.6.2 and 2.6.5). A word in which a value is not known stays as it is written.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.syntax.shell.words import ShellWord, Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_VARIABLE = pattern(r"\$\{(\w+)(?:(:?-)([^${}]*))?\}")
_LONGEST = 4096
_MOST = 200


class Field(ShellWord):
    """A word that a variable gave: its text is what the program gets, its place the variable."""

    __slots__ = ()

    def __init__(self, word: ShellWord, text: str) -> None:
        Stretch.__init__(self, word.code, word.start, word.end)
        self.text = text
        self._literal = True


def fields(words: Sequence[ShellWord], value: Callable[[str], str | None]) -> list[ShellWord]:
    """The words with values in place of variables; one may become several, or none.

    ``value`` gives the value of a variable, None if it is not known.
    """
    found: list[ShellWord] = []
    for word in words:
        text = _filled(word, value) if word.literal is None and len(found) < _MOST else None
        if text is None:
            found.append(word)
        elif word.quoted:
            found.append(Field(word, text))
        else:
            found += [Field(word, part) for part in text.split()]
    return found


def _filled(word: ShellWord, value: Callable[[str], str | None]) -> str | None:
    """The text of a word with the values of its variables; None if one is not known."""
    parts: list[str] = []
    text, at = word.text, 0
    for match in _VARIABLE.finditer(text):
        name, operator, otherwise = match.groups()
        known = value(name)
        if known == "" and operator == ":-":
            known = otherwise
        if known is None:
            return None
        parts += [text[at : match.start()], known]
        at = match.end()
    filled = "".join([*parts, text[at:]])
    return filled if parts and "$" not in filled and len(filled) < _LONGEST else None
