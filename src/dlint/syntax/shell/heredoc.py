"""Heredocs in shell text: found and blanked before the grammar sees the text (POSIX 2.7.4).

tree-sitter-bash knows a heredoc only as the last redirect of a command; the shell takes it anywhere on the line
(``<<EOF bash -e``, ``cat <<A <<B``, ``x <<EOF; y``). With the openers and the bodies blanked, character for character,
the rest is plain shell, and what stood there is given back here. A here-string ``<<< x``, which the grammar knows in
few places, becomes ``<   x``.
"""

from __future__ import annotations

import re

from dlint.lazy import NamedTuple, pattern

_COMMAND = pattern(r"\\.|\$'(?:\\.|[^'\\])*'?|'[^']*'?|\"|\$\(\(|\$\(|\$\{|\(\(|\(|\)|\#|<<<|<<-?|\n", re.S)
_STRING = pattern(r"\\.|\"|\$\(\(|\$\(|\$\{", re.S)
_BRACE = pattern(r"\\.|\"|\$\(\(|\$\(|\$\{|\}", re.S)
_ARITHMETIC = pattern(r"\\.|\$\(\(|\$\(|\$\{|\(|\)", re.S)
_TOKENS = {"(": _COMMAND, '"': _STRING, "{": _BRACE, "+": _ARITHMETIC}
_BODY = pattern(r"\\.|`(?:\\.|[^\\`])*`?|\$\(\(|\$\(|\$\{", re.S)
_OPENS = {"$((": "++", "((": "++", "$(": "(", "${": "{", '"': '"', "(": ""}
_CLOSES = frozenset((")", "}"))
_DELIMITER = pattern(r"[ \t]*((?:\\.|'[^'\n]*'|\"[^\"\n]*\"|[^\s;&|<>()'\"\\])+)")
_QUOTING = pattern(r"\\(.)|['\"]", re.S)
_NOT_NEWLINE = pattern(r"[^\n]+")


class Heredoc(NamedTuple):
    """One heredoc, in indexes of the code (half-open): the opener with its descriptor, and the body's lines.

    ``operator`` is ``<<`` or ``<<-``; ``quoted`` says that the shell expands nothing in the body; ``closed`` that the
    line with the delimiter is there.
    """

    start: int
    end: int
    operator: str
    fd: int | None
    delimiter: str
    quoted: bool
    body_start: int
    body_end: int
    closed: bool


def blank(code: str) -> tuple[str, list[Heredoc]]:
    """``code`` with its heredocs turned into blanks (line ends stay), and the heredocs in order."""
    found: list[Heredoc] = []
    pending: list[Heredoc] = []
    spans: list[tuple[int, int]] = []
    stack = ["("]
    at = 0
    while True:
        context = stack[-1]
        match = _TOKENS[context].search(code, at)
        if match is None:
            break
        token, at = match.group(), match.end()
        if token in _OPENS or token in _CLOSES:
            _step(stack, token)
        elif token == "#" and _starts_word(code, match.start()):
            end = code.find("\n", at)
            at = len(code) if end < 0 else end
        elif token == "<<<":
            spans.append((at - 2, at))
        elif token in ("<<", "<<-"):
            opener = _opener(code, match)
            if opener is not None:
                pending.append(opener)
                spans.append((opener.start, opener.end))
                at = opener.end
        elif token == "\n" and pending:
            start = at
            for opener in pending:
                heredoc, at = _body(code, opener, at)
                found.append(heredoc)
            pending = []
            spans.append((start, at))
    found += pending
    return _blanked(code, spans), found


def _step(stack: list[str], token: str) -> None:
    """Go into or out of what ``token`` opens or closes; ``stack`` says how each level is read."""
    context = stack[-1]
    if token == "(":
        stack.append(context)
    elif token in _CLOSES or token == context == '"':
        if len(stack) > 1:
            stack.pop()
    else:
        stack += _OPENS[token]


def expansions(code: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where each expansion in the body of a heredoc (``$(…)`` and its like) starts and ends, the outermost only."""
    found: list[tuple[int, int]] = []
    at = start
    while True:
        match = _BODY.search(code, at, end)
        if match is None:
            return found
        token, at = match.group(), match.end()
        if token[0] == "`":
            found.append((match.start(), at))
        elif token[0] == "$":
            stack = ["(", *_OPENS[token]]
            while len(stack) > 1:
                inner = _TOKENS[stack[-1]].search(code, at, end)
                if inner is None:
                    at = end
                    break
                at = inner.end()
                if inner.group() in _OPENS or inner.group() in _CLOSES:
                    _step(stack, inner.group())
            found.append((match.start(), at))


def _starts_word(code: str, at: int) -> bool:
    return at == 0 or code[at - 1] in " \t\n;&|()"


def _opener(code: str, match: re.Match[str]) -> Heredoc | None:
    """The heredoc whose operator is at ``match``, without its body yet."""
    word = _DELIMITER.match(code, match.end())
    if word is None:
        return None
    start = match.start()
    while start > 0 and code[start - 1] in "0123456789":
        start -= 1
    if start > 0 and code[start - 1] not in " \t\n;&|()":
        start = match.start()
    digits = code[start : match.start()]
    written = word.group(1)
    delimiter = _QUOTING.sub(lambda quote: quote.group(1) or "", written)
    end = word.end()
    fd = int(digits) if 0 < len(digits) < 6 else None
    return Heredoc(start, end, match.group(), fd, delimiter, delimiter != written, end, end, False)


def _body(code: str, opener: Heredoc, at: int) -> tuple[Heredoc, int]:
    """The heredoc with the body that starts at ``at``, and the index behind its last line."""
    start = at
    while at < len(code):
        end = code.find("\n", at)
        end = len(code) if end < 0 else end
        line = code[at:end].rstrip("\r")
        if opener.operator == "<<-":
            line = line.lstrip("\t")
        if line == opener.delimiter:
            return opener._replace(body_start=start, body_end=at, closed=True), end
        at = end + 1
    return opener._replace(body_start=min(start, len(code)), body_end=len(code)), len(code)


def _blanked(code: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts.append(code[at:start])
        parts.append(_NOT_NEWLINE.sub(lambda line: " " * len(line.group()), code[start:end]))
        at = end
    parts.append(code[at:])
    return "".join(parts)
