"""Where the faults of a Compose model are gathered: each once, and not without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.syntax.fault import Fault

if TYPE_CHECKING:
    from dlint.source import Node

MAX_FAULTS = 500


class FaultList:
    """Faults in the order found; the same words about the same characters count once."""

    __slots__ = ("found", "_seen")

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self._seen: set[tuple[str, int, int, str, str]] = set()

    def add(
        self, where: Node, kind: str, message: str, suggestion: str | None = None, related: Node | None = None
    ) -> None:
        """Note that ``where`` is wrong: ``message`` is one sentence without a full stop."""
        key = (where.source.path, where.span[0], where.span[1], kind, message)
        if key in self._seen or len(self.found) >= MAX_FAULTS:
            return
        self._seen.add(key)
        self.found.append(Fault(where.source, where.span, kind, message, suggestion, related))
