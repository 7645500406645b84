"""From shell text to a script: the way in, and the reader of chains.

Chains of simple commands are read by ``shellchain``, all else with the grammar of tree-sitter-bash (loaded when the
first script needs it). What that sees is the text as the shell gets it: lines the builder joins are joined, and every
character outside ASCII stands as one ASCII character, so that the bytes tree-sitter counts are characters here.
"""

from __future__ import annotations

from dlint.source import Text
from dlint.syntax.shell import chain as shellchain
from dlint.syntax.shell.chain import Simple
from dlint.syntax.shell.reader import LONGEST_NAME, Reader, Walk, basename
from dlint.syntax.shell.script import (
    WINDOWS_DIALECTS,
    Assignment,
    Contents,
    Layout,
    Pipe,
    Redirect,
    Script,
    Separator,
    ShellCommand,
    descriptor,
)
from dlint.syntax.shell.words import Code, ShellWord

_PIPES = ("|", "|&")


def parse(text: Text, *, dialect: str = "sh") -> Script:
    """The script in ``text`` as the shell ``dialect`` reads it; one that is not known has no commands.

    Never raises. The work is done when the script is first asked for something.
    """
    return Script(text, dialect, _windows if dialect in WINDOWS_DIALECTS else _read)


def _read(script: Script) -> Walk:
    return Walk(script, _chain, _tree)


def _windows(script: Script) -> Contents:
    # Few files are for Windows.
    from dlint.syntax.shell import windows

    return windows.read(script)


def _tree(reader: Reader) -> None:
    # Most files hold chains only: they need no grammar.
    from dlint.syntax.shell.tree_walk import TreeReader

    TreeReader(reader).read()


class _Link(Layout):
    """The layout of one command of a chain."""

    __slots__ = ("place", "named")

    def __init__(self, code: Code, place: Simple, named: bool) -> None:
        self.code = code
        self.name_start = place.name
        self.name_end = place.name_end
        self.place = place
        self.named = named

    def words(self) -> list[ShellWord]:
        """The words after the name."""
        code, end = self.code, self.place.end
        found = shellchain.words(code.code, self.name_end if self.named else end, end)
        return [ShellWord(code, start, end) for start, end in found]

    def assignments(self) -> list[Assignment]:
        """The assignments before the name; without one, all of them."""
        code, start = self.code, self.place.start
        before = self.name_start if self.named else self.place.end
        found = shellchain.assignments(code.code, start, before) if before > start else ()
        return [Assignment(code, *place) for place in found]

    def redirects(self) -> list[Redirect]:
        """The redirects behind its words."""
        code = self.code
        found = shellchain.redirects(code.code, self.place.end, self.place.behind)
        return [
            Redirect(code, start, end, operator, descriptor(digits), ShellWord(code, target, end))
            for start, digits, operator, target, end in found
        ]


def _chain(reader: Reader, found: list[Simple]) -> None:
    """List the commands of a chain: what the tree would say, in less time."""
    code, context, walk = reader.code, reader.context, reader.walk
    via, operator, conditional, pipe, _ = context
    text, script = code.code, walk.script
    if "${" in text:
        code.expansions.update(shellchain.braces(text))
    piped = "|" in text
    for index, place in enumerate(found):
        joint, at, start, name_start, name_end, end, _ = place
        if joint:
            operator = joint
            if not via:
                walk.separators.append(Separator(code, at, at + len(joint), joint))
        if not piped:
            pass
        elif joint in _PIPES:
            if pipe is not None:
                pipe.stages.append([])
        else:
            conditional = context.conditional or joint == "||"
            pipe = context.pipe
            if index + 1 < len(found) and found[index + 1].joint in _PIPES:
                last = next((i for i in range(index + 2, len(found)) if found[i].joint not in _PIPES), len(found))
                pipe = Pipe(code, start, found[last - 1].end, reader.pipefail)
                walk.pipes.append(pipe)
        written = text[name_start:name_end]
        name = written if "/" not in written else basename(written) if len(written) < LONGEST_NAME else ""
        command = ShellCommand(_Link(code, place, written != ""), start, end, script, name)
        command.via = via
        command.operator_before = operator
        command.conditional = conditional
        reader.add(command, pipe)
        if name == "set":
            reader.apply_set(command)
