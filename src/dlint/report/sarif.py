"""``sarif``: SARIF 2.1.0 (OASIS), shaped for GitHub code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from dlint import __version__
from dlint.report import plural
from dlint.report._escape import dumps, said
from dlint.report._line_hash import line_hashes
from dlint.report._places import by_path, chosen, region, worst_first
from dlint.report._sarif_rules import LEVELS, descriptor
from dlint.rule.finding import Failure, Finding, Report
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
_DRIVE = re.compile("[A-Za-z]:/")
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
    driver = {
        "name": "dlint",
        "semanticVersion": __version__,
        **({"informationUri": report.pages} if report.pages else {}),
        "rules": [descriptor(rule, severity, report.pages) for rule, severity in rules],
    }
    run = {
        "tool": {"driver": driver},
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
    """Makes results of findings."""

    def __init__(self, report: Report, findings: list[Finding], numbers: dict[str, int], show_suppressed: bool) -> None:
        self.secrets = Secrets(report.findings, report.hidden)
        self.numbers = numbers
        self.show_suppressed = show_suppressed
        self.hashes: dict[tuple[str, int], str] = {}
        for path, group in by_path(findings).items():
            lines = {finding.line for finding in group}
            for line, value in line_hashes(group[0].source, lines).items():
                self.hashes[path, line] = value

    def result(self, finding: Finding) -> dict[str, Any]:
        """The result of one finding."""
        related = finding.related[:MOST_RELATED]
        result: dict[str, Any] = {
            "ruleId": finding.rule.name,
            "ruleIndex": self.numbers[finding.rule.name],
            "level": LEVELS[finding.severity],
            "message": {"text": _message(finding.message, related)},
            "locations": [location(finding.source, finding.span)],
            "partialFingerprints": self.fingerprints(finding),
        }
        if related:
            result["relatedLocations"] = [
                {
                    "id": number,
                    **location(place.where.source, place.where.span),
                    "message": {"text": _plain(place.message)},
                }
                for number, place in enumerate(related, 1)
            ]
        fix = finding.fix
        if fix is not None and fix.edits and not self.secrets.in_fix(fix):
            result["fixes"] = [_fix(fix)]
        if self.show_suppressed:
            result["suppressions"] = _suppressions(finding)
        return result

    def fingerprints(self, finding: Finding) -> dict[str, str]:
        """GitHub's hash of the line, and dlint's own key, which holds neither line number nor message."""
        prints = {"dlint/v1": finding.key}
        line_hash = self.hashes.get((finding.path, finding.line))
        return {"primaryLocationLineHash": line_hash, **prints} if line_hash else prints


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


def location(source: Source, span: Span) -> dict[str, Any]:
    """The physical location of a span."""
    return {"physicalLocation": {"artifactLocation": artifact(source.path), "region": _region(source, span)}}


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


def _region(source: Source, span: Span) -> dict[str, int]:
    place = region(source, span)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.source.path, []).append(edit)
    title = fix.title if fix.safe else f"{fix.title} (unsafe)"
    return {
        "description": {"text": _sentence(title)},
        "artifactChanges": [
            {
                "artifactLocation": artifact(path),
                "replacements": [_replacement(edit) for edit in sorted(edits, key=lambda edit: edit.span)],
            }
            for path, edits in sorted(changes.items())
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    """An insertion's deleted region is empty, unlike a result's region."""
    deleted = _region(edit.source, edit.span)
    if edit.span[0] == edit.span[1]:
        deleted["endColumn"] = deleted["startColumn"]
    replacement: dict[str, Any] = {"deletedRegion": deleted}
    if edit.text:
        replacement["insertedContent"] = {"text": edit.replacement}
    return replacement


def _suppressions(finding: Finding) -> list[dict[str, Any]]:
    suppressed = finding.suppressed
    if suppressed is None:
        return []
    entry: dict[str, Any] = {"kind": "inSource" if suppressed.kind == "comment" else "external"}
    if suppressed.reason:
        entry["justification"] = suppressed.reason
    if suppressed.where is not None:
        entry["location"] = location(suppressed.where.source, suppressed.where.span)
    return [entry]
