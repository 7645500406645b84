"""Lines that start with no instruction: what they were probably meant to be."""

from __future__ import annotations

from functools import lru_cache

from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.commands import Run
from dlint.syntax.dockerfile.grammar import INSTRUCTIONS
from dlint.syntax.dockerfile.instruction import Instruction, Unknown
from dlint.syntax.dockerfile.instructions import Add, Copy, From
from dlint.syntax.dockerfile.nodes import heredoc_word
from dlint.syntax.dockerfile.validate.base import OPTION, TEMPLATE, Faults, fault, meant_for
from dlint.syntax.dockerfile.validate.template import MARKS
from dlint.syntax.fault import Fault
from dlint.syntax.shell.tool_table import TABLE
from dlint.syntax.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_CONFLICT: Final = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_GOES_ON: Final = frozenset(
    ("&&", "||", "|", ";", "&", ";;", ")", "}", "]", "else", "elif", "then", "fi", "do", "done")
)
_OF_A_TEMPLATE: Final = "belongs to a template; check the Dockerfile that is made of it"
_SHELL: Final = frozenset(TABLE) | frozenset(
    (
        "bash bower bzip2 case cat cd cmake echo eval exec exit export for gunzip gzip if java local ls perl php pip3 "
        "printf python3 rm rmdir ruby sh source sudo svn test touch unset which while zip"
    ).split()
)
"""Commands that begin the lines of a long RUN; none of them is close to an instruction by accident."""


@lru_cache(maxsize=256)
def _meant(word: str) -> str | None:
    if word == "CP":
        return "COPY"
    # Of a short word two letters are most of it.
    return closest(word, INSTRUCTIONS, 2 if len(word) > 3 else 1)


def unknown_faults(node: Unknown) -> Faults:
    """The fault that the line is."""
    word = node.keyword.raw
    meant = None
    if word.startswith(_CONFLICT):
        message = "A merge conflict was left unresolved here; keep one side"
    elif word.lower() in _GOES_ON or word.startswith(('"', "'")):
        shown = word[:40] if word.isprintable() else "This"
        message = f"{shown} starts no instruction; end the line above with {node.escape} to continue it"
    elif word in _SHELL or word.startswith(("./", "../", "/")):
        message = (
            f"{word} is a command and no instruction; write RUN before it, or end the line above with {node.escape}"
        )
    elif word.startswith(TEMPLATE):
        message = f"{word[:40]} {_OF_A_TEMPLATE}"
    else:
        meant = _meant(word)
        if meant and word.islower():
            meant = meant.lower()
        name = word[:40] if word.isprintable() else "with such characters"
        message = f"There is no instruction {name or 'without a name'}{meant_for(meant)}"
    yield fault(node.keyword, "unknown-instruction", message, meant)


def template_faults(node: Instruction) -> list[Fault]:
    """The one fault of a template, at the line by which it is known."""
    if type(node) is Unknown:
        found = list(unknown_faults(node))
    else:
        marks = (*MARKS, OPTION)
        word = next((word for word in node.words if any(mark in word.raw for mark in marks)), node.keyword)
        kind = "bad-image" if type(node) is From else "unknown-instruction"
        found = [fault(word, kind, f"{word.raw[:40]} {_OF_A_TEMPLATE}")]
    for each in found:
        # The builder never sees it.
        each.minor = True
    return found


def no_heredoc(before: Instruction) -> str:
    """Why an instruction opens no heredoc though it has the words of one; empty if it has none."""
    line = before.text.replace("'", "").replace('"', "")
    if not any(heredoc_word(line[start:end]) for start, end in words.raw_words(line)):
        return ""
    why = "only RUN, COPY and ADD have them"
    if isinstance(before, Run | Copy | Add):
        why = "a JSON array has none" if before.json else "its quotes do not pair up"
    return f"the {before.name} above opens no here-document: {why}"


def explain(unknown: list[Fault], reason: str) -> None:
    """Say of a line that was meant as the body of a heredoc that it is none."""
    for found in unknown:
        found.message = f"This is no instruction, and {reason}"
        found.suggestion = None
