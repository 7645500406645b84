"""``dlint baseline``: write down what is found today, so that only what comes anew is shown."""

from __future__ import annotations

import os

import click

from dlint.cli.options import DEFAULTS, lint_options
from dlint.cli.output import AsUserError, UserError, say, write_file, write_shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.lint.baseline import Baseline
    from dlint.rule.finding import Report
    from dlint.session import Session

NAME = "dlint-baseline.json"


@click.command(short_help="Write today's findings to a file that hides them until they are fixed.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="PATHS...")
@click.option("--output", metavar="FILE", help=f"The file (default: what is configured, else {NAME} in the root).")
@click.option("--update", is_flag=True, help="Take out what is fixed and follow moved files; nothing is added.")
@lint_options
def command(**options: Any) -> int:
    """Write the findings of today to a file that hides them from now on, until they are fixed.

    An entry says neither line nor message: it holds while the code around it changes, and when its file is moved.
    """
    from dlint.cli.sessions import session_of

    with AsUserError():
        known = {key: value for key, value in options.items() if key in (*DEFAULTS, "paths") and key != "output"}
        session = session_of({**DEFAULTS, **known})
        return _baseline(session, options["output"], options["update"])


def _baseline(session: Session, output: str | None, update: bool) -> int:
    path = _place(session, output)
    shown = os.path.relpath(path)
    if os.path.exists(path) and not update:
        raise UserError(f"{shown} is there already; --update takes out what is fixed, or delete it to start anew")
    if update and not os.path.exists(path):
        raise UserError(f"{shown}: there is no such baseline; without --update it is written")
    for message in (*session.errors, *session.notes):
        say(message)
    if session.errors:
        return 2
    report = session.lint_all()
    for failure in report.failures:
        say(f"{failure.path}: {failure.message}")
    if report.failures:
        return 2
    if update:
        _updated(session, report, path, shown)
    else:
        _written(session, report, path, shown)
    return 0


def _place(session: Session, output: str | None) -> str:
    """The file of the baseline, absolute."""
    configured: str = session.config_of("")["baseline"]
    return os.path.abspath(output) if output else configured or os.path.join(session.root, NAME)


def _written(session: Session, report: Report, path: str, shown: str) -> None:
    from dlint.lint.baseline import Baseline
    from dlint.report import plural

    made = Baseline.of(report.visible)
    write_file(path, made.render())
    found = len(report.visible)
    where = f" at {made.size} places" if made.size > found else ""
    write_shown(f"wrote {shown}: {plural(found, 'finding')}{where} {_of_rules(made)}\n")
    if session.config_of("")["baseline"] != path:
        key = os.path.relpath(path, session.root).replace(os.sep, "/")
        write_shown(
            f'It counts with --baseline {shown}, or with baseline = "{key}" in a dlint.toml in {_root(session)}\n'
        )


def _root(session: Session) -> str:
    found = os.path.relpath(session.root)
    return "this folder" if found == "." else found


def _updated(session: Session, report: Report, path: str, shown: str) -> None:
    """Leave only entries that are needed, at the paths where their files are now; files not linted keep theirs."""
    from dlint.config.file import baseline_text
    from dlint.lint.baseline import Baseline, match, read
    from dlint.lint.known import Judged
    from dlint.report import plural
    from dlint.rule.joined import places

    before = read(baseline_text(path, None), path)
    matched = match(before, places(report.visible), lambda name: not session.project.exists(name))
    judged = Judged(session, report)
    after = Baseline(matched.kept.files)
    for name, entries in matched.stale.files.items():
        for entry, count in entries.items():
            if count and not judged(name, entry[0]):
                after.add(name, entry, count)
    text = after.render()
    if text != before.render():
        write_file(path, text)
    fixed = before.size - after.size
    left = plural(after.size, "entry", "entries")
    write_shown(f"{shown}: {fixed} taken out, {left} {_of_rules(after)} left\n")
    if matched.shown:
        write_shown(f"{len(matched.shown)} not in it: a baseline only shrinks\n")


def _of_rules(made: Baseline) -> str:
    from dlint.report import plural

    files = sum(1 for entries in made.files.values() if entries.total())
    return f"of {plural(len(made.rules), 'rule')} in {plural(files, 'file')}"
