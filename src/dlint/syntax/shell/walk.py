"""From shell text to commands, pipelines and operators, and to the commands that these run in turn."""

from __future__ import annotations

import re
from typing import NamedTuple

from dlint.syntax.shell import chain as shellchain
from dlint.syntax.shell.options import set_options, shell_options
from dlint.syntax.shell.script import Pipe, Script, Separator, ShellCommand
from dlint.syntax.shell.tools import canonical
from dlint.syntax.shell.words import Code, ShellWord
from dlint.syntax.shell.wrappers import MODULES, SHELLS, WRAPPERS

DEPTH = 4
LONGEST_NAME = 4096
NAME = re.compile(r"[\w.+-]+\Z").match
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=").match
_PIPES = ("|", "|&")


class Context(NamedTuple):
    """What stands around a stretch of code; the fields are those of ShellCommand and Pipe."""

    via: tuple[str, ...] = ()
    operator: str = ""
    conditional: bool = False
    pipe: Pipe | None = None
    pipefail: bool = False


class Walk:
    """Everything that is in a script, in the attributes that ``Script`` has.

    ``late`` says that something was listed behind what follows it in the text.
    """

    __slots__ = ("script", "commands", "pipes", "separators", "has_error", "sets_pipefail", "sets_errexit", "late")

    def __init__(self, script: Script) -> None:
        self.script = script
        self.commands: list[ShellCommand] = []
        self.pipes: list[Pipe] = []
        self.separators: list[Separator] = []
        self.has_error = False
        self.sets_pipefail = False
        self.sets_errexit = False
        self.late = False
        Reader(self, Code(script.text), Context()).read()
        if self.late or self.has_error:
            self.commands.sort(key=lambda command: command.span[0])
            self.pipes.sort(key=lambda pipe: pipe.span[0])
            for index, command in enumerate(self.commands):
                command.index = index


class Reader:
    """Reads one stretch of code into a walk."""

    __slots__ = ("walk", "code", "context", "pipefail", "nesting")

    def __init__(self, walk: Walk, code: Code, context: Context) -> None:
        self.walk = walk
        self.code = code
        self.context = context
        self.pipefail = context.pipefail
        self.nesting = 0

    def read(self) -> None:
        """Parse the code and list what is in it."""
        found = shellchain.chain(self.code.code)
        if found is not None:
            self._chain(found)
            return
        # Most files hold chains only: they need no grammar.
        from dlint.syntax.shell.tree_walk import TreeReader

        TreeReader(self).read()

    def _chain(self, found: list[shellchain.Simple]) -> None:
        """List the commands of a chain: what the tree would say, in less time."""
        code, context, walk = self.code, self.context, self.walk
        operator, conditional, pipe = context.operator, context.conditional, context.pipe
        if "${" in code.code:
            code.expansions.update(shellchain.braces(code.code))
        for index, (joint, at, start, name_start, name_end, end, behind) in enumerate(found):
            if joint:
                operator = joint
                if not context.via:
                    walk.separators.append(Separator(code, at, at + len(joint), joint))
            if joint in _PIPES:
                if pipe is not None:
                    pipe.stages.append([])
            else:
                conditional = context.conditional or joint == "||"
                pipe = context.pipe
                if index + 1 < len(found) and found[index + 1].joint in _PIPES:
                    last = next((i for i in range(index + 2, len(found)) if found[i].joint not in _PIPES), len(found))
                    pipe = Pipe(code, start, found[last - 1].end, self.pipefail)
                    walk.pipes.append(pipe)
            written = code.code[name_start:name_end]
            name = written if NAME(written) else basename(written) if len(written) < LONGEST_NAME else ""
            command = ShellCommand(code, start, end, walk.script, name, name_end)
            command._name_start = name_start
            command._behind = behind
            command.via = context.via
            command.operator_before = operator
            command.conditional = conditional
            self.add(command, pipe)
            if name == "set":
                self.apply_set(command)

    def add(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """Add a command, and after it what it runs."""
        command.index = len(self.walk.commands)
        self.walk.commands.append(command)
        if pipe is not None:
            command.pipe = pipe
            pipe.stages[-1].append(command)
        name = command.name
        if len(command.via) < DEPTH:
            if name in WRAPPERS:
                self._wrapped(command, pipe)
            elif name in SHELLS:
                self._shell(command, pipe)
            elif name[:6] == "python":
                self._module(command, pipe)

    def _wrapped(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """The command in the words of ``sudo``, ``env`` and their like."""
        wrapper = WRAPPERS[command.name]
        if wrapper.query and command.has_flag(*wrapper.query.split()):
            return
        script = command.flag(*wrapper.script.split()) if wrapper.script else None
        if script is not None:
            self._string(command, script.value_word or script.word, script.value or "", script.name, pipe, False)
            return
        words = command.arguments[wrapper.operands :]
        if words and words[0].text == "--":
            words = words[1:]
        start = 0
        if wrapper.assigns:
            while start < len(words) and _ASSIGNMENT(words[start].text):
                start += 1
        if start < len(words):
            self._inner(command, words[start], words[start + 1 :], command.name, pipe)

    def _module(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """``python -m pip``."""
        option = command.flag("-m") if canonical(command.name) == "python" else None
        if option is not None and option.value_word is not None and option.value in MODULES:
            at = command.words.index(option.value_word)
            self._inner(command, option.value_word, command.words[at + 1 :], f"{command.name} -m", pipe)

    def _inner(self, outer: ShellCommand, name: ShellWord, words: list[ShellWord], via: str, pipe: Pipe | None) -> None:
        """List the command that starts at one of the words of another."""
        if name.text[:1] in ("-", ""):
            return
        end = words[-1].end if words else name.end
        command = ShellCommand(name.code, name.start, max(end, name.end), outer.script, basename(name.text), name.end)
        command._words = words
        command._assignments = outer.assignments
        command._redirects_of = outer
        command.via = (*outer.via, via)
        command.operator_before = outer.operator_before
        command.conditional = outer.conditional
        self.add(command, pipe)

    def _shell(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """The script of ``sh -c``."""
        wanted, pipefail, operand = shell_options(command.words)
        if wanted and operand is not None:
            self._string(command, operand, operand.text, "-c", pipe, pipefail)

    def _string(
        self, command: ShellCommand, word: ShellWord, text: str, option: str, pipe: Pipe | None, pipefail: bool
    ) -> None:
        """Read shell text that is the last ``len(text)`` characters of a word."""
        segments = word.segments()
        skip = sum([len(segment) for segment, _, _ in segments]) - len(text)
        while segments and skip > 0:
            segment, start, escaped = segments.pop(0)
            if len(segment) > skip:
                segments.insert(0, (segment[skip:], start + skip, escaped))
            skip -= len(segment)
        if segments:
            via = (*command.via, f"{command.name} {option}")
            context = Context(via, command.operator_before, command.conditional, pipe, pipefail)
            Reader(self.walk, Code.within(word.code, segments), context).read()

    def apply_set(self, command: ShellCommand) -> None:
        """What ``set`` does to the options the rest of the script runs under."""
        options = set_options(command.words)
        if "pipefail" in options:
            self.pipefail = options["pipefail"]
            if self.pipefail and not self.walk.pipes and not self.nesting and not self.context.via:
                self.walk.sets_pipefail = True
        if options.get("errexit") and not self.nesting and not self.context.via:
            self.walk.sets_errexit = True


def basename(text: str) -> str:
    """The last part of a path; a name that the shell makes up (``${X:-a/b}``) stays whole."""
    name = text.rpartition("/")[2]
    return text if "}" in name and "{" not in name else name
