"""The grammar: shell text to a tree-sitter tree, and what the kinds of its nodes mean to the walk over it."""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.syntax.shell.grammar import parser_and_grammar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode

_FOREIGN = pattern(r"[^\x01-\x7f]")
_PARENTHESIS = pattern(r"\\.|[()]", re.S)
_VARIABLE = pattern(r"\$(?:[A-Za-z_]\w*|[0-9@*#?!$-])([=+\[]?)", re.ASCII)
_NOT = pattern(r"(?:^|(?<!\\)[;&|({\n]|\b(?:then|do|else|if|elif|while|until)(?=[ \t]))[ \t]*!(?=[ \t\n])")
# Quoted text and comments, in which backquotes mean nothing here, and what stands between backquotes.
_BACKQUOTED = pattern(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=[\s;&|(]))#[^\n]*|(`(?:\\.|[^`\\])*`)", re.S | re.M)
_IN_QUOTES = pattern(r"\\.|(`(?:\\.|[^`\\])*`)", re.S)
_COMMENT = pattern(r"(?:^|(?<=[\s;&|(]))#")
_PARSER, _LANGUAGE = parser_and_grammar()

# What the walk does at a node, by the kind of node; kinds that are not listed are gone through. INSIDE: operators
# in there are no shell operators, assignments no statements.
(LEAF, OPERATOR, COMMAND, ASSIGN, PIPELINE, REDIRECTED, REDIRECT, SUBSTITUTION, SUBSHELL, TEST, BODY, DO,
 INSIDE, EXPANSION) = range(1, 15)  # fmt: skip
_KINDS = {
    LEAF: "word number raw_string ansi_c_string comment variable_name special_variable_name heredoc_start heredoc_end"
    " heredoc_content string_content file_descriptor test_operator regex extglob_pattern",
    COMMAND: "command declaration_command unset_command",
    ASSIGN: "variable_assignment variable_assignments",
    PIPELINE: "pipeline",
    REDIRECTED: "redirected_statement",
    REDIRECT: "file_redirect herestring_redirect",
    SUBSTITUTION: "command_substitution process_substitution",
    EXPANSION: "expansion arithmetic_expansion",
    SUBSHELL: "subshell",
    DO: "do_group",
    INSIDE: "test_command binary_expression unary_expression postfix_expression ternary_expression"
    " parenthesized_expression c_style_for_statement for_statement string translated_string"
    " concatenation simple_expansion array subscript heredoc_body brace_expression",
}
_TOKENS = {OPERATOR: "&& || ; & | |&", TEST: "if elif while until", BODY: "then do else ) in ;; ;& ;;&"}


def _actions() -> dict[int, int]:
    table: dict[int, int] = {}
    for named, kinds in ((True, _KINDS), (False, _TOKENS)):
        for action, names in kinds.items():
            for name in names.split():
                kind = _LANGUAGE.id_for_node_kind(name, named)
                if kind is not None:
                    table[kind] = action
    return table


ACTIONS = _actions()


def root_of(text: str) -> TreeNode:
    """The root of the tree for ``text``; its bytes count characters.

    The grammar takes a word with variables apart now and then, and does not know ``! { …; }``: it is given names for
    variables and no ``!`` before commands, and a comment in backquotes, which it takes to go on behind them, is
    blanked. None of this changes what is a command and what a word.
    """
    if "`" in text and "#" in text:
        text = _BACKQUOTED.sub(_without_comment, text)
    if "$" in text:
        text = _VARIABLE.sub(_name_for, text)
    if "!" in text:
        text = _NOT.sub(_blank_last, text)
    if not text.isascii() or "\0" in text:
        text = _FOREIGN.sub(".", text)
    root = _PARSER.parse(text.encode("ascii")).root_node
    if root.has_error and "((" in text:
        again = _PARSER.parse(_without_double_subshells(text).encode("ascii")).root_node
        root = root if again.has_error else again
    return root


def _without_comment(match: re.Match[str]) -> str:
    """Backquoted text with its comment as blanks, up to the closing backquote; all of it if nothing is left."""
    text = match.group()
    if "#" not in text or "`" not in text or text[0] in "'#":
        return text
    if match.group(1) is None:
        return _IN_QUOTES.sub(_without_comment, text)
    inside = "\n".join(_blanked(line) for line in text[1:-1].split("\n"))
    return f"`{inside}`" if inside.strip() else " " + inside + " "


def _blanked(line: str) -> str:
    """A line with its comment turned into blanks."""
    comment = _COMMENT.search(line)
    return line if comment is None else line[: comment.start()] + " " * (len(line) - comment.start())


def _name_for(match: re.Match[str]) -> str:
    """A word as long as the variable; one before ``=`` must not look like an assignment."""
    text = match.group()
    if text[1].isalnum() or text[1] == "_":
        return ("." if match.group(1) else "_") + text[1:]
    return "__" + text[2:]


def _blank_last(match: re.Match[str]) -> str:
    return match.group()[:-1] + " "


def _without_double_subshells(text: str) -> str:
    """The text with the inner one of two subshells that open together blanked: ``((`` is arithmetic to the grammar."""
    chars = list(text)
    opened: list[tuple[int, bool]] = []
    for match in _PARENTHESIS.finditer(text):
        at = match.start()
        if match.group() == "(":
            inner = bool(opened) and opened[-1][0] == at - 1 and text[max(at - 2, 0)] != "$"
            opened.append((at, inner))
        elif match.group() == ")" and opened:
            start, inner = opened.pop()
            if inner:
                chars[start] = chars[at] = " "
    return "".join(chars)
