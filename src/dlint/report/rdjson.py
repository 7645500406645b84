"""``rdjson``: Reviewdog Diagnostic Format, https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.

Lines and columns are 1-based, columns count UTF-8 bytes, ends are exclusive.
"""

from __future__ import annotations

from dlint.report._escape import dumps, said
from dlint.report._places import RUN_FAILURE
from dlint.rule.finding import Finding, Report
from dlint.rule.rule import Fix
from dlint.rule.secrets import Secrets
from dlint.rule.severity import Severity
from dlint.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SEVERITY = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO", Severity.STYLE: "INFO"}
# A suggestion replaces whole lines in a review; one that spans more of them than this cannot be read.
_LONGEST_SUGGESTION = 30


def render(report: Report) -> str:
    """One object with all diagnostics."""
    secrets = Secrets(report.findings, report.hidden)
    worst = max((finding.severity for finding in report.visible), default=Severity.INFO)
    diagnostics = [_diagnostic(finding, secrets, report.pages) for finding in report.visible]
    for failure in report.failures:
        diagnostics.append(
            {
                "message": said(failure.message),
                "location": {"path": failure.path},
                "severity": "ERROR",
                "code": {"value": RUN_FAILURE},
            }
        )
    overall = "ERROR" if report.failures else _SEVERITY[worst]
    return dumps({"source": {"name": "dlint"}, "severity": overall, "diagnostics": diagnostics})


def _diagnostic(finding: Finding, secrets: Secrets, pages: str) -> dict[str, Any]:
    link = finding.rule.link(pages)
    code = {"value": finding.rule.name, **({"url": link} if link else {})}
    diagnostic: dict[str, Any] = {
        "message": said(finding.message),
        "location": {"path": finding.path, "range": _range(finding.source, finding.span)},
        "severity": _SEVERITY[finding.severity],
        "code": code,
    }
    if finding.fix is not None and not secrets.in_fix(finding.fix):
        suggestion = _suggestion(finding.source, finding.fix)
        if suggestion:
            diagnostic["suggestions"] = [suggestion]
    return diagnostic


def _suggestion(source: Source, fix: Fix) -> dict[str, Any] | None:
    """The fix as one replacement, so that it is taken whole; None if it reaches other files or too far."""
    edits = sorted(fix.edits, key=lambda edit: edit.span)
    if not edits or any(edit.source.path != source.path for edit in edits):
        return None
    start, end = edits[0].span[0], max(edit.span[1] for edit in edits)
    if source.line(end) - source.line(start) >= _LONGEST_SUGGESTION:
        return None
    parts: list[str] = []
    at = start
    for edit in edits:
        parts += [source.text[at : edit.span[0]], edit.replacement]
        at = edit.span[1]
    return {"range": _range(source, Span(start, end)), "text": "".join(parts)}


def _range(source: Source, span: Span) -> dict[str, Any]:
    start, end = ({"line": source.line(at), "column": source.utf8_column(at) + 1} for at in span)
    return {"start": start, "end": end}
