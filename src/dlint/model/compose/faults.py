"""Where the faults of a Compose model are gathered: each once, and not without end."""

from __future__ import annotations

from dlint.syntax.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.source import Node

MAX_FAULTS = 500
_MOST_GUESSES = 30
_MOST_NAMES = 1000


class FaultList:
    """Faults in the order found; the same words about the same characters count once."""

    __slots__ = ("found", "_seen", "_needed", "_guesses")

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self._seen: set[tuple[str, int, int, str, str]] = set()
        self._needed: set[str] = set()
        self._guesses = 0

    def guess(self, name: str, known: Iterable[str]) -> str | None:
        """The known name that ``name`` was probably meant to be. Gives up after a few dozen, as guessing is slow."""
        self._guesses += 1
        if self._guesses > _MOST_GUESSES:
            return None
        from difflib import get_close_matches
        from itertools import islice

        return next(iter(get_close_matches(name, islice(known, _MOST_NAMES), 1)), None)

    def add(
        self, where: Node, kind: str, message: str, suggestion: str | None = None, related: Node | None = None
    ) -> None:
        """Note that ``where`` is wrong: ``message`` is one sentence without a full stop."""
        key = (where.source.path, where.span[0], where.span[1], kind, message)
        if key in self._seen or len(self.found) >= MAX_FAULTS:
            return
        self._seen.add(key)
        self.found.append(Fault(where.source, where.span, kind, message, suggestion, related))

    def demands(self, where: Node, name: str, message: str) -> None:
        """Note that the file says that ``name`` must have a value, once, however often it is used."""
        if name not in self._needed:
            self._needed.add(name)
            self.add(where, "demanded-variable", message)

    def needs_value(self, where: Node, name: str, what: str) -> None:
        """Note that Compose refuses ``what`` where the variable ``name`` is not set, and so stands for nothing."""
        message = f"Compose refuses {what} where {name} is not set: set it in `.env`, or give it a default"
        if name not in self._needed:
            self._needed.add(name)
            self.add(where, "required-variable", message)
