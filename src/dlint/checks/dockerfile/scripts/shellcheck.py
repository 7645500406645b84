"""What ShellCheck says about the scripts of a Dockerfile."""

from __future__ import annotations

from dlint.api import Problems, check, pattern
from dlint.api.dockerfile import Remark, Stage
from dlint.api.shellcheck import reviewed

# /bin/echo is a program of its own, whatever the shell's echo can do.
_ABOUT_ECHO = ("SC3036", "SC3037")
_ECHO_BY_PATH = pattern(r"/echo[ \t]+(?:-\w+[ \t]+)*\Z")
_VARIABLE = pattern(r"\$\{?(\w+)")


def _of_a_program(remark: Remark) -> bool:
    """Whether it is about an option of echo, where that is a program."""
    start = remark.span[0]
    return remark.code in _ABOUT_ECHO and bool(
        _ECHO_BY_PATH.search(remark.source.text, max(start - 100, 0), start),
    )


def _never_empty(remark: Remark, stage: Stage) -> bool:
    """Whether it warns of ``rm -r $X/…`` with an empty X, where ARG or ENV gives X a value."""
    if remark.code != "SC2115":
        return False
    names = _VARIABLE.findall(remark.raw)
    lookup = stage.lookup(stage.position_of(remark.span[0]))
    return bool(names) and all(isinstance(value := lookup(name), str) and value for name in names)


@check(on=Remark)
def shellcheck(
    remark: Remark,
    stage: Stage,
    *,
    level: str = "style",
    quiet: tuple[str, ...] = (),
    commands: bool = False,
    plain_sh: bool = False,
    as_is: bool = False,
) -> Problems:
    """A remark of ShellCheck, under its own code; ``as_is``: all of them, in its own words, as severe as it says.

    ``commands`` and ``plain_sh`` say what ShellCheck is given to read, so the walk that finds the scripts obeys them.
    """
    if remark.runs_later and not commands:
        return
    if not plain_sh and (_of_a_program(remark) or _never_empty(remark, stage)):
        return
    yield from reviewed(remark, level=level, quiet=quiet, as_is=as_is)
