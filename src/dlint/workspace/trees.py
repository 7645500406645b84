"""The trees of the files of a workspace, each read once."""

from __future__ import annotations

from dlint.lazy import TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dlint.project.files import ProjectFiles
    from dlint.source import Source

T = TypeVar("T")


class Trees:
    """What parsers have made of texts."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: dict[Source, dict[Callable[[Source], Any], Any]] = {}

    def of(self, source: Source, parse: Callable[[Source], T]) -> T:
        """What ``parse`` makes of a text, once."""
        made = self._made.get(source)
        if made is None:
            made = self._made[source] = {}
        if parse not in made:
            made[parse] = parse(source)
        found: T = made[parse]
        return found

    def has(self, source: Source) -> bool:
        """Whether a text was read."""
        return source in self._made

    def take(self, source: Source, other: Trees) -> bool:
        """Take over what others have of a text; False if that is nothing."""
        made = other._made.get(source)
        if made is not None:
            self._made[source] = {**made}
        return made is not None

    def holding(self, files: ProjectFiles) -> Trees:
        """Those of texts that the files still have."""
        other = Trees()
        other._made = {source: {**made} for source, made in self._made.items() if files.holds(source)}
        return other

    def forget(self, source: Source) -> None:
        """Let the trees of a text go."""
        self._made.pop(source, None)
