"""What came of a run over some files, and what comes of several such runs together."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.rule.finding import Failure, Finding
from dlint.rule.hidden import Hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.rule.rule import Related

ALL_READ: Final[frozenset[str]] = frozenset()
"""The files with a script that ShellCheck has not read, where it has read all: each empty set would take its room."""


class RunOutcome:
    """What came of a run: ``findings`` sorted, suppressed ones marked; ``failures``; ``notes`` for people.

    ``unread`` are the files with a script that ShellCheck should have read and has not, ``waiting`` these scripts, each
    with the program that is to read it. ``hidden`` are the credentials in the files that findings name. ``dated`` says
    that the day of the run counts: a comment says until when it hides something. ``unfinished`` are the files that
    come short because the run took too long.
    """

    __slots__ = ("dated", "failures", "findings", "hidden", "notes", "unfinished", "unread", "waiting")

    def __init__(
        self,
        findings: list[Finding],
        failures: Sequence[Failure],
        notes: Sequence[str],
        hidden: Hidden,
        unread: frozenset[str] = ALL_READ,
        waiting: Sequence[tuple[str, str]] = (),
        dated: bool = False,
        unfinished: Sequence[str] = (),
    ) -> None:
        self.unfinished = unfinished
        self.findings = findings
        self.failures = failures
        self.notes = notes
        self.hidden = hidden
        self.unread = unread
        self.waiting = waiting
        self.dated = dated


def merged(outcomes: Sequence[RunOutcome]) -> RunOutcome:
    """The outcome of all. What is a credential in the files of one is shown in nothing that another one says."""
    spans = {path: found for outcome in outcomes for path, found in outcome.hidden.spans.items()}
    hidden = Hidden(spans, {value for outcome in outcomes for value in outcome.hidden.values})
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    if hidden.values and len(outcomes) > 1:
        _clear(findings, failures, hidden)
    findings.sort(key=lambda finding: (finding.source.path, finding.span, finding.rule.name, finding.message))
    notes = dict.fromkeys(note for outcome in outcomes for note in outcome.notes)
    unread = frozenset(path for outcome in outcomes for path in outcome.unread)
    unfinished = [path for outcome in outcomes for path in outcome.unfinished]
    return RunOutcome(findings, failures, [*notes], hidden, unread, unfinished=unfinished)


def _clear(findings: Sequence[Finding], failures: Sequence[Failure], hidden: Hidden) -> None:
    """Take the credentials out of all sentences: hardly any stands in one, so all are asked at once."""
    findings = [*findings, *(part for finding in findings for part in finding.parts)]
    saying: list[Finding | Related | Failure] = [*findings, *failures]
    saying += [related for finding in findings for related in finding.related]
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    said = {one.message for one in saying}
    every = "\n".join((*said, *{fix.title for fix in fixes}, *{failure.detail for failure in failures}))
    hidden = Hidden({}, [value for value in hidden.values if value in every])
    if not hidden.values:
        return
    for one in saying:
        one.message = hidden.without(one.message)
    for fix in fixes:
        fix.title = hidden.without(fix.title)
    for failure in failures:
        failure.detail = hidden.without(failure.detail)


def out_of_time(paths: Sequence[str], seconds: float) -> list[Failure]:
    """What is said of the files that come short because the run took too long."""
    if not paths:
        return []
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    message = f"{paths[0]}{more}: not looked at in full, as the run took more than {seconds:g} seconds"
    return [Failure("", f"{message}; lint fewer files at a time")]


def once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that several runs have in a file which is none of theirs."""
    found: dict[object, Finding] = {}
    for finding in findings:
        found.setdefault((finding.rule.name, finding.path, finding.span, finding.message), finding)
    return list(found.values())
