"""The tokens of the builder's word language: one pass over the text, no recursion."""

from __future__ import annotations

import re
from functools import lru_cache

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SPACE: Final = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters Go's ``unicode.IsSpace`` accepts: what the builder takes for white space."""

NO_SPACE: Final = r"\S\x1c-\x1f"
"""The same for ``[^…]`` in a pattern, which compiles faster: Python has four more such characters."""

# Tokens are (kind, start, end, name, operator). Only VARIABLE, OPEN and CLOSE have a name and an operator.
PLAIN = 0  # characters as they are; white space among them separates words
QUOTED = 1  # characters as they are, inside quotes
ESCAPED = 2  # escape character and the character it protects
QUOTE = 3  # a quote that opens or closes
VARIABLE = 4  # $name or ${name}
OPEN = 5  # ${name and operator
SPLIT = 6  # the slash between pattern and replacement
CLOSE = 7  # the brace that ends an OPEN
TOO_LONG = 8  # all of a text that is too long to read

Token = tuple[int, int, int, str, str]

_NAME = pattern(r"\d+|[@*#?\-$!]|\w+")
_MISSING_BRACE = "syntax error: missing '}'"
_MISSING_SLASH = "syntax error: missing '/' in ${}"
_BAD_SUBSTITUTION = "syntax error: bad substitution"
END_OF_TEXT = "\ufffd"
_runs: dict[tuple[str, bool, str], re.Pattern[str]] = {}


def _run(escape: str, quotes: bool, stop: str) -> re.Pattern[str]:
    """The pattern of a run of characters that mean only themselves, in one state of the lexer."""
    key = (escape, quotes, stop)
    run = _runs.get(key)
    if run is None:
        special = "$" + escape + (stop if stop == '"' or not quotes else stop + "'\"")
        run = _runs[key] = re.compile("[^" + re.escape(special) + "]+")
    return run


def _unclosed(message: str, at: int, text: str, stack: list[str]) -> str:
    """The reason the builder gives: at the end of the text the outermost open ``${`` has the last word."""
    if at >= len(text):
        for closer in stack:
            if closer != '"':
                return _MISSING_SLASH if closer == "/" else _MISSING_BRACE
    return message


LONGEST: Final = 1 << 17
"""Linux passes no longer string to a program, so no value can be of use that is longer than this."""

Lexed = tuple[list[Token], "str | None"]


def lex(text: str, escape: str, quotes: bool = True, longest: int = LONGEST) -> Lexed:
    """Tokens up to the first thing that is wrong, and what is wrong there. The list is shared: leave it as it is.

    A text of more than ``longest`` characters is one token TOO_LONG.
    """
    if len(text) > longest:
        return [(TOO_LONG, 0, len(text), "", "")], None
    return _lex_short(text, escape, quotes) if len(text) < 2048 else _lex(text, escape, quotes)


def _lex(text: str, escape: str, quotes: bool) -> Lexed:
    tokens: list[Token] = []
    add = tokens.append
    stack: list[str] = []
    opened: list[str] = []
    at, end = 0, len(text)
    while True:
        stop = stack[-1] if stack else ""
        quoted = stop == '"'
        run = _run(escape, quotes, stop).match(text, at)
        if run is not None:
            add((QUOTED if quoted else PLAIN, at, run.end(), "", ""))
            at = run.end()
        if at >= end:
            if quoted:
                return tokens, _unclosed(_looking_for("double-quote"), at, text, stack)
            return tokens, _unclosed("", at, text, stack) or None
        char = text[at]
        if char == stop:
            at += 1
            stack.pop()
            if quoted:
                add((QUOTE, at - 1, at, "", ""))
            elif char == "/":
                add((SPLIT, at - 1, at, "", ""))
                stack.append("}")
            else:
                add((CLOSE, at - 1, at, "", opened.pop()))
        elif char == "$":
            start, at = at, at + 1
            if text[at : at + 1] != "{":
                name = _NAME.match(text, at)
                if name is not None:
                    at = name.end()
                    add((VARIABLE, start, at, name[0], ""))
                else:
                    add((QUOTED if quoted else PLAIN, start, at, "", ""))
                continue
            at += 1
            if at >= end:
                return tokens, _unclosed(_MISSING_BRACE, at, text, stack)
            if text[at] in "{}:":
                return tokens, _unclosed(_BAD_SUBSTITUTION, at, text, stack)
            match = _NAME.match(text, at)
            name_text = ""
            if match is not None:
                name_text, at = match[0], match.end()
            operator = text[at : at + 1] or END_OF_TEXT
            at += 1
            if operator == "}":
                add((VARIABLE, start, at, name_text, ""))
                continue
            closer = "}"
            if operator == ":":
                operator += text[at : at + 1] or END_OF_TEXT
                at += 1
                if operator in (":#", ":%"):
                    return tokens, _unclosed(unsupported(operator), at, text, stack)
            elif operator == "/":
                closer = "/"
                if text[at : at + 1] == "/":
                    operator, at = "//", at + 1
            elif operator not in "+-?#%":
                return tokens, _unclosed(unsupported(operator), at, text, stack)
            add((OPEN, start, min(at, end), name_text, operator))
            opened.append(operator)
            stack.append(closer)
        elif char == escape:
            if quoted and text[at + 1 : at + 2] not in ('"', "$", escape):
                add((QUOTED, at, at + 1, "", ""))
                at += 1
            elif at + 1 < end:
                add((ESCAPED, at, at + 2, "", ""))
                at += 2
            else:
                at += 1
        elif char == '"':
            add((QUOTE, at, at + 1, "", ""))
            at += 1
            stack.append('"')
        else:
            close = text.find("'", at + 1)
            if close < 0:
                return tokens, _unclosed(_looking_for("single-quote"), end, text, stack)
            add((QUOTE, at, at + 1, "", ""))
            if close > at + 1:
                add((QUOTED, at + 1, close, "", ""))
            at = close + 1
            add((QUOTE, close, at, "", ""))


_lex_short = lru_cache(maxsize=64)(_lex)


def _looking_for(quote: str) -> str:
    return "unexpected end of statement while looking for matching " + quote


def unsupported(operator: str) -> str:
    """BuildKit's words for an operator it does not know."""
    return f"unsupported modifier ({operator}) in substitution"
