"""What ``dlint check`` does: lint, report, fix. Knows nothing of how the command line is read."""

from __future__ import annotations

import os
import sys

from dlint.cli.output import (
    AsUserError,
    UserError,
    aside,
    coloured,
    from_here,
    say,
    takes_parts,
    width,
    write,
    write_bytes,
    write_exact,
    write_file,
    write_shown,
)
from dlint.cli.sessions import session_of
from dlint.cli.trust import withheld

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from dlint.report._quotes import Quotes
    from dlint.rule.finding import Report
    from dlint.session import Session

    _Found = TypeVar("_Found")

# So many files may take longer than a person cares to wait without a word.
_MANY = 20
# So many findings below warning hide those that are not.
_DROWNING = 40
NOTHING_TO_LINT = 3
# Formats in the characters of the locale; all others are UTF-8.
_FOR_PEOPLE = ("compact", "text")
# Formats that a program reads from standard output, where an empty text is no report.
_FOR_MACHINES = frozenset(("checkstyle", "gitlab", "json", "junit", "rdjson", "sarif", "sonar"))


def run(options: dict[str, Any]) -> int:
    """Lint as the options of ``dlint check`` say, once or until interrupted; gives the exit code. Raises UserError."""
    if options["watch"]:
        from dlint.cli.watch import watch

        watch(options, once)
    return once(options)


def once(options: dict[str, Any]) -> int:
    """Lint as the options of ``dlint check`` say; gives the exit code. Raises UserError."""
    outputs = _outputs(options["form"], options["output"])
    with AsUserError():
        session = _found(options)
        return _run(session, options, outputs)


def _outputs(form: str, extra: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pairs of format and file; the file ``""`` is standard output."""
    from dlint.report import formats

    known = formats()
    outputs = [(form, "")]
    for item in extra:
        name, equals, path = item.partition("=")
        if not equals and item not in known:
            name, path = _format_of(item, form), item
        if not name or not path:
            raise UserError(f"--output takes FORMAT=FILE, such as sarif=dlint.sarif, not {item!r}")
        if path == "-":
            raise UserError(f"--format {name} prints that report; --output names a file")
        outputs.append((name, path))
    for name, _ in outputs:
        if name not in known:
            from dlint.config.keys import did_you_mean

            raise UserError(f"unknown format {name!r}{did_you_mean(name, known)}; there are {', '.join(known)}")
    return outputs


_BY_ENDING = {".sarif": "sarif", ".json": "json", ".xml": "junit", ".md": "markdown", ".txt": "text"}


def _format_of(path: str, form: str) -> str:
    """The format of a report whose file is named without one: that of ``--format``, else by the file's ending."""
    if form != "text":
        return form
    return next((name for ending, name in _BY_ENDING.items() if path.endswith(ending)), "")


def _found(options: dict[str, Any]) -> Session:
    """The session of the options; a line on the terminal, if there is one, says that it takes its time."""
    if "-" in options["paths"] or not sys.stderr.isatty():
        return session_of(options)
    from dlint.cli.progress import Progress

    looking = Progress()
    try:
        return session_of(options)
    finally:
        looking.clear()


def _run(session: Session, options: dict[str, Any], outputs: list[tuple[str, str]]) -> int:
    fixing = options["fix"] or options["diff"]
    if options["unsafe_fixes"] and not fixing:
        raise UserError("--unsafe-fixes goes with --fix or --diff")
    if session.errors:
        from dlint.cli.mistaken import refuse_command

        for message in session.errors:
            refuse_command(message)
    for message in (*session.errors, *session.notes):
        say(message)
    _say_peers(session, options["quiet"])
    if not options["no_plugins"]:
        for sentence in dict.fromkeys(one for config in session.configs for one in withheld(config)):
            say(sentence)
    if not session.targets:
        return _without_targets(session, options, outputs)
    if options["list_files"]:
        write_shown("".join(f"{session.shown(path)}\n" for path, kind in sorted(session.targets.items()) if kind))
        return 2 if session.errors else 0
    if "-" in options["paths"] and options["fix"]:
        from dlint.cli.fixes import fix_stdin

        return fix_stdin(session, unsafe=options["unsafe_fixes"])
    if options["diff"]:
        from dlint.cli.fixes import show_diff
        from dlint.fixing import diff

        return show_diff(*_shown(session, lambda: diff(session, unsafe=options["unsafe_fixes"])))
    return _linted(session, options, outputs)


def _linted(session: Session, options: dict[str, Any], outputs: list[tuple[str, str]]) -> int:
    """Lint, and fix if that is wanted; gives the exit code."""
    from dlint.cli.again import Shown, again_of

    again = again_of(session, options)
    failed = list(session.errors)
    if options["fix"]:
        from dlint.cli.fixes import say_left
        from dlint.fixing import fix

        result = _shown(session, lambda: fix(session, unsafe=options["unsafe_fixes"]))
        found = result.report
        say_left(result)
        failed.extend(result.unwritten)
    else:
        known = _shown(session, lambda: (again and again.earlier()) or session.lint())
        if isinstance(known, Shown):
            return known.show()
        found = known
    quotes = again.quotes() if again is not None else None
    _write_reports(found, outputs, options, session, quotes)
    lesser = _lesser(session, found) if options["form"] == "text" and not options["quiet"] else ""
    if lesser:
        say(lesser)
    for failure in found.failures:
        if options["form"] not in ("text", "compact", "github"):
            say(f"{failure.path}: {failure.message}")
        if options["verbose"] and failure.detail:
            aside(f"{failure.detail}\n")
    if found.failures or failed:
        return 2
    code = 1 if not options["exit_zero"] and session.fails(found) else 0
    if again is not None and quotes is not None:
        # To keep a report takes memory, which the findings have had.
        del found, known
        again.keep(quotes, lesser, code)
    return code


def _without_targets(session: Session, options: dict[str, Any], outputs: list[tuple[str, str]]) -> int:
    """Say why nothing is linted; the exit code. Who waits for a report gets one: an old one would go on counting."""
    from dlint.rule.finding import Failure, Report

    if not options["list_files"]:
        wanted = [(name, path) for name, path in outputs if path or name in _FOR_MACHINES]
        if not session.errors:
            _write_reports(Report([], [], {}, []), wanted, options, session)
        else:
            _write_reports(
                Report([], [Failure("", error) for error in session.errors], {}, []), wanted, options, session
            )
    if "-" in options["paths"] and options["fix"]:
        # An editor puts what we print in place of its text.
        write_bytes(session.buffer)
    if session.errors:
        return 2
    if session.excluded:
        say(f"nothing linted: the configuration excludes {', '.join(session.excluded[:5])}")
        return 0
    say("nothing to lint here: no Dockerfile, Compose file or ignore file")
    return NOTHING_TO_LINT


def _write_reports(
    found: Report,
    outputs: list[tuple[str, str]],
    options: dict[str, Any],
    session: Session,
    quotes: Quotes | None = None,
) -> None:
    """Print or write each report: format and path, which is empty for standard output."""
    for name, path in outputs:
        hand_on = write if name == "text" and not path and takes_parts() else None
        text = _rendered(found, name, options, terminal=not path, session=session, quotes=quotes, hand_on=hand_on)
        if path:
            write_file(path, text)
            continue
        if name == "github":
            # Nothing in the report for people is a command, whatever the files hold.
            word = os.urandom(16).hex()
            people = _rendered(found, "text", options, terminal=True, session=session)
            write(f"::stop-commands::{word}\n{people}::{word}::\n")
        (write if name in _FOR_PEOPLE else write_exact)(text)


def _lesser(session: Session, found: Report) -> str:
    """How to see less where a few findings that count drown in many that do not; "" elsewhere."""
    from dlint.rule.severity import Severity

    config = session.config_of("")
    threshold = config.fail_on
    if threshold is not None and threshold < Severity.WARNING:
        if found.visible and max(finding.severity for finding in found.visible) < Severity.WARNING:
            origin = from_here(config.origins.get("fail-on", "the configuration"))
            return f"nothing here is a warning, but {origin} has findings fail the run from {threshold.label} on"
        return ""
    lesser = sum(finding.severity < Severity.WARNING for finding in found.visible)
    if lesser >= _DROWNING and lesser > 4 * (len(found.visible) - lesser):
        return f"{lesser} of {len(found.visible)} findings are below warning; --severity warning leaves them out"
    return ""


def _say_peers(session: Session, quiet: bool) -> None:
    """Say that files of other linters count, and what in them does not."""
    peers = {os.path.relpath(path): unheeded for path, unheeded in session.peers().items()}
    if peers and not quiet:
        more = f" and {len(peers) - 1} more count" if len(peers) > 1 else " counts"
        say(f"{next(iter(peers))}{more}, as there is no dlint.toml; `dlint config migrate` writes one")
    for path, unheeded in peers.items():
        for sentence in unheeded:
            say(f"{path}: {sentence}")


def _shown(session: Session, work: Callable[[], _Found]) -> _Found:
    """What ``work`` gives; while it lasts, a line on the terminal, if there is one, says how far it is."""
    if len(session.targets) < _MANY or not sys.stderr.isatty():
        return work()
    from dlint.cli.progress import Progress

    session.progress = progress = Progress(len(session.targets))
    try:
        return work()
    finally:
        progress.clear()


def _rendered(
    found: Report,
    name: str,
    options: dict[str, Any],
    *,
    terminal: bool,
    session: Session,
    quotes: Quotes | None = None,
    hand_on: Callable[[str], None] | None = None,
) -> str:
    from dlint.report import render

    return render(
        name,
        found,
        color=terminal and coloured(options["color"]),
        width=width() if terminal else 100,
        quiet=options["quiet"],
        show_suppressed=options["show_suppressed"],
        category=options["sarif_category"],
        shown=session.shown if terminal else str,
        group_by=options["group_by"],
        only_statistics=options["statistics"],
        link=_link(name, terminal, session, options),
        fails=session.fails_by,
        quotes=quotes,
        hand_on=hand_on,
        unconfigured=not session.config_of("").origins,
    )


def _link(
    name: str, terminal: bool, session: Session, options: dict[str, Any]
) -> Callable[[str, int, int], str] | None:
    """What places in a report link to: the file, where a terminal opens it, or its page where CI shows the report."""
    if name == "markdown":
        from dlint.cli.links import page_of

        return page_of()
    if terminal and coloured(options["color"]):
        from dlint.cli.links import file_url, opens_links

        if opens_links():
            return lambda path, line, column: file_url(os.path.join(session.root, path))
    return None
