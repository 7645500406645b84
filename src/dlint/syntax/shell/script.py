"""Shell text to commands: what a RUN executes, word by word, with the exact place of every word in the file.

Here is what a script consists of; ``shellwalk.parse`` reads one. The words are read from the real text by the quoting
rules of POSIX (Shell Command Language, 2.2) and bash (ANSI-C quoting).

A command that runs another one (``sudo x``, ``env A=1 x``, ``sh -c 'x; y'``, ``bash <<EOF``) is listed, and
right after it the commands it runs, which say so in ``via``.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.source import Node, Text
from dlint.syntax.shell import tools
from dlint.syntax.shell.args import Digest, ShellFlag
from dlint.syntax.shell.fields import fields
from dlint.syntax.shell.words import Code, ShellWord, Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

POSIX_DIALECTS = frozenset(("sh", "bash", "dash", "ash", "busybox", "ksh", "zsh"))
WINDOWS_DIALECTS = frozenset(("cmd", "powershell"))
_ASSIGNED = pattern(r"(?<!\w)(\w++)=|\b(?:for|read)\s+(\w+)")
_SET = pattern(r"(?<!\w)(\w++)\+?=|\b(?:for|read)\s+(\w+)")
_REDIRECTS = frozenset(("file_redirect", "herestring_redirect"))


class Assignment(Stretch):
    """``NAME=value`` before a command or on its own; ``value`` is None if the shell has to expand it."""

    __slots__ = ("name", "value", "word")

    def __init__(self, code: Code, start: int, name_end: int, value: int, end: int) -> None:
        super().__init__(code, start, end)
        self.name = code.code[start:name_end]
        self.word = ShellWord(code, value, end) if value < end else None
        self.value = self.word.literal if self.word is not None else ""


class Redirect(Stretch):
    """``2> file``, ``<<< word`` or ``<<EOF``, from the descriptor to the end of the word.

    ``operator`` as written, ``fd`` if given, ``target`` the word (None for a heredoc), ``body`` the lines of a
    heredoc without the one that ends it.
    """

    __slots__ = ("operator", "fd", "target", "body")

    def __init__(
        self, code: Code, start: int, end: int, operator: str, fd: int | None, target: ShellWord | None = None
    ) -> None:
        super().__init__(code, start, end)
        self.operator = operator
        self.fd = fd
        self.target = target
        self.body: Node | None = None


def descriptor(digits: str) -> int | None:
    """The file descriptor that is written before an operator."""
    return int(digits) if digits.isdecimal() and len(digits) < 6 else None


class Pipe(Stretch):
    """A pipeline. ``stages`` holds the commands of each of its parts, ``pipefail`` whether it is surely set there."""

    __slots__ = ("stages", "pipefail")

    def __init__(self, code: Code, start: int, end: int, pipefail: bool) -> None:
        super().__init__(code, start, end)
        self.stages: list[list[ShellCommand]] = [[]]
        self.pipefail = pipefail

    @property
    def commands(self) -> list[ShellCommand]:
        """The commands of all parts, in order."""
        return [command for stage in self.stages for command in stage]


class Separator(Stretch):
    """An operator between two commands: ``operator`` is ``&&``, ``||``, ``;``, ``&``, ``|`` or ``|&``."""

    __slots__ = ("operator",)

    def __init__(self, code: Code, start: int, end: int, operator: str) -> None:
        super().__init__(code, start, end)
        self.operator = operator


class Layout:
    """Where the parts of a command stand in its code: filled by what reads the script, looked at when somebody asks."""

    __slots__ = ("code", "name_start", "name_end")

    def __init__(self, code: Code, name_start: int, name_end: int) -> None:
        self.code = code
        self.name_start = name_start
        self.name_end = name_end

    def words(self) -> list[ShellWord]:
        """The words after the name, redirects left out."""
        raise NotImplementedError

    def assignments(self) -> list[Assignment]:
        """The assignments before the name."""
        raise NotImplementedError

    def redirects(self) -> list[Redirect]:
        """The redirects, in order."""
        raise NotImplementedError


class ShellCommand(Stretch):
    """One simple command; see the module for commands that run other commands.

    ``name`` is the last part of the command word's path (empty for bare assignments), ``tool`` the name without
    a version (``pip`` for ``pip3.11``). ``conditional`` says that its failure is looked at: it stands in the
    test of an ``if`` or ``while``, or after ``||``. ``operator_before`` is ``&&`` ``;`` ``||`` ``|`` ``|&``
    ``&``, a newline, or nothing. ``index`` counts in ``script.commands``.
    """

    __slots__ = (
        "name", "script", "layout", "index", "via", "conditional", "operator_before", "pipe",
        "_tool", "_words", "_given", "_assignments", "_redirects", "_digest",
    )  # fmt: skip

    def __init__(self, layout: Layout, start: int, end: int, script: Script, name: str) -> None:
        super().__init__(layout.code, start, end)
        self.script = script
        self.name = name
        self.layout = layout
        self.index = 0
        self.via: tuple[str, ...] = ()
        self.conditional = False
        self.operator_before = ""
        self.pipe: Pipe | None = None
        self._tool: str | None = None
        self._words: list[ShellWord] | None = None
        self._given: list[ShellWord] | None = None
        self._assignments: list[Assignment] | None = None
        self._redirects: list[Redirect] | None = None
        self._digest: Digest | None = None

    @property
    def name_node(self) -> Node:
        """The word that names the command."""
        return Stretch(self.code, self.layout.name_start, self.layout.name_end)

    @property
    def tool(self) -> str:
        """The name the tool table knows it by: ``pip`` for ``pip3.11``, ``python`` for ``python3``."""
        if self._tool is None:
            self._tool = tools.canonical(self.name)
        return self._tool

    @property
    def words(self) -> list[ShellWord]:
        """The words after the name, redirects left out."""
        if self._words is None:
            self._words = self.layout.words()
        return self._words

    @property
    def assignments(self) -> list[Assignment]:
        """The assignments before the name (for ``env A=1 x``, those of env)."""
        if self._assignments is None:
            self._assignments = self.layout.assignments()
        return self._assignments

    @property
    def redirects(self) -> list[Redirect]:
        """The redirects of this command (not those of a group around it)."""
        if self._redirects is None:
            self._redirects = self.layout.redirects()
        return self._redirects

    @property
    def digest(self) -> Digest:
        """Flags and arguments as the tool table reads them."""
        if self._digest is None:
            if self.script.being_read:
                return Digest(tools.tool(self.name), self.words)
            self._digest = Digest(tools.tool(self.name), self.given)
        return self._digest

    @property
    def given(self) -> list[ShellWord]:
        """The words as the program gets them: with values in place of the variables whose values are known."""
        if self.script.variable is None:
            return self.words
        if self._given is None:
            # What the script sets is known once all of it has been read.
            if self.script.being_read:
                return self._as_given()
            self._given = self._as_given()
        return self._given

    def _as_given(self) -> list[ShellWord]:
        if all(word.literal is not None for word in self.words):
            return self.words
        return fields(self.words, lambda name: self.script.value(name, self))

    @property
    def subcommand(self) -> ShellWord | None:
        """The word that says what to do (``install``); of two-word subcommands (``pip install`` of uv) the last."""
        return self.digest.subcommand

    @property
    def verb(self) -> str:
        """The subcommand by its full name: ``install`` for ``npm i``, ``cache clean``, ``pip install`` for uv."""
        return self.digest.verb

    @property
    def flags(self) -> list[ShellFlag]:
        """The options, clusters split."""
        return self.digest.flags

    @property
    def arguments(self) -> list[ShellWord]:
        """The words that are neither options, nor values of options, nor the subcommand."""
        return self.digest.arguments

    def flag(self, *names: str) -> ShellFlag | None:
        """The last option with one of these names (``"-y", "--yes"``): the one that counts."""
        return next((flag for flag in reversed(self.digest.flags) if flag.name in names), None)

    def has_flag(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(flag.name in names for flag in self.digest.flags)


class Contents:
    """What there is in a script; the attributes are those of ``Script``."""

    __slots__ = ("commands", "pipes", "separators", "has_error", "sets_pipefail", "sets_errexit")

    def __init__(self) -> None:
        self.commands: list[ShellCommand] = []
        self.pipes: list[Pipe] = []
        self.separators: list[Separator] = []
        self.has_error = False
        self.sets_pipefail = False
        self.sets_errexit = False


class Script:
    """The commands of one shell text. ``read`` finds them when somebody first looks at it.

    ``variable`` gives the value that a variable has when a command starts, if the script does not set it; None if
    nothing is known of any, as of those that a container is started with.
    """

    __slots__ = ("text", "dialect", "variable", "_read", "_contents", "_names", "_assigned", "_set")

    def __init__(self, text: Text, dialect: str, read: Callable[[Script], Contents]) -> None:
        self.text = text
        self.dialect = dialect
        self.variable: Callable[[str, ShellCommand], str | None] | None = None
        self._read = read
        self._contents: Contents | None = None
        self._names: dict[str, list[ShellCommand]] | None = None
        self._assigned: frozenset[str] | None = None
        self._set: list[str] | None = None

    @property
    def posix(self) -> bool:
        """Whether a POSIX-like shell reads it."""
        return self.dialect in POSIX_DIALECTS

    @property
    def windows(self) -> bool:
        """Whether cmd or PowerShell reads it."""
        return self.dialect in WINDOWS_DIALECTS

    def _found(self) -> Contents:
        self._contents = self._read(self) if self.posix or self.windows else Contents()
        return self._contents

    @property
    def commands(self) -> list[ShellCommand]:
        """Every command, in order of start, those inside ``$( )``, functions and ``sh -c`` included."""
        return (self._contents or self._found()).commands

    @property
    def pipes(self) -> list[Pipe]:
        """Every pipeline, in order of start."""
        return (self._contents or self._found()).pipes

    @property
    def separators(self) -> list[Separator]:
        """The operators between commands of the script itself (not of ``sh -c`` strings)."""
        return (self._contents or self._found()).separators

    @property
    def has_error(self) -> bool:
        """Whether some of it is not shell; the commands listed are those that are sure."""
        return (self._contents or self._found()).has_error

    @property
    def being_read(self) -> bool:
        """Whether its commands are not all known yet, and so neither what it sets."""
        return self._contents is None and self.variable is not None

    @property
    def by_name(self) -> dict[str, list[ShellCommand]]:
        """The commands by name, and by the tool's name where that differs (``pip3`` and ``pip``)."""
        if self._names is None:
            names: dict[str, list[ShellCommand]] = {}
            for command in self.commands:
                name = command.name
                names.setdefault(name, []).append(command)
                tool = command.tool
                if tool != name:
                    names.setdefault(tool, []).append(command)
            self._names = names
        return self._names

    @property
    def assigned(self) -> frozenset[str]:
        """The names that may get a value in the script: by ``NAME=value``, ``for`` or ``read``."""
        if self._assigned is None:
            found = _ASSIGNED.findall(self.text.text)
            self._assigned = frozenset(first or second for first, second in found)
        return self._assigned

    def value(self, name: str, command: ShellCommand) -> str | None:
        """The value of a variable for the words of a command; None if it is not known.

        One that the script sets is known if that is done once, before the command and whatever else happens.
        """
        if name not in self.assigned:
            return self.variable(name, command) if self.variable is not None else None
        if self._set is None:
            self._set = [first or second for first, second in _SET.findall(self.text.text)]
        if self._set.count(name) > 1:
            return None
        for earlier in self.by_name.get("", ()) if not command.via else ():
            for one in earlier.assignments:
                if one.name == name:
                    sure = earlier.index < command.index and not earlier.conditional and not earlier.via
                    return one.value if sure else None
        return None

    @property
    def names(self) -> frozenset[str]:
        """The names in ``by_name``."""
        return frozenset(self.by_name)

    @property
    def sets_pipefail(self) -> bool:
        """Whether the script itself runs ``set -o pipefail`` before its first pipeline."""
        return (self._contents or self._found()).sets_pipefail

    @property
    def sets_errexit(self) -> bool:
        """Whether the script itself runs ``set -e``."""
        return (self._contents or self._found()).sets_errexit
