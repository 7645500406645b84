"""Scripts as steps: chains of simple commands, and all else read by the grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlint.source import Source, Span, Text
from dlint.syntax.shell.chain import DECLARING, Simple, chain, words
from dlint.syntax.shell.steps import (
    DEPTH,
    REFUSED,
    Step,
    UnclearError,
    behind_wrappers,
    commands,
    plain_chain,
    step_of,
)
from dlint.syntax.shell.words import Code, ShellWord
from dlint.syntax.shell.wrappers import SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from tree_sitter import Node as TreeNode

_LOOPS: Final = {"while_statement": "while", "for_statement": "for", "c_style_for_statement": "for"}
_STATEMENTS: Final = frozenset(("program", "compound_statement", "do_group", "else_clause", "subshell"))
_REDIRECTS: Final = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
_WORDS: Final = frozenset(("while", "until", "do"))


def read(text: Text | str) -> Step:
    """The steps of a script. Raises UnclearError for what is no shell, and for what traps and evaluates."""
    step = _Reading(text if isinstance(text, Text) else _alone(text)).whole()
    if any(part.name in REFUSED for part in commands(step)):
        raise UnclearError
    return step


def _alone(text: str) -> Text:
    """Text that stands in no file."""
    return Text.plain(Source("", text), Span(0, len(text)))


def _without_redirects(node: TreeNode) -> TreeNode:
    """The list before a redirect, to which the grammar counts all of ``a && b > file`` and not only ``b``."""
    body = node.child_by_field_name("body") if node.type == "redirected_statement" else None
    return body if body is not None and body.type == "list" else node


def _split(commands: Sequence[Simple], joints: tuple[str, ...]) -> list[list[Simple]]:
    """The commands in lists, of which each begins behind one of the operators."""
    found: list[list[Simple]] = []
    for one in commands:
        if one.joint in joints or not found:
            found.append([])
        found[-1].append(one)
    return found


def _joined(kind: str, steps: Sequence[Step], words: tuple[str, ...] = ()) -> Step:
    """The construct of some steps; a single one needs none."""
    if len(steps) == 1:
        return steps[0]
    return Step(kind, tuple(steps), words=words, start=steps[0].start, end=steps[-1].end)


def _at(step: Step, start: int, end: int) -> Step:
    """The same construct where it stands."""
    return step_of((*step[:5], start, end))


class _Reading:
    """Reads the grammar's tree into steps."""

    def __init__(self, text: Text, depth: int = 0) -> None:
        self.code = Code(text)
        self.depth = depth

    def whole(self) -> Step:
        text = self.code.code
        plain = plain_chain(text)
        if plain is not None:
            return plain
        found = chain(text)
        if found is not None:
            return self._linked(found)
        return self._by_the_grammar(text)

    def _linked(self, found: Sequence[Simple]) -> Step:
        """The steps of simple commands that operators join: what the grammar's tree would give."""
        statements: list[Step] = []
        for listed in _split(found, (";",)):
            parts = _split(listed, ("&&", "||"))
            pipes = [_joined("pipe", [self._link(one) for one in part]) for part in parts]
            statements.append(_joined("chain", pipes, tuple(part[0].joint for part in parts[1:])))
        return Step("seq", tuple(statements))

    def _link(self, one: Simple) -> Step:
        code = self.code.code
        text = " ".join(code[one.start : one.end].split())
        if one.name == one.name_end:
            return Step("run", name=":", text=text, start=one.start, end=one.behind)
        places = [(one.name, one.name_end), *words(code, one.name_end, one.end)]
        step = self._run([ShellWord(self.code, start, end).text for start, end in places], text)
        if code[one.name : one.name_end] in DECLARING:
            step = step._replace(name=":")
        return _at(step, one.start, one.behind)

    def _by_the_grammar(self, text: str) -> Step:
        from dlint.syntax.shell.heredoc import blank
        from dlint.syntax.shell.tree import root_of

        if "<<" in text:
            text, _ = blank(text)
        root = root_of(text)
        if root.has_error:
            raise UnclearError
        return self.statements(root, 0)

    def statements(self, node: TreeNode, depth: int) -> Step:
        """The statements among the children of a node, one after the other."""
        return Step("seq", tuple(self._listed(node.children, depth)))

    def _listed(self, nodes: Sequence[TreeNode], depth: int) -> list[Step]:
        found: list[Step] = []
        for node in nodes:
            if node.type == "&" and found:
                found[-1] = Step("background", (found[-1],))
            elif node.is_named and node.type not in ("comment", *_REDIRECTS):
                found.append(self.statement(node, depth + 1))
        return found

    def statement(self, node: TreeNode, depth: int) -> Step:
        """One statement."""
        if depth + self.depth > DEPTH:
            raise UnclearError
        if node.type == "list":
            step = self._chain(node, depth)
        else:
            step = self._plain(node, depth)
            if self._is_negated(node.start_byte):
                step = Step("not", (_at(step, node.start_byte, node.end_byte),))
        return _at(step, node.start_byte, node.end_byte)

    def _is_negated(self, at: int) -> bool:
        """Whether an exclamation mark stands before the place, which the grammar counts to another statement."""
        code = self.code.code
        while at and (code[at - 1] in " \t" or code[at - 2 : at] == "\\\n"):
            at -= 1 if code[at - 1] != "\n" else 2
        return code[at - 1 : at] == "!" and (at == 1 or code[at - 2] in ";&|({" or code[at - 2].isspace())

    def _chain(self, node: TreeNode, depth: int) -> Step:
        parts: list[TreeNode] = []
        operators: list[str] = []
        while node.type == "list":
            left, operator, right = node.children[0], node.children[1], node.children[-1]
            parts.append(right)
            operators.append(operator.type)
            node = _without_redirects(left)
        parts.append(node)
        steps = tuple(self.statement(part, depth + 1) for part in reversed(parts))
        return Step("chain", steps, words=tuple(reversed(operators)))

    def _plain(self, node: TreeNode, depth: int) -> Step:
        kind = node.type
        if kind == "redirected_statement":
            body = node.child_by_field_name("body")
            return Step("seq") if body is None else self._plain_or_list(body, depth)
        if kind == "pipeline":
            return Step("pipe", tuple(self._piped(node, depth)))
        if kind == "subshell":
            return Step("subshell", (self.statements(node, depth),))
        if kind == "compound_statement" and node.children[0].type == "((":
            return self._command(node)
        if kind in _STATEMENTS:
            return self.statements(node, depth)
        if kind == "if_statement":
            return Step("if", tuple(self._branches(node, depth)))
        if kind in _LOOPS:
            return self._loop(node, _LOOPS[kind], depth)
        if kind == "case_statement":
            return Step("case", tuple(self._items(node, depth)))
        if kind == "function_definition":
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if name is None or body is None:
                raise UnclearError
            return Step("function", (self._plain(body, depth + 1),), self._text(name))
        if kind == "negated_command":
            return Step("not", (self.statement(node.children[-1], depth + 1),))
        return self._command(node)

    def _plain_or_list(self, node: TreeNode, depth: int) -> Step:
        if node.type == "list":
            return self.statement(node, depth + 1)
        return _at(self._plain(node, depth + 1), node.start_byte, node.end_byte)

    def _piped(self, node: TreeNode, depth: int) -> Iterator[Step]:
        for child in node.children:
            if child.is_named and child.type not in ("comment", *_REDIRECTS):
                yield self._plain_or_list(child, depth)

    def _branches(self, node: TreeNode, depth: int) -> Iterator[Step]:
        """Test, body, test, body and so on, and the body of ``else``."""
        pending: list[TreeNode] = []
        for child in node.children:
            kind = child.type
            if kind == "then":
                yield Step("seq", tuple(self._listed(pending, depth)))
                pending = []
            elif kind in ("elif_clause", "else_clause", "fi"):
                if pending:
                    yield Step("seq", tuple(self._listed(pending, depth)))
                pending = []
                if kind == "elif_clause":
                    yield from self._branches(child, depth)
                elif kind == "else_clause":
                    yield self.statements(child, depth)
            elif kind not in ("if", "elif"):
                pending.append(child)
        if pending:
            yield Step("seq", tuple(self._listed(pending, depth)))

    def _loop(self, node: TreeNode, kind: str, depth: int) -> Step:
        body = node.child_by_field_name("body")
        if body is None:
            raise UnclearError
        done = self._plain(body, depth + 1) if body.type == "do_group" else self.statement(body, depth + 1)
        if kind == "for":
            return Step("for", (done,))
        before = [child for child in node.children if child.end_byte <= body.start_byte and child.type not in _WORDS]
        test = Step("seq", tuple(self._listed(before, depth)))
        return Step("while", (Step("not", (test,)) if node.children[0].type == "until" else test, done))

    def _items(self, node: TreeNode, depth: int) -> Iterator[Step]:
        """For each pattern a command that says whether it fits, and the body."""
        for item in node.children:
            if item.type == "case_item":
                closing = next((child for child in item.children if child.type == ")"), None)
                if closing is None:
                    raise UnclearError
                inside = [child for child in item.children if child.start_byte >= closing.end_byte]
                text = self.code.code[item.start_byte : closing.start_byte]
                yield Step("run", name="case", text=" ".join(text.split()))
                yield Step("seq", tuple(self._listed(inside, depth)))

    def _command(self, node: TreeNode) -> Step:
        text = " ".join(self._text(node).split())
        if node.type in ("command", "declaration_command", "unset_command"):
            words = self._words(node)
        elif node.type in ("variable_assignment", "variable_assignments"):
            return Step("run", name="=" if "$(" in text or "`" in text else ":", text=text)
        elif node.type in ("test_command", "arithmetic_expansion", "compound_statement"):
            words = ["["]
        else:
            raise UnclearError
        if not words:
            return Step("run", name="=" if "$(" in text or "`" in text else ":", text=text)
        step = self._run(words, text)
        # Behind an assignment the grammar takes `export` for any command.
        declares = node.type == "declaration_command" or words[0] in DECLARING
        return step._replace(name=":") if declares else step

    def _run(self, words: list[str], text: str) -> Step:
        """The step of a command, or of the script that it gives to a shell."""
        at = behind_wrappers(words)
        inner = self._inner(words[at:])
        if inner is not None:
            return inner
        name = words[at].rpartition("/")[2]
        return step_of(("run", (), "exec" if words[0] == "exec" else name, tuple(words), text, 0, 0))

    def _inner(self, words: list[str]) -> Step | None:
        """What ``sh -c`` in the words runs."""
        if not words or words[0].rpartition("/")[2] not in SHELLS:
            return None
        options = ""
        for index, word in enumerate(words[1:], 1):
            if "c" in options:
                step = _Reading(_alone(word), self.depth + 10).whole()
                return Step("script", (step,), words=(options,))
            if word[:1] != "-" or word[:2] == "--" or index == len(words) - 1:
                return None
            options += word[1:]
        return None

    def _text(self, node: TreeNode) -> str:
        return self.code.code[node.start_byte : node.end_byte]

    def _words(self, node: TreeNode) -> list[str]:
        spans: list[tuple[int, int]] = []
        for child in node.children:
            if child.type in ("variable_assignment", *_REDIRECTS) and node.type == "command":
                continue
            if spans and spans[-1][1] == child.start_byte:
                spans[-1] = (spans[-1][0], child.end_byte)
            else:
                spans.append((child.start_byte, child.end_byte))
        return [ShellWord(self.code, start, end).text for start, end in spans]
