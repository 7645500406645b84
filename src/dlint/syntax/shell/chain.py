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
_KEYWORDS = frozenset(
    "if then elif else fi for while until do done case esac in function select coproc time declare typeset local unset "
    "unsetenv".split()
)
_DECLARING = frozenset(("export", "readonly"))
_NAME = r"\$(?:[A-Za-z_]\w*+|\{[A-Za-z_]\w*+\})"
_ANY = rf"""(?:[\w./:@%+,~=*?-]++|'[^'\n]*+'|"(?:[^"$`\\\n]++|{_NAME})*+"|{_NAME})++"""
_OPERATOR = r"(?:>>|>\||>&|<&|&>>|&>|>|<)"
# Digits right before a redirect are its file descriptor.
_NEXT = pattern(
    rf"[ \t]*+((?:[A-Za-z_]\w*+=(?:{_ANY})?(?:[ \t]++|(?=[;&|]|\Z)))*+)"
    rf"([\w./:@%+,~-]*+)((?:[ \t]++(?!\d++[<>]){_ANY})*+)"
    rf"((?:[ \t]*+(?:(?<=[ \t])\d++(?=[<>]))?{_OPERATOR}[ \t]*+{_ANY})*+)[ \t]*+(&&|\|\||;|\|&|\||\Z)",
    re.ASCII,
)
_WORD = pattern(_ANY, re.ASCII)
_DECLARED = pattern(rf"(?:[ \t]++[A-Za-z_]\w*+(?:=(?:{_ANY})?)?(?![^\s]))++", re.ASCII)
_ASSIGNED = pattern(rf"(?<!\w)([A-Za-z_]\w*+)=({_ANY})?", re.ASCII)
_REDIRECT = pattern(rf"[ \t]*+(\d*+)({_OPERATOR})[ \t]*+", re.ASCII)
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
        (_, following), (start, assigned), (name, name_end), (_, end), (_, behind), (operator, _) = match.regs
        if name == name_end:
            if assigned == start or behind > assigned:
                return None
            name = name_end = start
            end = behind = start + len(code[start:assigned].rstrip(" \t"))
        else:
            start = start if assigned > start else name
            written = code[name:name_end]
            if written in _KEYWORDS or (written in _DECLARING and not _DECLARED.fullmatch(code, name_end, end)):
                return None
        found.append(_simple((joint, joint_at, start, name, name_end, end, behind)))
        joint, joint_at, at = code[operator:following], operator, following
        if not joint:
            return found if at == last else None


def words(code: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words between two indexes of a chain start and end."""
    return [match.span() for match in _WORD.finditer(code, start, end)]


def assignments(code: str, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Of each assignment between two indexes: its start, where its name ends, where its value starts, its end."""
    for match in _ASSIGNED.finditer(code, start, end):
        yield match.start(), match.end(1), match.end(1) + 1, match.end()


def redirects(code: str, start: int, end: int) -> Iterator[tuple[int, str, str, int, int]]:
    """Of each redirect between two indexes: its start, file descriptor, operator, and the target's start and end."""
    while (sign := _REDIRECT.match(code, start, end)) is not None:
        target = _WORD.match(code, sign.end(), end)
        if target is None:
            return
        yield sign.start(1), sign[1], sign[2], target.start(), target.end()
        start = target.end()


def braces(code: str) -> Iterator[tuple[int, int]]:
    """Where the variables that are written ``${NAME}`` start and end."""
    for match in _BRACES.finditer(code):
        yield match.span()
