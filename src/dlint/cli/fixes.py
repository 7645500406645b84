"""What ``dlint check`` says with --fix and --diff."""

from __future__ import annotations

from dlint.cli.output import aside_report, say, write_bytes, write_shown
from dlint.fixing import fix
from dlint.report import render
from dlint.rule.hidden import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.fix.outcome import Fixed
    from dlint.session import Session


def show_diff(diff: str, dropped: list[tuple[str, str]]) -> int:
    """Print the changes that fixes would make, and what they leave; the exit code."""
    write_shown(diff)
    if MASK in diff:
        say(f"{MASK} stands for credentials, so the diff cannot be applied as it is; --fix makes the changes")
    _say_dropped(dropped)
    return 1 if diff else 0


def say_left(result: Fixed) -> None:
    """Say which fixes were left and which files could not be written."""
    _say_dropped(result.dropped)
    for message in result.unwritten:
        say(message)


def fix_stdin(session: Session, *, unsafe: bool) -> int:
    """Print the fixed text of standard input and nothing else, as editors want it; findings go to stderr."""
    result = fix(session, unsafe=unsafe, write=False)
    (path,) = session.targets
    # What is too large to be read is not fixed.
    write_bytes(result.sources[path].encode() if path in result.sources else session.buffer)
    aside_report(render("compact", result.report, color=False, width=100, quiet=True))
    return 2 if result.report.failures else (1 if session.fails(result.report) else 0)


def _say_dropped(dropped: list[tuple[str, str]]) -> None:
    for what, reason in dropped:
        say(f"not fixed: {what}: {reason}")
