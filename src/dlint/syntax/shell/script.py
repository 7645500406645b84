"""Shell text to commands: what a RUN executes, word by word, with the exact place of every word in the file.

Here is what a script consists of; ``walk.parse`` reads one. The words are read from the real text by the quoting
rules of POSIX (Shell Command Language, 2.2) and bash (ANSI-C quoting).

A command that runs another one (``sudo x``, ``env A=1 x``, ``sh -c 'x; y'``, ``bash <<EOF``) is listed, and
right after it the commands it runs, which say so in ``via``.
"""

from __future__ import annotations

from dlint.lazy import lazy, pattern
from dlint.source import Node, Source, Text
from dlint.syntax.shell import tools
from dlint.syntax.shell.args import Digest, ShellFlag
from dlint.syntax.shell.fields import fields
from dlint.syntax.shell.words import Code, ShellWord, Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.syntax.shell.steps import Step
    from dlint.syntax.shell.surroundings import Surroundings

POSIX_DIALECTS = frozenset(("sh", "bash", "dash", "ash", "busybox", "ksh", "zsh"))
WINDOWS_DIALECTS = frozenset(("cmd", "powershell"))
_ASSIGNED = pattern(r"(?<!\w)(\w++)=|\b(?:for|read)\s+(\w+)")
# Nobody writes more blanks before a name.
_FAR = 200
_REDIRECTS = frozenset(("file_redirect", "herestring_redirect"))
# The attributes of a script that lead back to it.
_WORKED_OUT = frozenset(("_contents", "commands", "pipes", "separators", "by_name", "steps"))


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

    @property
    def makes_word(self) -> bool:
        """Whether what it prints becomes a word: it stands in ``$( )``."""
        return any(start < self.start and self.end <= end for start, end in self.code.expansions.items())


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
        "tool", "_words", "_given", "_assignments", "_redirects", "_digest",
    )  # fmt: skip

    def __init__(self, layout: Layout, start: int, end: int, script: Script, name: str) -> None:
        # What Stretch does, without the call.
        self.code = code = layout.code
        self.source = code.source
        self.start = start
        self.end = end
        self._span = None
        self.script = script
        self.name = name
        self.layout = layout
        self.index = 0
        self.via: tuple[str, ...] = ()
        self.conditional = False
        self.operator_before = ""
        self.pipe: Pipe | None = None
        # The name the tool table knows it by: ``pip`` for ``pip3.11``, ``python`` for ``python3``.
        self.tool: str = tools.canonical(name)
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
    def called(self) -> str:
        """The word that names the command, as the shell gets it: with its path and its quotes."""
        return self.code.code[self.layout.name_start : self.layout.name_end]

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
        words = self.words
        if any("$" in word.written for word in words):
            return fields(words, lambda name: self.script.value(name, self))
        return words

    @property
    def subcommand(self) -> ShellWord | None:
        """The word that says what to do (``install``); of two-word subcommands (``pip install`` of uv) the last."""
        return (self._digest or self.digest).subcommand

    @property
    def verb(self) -> str:
        """The subcommand by its full name: ``install`` for ``npm i``, ``cache clean``, ``pip install`` for uv."""
        return (self._digest or self.digest).verb

    @property
    def flags(self) -> list[ShellFlag]:
        """The options, clusters split."""
        return (self._digest or self.digest).flags

    @property
    def arguments(self) -> list[ShellWord]:
        """The words that are neither options, nor values of options, nor the subcommand."""
        return (self._digest or self.digest).arguments

    def flag(self, *names: str) -> ShellFlag | None:
        """The last option with one of these names (``"-y", "--yes"``): the one that counts."""
        for flag in reversed(self.flags):
            if flag.name in names:
                return flag
        return None

    def has_flag(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return self.flag(*names) is not None

    @property
    def surroundings(self) -> Surroundings | None:
        """The constructs of its script that it stands in; None if they are not known for sure."""
        whole = self.script.steps
        if whole is None:
            return None
        from dlint.syntax.shell.surroundings import around

        return around(whole, self)


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

    ``posix``: a POSIX-like shell reads it; ``windows``: cmd or PowerShell does.
    ``variable`` gives the value that a variable has when a command starts, if the script does not set it; None if
    nothing is known of any, as of those that a container is started with.
    """

    def __init__(self, text: Text, dialect: str, read: Callable[[Script], Contents]) -> None:
        self.text = text
        self.dialect = dialect
        self.posix: bool = dialect in POSIX_DIALECTS
        self.windows: bool = dialect in WINDOWS_DIALECTS
        self.variable: Callable[[str, ShellCommand], str | None] | None = None
        # What model/facts/downloads found in it.
        self.downloads: object = None
        self._read = read
        # Whether its commands are known.
        self.is_read = False
        self._settings: dict[str, list[str]] = {}

    @lazy
    def _contents(self) -> Contents:
        found = self._read(self) if self.posix or self.windows else Contents()
        self.is_read = True
        return found

    @property
    def source(self) -> Source:
        """The file that it stands in."""
        return self.text.source

    def forget(self) -> None:
        """Let go of what was read, which leads back here; it can be read again."""
        known = self.__dict__
        for name in known.keys() & _WORKED_OUT:
            del known[name]
        self.variable = self.downloads = None
        self.is_read = False

    @lazy
    def commands(self) -> list[ShellCommand]:
        """Every command, in order of start, those inside ``$( )``, functions and ``sh -c`` included."""
        return self._contents.commands

    @lazy
    def pipes(self) -> list[Pipe]:
        """Every pipeline, in order of start."""
        return self._contents.pipes

    @lazy
    def separators(self) -> list[Separator]:
        """The operators between commands of the script itself (not of ``sh -c`` strings)."""
        return self._contents.separators

    @lazy
    def has_error(self) -> bool:
        """Whether some of it is not shell; the commands listed are those that are sure."""
        return self._contents.has_error

    @lazy
    def steps(self) -> Step | None:
        """What runs after what, and on which condition; None if that cannot be read for sure."""
        if not self.posix:
            return None
        from dlint.syntax.shell.steps import UnclearError, plain_chain

        plain = plain_chain(Code(self.text).code)
        if plain is not None:
            return plain
        # Few scripts of which somebody asks this are more than a chain.
        from dlint.syntax.shell.tree_steps import read

        try:
            return read(self.text)
        except UnclearError:
            return None

    @property
    def being_read(self) -> bool:
        """Whether its commands are not all known yet, and so neither what it sets."""
        return not self.is_read and self.variable is not None

    @lazy
    def by_name(self) -> dict[str, list[ShellCommand]]:
        """The commands by name, and by the tool's name where that differs (``pip3`` and ``pip``)."""
        names: dict[str, list[ShellCommand]] = {}
        for command in self.commands:
            name, tool = command.name, command.tool
            names.setdefault(name, []).append(command)
            if tool != name:
                names.setdefault(tool, []).append(command)
        return names

    @lazy
    def assigned(self) -> frozenset[str]:
        """The names that may get a value in the script: by ``NAME=value``, ``for`` or ``read``."""
        return frozenset(first or second for first, second in _ASSIGNED.findall(self.text.text))

    def value(self, name: str, command: ShellCommand) -> str | None:
        """The value of a variable for the words of a command; None if it is not known.

        One that the script sets is known if that is done once, before the command and whatever else happens.
        """
        signs = self._settings.get(name)
        if signs is None:
            signs = self._settings[name] = _settings(self.text.text, name)
        if not signs or {*signs} == {"+="}:
            return self.variable(name, command) if self.variable is not None else None
        if len(signs) > 1:
            return None
        for earlier in self.by_name.get("", ()) if not command.via else ():
            for one in earlier.assignments:
                if one.name == name:
                    sure = earlier.index < command.index and not earlier.conditional and not earlier.via
                    return one.value if sure else None
        return None

    @lazy
    def names(self) -> frozenset[str]:
        """The names in ``by_name``."""
        return frozenset(self.by_name)

    @lazy
    def sets_pipefail(self) -> bool:
        """Whether the script itself runs ``set -o pipefail`` before its first pipeline."""
        return self._contents.sets_pipefail

    @lazy
    def sets_errexit(self) -> bool:
        """Whether the script itself runs ``set -e``."""
        return self._contents.sets_errexit


def _settings(text: str, name: str) -> list[str]:
    """How a script may give a variable its value, for each time: ``=``, ``+=``, or nothing behind for and read."""
    found: list[str] = []
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        before, sign = text[at - 1 : at], text[end : end + 1]
        if not _is_of_word(before):
            if sign == "=":
                found.append(sign)
            elif text.startswith("+=", end):
                found.append("+=")
            elif before.isspace() and not _is_of_word(sign) and _is_behind(text[max(at - _FAR, 0) : at].rstrip()):
                found.append("")
        at = text.find(name, end)
    return found


def _is_behind(before: str) -> bool:
    """Whether a text ends with a word that is followed by the name of what gets a value."""
    word = "for" if before.endswith("for") else "read"
    return before.endswith(word) and not _is_of_word(before[: -len(word)][-1:])


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"
