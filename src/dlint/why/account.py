"""An account of one place: facts, each with its value, None where that is not known, and where it is from."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.source import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlint.picture.shown import Shown
    from dlint.workspace.workspace import Workspace

    Given = Callable[[str], tuple[Mapping[str, str | None], Sequence[str]]]
    """Of a Dockerfile's path: the arguments and targets that the configuration names."""

Origin = Node | str
"""A place of the project, or words."""


class Fact(NamedTuple):
    """One thing that is known, or known to be unknown: then ``value`` is None.

    ``of`` is what the value belongs to, such as a variable. Words of an origin that end in a comma belong to the next.
    """

    name: str
    of: str
    value: str | None
    origin: tuple[Origin, ...]


class Account:
    """Facts about ``subject``: a place, and if one line was asked for, its number and its text without credentials."""

    __slots__ = ("facts", "line", "subject", "text", "title")

    def __init__(self, title: str, subject: Node, line: int | None = None) -> None:
        self.title = title
        self.subject = subject
        self.line = line
        self.text = ""
        self.facts: list[Fact] = []

    def add(self, name: str, value: str | None, *origin: Origin | None, of: str = "") -> None:
        """One more fact; an origin that is not there is left out."""
        self.facts.append(Fact(name, of, value, tuple(one for one in origin if one is not None)))


class Asked(NamedTuple):
    """What all accounts are made from."""

    workspace: Workspace
    shown: Shown
    given: Given
