"""From what ShellCheck says to what a rule reports."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.model.facts.shellcheck_words import sentence, title_of_fix
from dlint.rule.rule import Code, Fix, Problem
from dlint.rule.severity import SEVERITIES, Severity
from dlint.shellcheck.idioms import is_deliberate, is_part_of_another, may_be_quoted
from dlint.shellcheck.remark import Remark


def reviewed(remark: Remark, *, level: str, quiet: tuple[str, ...], as_is: bool = False) -> Iterator[Problem]:
    """The problem that a remark is, unless it is about an idiom or part of another; ``as_is``: whatever it is about.

    ``level`` is the lowest severity that is reported, ``quiet`` are codes that are not.
    """
    if not as_is and (is_deliberate(remark) or is_part_of_another(remark)):
        return
    message = remark.message if as_is else sentence(remark.code, remark.message, remark.dialect)
    fix = Fix(title_of_fix(remark.code), *remark.edits, safe=False) if remark.edits and may_be_quoted(remark) else None
    lowest = SEVERITIES.get(level, Severity.STYLE)
    code = Code(remark.code, remark.severity, remark.code in quiet, lowest, settled=as_is)
    yield Problem(remark, message, fix=fix, code=code)
