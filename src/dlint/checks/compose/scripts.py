"""What ShellCheck says about the shell scripts of a Compose file."""

from __future__ import annotations

from dlint.api import SEVERITIES, Code, Fix, Problem, Problems, Severity, check
from dlint.api.compose import Remark


@check(on=Remark)
def shellcheck_service(remark: Remark, *, level: str = "style", quiet: tuple[str, ...] = ()) -> Problems:
    """A remark of ShellCheck on a script of a service, under its own code."""
    fix = Fix("Change it as ShellCheck proposes", *remark.edits, safe=False) if remark.edits else None
    if_named = remark.severity < SEVERITIES.get(level, Severity.STYLE) or remark.code in quiet
    yield Problem(remark, remark.message, fix=fix, code=Code(remark.code, remark.severity, if_named))
