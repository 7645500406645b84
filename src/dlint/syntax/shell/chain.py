r"""Scripts that are a chain of simple commands (``apt-get update && apt-get install -y curl``): read without a tree.

Commands may be joined by ``&&``, ``||``, ``;`` and pipes, have assignments before them and redirects behind them. Words
may hold quotes and variables as ``$NAME`` and ``${NAME}``; whatever else the shell knows is left to the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import MethodType

from dlint.lazy import NamedTuple, pattern

# Reserved words, and commands that the grammar takes for declarations: what stands behind them is read otherwise.
KEYWORDS = frozenset(
    "if then elif else fi for while until do done case esac in function select coproc time declare typeset local unset "
    "unsetenv".split()
)
DECLARING = frozenset(("export", "readonly"))
_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,~-"
_BARE = _NAMES + "=*?"
# [^\W\d] is a letter or _; what follows the dollar sign of a string are characters of the string.
_ANY = (
    r"""(?>(?:[\w./:@%+,~=*?-]++|'[^'\n]*+'|"(?>(?:[^"$`\\\n]++|\$(?=[^\W\d]|\{[^\W\d]\w*+\}))*)"|"""
    r"""\$(?:[^\W\d]\w*+|\{[^\W\d]\w*+\}))+)"""
)
# A name and words, up to what may be an operator or a redirect, whose file descriptor may stand right before it. An
# assignment is read as a name with a word behind it: what a word is stands only once, as it takes long to compile.
_NEXT = pattern(rf"[ \t]*+([\w./:@%+,~-]*+)((?>(?:(?:[ \t]++(?!\d++[<>])|(?==)){_ANY})*))[ \t]*+", re.ASCII)
_LONG_OPERATORS = frozenset(("&&", "||", "|&"))
_OF_REDIRECTS = frozenset("<>&0123456789")
_STRICT = pattern(_ANY, re.ASCII)
# A word among such as have been read before.
_WORD = pattern(r"""(?>(?:[^ \t'"<>&|;]++|'[^']*+'|"[^"]*+")+)""")
_REDIRECT = pattern(r"[ \t]*+(\d++(?=[<>]))?(&>>?|>[>|&]?|<&?)[ \t]*+", re.ASCII)
_BRACES = pattern(r"\$\{\w++\}", re.ASCII)


class Simple(NamedTuple):
    """One command of a chain: the operator before it (``joint``, empty for the first) and indexes into the code.

    ``at``: where the operator starts; ``start`` to ``end``: the command without its redirects, which end at
    ``behind``; ``name`` to ``name_end``: the word that names it, empty where there are only assignments.
    """

    joint: str
    at: int
    start: int
    name: int
    name_end: int
    end: int
    behind: int


# As source.span_of: there are as many as commands.
_simple: Callable[[tuple[str, int, int, int, int, int, int]], Simple] = MethodType(tuple.__new__, Simple)


def chain(code: str) -> list[Simple] | None:
    """The commands of ``code`` if it is nothing but simple commands joined by operators, else None."""
    found: list[Simple] = []
    joint, joint_at, at, last = "", 0, 0, len(code)
    while True:
        match = _NEXT.match(code, at)
        if match is None:
            return None
        (_, operator), (start, name_end), (_, end) = match.regs
        at = _behind_operator(code, operator) if operator < last else operator
        name, behind = start, end
        if operator == at < last:
            redirected = _behind_redirects(code, end) if code[at] in _OF_REDIRECTS else None
            # Digits right before a redirect are its descriptor, and no name.
            if redirected is None or code[start:end].isdecimal():
                return None
            behind, operator, at = redirected
        if code.startswith("=", name_end):
            named = _behind_assignments(code, start, end)
            if named is None:
                return None
            name, name_end = named
        written = code[name:name_end]
        if not written:
            if start == end or behind > end:
                return None
        elif written in KEYWORDS or (written in DECLARING and not _declares(code, name_end, end)):
            return None
        found.append(_simple((joint, joint_at, start, name, name_end, end, behind)))
        joint, joint_at = code[operator:at], operator
        if not joint:
            return found


def _behind_redirects(code: str, start: int) -> tuple[int, int, int] | None:
    """Where the redirects that stand there end, and where the operator behind them starts and ends."""
    found = list(redirects(code, start, len(code)))
    if not found:
        return None
    operator = behind = found[-1][-1]
    while code.startswith((" ", "\t"), operator):
        operator += 1
    at = _behind_operator(code, operator)
    return (behind, operator, at) if at > operator or at == len(code) else None


def _behind_operator(code: str, at: int) -> int:
    """Where the operator that stands there ends; there itself if none does."""
    signs = code[at : at + 2]
    if signs in _LONG_OPERATORS:
        return at + 2
    return at + 1 if signs[:1] in ("|", ";") else at


def _behind_assignments(code: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the name behind assignments starts and ends, at ``start`` if there is none; None if they are no such."""
    for at, behind in words(code, start, end):
        word = code[at:behind]
        name, equals, _ = word.partition("=")
        if not equals or not name.isidentifier():
            return (at, behind) if not word.strip(_NAMES) else None
    return start, start


def _declares(code: str, start: int, end: int) -> bool:
    """Whether the words are names and assignments."""
    found = words(code, start, end)
    return bool(found) and all(code[at:behind].partition("=")[0].isidentifier() for at, behind in found)


def words(code: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words between two indexes of a chain start and end."""
    return [match.span() for match in _WORD.finditer(code, start, end)]


def assignments(code: str, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Of each assignment between two indexes: its start, where its name ends, where its value starts, its end."""
    for at, behind in words(code, start, end):
        equals = code.index("=", at)
        yield at, equals, equals + 1, behind


def redirects(code: str, start: int, end: int) -> Iterator[tuple[int, str, str, int, int]]:
    """Of each redirect between two indexes: its start, file descriptor, operator, and the target's start and end."""
    while (sign := _REDIRECT.match(code, start, end)) is not None:
        target = _WORD.match(code, sign.end(), end)
        if target is None or (target[0].strip(_BARE) and not _STRICT.fullmatch(target[0])):
            return
        first = sign.start(2) if sign[1] is None else sign.start(1)
        yield first, sign[1] or "", sign[2], target.start(), target.end()
        start = target.end()


def braces(code: str) -> Iterator[tuple[int, int]]:
    """Where the variables that are written ``${NAME}`` start and end."""
    for match in _BRACES.finditer(code):
        yield match.span()
