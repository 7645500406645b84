"""From what ShellCheck says to what a rule reports."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.model.facts.shellcheck_words import sentence, title_of_fix
from dlint.rule.rule import Code, Fix, Problem
from dlint.rule.severity import SEVERITIES, Severity
from dlint.shellcheck.idioms import is_deliberate, is_part_of_another, may_be_quoted
from dlint.shellcheck.remark import Remark
from dlint.source import Edit, Span

_END = pattern(r"[ \t]*;")
# What begins or ends another list of commands.
_MORE = pattern(r"[;(){}]|(?<!\\)\n|\|\||(?<!&)&(?!&)")
_CUT = pattern(r";|(?<!\\)\n")
_LIST = pattern(r"&&|\|\|")


def reviewed(remark: Remark, *, level: str, quiet: tuple[str, ...], as_is: bool = False) -> Iterator[Problem]:
    """The problem that a remark is, unless it is about an idiom or part of another; ``as_is``: whatever it is about.

    ``level`` is the lowest severity that is reported, ``quiet`` are codes that are not.
    """
    if not as_is and (is_deliberate(remark) or is_part_of_another(remark)):
        return
    message = remark.message if as_is else sentence(remark.code, remark.message, remark.dialect)
    fix = _fix(remark) if remark.edits and may_be_quoted(remark) else None
    lowest = SEVERITIES.get(level, Severity.STYLE)
    code = Code(remark.code, remark.severity, remark.code in quiet, lowest, settled=as_is)
    yield Problem(remark, message, fix=fix, code=code)


def _fix(remark: Remark) -> Fix:
    joined = _joined(remark) if remark.code == "SC2164" else None
    if joined is not None:
        return Fix("Join it with &&: the rest then runs only where cd has succeeded", joined, safe=False)
    return Fix(title_of_fix(remark.code), *remark.edits, safe=False)


def _joined(remark: Remark) -> Edit | None:
    """``&&`` for the ``;`` behind a ``cd`` that begins a list, where all the rest is one list more."""
    script, end = remark.script.text, remark.span[1]
    match = _END.match(remark.source.text, end)
    if match is None:
        return None
    start, behind = (
        bisect_left(range(len(script)), at, key=remark.script.origin) for at in (remark.span[0], match.end())
    )
    first = max((cut.end() for cut in _CUT.finditer(script, 0, start)), default=0)
    rest = script[behind:].lstrip(" \t\\\r\n")
    if rest[:1] in ("", "#") or _LIST.search(script, first, start) or _MORE.search(rest):
        return None
    return Edit(remark.source, Span(end, match.end()), " &&")
