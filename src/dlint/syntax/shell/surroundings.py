"""What stands around a command: the constructs of its script that it is a part of, and what they make of its failure.

The one answer to whether a command is in a branch, a loop, a function, a subshell, a pipe or behind ``||``: from the
steps that the grammar reads, so that words in quotes, comments and here-documents count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import NamedTuple
from dlint.syntax.shell.steps import Step
from dlint.syntax.shell.words import Code, Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_TESTING: Final = frozenset(("if", "while", "not"))
# What does not take a command out of the list that it is an element of.
_TIGHT: Final = frozenset(("pipe", "not"))


class Part(NamedTuple):
    """One construct around a command, and which of its parts holds that."""

    step: Step
    at: int

    @property
    def tests(self) -> bool:
        """Whether the part is a test, of which the construct only asks how it ends."""
        return self.step.kind in _TESTING and self.at % 2 == 0 and self.at + 1 < max(len(self.step.parts), 2)

    @property
    def answered(self) -> bool:
        """Whether a test, or ``||`` behind the part, deals with its failure."""
        return self.tests or (self.step.kind == "chain" and "||" in self.step.words[self.at :])


class Surroundings(NamedTuple):
    """The constructs around a command, the outermost first, and the ``step`` that the command itself is."""

    parts: tuple[Part, ...]
    step: Step

    @property
    def on_top(self) -> bool:
        """Whether the command is one of its script's plain list, joined by ``&&``, ``||`` and ``;``."""
        return not self.nested and self.parts[-1].step.kind not in _TIGHT

    @property
    def nested(self) -> bool:
        """Whether a group, a branch, a loop, a function or a shell within its script holds it."""
        kinds = [part.step.kind for part in self.parts if part.step.kind not in _TIGHT]
        return kinds not in (["seq"], ["seq", "chain"])

    @property
    def answered(self) -> bool:
        """Whether something deals with its failure: a test, ``!``, or ``||`` behind it."""
        return any(part.answered for part in self.parts)

    @property
    def in_loop(self) -> bool:
        """Whether it runs once for each of some words, which may be none."""
        return any(part.step.kind == "for" for part in self.parts)

    @property
    def beside(self) -> tuple[str, ...]:
        """The operators before it and behind it, if it is a part of a chain: ``&&`` and ``||``."""
        step, at = self.parts[-1]
        return step.words[max(at - 1, 0) : at + 1] if step.kind == "chain" else ()

    @property
    def list(self) -> Step:
        """The list of commands that it stands in: pipes and ``!`` make none of their own."""
        return next(part.step for part in reversed(self.parts) if part.step.kind not in _TIGHT)


def around(whole: Step, at: Stretch) -> Surroundings | None:
    """What is around the command that starts where ``at`` does, in a script whose steps are ``whole``.

    None where its steps are not known: in ``$( )`` and in the strings of others than shells.
    """
    parts: tuple[Part, ...] = ()
    step = whole
    for code, index in [*_outer(at.code, at.start)]:
        if any(start <= index < end for start, end in code.expansions.items()):
            return None
        if parts:
            if step.kind != "script":
                return None
            parts, step = (*parts, Part(step, 0)), step.parts[0]
        found = _path(step, index)
        if found is None:
            return None
        parts, step = (*parts, *found[0]), found[1]
    return Surroundings(parts, step)


def _outer(code: Code, index: int) -> Iterator[tuple[Code, int]]:
    """A place in each code that holds it: the whole script, what its shell is given, and so on inwards."""
    outer = code.outer(index)
    if outer is not None:
        yield from _outer(*outer)
    yield code, index


def _path(step: Step, index: int) -> tuple[tuple[Part, ...], Step] | None:
    """The constructs around the command at an index of the code, and its step."""
    for at, part in enumerate(step.parts):
        if part.kind in ("run", "script"):
            if part.start <= index < part.end:
                return (Part(step, at),), part
        else:
            inner = _path(part, index)
            if inner is not None:
                return (Part(step, at), *inner[0]), inner[1]
    return None
