"""What is wrong with a command line, and what a person should know of its translation."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.source import Span


class FromRunError(Exception):
    """No Compose file can be made of the text. ``message`` is one sentence, ``span`` the place in the text."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class Note(NamedTuple):
    """A sentence about the translation and the place in the text it is about. It never repeats a value."""

    message: str
    span: Span
