"""``dlint ignore --add``: accept findings where they stand, by comments with a reason."""

from __future__ import annotations

import re

import click

from dlint.cli.options import DEFAULTS, lint_options
from dlint.cli.output import AsUserError, UserError, say, write_shown
from dlint.why.words import counted, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.rule.finding import Finding
    from dlint.session import Session


@click.command(short_help="Accept findings, with a reason, by comments that hide them.")
@click.argument("words", nargs=-1, metavar="[RULE...] [PATHS...]")
@click.option("--add", is_flag=True, help="Write a comment for each finding.")
@click.option("--reason", metavar="TEXT", help="Why they are accepted (required); it stands in each comment.")
@click.option("--until", metavar="DATE", help="The last day on which the comments count, as 2027-01-31.")
@click.option("--diff", is_flag=True, help="Print the comments as a diff; write nothing.")
@lint_options
def command(words: tuple[str, ...], **options: Any) -> int:
    """Accept findings by comments that hide them: of some rules (names, other tools' codes), or all, in PATHS.

    A comment goes above the instruction of a Dockerfile, at the end of the line of a Compose file. It is kept only if
    it hides what it is meant to and changes nothing else.
    """
    from dlint.cli.sessions import session_of

    if not options["add"]:
        raise UserError("dlint ignore takes --add, which writes comments, and --diff to see them first")
    tail = _tail(options["until"], options["reason"])
    rules, paths = _sorted(words)
    with AsUserError():
        known = {key: value for key, value in options.items() if key in DEFAULTS and key != "diff"}
        session = session_of({**DEFAULTS, **known, "paths": tuple(paths)})
        return _added(session, rules, tail, options["diff"])


def _tail(until: str | None, reason: str | None) -> str:
    """What follows the names of rules in each comment. Raises UserError."""
    from datetime import date

    from dlint.lint.settings import today

    if not reason or not reason.strip():
        raise UserError('--reason says why the findings are accepted, as in --reason "replaced next quarter"')
    if not reason.isprintable():
        raise UserError("--reason is one line of text")
    if until is not None:
        try:
            date.fromisoformat(until)
        except ValueError as error:
            raise UserError(f"--until takes a date such as 2027-01-31, not {until!r}") from error
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", until):
            raise UserError(f"--until takes a date such as 2027-01-31, not {until!r}")
        if until < today():
            raise UserError(f"--until {until} is over already")
    return f"{f' until={until}' if until else ''} -- {reason.strip()}"


def _sorted(words: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names of rules and the paths: a word is a path if there is one, or if it looks like one."""
    import os

    rules: list[str] = []
    paths: list[str] = []
    for word in words:
        (paths if os.path.exists(word) or word.startswith(".") or os.sep in word else rules).append(word)
    return rules, paths


def _added(session: Session, rules: list[str], tail: str, dry: bool) -> int:
    from dlint.config.keys import ConfigError
    from dlint.fixing import add_ignores

    for message in (*session.errors, *session.notes):
        say(message)
    if session.errors:
        return 2
    if not session.targets:
        say("nothing to lint here: no Dockerfile, Compose file or ignore file")
        return 3
    off = [path for path in session.targets if not session.config_of(path)["inline-ignores"]]
    if off:
        raise ConfigError(f"{session.shown(off[0])}: inline-ignores is off there, so that comments would hide nothing")
    named = _named(session, rules)
    outcome = add_ignores(session, lambda finding: named is None or finding.rule.name in named, tail, write=not dry)
    if dry:
        write_shown(outcome.diff)
    for finding in outcome.left:
        _say_left(session, finding)
    for message in outcome.unwritten:
        say(message)
    if outcome.wanted:
        becomes = "would be" if dry else "is" if outcome.wanted == 1 else "are"
        say(f"{outcome.hidden} of {counted(outcome.wanted, 'finding')} {becomes} ignored")
    else:
        say("nothing to ignore: " + (f"no finding of {listed(sorted(named))} here" if named else "no findings here"))
    return 2 if outcome.unwritten else 1 if outcome.left else 0


def _say_left(session: Session, finding: Finding) -> None:
    place = f"{session.shown(finding.path)}:{finding.line}:{finding.column}"
    say(f"{place}: {finding.rule.name}: no place for a comment that hides it and changes nothing else")


def _named(session: Session, rules: list[str]) -> set[str] | None:
    """The names of the rules that are meant; None for all. Raises ConfigError."""
    from dlint.config.catalogue import Catalogue
    from dlint.config.keys import ConfigError
    from dlint.lint.rules import plugged
    from dlint.rule.load import builtin

    words = [word.strip() for item in rules for word in item.split(",") if word.strip()]
    if not words:
        return None
    own = plugged([session.config_of(path) for path in session.targets])
    named = Catalogue({**builtin(), **own}).names(words, "dlint ignore")
    if not named:
        raise ConfigError(f"{listed(words)}: no rule of dlint's; `dlint rules` lists them")
    return named
