"""What the two readers of shell text share: listing a command, and the commands that it runs in turn.

A chain of simple commands and all else are read by two readers that ``walk`` hands in; both may come upon text
that is a script of its own (``sh -c '…'``), which either of the two may then have to read.
"""

from __future__ import annotations

from collections.abc import Callable

from dlint.lazy import NamedTuple, pattern
from dlint.syntax.shell import chain as shellchain
from dlint.syntax.shell.options import set_options, shell_options
from dlint.syntax.shell.script import Assignment, Contents, Layout, Pipe, Redirect, Script, ShellCommand
from dlint.syntax.shell.tools import canonical
from dlint.syntax.shell.words import Code, ShellWord
from dlint.syntax.shell.wrappers import MODULES, SHELLS, WRAPPERS

DEPTH = 4
LONGEST_NAME = 4096
NAME = pattern(r"[\w.+-]+\Z")
_STARTERS = WRAPPERS.keys() | SHELLS
# How Python and the shells of Windows begin.
_OTHERS = frozenset("pPcC")
_WINDOWS_SHELLS = ("powershell", "pwsh", "cmd")
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")


class Context(NamedTuple):
    """What stands around a stretch of code; the fields are those of ShellCommand and Pipe."""

    via: tuple[str, ...] = ()
    operator: str = ""
    conditional: bool = False
    pipe: Pipe | None = None
    pipefail: bool = False


_OUTERMOST = Context()


class Walk(Contents):
    """Everything that is in a script, and the readers that list it: ``chain`` for chains, ``tree`` for all else.

    ``late`` says that something was listed behind what follows it in the text.
    """

    __slots__ = ("script", "chain", "tree", "late")

    def __init__(
        self,
        script: Script,
        chain: Callable[[Reader, list[shellchain.Simple]], None],
        tree: Callable[[Reader], None],
    ) -> None:
        super().__init__()
        self.script = script
        self.chain = chain
        self.tree = tree
        self.late = False
        Reader(self, Code(script.text), _OUTERMOST).read()
        if self.late or self.has_error:
            self.commands.sort(key=lambda command: command.span[0])
            self.pipes.sort(key=lambda pipe: pipe.span[0])
            for index, command in enumerate(self.commands):
                command.index = index


class Inner(Layout):
    """The layout of a command that stands in the words of another, whose assignments and redirects it shares."""

    __slots__ = ("outer", "given")

    def __init__(self, outer: ShellCommand, name: ShellWord, given: list[ShellWord]) -> None:
        super().__init__(name.code, name.start, name.end)
        self.outer = outer
        self.given = given

    def words(self) -> list[ShellWord]:
        """The words behind its name."""
        return self.given

    def assignments(self) -> list[Assignment]:
        """Those of the command around it."""
        return self.outer.assignments

    def redirects(self) -> list[Redirect]:
        """Those of the command around it."""
        return self.outer.redirects


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
            self.walk.chain(self, found)
        else:
            self.walk.tree(self)

    def add(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """Add a command, and after it what it runs."""
        command.index = len(self.walk.commands)
        self.walk.commands.append(command)
        if pipe is not None:
            command.pipe = pipe
            pipe.stages[-1].append(command)
        name = command.name
        if name in _STARTERS:
            if len(command.via) < DEPTH:
                if name in WRAPPERS:
                    self._wrapped(command, pipe)
                else:
                    self._shell(command, pipe)
        elif (name[:1] in _OTHERS or "\\" in name) and len(command.via) < DEPTH:
            self._other(command, pipe)

    def _other(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """What Python, and the shells of Windows, run."""
        name = command.name
        if name[:6] == "python":
            self._module(command, pipe)
        elif name[:10].lower().startswith(_WINDOWS_SHELLS) or "\\" in name:
            self._windows(command)

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
            while start < len(words) and _ASSIGNMENT.match(words[start].text):
                start += 1
        if start < len(words):
            self._inner(command, words[start], words[start + 1 :], command.name, pipe)

    def _module(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """``python -m pip``."""
        option = command.flag("-m") if canonical(command.name) == "python" else None
        if option is not None and option.value in MODULES:
            word = option.value_word or option.word
            at = command.words.index(word)
            # ``-mpip``: the name is the end of the option's word.
            name = word if option.value_word else ShellWord(word.code, word.end - len(option.value), word.end)
            self._inner(command, name, command.words[at + 1 :], f"{command.name} -m", pipe)

    def _inner(self, outer: ShellCommand, name: ShellWord, words: list[ShellWord], via: str, pipe: Pipe | None) -> None:
        """List the command that starts at one of the words of another."""
        if name.text[:1] in ("-", ""):
            return
        end = words[-1].end if words else name.end
        layout = Inner(outer, name, words)
        command = ShellCommand(layout, name.start, max(end, name.end), outer.script, basename(name.text))
        command.via = (*outer.via, via)
        command.operator_before = outer.operator_before
        command.conditional = outer.conditional
        self.add(command, pipe)

    def _shell(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """The script of ``sh -c``."""
        wanted, pipefail, operand = shell_options(command.words)
        if wanted and operand is not None:
            self._string(command, operand, operand.text, "-c", pipe, pipefail)

    def _windows(self, command: ShellCommand) -> None:
        """The script of ``powershell -Command``, which another reader knows."""
        from dlint.syntax.shell import windows

        windows.read_within(self.walk, command)

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
        options = set_options([word.text for word in command.words])
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
