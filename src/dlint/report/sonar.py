"""``sonar``: SonarQube's generic issue import (10.3 and later), for ``sonar.externalIssuesReportPaths``.

https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/generic-issue-import-format.
Columns are 0-based and count UTF-16 units; a range must not be empty nor leave its line, or the import fails.
"""

from __future__ import annotations

from dlint.report._escape import dumps, said
from dlint.report._places import RUN_FAILURE
from dlint.rule.finding import Report
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity
from dlint.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Category → clean code attribute, software quality, and the type for servers in standard-experience mode.
_QUALITIES = {
    "security": ("TRUSTWORTHY", "SECURITY", "VULNERABILITY"),
    "correctness": ("LOGICAL", "RELIABILITY", "BUG"),
    "validity": ("COMPLETE", "RELIABILITY", "BUG"),
    "reproducibility": ("COMPLETE", "RELIABILITY", "CODE_SMELL"),
    "efficiency": ("EFFICIENT", "MAINTAINABILITY", "CODE_SMELL"),
    "style": ("CONVENTIONAL", "MAINTAINABILITY", "CODE_SMELL"),
}
_IMPACT = {Severity.ERROR: "HIGH", Severity.WARNING: "MEDIUM", Severity.INFO: "LOW", Severity.STYLE: "LOW"}
_SEVERITY = {Severity.ERROR: "CRITICAL", Severity.WARNING: "MAJOR", Severity.INFO: "MINOR", Severity.STYLE: "INFO"}


def render(report: Report) -> str:
    """The rules that found something, and the issues."""
    rules: dict[str, dict[str, Any]] = {}
    severities = {rule.name: severity for rule, severity in report.rules}
    issues: list[dict[str, Any]] = []
    for finding in report.visible:
        rule = finding.rule
        if rule.name not in rules:
            rules[rule.name] = _rule(rule, severities.get(rule.name, rule.severity))
        issue = {
            "ruleId": rule.name,
            "primaryLocation": _location(finding.source, finding.span, said(finding.message)),
            "secondaryLocations": [
                _location(related.where.source, related.where.span, said(related.message))
                for related in finding.related
            ],
        }
        issues.append(issue)
    for failure in report.failures:
        rules.setdefault(RUN_FAILURE, _described(RUN_FAILURE, "The run failed", "", "validity", Severity.ERROR))
        place = {"message": said(failure.message), "filePath": failure.path}
        issues.append({"ruleId": RUN_FAILURE, "primaryLocation": place, "secondaryLocations": []})
    return dumps({"rules": [rules[name] for name in sorted(rules)], "issues": issues})


def _rule(rule: Rule, severity: Severity) -> dict[str, Any]:
    return _described(rule.name, rule.title, rule.page.summary, rule.category, severity)


def _described(name: str, title: str, summary: str, category: str, severity: Severity) -> dict[str, Any]:
    attribute, quality, kind = _QUALITIES[category]
    return {
        "id": name,
        "name": title,
        "description": summary or title,
        "engineId": "dlint",
        "cleanCodeAttribute": attribute,
        "impacts": [{"softwareQuality": quality, "severity": _IMPACT[severity]}],
        "type": kind,
        "severity": _SEVERITY[severity],
    }


def _location(source: Source, span: Span, message: str) -> dict[str, Any]:
    """A place; an empty span is widened by a character if its line has one left, else it is the whole line."""
    start, end = span
    line = source.line(start)
    if end <= start:
        end = start + 1
    place: dict[str, Any] = {"startLine": line, "endLine": source.line(end - 1)}
    stop = source.line_span(place["endLine"]).end
    if start < source.line_span(line).end and (place["endLine"] > line or min(end, stop) > start):
        columns = {"startColumn": source.utf16_column(start), "endColumn": source.utf16_column(min(end, stop))}
        place.update(columns)
    return {"message": message, "filePath": source.path, "textRange": place}
