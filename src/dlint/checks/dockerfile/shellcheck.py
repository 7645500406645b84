"""What ShellCheck says about the scripts of a Dockerfile."""

from __future__ import annotations

from dlint.api import SEVERITIES, Code, Fix, Problem, Problems, Severity, check, pattern
from dlint.api.dockerfile import Remark

# /bin/echo is a program of its own, whatever the shell's echo can do.
_ABOUT_ECHO = ("SC3036", "SC3037")
_ECHO_BY_PATH = pattern(r"/echo[ \t]+(?:-\w+[ \t]+)*\Z")


@check(on=Remark)
def shellcheck(
    remark: Remark,
    *,
    level: str = "style",
    quiet: tuple[str, ...] = (),
    commands: bool = False,
    plain_sh: bool = False,
) -> Problems:
    """A remark of ShellCheck, under its own code.

    ``commands`` and ``plain_sh`` say what ShellCheck is given to read, so the walk that finds the scripts obeys them.
    """
    if remark.runs_later and not commands:
        return
    start = remark.span[0]
    if (
        remark.code in _ABOUT_ECHO
        and not plain_sh
        and _ECHO_BY_PATH.search(remark.source.text, max(start - 100, 0), start)
    ):
        return
    fix = Fix("Change it as ShellCheck proposes", *remark.edits, safe=False) if remark.edits else None
    if_named = remark.severity < SEVERITIES.get(level, Severity.STYLE) or remark.code in quiet
    yield Problem(remark, remark.message, fix=fix, code=Code(remark.code, remark.severity, if_named))
