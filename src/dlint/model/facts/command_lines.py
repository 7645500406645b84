"""A whole command line where the name of one program is due: in a JSON form, or as the first item of a list."""

from __future__ import annotations

from dlint.lazy import pattern

_PLAIN = pattern(r"[\w./:=@%+,-]+(?: [\w./:=@%+,-]+)+")


def is_command_line(text: str) -> bool:
    """Whether a word is a whole command line, and no path that happens to have a blank in it, nor a script."""
    first, blank, rest = text.strip().partition(" ")
    if not blank or not first or "\n" in text:
        return False
    return not (first.startswith("/") and " -" not in text and "/" in rest)


def words_of(text: str) -> list[str]:
    """The words of a command line that needs no shell to be parted; none for any other text."""
    return text.split(" ") if _PLAIN.fullmatch(text) else []


def shortened(text: str) -> str:
    """A command line as a message shows it."""
    return text if len(text) < 40 else f"{text[:37]}..."
