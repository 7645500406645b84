"""Scripts as steps: what runs after what, and on which condition (POSIX Shell Command Language, 2.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import MethodType

from dlint.lazy import NamedTuple
from dlint.syntax.shell.chain import DECLARING, KEYWORDS
from dlint.syntax.shell.wrappers import SHELLS, WRAPPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Scripts nested deeper are not worked out.
DEPTH = 60
# What may make of a command something else than is written.
REFUSED: Final = frozenset(("trap", "alias"))
# Words that mean the same unquoted as quoted, and what is no plain command among them.
_PLAIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./ \t-"
_KEYWORDS: Final = KEYWORDS | DECLARING | {"let"}


class Step(NamedTuple):
    """One construct of a script.

    ``kind`` is ``run`` (a command), ``chain`` (``words`` are the operators between the parts), ``pipe``, ``not``,
    ``seq``, ``subshell``, ``script`` (what ``sh -c`` runs), ``if`` (tests and bodies in turn, then the last body),
    ``while``, ``for``, ``case``, ``function`` or ``background``. ``name`` is the program behind ``sudo`` and its like,
    ``words`` a command's words, ``text`` what is written, ``start`` and ``end`` where it stands in the code.
    """

    kind: str
    parts: tuple[Step, ...] = ()
    name: str = ""
    words: tuple[str, ...] = ()
    text: str = ""
    start: int = 0
    end: int = 0


# As source.span_of: there are as many as commands.
step_of: Callable[[tuple[str, tuple[Step, ...], str, tuple[str, ...], str, int, int]], Step] = MethodType(
    tuple.__new__, Step
)


class Program(NamedTuple):
    """A script with the options it starts under."""

    step: Step
    errexit: bool = False
    pipefail: bool = False


class UnclearError(Exception):
    """The script cannot be read for sure."""


def commands(step: Step) -> Iterator[Step]:
    """The commands of a script, in order."""
    stack = [step]
    while stack:
        one = stack.pop()
        if one.kind == "run":
            yield one
        stack.extend(reversed(one.parts))


def plain_chain(text: str) -> Step | None:
    """The steps of commands of plain words joined by ``&&``, as most scripts are; None for any other script.

    They are what the grammar's tree gives, without loading the grammar.
    """
    if text.strip(_PLAIN + "&"):
        return None
    steps: list[Step] = []
    at = 0
    for part in text.split("&&"):
        words = part.split()
        if not words or "=" in words[0] or "&" in part or not _KEYWORDS.isdisjoint(words):
            return None
        behind = behind_wrappers(words)
        name = words[behind].rpartition("/")[2]
        if name in SHELLS or name in REFUSED:
            return None
        start = at + len(part) - len(part.lstrip())
        end = at + len(part.rstrip())
        name = "exec" if words[0] == "exec" else name
        steps.append(step_of(("run", (), name, tuple(words), " ".join(words), start, end)))
        at += len(part) + 2
    if len(steps) > 1:
        steps = [Step("chain", tuple(steps), words=("&&",) * (len(steps) - 1), start=steps[0].start, end=steps[-1].end)]
    return Step("seq", tuple(steps))


def behind_wrappers(words: Sequence[str]) -> int:
    """The index of the first word that is a program run by ``sudo``, ``env`` and their like."""
    at = 0
    while at + 1 < len(words) and words[at].rpartition("/")[2] in WRAPPERS:
        following = at + 1
        while following + 1 < len(words) and (words[following][:1] == "-" or "=" in words[following]):
            following += 1
        at = following
    return at
