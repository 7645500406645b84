"""From tree-sitter's tree to commands, pipelines and operators, in one walk without recursion into the tree."""

from __future__ import annotations

import re
from bisect import bisect_right

from dlint.lazy import pattern
from dlint.syntax.shell.heredoc import Heredoc, blank, expansions
from dlint.syntax.shell.options import shell_options
from dlint.syntax.shell.reader import DEPTH, LONGEST_NAME, NAME, Context, Reader, basename
from dlint.syntax.shell.script import Assignment, Layout, Pipe, Redirect, Separator, ShellCommand, descriptor
from dlint.syntax.shell.tree import (
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
from dlint.syntax.shell.words import Code, ShellWord, Stretch, heredoc_segments
from dlint.syntax.shell.wrappers import SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode

_ONE_COMMAND = pattern(r"(?>(?:[^;&|(){}\n<>]++|[<>]&?|&>)*)\Z")
_EXPANDS = re.compile(r"[$<>]\(|\$\{|`").search
_GOES_ON = frozenset("$`\"'\\{")
_NO_NODES: list[TreeNode] = []
_REDIRECTS = frozenset(("file_redirect", "herestring_redirect"))
# What counts wherever it stands, and where all else is no statement.
_EVERYWHERE = frozenset((SUBSTITUTION, SUBSHELL, EXPANSION, DO))


class _Layout(Layout):
    """The layout of a command that the grammar saw.

    ``tail`` are the redirects behind it that the grammar counts to what stands around it, ``heredocs`` its own.
    """

    __slots__ = ("node", "named", "tail", "heredocs", "_parts")

    def __init__(self, code: Code, node: TreeNode, name_start: int, name_end: int, named: bool) -> None:
        super().__init__(code, name_start, name_end)
        self.node = node
        self.named = named
        self.tail: list[TreeNode] = _NO_NODES
        self.heredocs: list[Heredoc] = []
        self._parts: tuple[list[ShellWord], list[Assignment]] | None = None

    def words(self) -> list[ShellWord]:
        """The words after the name, redirects left out."""
        return self._sorted()[0]

    def assignments(self) -> list[Assignment]:
        """The assignments before the name; without one, all of them."""
        return self._sorted()[1]

    def redirects(self) -> list[Redirect]:
        """Its redirects and heredocs, in order."""
        nodes = [node for node in self.node.children if node.type in _REDIRECTS]
        found = [_redirect(self.code, node) for node in nodes + self.tail]
        found += [_heredoc(self.code, heredoc) for heredoc in self.heredocs]
        return sorted(found, key=lambda redirect: redirect.start)

    def _sorted(self) -> tuple[list[ShellWord], list[Assignment]]:
        """The children of the tree's node as words and assignments."""
        if self._parts is None:
            words, assignments = self._split()
            for redirect in self.tail:
                words.extend(_after_redirect(redirect))
            self._parts = _words(self.code, words), [_assignment(self.code, node) for node in assignments]
        return self._parts

    def _split(self) -> tuple[list[TreeNode], list[TreeNode]]:
        words: list[TreeNode] = []
        assignments: list[TreeNode] = []
        named, name_end = self.named, self.name_end
        for child in self.node.children if self.node.type != "variable_assignment" else [self.node]:
            kind = child.type
            if child.start_byte < name_end:
                if kind == "variable_assignment":
                    assignments.append(child)
            elif kind == "word":
                words.append(child)
            elif kind in _REDIRECTS:
                words.extend(_after_redirect(child))
            elif kind in ("ERROR", "subshell"):
                break
            elif kind == "variable_assignment" and not named:
                assignments.append(child)
            else:
                words.append(child)
        return words, assignments


def _start(command: tuple[_Layout, ShellCommand]) -> int:
    return command[0].node.start_byte


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


def _after_redirect(redirect: TreeNode) -> list[TreeNode]:
    """The words of the command that the grammar counts to the redirect before them (``x > f y``)."""
    words = [child for child in redirect.named_children if child.type != "file_descriptor"]
    at = 1
    while at < len(words) and words[at].start_byte == words[at - 1].end_byte:
        at += 1
    return words[at:]


def _assignment(code: Code, node: TreeNode) -> Assignment:
    start, end = node.start_byte, node.end_byte
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    name_end = start if name is None else name.end_byte
    return Assignment(code, start, name_end, end if value is None else value.start_byte, end)


def _redirect(code: Code, node: TreeNode) -> Redirect:
    operator, fd = "", None
    words: list[TreeNode] = []
    for child in node.children:
        if child.type == "file_descriptor":
            fd = descriptor(code.code[child.start_byte : child.end_byte])
        elif not operator and not child.is_named:
            operator = "<<<" if code.code.startswith("<<<", child.start_byte) else child.type
        else:
            words.append(child)
    target = next(iter(_words(code, words)), None)
    return Redirect(code, node.start_byte, node.end_byte if target is None else target.end, operator, fd, target)


def _heredoc(code: Code, heredoc: Heredoc) -> Redirect:
    redirect = Redirect(code, heredoc.start, heredoc.end, heredoc.operator, heredoc.fd)
    redirect.body = Stretch(code, heredoc.body_start, heredoc.body_end)
    return redirect


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


class TreeReader:
    """Reads for a ``Reader`` what only the grammar can take apart."""

    __slots__ = ("reader", "walk", "code", "context")

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.walk = reader.walk
        self.code = reader.code
        self.context = reader.context

    def read(self) -> None:
        """Parse the code and list what is in it."""
        text = self.code.code
        heredocs: list[Heredoc] = []
        if "<<" in text:
            text, heredocs = blank(text)
        mark = len(self.walk.commands)
        self._walk(root_of(text))
        if heredocs:
            self.walk.late = True
            self._own(heredocs, mark)

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
                    self.reader.pipefail = frame.restore
                    self.reader.nesting -= 1
                frame = stack.pop()

    def _visit(self, node: TreeNode, action: int, frame: _Frame) -> _Frame | None:
        """Take note of ``node``; the frame for its children comes back, or None if they are of no interest."""
        if frame.action == INSIDE and action not in _EVERYWHERE:
            return frame if node.child_count else None
        if action in (COMMAND, ASSIGN):
            return self._command(node, frame)
        if action == OPERATOR:
            self._operator(node, frame)
            return None
        if action in (SUBSTITUTION, SUBSHELL):
            child = _Frame(0, frame.operator, frame.conditional, frame.pipe)
            if action == SUBSTITUTION:
                child.operator, child.pipe = "", None
                self.code.expansions[node.start_byte] = node.end_byte
            child.restore = self.reader.pipefail
            self.reader.nesting += 1
            frame.operator = "\n"
            return child
        if action == EXPANSION:
            self.code.expansions[node.start_byte] = node.end_byte
            return _Frame(INSIDE, "", frame.conditional, None)
        if action in (TEST, BODY):
            frame.conditional = frame.base or action == TEST
            if action == BODY or node.type == "elif":
                frame.operator = ""
            return None
        child = _Frame(action, frame.operator, frame.base if action == DO else frame.conditional, frame.pipe)
        child.tail, child.end = frame.tail, frame.end
        if action == PIPELINE:
            child.pipe = Pipe(self.code, node.start_byte, node.end_byte, self.reader.pipefail)
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
        layout = _Layout(code, node, name_start, name_end, name != "")
        command = ShellCommand(layout, start, end, self.walk.script, name)
        if end == frame.end and frame.tail:
            layout.tail = frame.tail
            late = [word.end_byte for redirect in frame.tail for word in _after_redirect(redirect)]
            command.end = max(late, default=end)
        command.via = self.context.via
        command.operator_before = frame.operator
        command.conditional = frame.conditional
        frame.operator = "\n"
        mark = len(self.walk.commands)
        self.reader.add(command, frame.pipe)
        if expands and len(self.walk.commands) > mark + 1:
            self.walk.late = True
        if name == "set":
            self.reader.apply_set(command)
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
        elif NAME.match(written):
            return written, start, end
        name = basename(ShellWord(code, start, end).text) if end - start < LONGEST_NAME else ""
        return name, start, end

    def _own(self, heredocs: list[Heredoc], mark: int) -> None:
        """Give each heredoc to its command, and list the commands that its body holds."""
        code, walk = self.code, self.walk
        mine = [(command.layout, command) for command in walk.commands[mark:] if command.code is code]
        own = [(layout, command) for layout, command in mine if isinstance(layout, _Layout)]
        own.sort(key=_start)
        for heredoc in heredocs:
            walk.has_error |= not heredoc.closed
            layout, owner = self._owner(heredoc, own) or (None, None)
            if layout is not None:
                layout.heredocs.append(heredoc)
            self._body(heredoc, owner)

    def _owner(
        self, heredoc: Heredoc, commands: list[tuple[_Layout, ShellCommand]]
    ) -> tuple[_Layout, ShellCommand] | None:
        """The command whose input the heredoc is: the one around it, or the nearest one on its line."""
        code = self.code.code
        at = bisect_right(commands, heredoc.start, key=_start)
        if at:
            before = commands[at - 1][0].node.end_byte
            if _ONE_COMMAND.match(code, min(before, heredoc.start), heredoc.start):
                return commands[at - 1]
        if at < len(commands) and not code[heredoc.end : _start(commands[at])].strip(" \t"):
            return commands[at]
        return None

    def _body(self, heredoc: Heredoc, owner: ShellCommand | None) -> None:
        """List what ``bash <<EOF`` runs, and what the shell runs to fill in a body (``$(…)``)."""
        code, start, end = self.code, heredoc.body_start, heredoc.body_end
        segments = [(code.code[start:end], start, False)]
        if not heredoc.quoted and _EXPANDS(code.code, start, end):
            self._fill(start, end)
            segments = heredoc_segments(code, start, end)
        if owner is None or owner.name not in SHELLS or len(owner.via) >= DEPTH:
            return
        wanted, pipefail, operand = shell_options(owner.words)
        if not wanted and operand is None:
            context = Context((*owner.via, f"{owner.name} <<"), "", owner.conditional, None, pipefail)
            Reader(self.walk, Code.within(code, segments), context).read()

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
                    Reader(self.walk, inner, self.context._replace(operator="", pipe=None)).read()
