"""A command string split into words the way Compose does it: no shell, though quotes work as in one.

After mattn/go-shellwords, which compose-go uses: an unquoted ``;``, ``&``, ``|``, ``<`` or ``>`` ends the command, and
what follows is dropped without a word; backquotes and ``$(…)`` stay as they are; other parentheses are an error.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple


class CommandWords(NamedTuple):
    """``words`` is None for a string Compose refuses. ``end`` is the index where the rest is dropped, -1 if nowhere.

    ``places`` has for each word the index of each of its characters in the string.
    """

    words: list[str] | None
    end: int
    places: list[list[int]]


def split_command(text: str) -> CommandWords:
    """Split a command string."""
    words: list[str] = []
    word: list[str] = []
    places: list[list[int]] = []
    place: list[int] = []
    quote = ""
    back = dollar = started = escaped = False
    end = -1
    for index, char in enumerate(text):
        if escaped:
            word.append(char)
            place.append(index)
            escaped, started = False, True
        elif char == "\\" and quote != "'":
            escaped = True
        elif char in " \t\r\n":
            if quote or back or dollar:
                word.append(char)
                place.append(index)
            elif started:
                words.append("".join(word))
                places.append(place)
                word, place, started = [], [], False
        elif char in "'\"" and quote in ("", char) and not dollar:
            quote = "" if quote else char
            started = started or not quote
        elif char in ";&|<>" and not (quote or back or dollar):
            if char == ">" and word and word[0].isdigit():
                started = False
            end = index
            break
        else:
            if char == "(" and not quote and not back:
                if dollar or not word or word[-1] != "$":
                    return CommandWords(None, -1, [])
                dollar = True
            elif char == ")" and not quote and not back:
                dollar = not dollar
            elif char == "`" and not quote and not dollar:
                back = not back
            word.append(char)
            place.append(index)
            started = True
    if started:
        words.append("".join(word))
        places.append(place)
    if escaped or quote or back or dollar:
        return CommandWords(None, -1, [])
    return CommandWords(words, end, places)
