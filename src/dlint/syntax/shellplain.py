"""Scripts that are a chain of simple commands (``apt-get update && apt-get install -y curl``): read without a tree.

Words may hold quotes and variables as ``$NAME``; whatever else the shell knows is left to the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Reserved words, and commands that the grammar takes for declarations: what stands behind them is read otherwise.
_KEYWORDS = (
    "if then elif else fi for while until do done case esac in function select coproc time declare typeset export "
    "readonly local unset unsetenv"
)
_FIRST = r"(?!(?:" + "|".join(_KEYWORDS.split()) + r")(?![\w./:@%+,~-]))[\w./:@%+,~-]++(?!=)"
_NAME = r"\$[A-Za-z_]\w*+"
_ANY = rf"""(?:[\w./:@%+,~=*?-]++|'[^'\n]*+'|"(?:[^"$`\\\n]++|{_NAME})*+"|{_NAME})++"""
_WORDS = rf"(?:[ \t]++{_ANY})*+"
_COMMAND = re.compile(rf"[ \t]*+(&&|\|\||;)?[ \t]*+({_FIRST}){_WORDS}", re.ASCII)
_CHAIN = re.compile(
    rf"[ \t]*+{_FIRST}{_WORDS}(?:[ \t]*+(?:&&|\|\||;)[ \t]*+{_FIRST}{_WORDS})*+[ \t]*+\Z", re.ASCII
).match
_WORD = re.compile(_ANY, re.ASCII)


def is_chain(code: str) -> bool:
    """Whether ``code`` is nothing but simple commands joined by ``&&``, ``||`` and ``;``."""
    return _CHAIN(code) is not None


def commands(code: str) -> Iterator[tuple[str, int, int, int, int]]:
    """The commands of a chain: the operator before each, where that starts, and start, end of name and end."""
    for match in _COMMAND.finditer(code):
        yield match[1] or "", match.start(1), match.start(2), match.end(2), match.end()


def words(code: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words between two indexes of a chain start and end."""
    return [match.span() for match in _WORD.finditer(code, start, end)]
