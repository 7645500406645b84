"""From tree-sitter's tree to commands, pipelines and operators, in one walk without recursion into the tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Language, Parser
from tree_sitter_bash import language

from dlint.source import Node, Span
from dlint.syntax.shell import Pipe, Script, Separator, ShellCommand
from dlint.syntax.shellwords import Code, ShellWord, segments_of
from dlint.syntax.tools import canonical
from dlint.syntax.wrappers import MODULES, SHELLS, WRAPPERS

if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode

_DEPTH = 4
_FOREIGN = re.compile(r"[^\x01-\x7f]")
_NAME = re.compile(r"[\w.+-]+\Z").match
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=").match

_LANGUAGE = Language(language())
_PARSER = Parser(_LANGUAGE)

# What the walk does at a node, by the kind of node; kinds that are not listed are gone through. _INSIDE: operators
# in there are no shell operators, assignments no statements.
(_LEAF, _OPERATOR, _COMMAND, _ASSIGN, _PIPELINE, _REDIRECTED, _REDIRECT, _SUBSTITUTION, _SUBSHELL, _TEST, _BODY, _DO,
 _INSIDE) = range(1, 14)  # fmt: skip
_KINDS = {
    _LEAF: "word number raw_string ansi_c_string comment variable_name special_variable_name heredoc_start heredoc_end"
    " heredoc_content string_content file_descriptor test_operator regex extglob_pattern",
    _COMMAND: "command declaration_command unset_command",
    _ASSIGN: "variable_assignment variable_assignments",
    _PIPELINE: "pipeline",
    _REDIRECTED: "redirected_statement",
    _REDIRECT: "file_redirect heredoc_redirect herestring_redirect",
    _SUBSTITUTION: "command_substitution process_substitution",
    _SUBSHELL: "subshell",
    _DO: "do_group",
    _INSIDE: "test_command binary_expression unary_expression postfix_expression ternary_expression"
    " parenthesized_expression arithmetic_expansion c_style_for_statement for_statement string translated_string"
    " concatenation expansion simple_expansion array subscript heredoc_body brace_expression",
}
_TOKENS = {_OPERATOR: "&& || ; & | |&", _TEST: "if elif while until", _BODY: "then do else ) in ;; ;& ;;&"}


def _actions() -> dict[int, int]:
    table: dict[int, int] = {}
    for named, kinds in ((True, _KINDS), (False, _TOKENS)):
        for action, names in kinds.items():
            for name in names.split():
                kind = _LANGUAGE.id_for_node_kind(name, named)
                if kind is not None:
                    table[kind] = action
    return table


_ACTIONS = _actions()


class _Context(NamedTuple):
    """What stands around a stretch of code; the fields are those of ShellCommand and Pipe."""

    via: tuple[str, ...] = ()
    operator: str = ""
    conditional: bool = False
    pipe: Pipe | None = None
    pipefail: bool = False


class _Frame:
    """What is known about the children of one node of the tree while the walk is among them.

    ``base`` is ``conditional`` for a child that no test and no ``||`` concerns, ``mark`` the number of commands
    listed before a redirected statement, ``end`` where its body ends, ``owner`` the command its redirects belong to,
    ``restore`` the value of pipefail after a subshell.
    """

    __slots__ = ("action", "operator", "conditional", "base", "pipe", "mark", "end", "owner", "restore")

    def __init__(self, action: int, operator: str, conditional: bool, pipe: Pipe | None) -> None:
        self.action = action
        self.operator = operator
        self.conditional = self.base = conditional
        self.pipe = pipe
        self.mark = 0
        self.end = -1
        self.owner: ShellCommand | None = None
        self.restore: bool | None = None


class Walk:
    """Everything that is in a script, in the attributes that ``Script`` has."""

    __slots__ = ("script", "commands", "pipes", "separators", "has_error", "sets_pipefail", "sets_errexit", "_late")

    def __init__(self, script: Script) -> None:
        self.script = script
        self.commands: list[ShellCommand] = []
        self.pipes: list[Pipe] = []
        self.separators: list[Separator] = []
        self.has_error = False
        self.sets_pipefail = False
        self.sets_errexit = False
        self._late = False
        _Reader(self, Code(script.text), _Context()).read()
        if self._late:
            self.commands.sort(key=lambda command: command.span)
            self.pipes.sort(key=lambda pipe: pipe.span)
        for index, command in enumerate(self.commands):
            command.index = index


class _Reader:
    """Reads one stretch of code into a walk."""

    __slots__ = ("walk", "code", "context", "pipefail", "nesting")

    def __init__(self, walk: Walk, code: Code, context: _Context) -> None:
        self.walk = walk
        self.code = code
        self.context = context
        self.pipefail = context.pipefail
        self.nesting = 0

    def read(self) -> None:
        """Parse the code and list what is in it."""
        text = self.code.code
        if not text.isascii() or "\0" in text:
            text = _FOREIGN.sub(".", text)
        tree = _PARSER.parse(text.encode("ascii"))
        self.walk.has_error |= tree.root_node.has_error
        cursor = tree.walk()
        down, across, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
        action_of = _ACTIONS.get
        context = self.context
        frame = _Frame(0, context.operator, context.conditional, context.pipe)
        stack: list[_Frame] = []
        while True:
            node = cursor.node
            assert node is not None
            action = action_of(node.kind_id, 0)
            if action != _LEAF:
                child = self._visit(node, action, frame)
                if child is not None and down():
                    stack.append(frame)
                    frame = child
                    continue
            while not across():
                if not stack:
                    return
                up()
                if frame.restore is not None:
                    self.pipefail = frame.restore
                    self.nesting -= 1
                frame = stack.pop()

    def _visit(self, node: TreeNode, action: int, frame: _Frame) -> _Frame | None:
        """Take note of ``node``; the frame for its children comes back, or None if they are of no interest."""
        if action in (_SUBSTITUTION, _SUBSHELL):
            child = _Frame(0, frame.operator, frame.conditional, frame.pipe)
            if action == _SUBSTITUTION:
                child.operator, child.pipe = "", None
            child.restore = self.pipefail
            self.nesting += 1
            frame.operator = "\n"
            return child
        if frame.action == _INSIDE and action != _DO:
            return frame if node.child_count else None
        if action == _OPERATOR:
            self._operator(node, frame)
            return None
        if action in (_TEST, _BODY):
            frame.conditional = frame.base or action == _TEST
            if action == _BODY or node.type == "elif":
                frame.operator = ""
            return None
        if frame.action == _REDIRECTED and action != _REDIRECT:
            frame.end = node.end_byte
        if action in (_COMMAND, _ASSIGN):
            return self._command(node, frame)
        if action == _REDIRECT:
            self._redirect(node, frame)
        child = _Frame(action, frame.operator, frame.base if action == _DO else frame.conditional, frame.pipe)
        if action == _PIPELINE:
            self._pipeline(node, frame, child)
        elif action == _REDIRECTED:
            child.mark = len(self.walk.commands)
        elif action == _REDIRECT:
            child.mark, child.operator = frame.mark, ""
        if node.is_named:
            frame.operator = "\n"
        return child if node.child_count else None

    def _operator(self, node: TreeNode, frame: _Frame) -> None:
        code = self.code
        start, end = node.start_byte, node.end_byte
        operator = code.code[start:end] or node.type
        frame.operator = operator
        frame.conditional = frame.base or operator == "||"
        if not self.context.via and end > start:
            self.walk.separators.append(Separator(code.source, code.span(start, end), operator))
        if operator[0] == "|" and operator != "||" and frame.pipe is not None:
            frame.pipe.stages.append([])

    def _pipeline(self, node: TreeNode, frame: _Frame, child: _Frame) -> None:
        """Open a pipeline; the rest of one whose first command has a heredoc stands inside the heredoc's redirect."""
        code, walk = self.code, self.walk
        if frame.action == _REDIRECT and frame.pipe is not None:
            return
        child.pipe = pipe = Pipe(code.source, code.span(node.start_byte, node.end_byte), self.pipefail)
        if frame.action == _REDIRECT:
            first = walk.commands[frame.mark :]
            for command in first:
                if command.pipe is None and command._code is code:
                    command.pipe = pipe
                    pipe.stages[0].append(command)
            if first:
                pipe.span = Span(first[0].span[0], pipe.span[1])
        walk.pipes.append(pipe)

    def _command(self, node: TreeNode, frame: _Frame) -> _Frame | None:
        """List a simple command, and the commands it runs."""
        code = self.code
        text = code.code
        start, end = node.start_byte, node.end_byte
        name, name_node = self._name(node)
        command = ShellCommand(code.source, code.span(start, end), self.walk.script, code, name, name_node)
        command._node = node
        command.via = self.context.via
        command.operator_before = frame.operator
        command.conditional = frame.conditional
        frame.operator = "\n"
        self._list(command, frame.pipe)
        if name == "set":
            self._set(command)
        if text.find("$", start, end) < 0 and text.find("`", start, end) < 0 and text.find("(", start, end) < 0:
            return None
        return _Frame(_INSIDE, "", frame.conditional, None)

    def _name(self, node: TreeNode) -> tuple[str, Node]:
        """The name of a command and where it stands."""
        code = self.code
        first: TreeNode | None = None
        if node.type == "command":
            first = node.child_by_field_name("name")
        elif node.type in ("declaration_command", "unset_command"):
            first = node.child(0)
        if first is None:
            start = node.start_byte
            return "", Node(code.source, code.span(start, start))
        start, end = first.start_byte, first.end_byte
        place = Node(code.source, code.span(start, end))
        written = code.code[start:end]
        return (written if _NAME(written) else _basename(ShellWord(code, first).text)), place

    def _list(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """Add a command, and after it what it runs."""
        self.walk.commands.append(command)
        if pipe is not None:
            command.pipe = pipe
            pipe.stages[-1].append(command)
        name = command.name
        if len(command.via) < _DEPTH:
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
        end = words[-1].span[1] if words else name.span[1]
        place = Span(name.span[0], max(end, name.span[1]))
        command = ShellCommand(name.source, place, outer.script, outer._code, _basename(name.text), name)
        command._words = words
        command._assignments = outer.assignments
        command._redirects_of = outer
        command.via = (*outer.via, via)
        command.operator_before = outer.operator_before
        command.conditional = outer.conditional
        self._list(command, pipe)

    def _shell(self, command: ShellCommand, pipe: Pipe | None) -> None:
        """The script of ``sh -c``."""
        wanted, pipefail, operand = _shell_options(command.words)
        if wanted and operand is not None:
            self._string(command, operand, operand.text, "-c", pipe, pipefail)

    def _string(
        self, command: ShellCommand, word: ShellWord, text: str, option: str, pipe: Pipe | None, pipefail: bool
    ) -> None:
        """Read shell text that is the last ``len(text)`` characters of a word."""
        segments, _ = word.segments(mask=True)
        skip = sum([len(segment) for segment, _ in segments]) - len(text)
        while segments and skip > 0:
            segment, start = segments.pop(0)
            if len(segment) > skip:
                segments.insert(0, (segment[skip:], start + skip))
            skip -= len(segment)
        if segments:
            via = (*command.via, f"{command.name} {option}")
            context = _Context(via, command.operator_before, command.conditional, pipe, pipefail)
            _Reader(self.walk, Code.within(word.code, segments), context).read()

    def _redirect(self, node: TreeNode, frame: _Frame) -> None:
        """Give a redirect to the command it belongs to: the one its statement ends with."""
        commands = self.walk.commands
        if frame.owner is None and frame.end >= 0:
            end, frame.end = frame.end, -1
            for command in reversed(commands[frame.mark :]):
                if command._node is not None and command._code is self.code and command._node.end_byte == end:
                    frame.owner = command
                    break
        owner = frame.owner
        if owner is not None:
            owner._tail.append(node)
            if node.type == "heredoc_redirect" and owner.name in SHELLS and len(owner.via) < _DEPTH:
                self._heredoc(owner, node)

    def _heredoc(self, command: ShellCommand, node: TreeNode) -> None:
        """The script that ``bash <<EOF`` reads from its heredoc."""
        wanted, pipefail, operand = _shell_options(command.words)
        parts = {child.type: child for child in node.children}
        start, body = parts.get("heredoc_start"), parts.get("heredoc_body")
        if wanted or operand is not None or start is None or body is None:
            return
        code = self.code
        if any(mark in code.code[start.start_byte : start.end_byte] for mark in "'\"\\"):
            segments = [(code.code[body.start_byte : body.end_byte], body.start_byte)]
        else:
            segments, _ = segments_of(code, body, mask=True)
        self.walk._late = True
        context = _Context((*command.via, f"{command.name} <<"), "", command.conditional, None, pipefail)
        _Reader(self.walk, Code.within(code, segments), context).read()

    def _set(self, command: ShellCommand) -> None:
        """What ``set`` does to the options the rest of the script runs under."""
        options = _set_options(command.words)
        if "pipefail" in options:
            self.pipefail = options["pipefail"]
            if self.pipefail and not self.walk.pipes and not self.nesting and not self.context.via:
                self.walk.sets_pipefail = True
        if options.get("errexit") and not self.nesting and not self.context.via:
            self.walk.sets_errexit = True


def _basename(text: str) -> str:
    """The last part of a path; a name that the shell makes up (``${X:-a/b}``) stays whole."""
    name = text.rpartition("/")[2]
    return text if "}" in name and "{" not in name else name


def _shell_options(words: list[ShellWord]) -> tuple[bool, bool, ShellWord | None]:
    """Of the words after ``sh``: whether ``-c`` is given, whether pipefail is set, and the first operand."""
    wanted = pipefail = False
    at = 0
    while at < len(words):
        text = words[at].text
        at += 1
        if text == "--" or text == "-":
            break
        if text[:1] not in ("-", "+"):
            return wanted, pipefail, words[at - 1]
        if text[:2] == "--":
            at += text in ("--rcfile", "--init-file")
            continue
        wanted = wanted or "c" in text
        for letter in text[1:]:
            if letter in "oO" and at < len(words):
                pipefail = pipefail or (text[0] == "-" and words[at].text == "pipefail")
                at += 1
    return wanted, pipefail, words[at] if at < len(words) else None


def _set_options(words: list[ShellWord]) -> dict[str, bool]:
    """The long names of the options that ``set`` turns on and off, as far as dlint asks for them."""
    options: dict[str, bool] = {}
    at = 0
    while at < len(words):
        text = words[at].text
        at += 1
        if text[:1] not in ("-", "+") or text in ("-", "--"):
            break
        for letter in text[1:]:
            if letter == "e":
                options["errexit"] = text[0] == "-"
            elif letter == "o" and at < len(words):
                options[words[at].text] = text[0] == "-"
                at += 1
    return options
