"""``sarif``: SARIF 2.1.0 (OASIS), shaped for GitHub code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count

from dlint.lazy import pattern
from dlint.report import plural
from dlint.report._escape import Written, dumps, said, written
from dlint.report._line_hash import line_hashes
from dlint.report._places import by_path, chosen, region, worst_first
from dlint.report._sarif_rules import LEVELS, driver
from dlint.rule.finding import Failure, Finding, Report, Suppressed
from dlint.rule.rule import Fix, Related, Rule
from dlint.rule.secrets import Secrets
from dlint.rule.severity import Severity
from dlint.source import Edit, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
# GitHub shows no more results of a run, and no more locations of a result, than this.
MOST_RESULTS = 5000
MOST_RELATED = 100
_DRIVE = pattern("[A-Za-z]:/")
_DRIVES = os.name == "nt"
# What stands for itself in a URI's path; most paths have nothing else, and need not import what encodes the rest.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SAFE = "/:@!$&'()*+,;=~"


def render(report: Report, *, show_suppressed: bool = False, category: str = "docker") -> str:
    """One SARIF log with one run.

    ``category`` tells GitHub which upload replaces which: results of another category are kept beside these.
    """
    findings = chosen(report, show_suppressed)
    kept = findings
    if len(findings) > MOST_RESULTS:
        wanted = {id(finding) for finding in worst_first(findings)[:MOST_RESULTS]}
        kept = [finding for finding in findings if id(finding) in wanted]
    rules = _rules(report)
    numbers = {rule.name: number for number, (rule, _) in enumerate(rules)}
    results = _Results(report, kept, numbers, show_suppressed)
    run = {
        "tool": {"driver": driver(rules, report.pages)},
        "automationDetails": {"id": f"dlint/{category}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the project."}}},
        "invocations": [
            {
                "executionSuccessful": not report.failures,
                "toolExecutionNotifications": _notifications(report, numbers, len(findings) - len(kept)),
            }
        ],
        "results": [results.result(finding) for finding in kept],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, 4)


def _rules(report: Report) -> list[tuple[Rule, Severity]]:
    """The rules of the run and any other that found something, by name, each once."""
    rules = {finding.rule.name: (finding.rule, finding.rule.severity) for finding in report.findings}
    rules.update({rule.name: (rule, severity) for rule, severity in report.rules})
    return [rules[name] for name in sorted(rules)]


def _notifications(report: Report, numbers: dict[str, int], left_out: int) -> list[dict[str, Any]]:
    notes = [_failure(failure, numbers) for failure in report.failures]
    notes += [{"level": "warning", "message": {"text": _sentence(note)}} for note in report.notes]
    if left_out:
        text = f"{plural(left_out, 'finding')} left out: GitHub shows {MOST_RESULTS}, and the most severe are kept."
        notes.append({"level": "warning", "message": {"text": text}})
    return notes


def _failure(failure: Failure, numbers: dict[str, int]) -> dict[str, Any]:
    note: dict[str, Any] = {"level": "error", "message": {"text": _sentence(failure.message)}}
    if failure.path:
        note["locations"] = [{"physicalLocation": {"artifactLocation": artifact(failure.path)}}]
    if failure.rule in numbers:
        note["associatedRule"] = {"id": failure.rule, "index": numbers[failure.rule]}
    return note


class _Results:
    """Makes results of findings, each as a line of JSON: thousands of dictionaries would take longer."""

    def __init__(self, report: Report, findings: list[Finding], numbers: dict[str, int], show_suppressed: bool) -> None:
        self.secrets = Secrets(report.findings, report.hidden)
        self.show_suppressed = show_suppressed
        self.rules = {name: f'"ruleId": {written(name)}, "ruleIndex": {number}' for name, number in numbers.items()}
        self.files: dict[str, str] = {}
        self.hashes: dict[tuple[str, int], str] = {}
        for path, group in by_path(findings).items():
            lines = {finding.line for finding in group}
            for line, value in line_hashes(group[0].source, lines).items():
                self.hashes[path, line] = value

    def result(self, finding: Finding) -> Written:
        """The result of one finding."""
        related = finding.related[:MOST_RELATED]
        parts = [
            f'{{{self.rules[finding.rule.name]}, "level": "{LEVELS[finding.severity]}"',
            f'"message": {_text(_message(finding.message, related))}',
            f'"locations": [{{{self.place(finding.source, finding.span)}}}]',
            f'"partialFingerprints": {{{self.fingerprints(finding)}}}',
        ]
        if related:
            parts.append(f'"relatedLocations": [{", ".join(map(self.related, count(1), related))}]')
        fix = finding.fix
        if fix is not None and fix.edits and not self.secrets.in_fix(fix):
            parts.append(f'"fixes": [{self.fix(fix)}]')
        if self.show_suppressed:
            parts.append(f'"suppressions": [{self.suppression(finding.suppressed) if finding.suppressed else ""}]')
        return Written(", ".join(parts) + "}")

    def fingerprints(self, finding: Finding) -> str:
        """GitHub's hash of the line, and dlint's own key, which holds neither line number nor message.

        One that may stand for several places is not known by the line of the first: that may be another one tomorrow.
        """
        line_hash = self.hashes.get((finding.path, finding.line))
        if line_hash and finding.apart is not None:
            line_hash = f"{finding.key[:16]}:1"
        first = f'"primaryLocationLineHash": "{line_hash}", ' if line_hash else ""
        return f'{first}"dlint/v1": "{finding.key}"'

    def related(self, number: int, related: Related) -> str:
        """A related place under its number."""
        place = self.place(related.where.source, related.where.span)
        return f'{{"id": {number}, {place}, "message": {_text(_plain(related.message))}}}'

    def place(self, source: Source, span: Span) -> str:
        """The physical location of a span."""
        where = f'"artifactLocation": {self.file(source.path)}, "region": {_region(*region(source, span))}'
        return f'"physicalLocation": {{{where}}}'

    def file(self, path: str) -> str:
        """The location of a file."""
        if path not in self.files:
            self.files[path] = written(artifact(path))
        return self.files[path]

    def fix(self, fix: Fix) -> str:
        """A fix, which has no edit without a text."""
        changes: dict[str, list[Edit]] = {}
        for edit in fix.edits:
            changes.setdefault(edit.source.path, []).append(edit)
        title = fix.title if fix.safe else f"{fix.title} (unsafe)"
        each = ", ".join([self.change(path, edits) for path, edits in sorted(changes.items())])
        return f'{{"description": {_text(_sentence(title))}, "artifactChanges": [{each}]}}'

    def change(self, path: str, edits: list[Edit]) -> str:
        """The edits of a file."""
        each = ", ".join(map(_replacement, sorted(edits, key=lambda edit: edit.span)))
        return f'{{"artifactLocation": {self.file(path)}, "replacements": [{each}]}}'

    def suppression(self, suppressed: Suppressed) -> str:
        """What hides a finding."""
        parts = [f'"kind": "{"inSource" if suppressed.kind == "comment" else "external"}"']
        if suppressed.reason:
            parts.append(f'"justification": {written(suppressed.reason)}')
        if suppressed.where is not None:
            parts.append(f'"location": {{{self.place(suppressed.where.source, suppressed.where.span)}}}')
        return f"{{{', '.join(parts)}}}"


def _text(text: str) -> str:
    return f'{{"text": {written(text)}}}'


def _message(message: str, related: Sequence[Related]) -> str:
    """The message as a sentence of its own, then a link to each related place."""
    links = "".join(
        f" See [{said(place.message).translate(_IN_LINK)}]({number})." for number, place in enumerate(related, 1)
    )
    return _sentence(message) + links


# Characters that end or open the text of a link (SARIF 2.1.0 §3.11.6).
_IN_LINK = str.maketrans({"[": "\\[", "]": "\\]", "\\": "\\\\"})


def _sentence(text: str) -> str:
    text = _plain(text)
    return text if text.endswith((".", "!", "?")) else text + "."


def _plain(text: str) -> str:
    """Text in which nothing reads as a link: ``[`` is escaped where the next ``]`` has a ``(`` behind it."""
    parts = said(text).split("]")
    for at, after in enumerate(parts[1:]):
        if after.startswith("("):
            parts[at] = parts[at].replace("[", "\\[")
    return "]".join(parts)


def artifact(path: str) -> dict[str, str]:
    """A file: percent-encoded and relative to the project's root, or an absolute URI if it lies outside."""
    # Elsewhere a backslash and a colon are characters of a name as any other.
    drive = _DRIVES and _DRIVE.match(path.replace("\\", "/")) is not None
    path = path.replace("\\", "/") if drive else path
    while path.startswith("./"):
        path = path[2:]
    encoded = path
    if path.strip(_LETTERS + _SAFE + "-._"):
        from urllib.parse import quote

        encoded = quote(path, safe=_SAFE, encoding="utf-8", errors="surrogateescape")
    if path.startswith("/"):
        return {"uri": "file://" + encoded}
    if drive:
        return {"uri": "file:///" + encoded}
    # A colon before the first slash would read as a scheme.
    return {"uri": encoded.replace(":", "%3A"), "uriBaseId": ROOT}


def _region(line: int, column: int, end_line: int, end_column: int) -> str:
    return f'{{"startLine": {line}, "startColumn": {column}, "endLine": {end_line}, "endColumn": {end_column}}}'


def _replacement(edit: Edit) -> str:
    """An edit; the region of an insertion is empty, unlike that of a result."""
    start, end = edit.span
    line, column = edit.source.position(start)
    end_line, end_column = edit.source.position(end)
    inserted = f', "insertedContent": {_text(edit.replacement)}' if edit.text else ""
    return f'{{"deletedRegion": {_region(line, column, end_line, end_column)}{inserted}}}'
