"""From tree-sitter's tree to commands, pipelines and operators, in one walk without recursion into the tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from dlint.syntax import shellplain
from dlint.syntax.shell import Pipe, Script, Separator, ShellCommand, after_redirect
from dlint.syntax.shellheredoc import Heredoc, blank, expansions
from dlint.syntax.shelloptions import set_options, shell_options
from dlint.syntax.shelltree import (
    ACTIONS,
    ASSIGN,
    BODY,
    COMMAND,
    DO,
    EXPANSION,
    INSIDE,
    LEAF,
    OPERATOR,
    PIPELINE,
    REDIRECTED,
    SUBSHELL,
    SUBSTITUTION,
    TEST,
    root_of,
)
from dlint.syntax.shellwords import Code, ShellWord, heredoc_segments
from dlint.syntax.tools import canonical
from dlint.syntax.wrappers import MODULES, SHELLS, WRAPPERS

if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode

_DEPTH = 4
_LONGEST_NAME = 4096
_NAME = re.compile(r"[\w.+-]+\Z").match
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=").match
_ONE_COMMAND = re.compile(r"(?:[^;&|(){}\n<>]|[<>]&?|&>)*\Z").match
_EXPANDS = re.compile(r"[$<>]\(|\$\{|`").search
_PIPES = ("|", "|&")
_GOES_ON = frozenset("$`\"'\\{")
_NO_HEREDOCS: list[Heredoc] = []
_NO_NODES: list[TreeNode] = []


class _Context(NamedTuple):
    """What stands around a stretch of code; the fields are those of ShellCommand and Pipe."""

    via: tuple[str, ...] = ()
    operator: str = ""
    conditional: bool = False
    pipe: Pipe | None = None
    pipefail: bool = False


class _Frame:
    """What is known about the children of one node of the tree while the walk is among them.

    ``base`` is ``conditional`` for a child that no test and no ``||`` concerns. ``tail`` are the redirects that belong
    to the command that ends at ``end``. ``restore`` is the value of pipefail after a subshell.
    """

    __slots__ = ("action", "operator", "conditional", "base", "pipe", "tail", "end", "restore")

    def __init__(self, action: int, operator: str, conditional: bool, pipe: Pipe | None) -> None:
        self.action = action
        self.operator = operator
        self.conditional = self.base = conditional
        self.pipe = pipe
        self.tail: list[TreeNode] = _NO_NODES
        self.end = -1
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
        if self._late or self.has_error:
            self.commands.sort(key=lambda command: command.span[0])
            self.pipes.sort(key=lambda pipe: pipe.span[0])
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
        text, heredocs = self.code.code, _NO_HEREDOCS
        found = shellplain.chain(text)
        if found is not None:
            self._chain(found)
            return
        if "<<" in text:
            text, heredocs = blank(text)
        mark = len(self.walk.commands)
        self._walk(root_of(text))
        if heredocs:
            self.walk._late = True
            self._own(heredocs, mark)

    def _chain(self, found: list[shellplain.Simple]) -> None:
        """List the commands of a chain: what the tree would say, in less time."""
        code, context, walk = self.code, self.context, self.walk
        operator, conditional, pipe = context.operator, context.conditional, context.pipe
        if "${" in code.code:
            code.expansions.update(shellplain.braces(code.code))
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
            name = written if _NAME(written) else _basename(written) if len(written) < _LONGEST_NAME else ""
            command = ShellCommand(code, start, end, walk.script, name, name_end)
            command._name_start = name_start
            command._behind = behind
            command.via = context.via
            command.operator_before = operator
            command.conditional = conditional
            self._list(command, pipe)
            if name == "set":
                self._set(command)

    def _walk(self, root: TreeNode) -> None:
        self.walk.has_error |= root.has_error
        cursor = root.walk()
        down, across, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
        action_of = ACTIONS.get
        context = self.context
        frame = _Frame(0, context.operator, context.conditional, context.pipe)
        stack: list[_Frame] = []
        while True:
            node = cursor.node
            assert node is not None
            action = action_of(node.kind_id, 0)
            if action != LEAF:
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
        if action in (SUBSTITUTION, SUBSHELL):
            child = _Frame(0, frame.operator, frame.conditional, frame.pipe)
            if action == SUBSTITUTION:
                child.operator, child.pipe = "", None
                self.code.expansions[node.start_byte] = node.end_byte
            child.restore = self.pipefail
            self.nesting += 1
            frame.operator = "\n"
            return child
        if action == EXPANSION:
            self.code.expansions[node.start_byte] = node.end_byte
            return _Frame(INSIDE, "", frame.conditional, None)
        if frame.action == INSIDE and action != DO:
            return frame if node.child_count else None
        if action == OPERATOR:
            self._operator(node, frame)
            return None
        if action in (TEST, BODY):
            frame.conditional = frame.base or action == TEST
            if action == BODY or node.type == "elif":
                frame.operator = ""
            return None
        if action in (COMMAND, ASSIGN):
            return self._command(node, frame)
        child = _Frame(action, frame.operator, frame.base if action == DO else frame.conditional, frame.pipe)
        child.tail, child.end = frame.tail, frame.end
        if action == PIPELINE:
            child.pipe = Pipe(self.code, node.start_byte, node.end_byte, self.pipefail)
            self.walk.pipes.append(child.pipe)
        elif action == REDIRECTED:
            body = node.child_by_field_name("body")
            if body is not None:
                child.tail = node.children_by_field_name("redirect")
                child.end = body.end_byte
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
            self.walk.separators.append(Separator(code, start, end, operator))
        if operator[0] == "|" and operator != "||" and frame.pipe is not None:
            frame.pipe.stages.append([])

    def _command(self, node: TreeNode, frame: _Frame) -> _Frame | None:
        """List a simple command, and the commands it runs."""
        code = self.code
        start, end = node.start_byte, node.end_byte
        expands = _EXPANDS(code.code, start, end) is not None
        if expands:
            self._note(node)
        name, name_start, name_end = self._name(node)
        command = ShellCommand(code, start, end, self.walk.script, name, name_end)
        command._node = node
        command._name_start = name_start
        if end == frame.end and frame.tail:
            command._tail = frame.tail
            late = [word.end_byte for redirect in frame.tail for word in after_redirect(redirect)]
            command.end = max(late, default=end)
        command.via = self.context.via
        command.operator_before = frame.operator
        command.conditional = frame.conditional
        frame.operator = "\n"
        mark = len(self.walk.commands)
        self._list(command, frame.pipe)
        if expands and len(self.walk.commands) > mark + 1:
            self.walk._late = True
        if name == "set":
            self._set(command)
        return _Frame(INSIDE, "", frame.conditional, None) if expands else None

    def _note(self, node: TreeNode) -> None:
        """Take down where the expansions in a command's own words end, before the words are read."""
        stack = [node]
        while stack:
            for child in stack.pop().named_children:
                kind = ACTIONS.get(child.kind_id, 0)
                if kind in (SUBSTITUTION, EXPANSION):
                    self.code.expansions[child.start_byte] = child.end_byte
                elif kind != LEAF:
                    stack.append(child)

    def _name(self, node: TreeNode) -> tuple[str, int, int]:
        """The name of a command, and from where to where in the code it stands."""
        code = self.code
        first: TreeNode | None = None
        if node.type == "command":
            first = node.child_by_field_name("name")
        elif node.type in ("declaration_command", "unset_command"):
            first = node.child(0)
        if first is None:
            start = node.start_byte
            return "", start, start
        start, end = first.start_byte, first.end_byte
        written = code.code[start:end]
        if code.code[end : end + 1] in _GOES_ON:
            for child in node.children:
                if child.start_byte == end and child.type not in ("ERROR", "subshell"):
                    end = child.end_byte
        elif _NAME(written):
            return written, start, end
        name = _basename(ShellWord(code, start, end).text) if end - start < _LONGEST_NAME else ""
        return name, start, end

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
        end = words[-1].end if words else name.end
        command = ShellCommand(name.code, name.start, max(end, name.end), outer.script, _basename(name.text), name.end)
        command._words = words
        command._assignments = outer.assignments
        command._redirects_of = outer
        command.via = (*outer.via, via)
        command.operator_before = outer.operator_before
        command.conditional = outer.conditional
        self._list(command, pipe)

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
            context = _Context(via, command.operator_before, command.conditional, pipe, pipefail)
            _Reader(self.walk, Code.within(word.code, segments), context).read()

    def _own(self, heredocs: list[Heredoc], mark: int) -> None:
        """Give each heredoc to its command, and list the commands that its body holds."""
        code, walk = self.code, self.walk
        mine = [command for command in walk.commands[mark:] if command.code is code and command._node is not None]
        mine.sort(key=lambda command: command._node.start_byte if command._node is not None else 0)
        starts = [command._node.start_byte for command in mine if command._node is not None]
        for heredoc in heredocs:
            walk.has_error |= not heredoc.closed
            owner = self._owner(heredoc, mine, starts)
            if owner is not None:
                owner._heredocs.append(heredoc)
            self._body(heredoc, owner)

    def _owner(self, heredoc: Heredoc, commands: list[ShellCommand], starts: list[int]) -> ShellCommand | None:
        """The command whose input the heredoc is: the one around it, or the nearest one on its line."""
        code = self.code.code
        at = bisect_right(starts, heredoc.start)
        if at:
            before = commands[at - 1]._node
            if before is not None and _ONE_COMMAND(code, min(before.end_byte, heredoc.start), heredoc.start):
                return commands[at - 1]
        if at < len(commands) and not code[heredoc.end : starts[at]].strip(" \t"):
            return commands[at]
        return None

    def _body(self, heredoc: Heredoc, owner: ShellCommand | None) -> None:
        """List what ``bash <<EOF`` runs, and what the shell runs to fill in a body (``$(…)``)."""
        code, start, end = self.code, heredoc.body_start, heredoc.body_end
        segments = [(code.code[start:end], start, False)]
        if not heredoc.quoted and _EXPANDS(code.code, start, end):
            self._fill(start, end)
            segments = heredoc_segments(code, start, end)
        if owner is None or owner.name not in SHELLS or len(owner.via) >= _DEPTH:
            return
        wanted, pipefail, operand = shell_options(owner.words)
        if not wanted and operand is None:
            context = _Context((*owner.via, f"{owner.name} <<"), "", owner.conditional, None, pipefail)
            _Reader(self.walk, Code.within(code, segments), context).read()

    def _fill(self, start: int, end: int) -> None:
        """List the commands in the body of an unquoted heredoc, which the shell reads as if in double quotes."""
        code = self.code
        todo = [(start, end)]
        while todo:
            for at, behind in expansions(code.code, *todo.pop()):
                code.expansions[at] = behind
                opener = next(mark for mark in ("$((", "$(", "${", "`") if code.code.startswith(mark, at))
                inside = (at + len(opener), max(behind - 1, at + len(opener)))
                if opener in ("${", "$(("):
                    todo.append(inside)
                else:
                    inner = Code.within(code, [(code.code[inside[0] : inside[1]], inside[0], False)])
                    _Reader(self.walk, inner, self.context._replace(operator="", pipe=None)).read()

    def _set(self, command: ShellCommand) -> None:
        """What ``set`` does to the options the rest of the script runs under."""
        options = set_options(command.words)
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
