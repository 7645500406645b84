"""Shell text to commands: what a RUN executes, word by word, with the exact place of every word in the file.

Chains of simple commands are read by ``shellchain``, all else with the grammar of tree-sitter-bash (loaded when the
first script needs it). What that sees is the text as the
shell gets it: lines the builder joins are joined, and every character outside ASCII stands as one ASCII
character, so that the bytes tree-sitter counts are characters here. The words are then read from the real
text by the quoting rules of POSIX (Shell Command Language, 2.2) and bash (ANSI-C quoting).

A command that runs another one (``sudo x``, ``env A=1 x``, ``sh -c 'x; y'``, ``bash <<EOF``) is listed, and
right after it the commands it runs, which say so in ``via``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlint.source import Node, Text
from dlint.syntax.shell import chain as shellchain
from dlint.syntax.shell import tools
from dlint.syntax.shell.args import Digest, ShellFlag
from dlint.syntax.shell.words import Code, ShellWord, Stretch

if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode

    from dlint.syntax.shell.heredoc import Heredoc

POSIX_DIALECTS = frozenset(("sh", "bash", "dash", "ash", "busybox", "ksh", "zsh"))
_REDIRECTS = frozenset(("file_redirect", "herestring_redirect"))


class Assignment(Stretch):
    """``NAME=value`` before a command or on its own; ``value`` is None if the shell has to expand it."""

    __slots__ = ("name", "value", "word")

    def __init__(self, code: Code, start: int, name_end: int, value: int, end: int) -> None:
        super().__init__(code, start, end)
        self.name = code.code[start:name_end]
        self.word = ShellWord(code, value, end) if value < end else None
        self.value = self.word.literal if self.word is not None else ""

    @classmethod
    def of_node(cls, code: Code, node: TreeNode) -> Assignment:
        """The assignment that the grammar saw."""
        start, end = node.start_byte, node.end_byte
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        return cls(
            code, start, start if name is None else name.end_byte, end if value is None else value.start_byte, end
        )


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

    @classmethod
    def in_chain(cls, code: Code, start: int, digits: str, operator: str, target: int, end: int) -> Redirect:
        """A redirect of ``shellchain``."""
        return cls(code, start, end, operator, _descriptor(digits), ShellWord(code, target, end))

    @classmethod
    def of_node(cls, code: Code, node: TreeNode) -> Redirect:
        """The redirect that the grammar saw."""
        operator, fd = "", None
        words: list[TreeNode] = []
        for child in node.children:
            if child.type == "file_descriptor":
                fd = _descriptor(code.code[child.start_byte : child.end_byte])
            elif not operator and not child.is_named:
                operator = "<<<" if code.code.startswith("<<<", child.start_byte) else child.type
            else:
                words.append(child)
        target = next(iter(_words(code, words)), None)
        return cls(code, node.start_byte, node.end_byte if target is None else target.end, operator, fd, target)

    @classmethod
    def of_heredoc(cls, code: Code, heredoc: Heredoc) -> Redirect:
        """The redirect a heredoc makes."""
        self = cls(code, heredoc.start, heredoc.end, heredoc.operator, heredoc.fd)
        self.body = Stretch(code, heredoc.body_start, heredoc.body_end)
        return self


def _descriptor(digits: str) -> int | None:
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


class ShellCommand(Stretch):
    """One simple command; see the module for commands that run other commands.

    ``name`` is the last part of the command word's path (empty for bare assignments), ``tool`` the name without
    a version (``pip`` for ``pip3.11``). ``conditional`` says that its failure is looked at: it stands in the
    test of an ``if`` or ``while``, or after ``||``. ``operator_before`` is ``&&`` ``;`` ``||`` ``|`` ``|&``
    ``&``, a newline, or nothing. ``index`` counts in ``script.commands``.
    """

    __slots__ = (
        "name", "script", "index", "via", "conditional", "operator_before", "pipe",
        "_node", "_name_start", "_name_end", "_behind", "_tail", "_heredocs", "_words", "_assignments", "_redirects",
        "_redirects_of", "_digest",
    )  # fmt: skip

    def __init__(self, code: Code, start: int, end: int, script: Script, name: str, name_end: int) -> None:
        super().__init__(code, start, end)
        self.script = script
        self.name = name
        self._name_start = start
        self._name_end = name_end
        # Where the redirects of a command of a chain end.
        self._behind = end
        self.index = 0
        self.via: tuple[str, ...] = ()
        self.conditional = False
        self.operator_before = ""
        self.pipe: Pipe | None = None
        self._node: TreeNode | None = None
        self._tail: list[TreeNode] = []
        self._heredocs: list[Heredoc] = []
        self._words: list[ShellWord] | None = None
        self._assignments: list[Assignment] | None = None
        self._redirects: list[Redirect] | None = None
        self._redirects_of: ShellCommand | None = None
        self._digest: Digest | None = None

    @property
    def name_node(self) -> Node:
        """The word that names the command."""
        return Stretch(self.code, self._name_start, self._name_end)

    @property
    def tool(self) -> str:
        """The name the tool table knows it by: ``pip`` for ``pip3.11``, ``python`` for ``python3``."""
        return tools.canonical(self.name)

    @property
    def words(self) -> list[ShellWord]:
        """The words after the name, redirects left out."""
        if self._words is None:
            self._read_children()
        return self._words or []

    @property
    def assignments(self) -> list[Assignment]:
        """The assignments before the name (for ``env A=1 x``, those of env)."""
        if self._assignments is None:
            if self._node is None:
                before = self._name_start if self.name else self.end
                places = shellchain.assignments(self.code.code, self.start, before) if before > self.start else ()
                self._assignments = [Assignment(self.code, *place) for place in places]
            else:
                self._read_children()
        return self._assignments or []

    @property
    def redirects(self) -> list[Redirect]:
        """The redirects of this command (not those of a group around it)."""
        if self._redirects_of is not None:
            return self._redirects_of.redirects
        if self._redirects is None:
            if self._node is None:
                found = shellchain.redirects(self.code.code, self.end, self._behind)
                self._redirects = [Redirect.in_chain(self.code, *place) for place in found]
                return self._redirects
            nodes = [n for n in self._node.children if n.type in _REDIRECTS]
            seen = [Redirect.of_node(self.code, node) for node in nodes + self._tail]
            seen += [Redirect.of_heredoc(self.code, heredoc) for heredoc in self._heredocs]
            self._redirects = sorted(seen, key=lambda redirect: redirect.start)
        return self._redirects

    def _read_children(self) -> None:
        """Sort the children of the tree's node into words and assignments; without a tree, find the words."""
        node, code = self._node, self.code
        if node is None:
            after = self._name_end if self.name else self.end
            self._words = [ShellWord(code, *place) for place in shellchain.words(code.code, after, self.end)]
            return
        words: list[TreeNode] = []
        assignments: list[Assignment] = []
        self._assignments = assignments
        children = node.children if node.type != "variable_assignment" else [node]
        for child in children:
            kind = child.type
            if child.start_byte >= self._name_end and kind in _REDIRECTS:
                words.extend(after_redirect(child))
            elif child.start_byte >= self._name_end and kind in ("ERROR", "subshell"):
                break
            elif kind == "variable_assignment" and not self.name:
                assignments.append(Assignment.of_node(code, child))
            elif child.start_byte >= self._name_end:
                words.append(child)
            elif kind == "variable_assignment":
                assignments.append(Assignment.of_node(code, child))
        for redirect in self._tail:
            words.extend(after_redirect(redirect))
        self._words = _words(code, words)

    @property
    def digest(self) -> Digest:
        """Flags and arguments as the tool table reads them."""
        if self._digest is None:
            self._digest = Digest(tools.tool(self.name), self.words)
        return self._digest

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


class Script:
    """The commands of one shell text. Parsed when first looked at."""

    __slots__ = (
        "text",
        "dialect",
        "_commands",
        "_pipes",
        "_separators",
        "_has_error",
        "_names",
        "_pipefail",
        "_errexit",
    )

    def __init__(self, text: Text, dialect: str) -> None:
        self.text = text
        self.dialect = dialect
        self._commands: list[ShellCommand] | None = None
        self._pipes: list[Pipe] = []
        self._separators: list[Separator] = []
        self._has_error = False
        self._names: dict[str, list[ShellCommand]] | None = None
        self._pipefail = False
        self._errexit = False

    @property
    def posix(self) -> bool:
        """Whether a POSIX-like shell reads it; if not, there are no commands."""
        return self.dialect in POSIX_DIALECTS

    def _parse(self) -> list[ShellCommand]:
        if not self.posix:
            self._commands = []
            return self._commands
        from dlint.syntax.shell.walk import Walk

        walk = Walk(self)
        self._commands = walk.commands
        self._pipes = walk.pipes
        self._separators = walk.separators
        self._has_error = walk.has_error
        self._pipefail = walk.sets_pipefail
        self._errexit = walk.sets_errexit
        return self._commands

    @property
    def commands(self) -> list[ShellCommand]:
        """Every command, in order of start, those inside ``$( )``, functions and ``sh -c`` included."""
        return self._parse() if self._commands is None else self._commands

    @property
    def pipes(self) -> list[Pipe]:
        """Every pipeline, in order of start."""
        if self._commands is None:
            self._parse()
        return self._pipes

    @property
    def separators(self) -> list[Separator]:
        """The operators between commands of the script itself (not of ``sh -c`` strings)."""
        if self._commands is None:
            self._parse()
        return self._separators

    @property
    def has_error(self) -> bool:
        """Whether some of it is not shell; the commands listed are those that are sure."""
        if self._commands is None:
            self._parse()
        return self._has_error

    @property
    def by_name(self) -> dict[str, list[ShellCommand]]:
        """The commands by name, and by the tool's name where that differs (``pip3`` and ``pip``)."""
        if self._names is None:
            names: dict[str, list[ShellCommand]] = {}
            for command in self.commands:
                name = command.name
                names.setdefault(name, []).append(command)
                tool = tools.canonical(name)
                if tool != name:
                    names.setdefault(tool, []).append(command)
            self._names = names
        return self._names

    @property
    def names(self) -> frozenset[str]:
        """The names in ``by_name``."""
        return frozenset(self.by_name)

    @property
    def sets_pipefail(self) -> bool:
        """Whether the script itself runs ``set -o pipefail`` before its first pipeline."""
        if self._commands is None:
            self._parse()
        return self._pipefail

    @property
    def sets_errexit(self) -> bool:
        """Whether the script itself runs ``set -e``."""
        if self._commands is None:
            self._parse()
        return self._errexit


def _words(code: Code, nodes: list[TreeNode]) -> list[ShellWord]:
    """The words that the nodes make: nodes with nothing between them are one word."""
    spans: list[tuple[int, int]] = []
    for node in nodes:
        start, end = node.start_byte, node.end_byte
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        elif end > start and node.type != "comment":
            spans.append((start, end))
    return [ShellWord(code, start, end) for start, end in spans]


def after_redirect(redirect: TreeNode) -> list[TreeNode]:
    """The words of the command that the grammar counts to the redirect before them (``x > f y``)."""
    words = [child for child in redirect.named_children if child.type != "file_descriptor"]
    at = 1
    while at < len(words) and words[at].start_byte == words[at - 1].end_byte:
        at += 1
    return words[at:]


def parse(text: Text, *, dialect: str = "sh") -> Script:
    """The script in ``text`` as the shell ``dialect`` reads it; one outside POSIX_DIALECTS has no commands.

    Never raises. The work is done when the script is first asked for something.
    """
    return Script(text, dialect)
