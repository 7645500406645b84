"""``json``: everything dlint knows of a run, in an envelope with a version.

``version`` is 1 and rises when a key changes its meaning or goes; new keys may come at any time. Lines and columns are
1-based, columns count characters, ends are exclusive.
"""

from __future__ import annotations

from dlint import __version__
from dlint.report._escape import dumps
from dlint.report._places import chosen
from dlint.report._summary import Summary
from dlint.rule.finding import Finding, Report
from dlint.rule.rule import Fix
from dlint.rule.secrets import Secrets
from dlint.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1


def render(report: Report, *, show_suppressed: bool = False) -> str:
    """The report as one JSON object."""
    secrets = Secrets(report.findings, report.hidden)
    figures = Summary(report)
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "dlint", "version": __version__},
            "findings": [_finding(finding, secrets) for finding in chosen(report, show_suppressed)],
            "errors": [
                {"path": failure.path, "message": failure.message, "rule": failure.rule or None}
                for failure in report.failures
            ],
            "notes": list(report.notes),
            "linted": [{"path": path, "kind": kind} for path, kind in report.linted.items()],
            "summary": {
                "findings": figures.findings,
                **{severity.label: count for severity, count in figures.severities.items()},
                "suppressed": figures.suppressed,
                "files": figures.files,
                "files_with_findings": figures.files_with_findings,
                "safe_fixes": figures.safe_fixes,
                "unsafe_fixes": figures.unsafe_fixes,
                "fixed": figures.fixed,
            },
        }
    )


def _finding(finding: Finding, secrets: Secrets) -> dict[str, Any]:
    suppressed = finding.suppressed
    return {
        **finding.row(),
        "related": [
            {**_place(related.where.source, related.where.span), "message": related.message}
            for related in finding.related
        ],
        "fix": _fix(finding.fix, secrets) if finding.fix else None,
        "suppressed": {"kind": suppressed.kind, "reason": suppressed.reason} if suppressed else None,
    }


def _place(source: Source, span: Span) -> dict[str, Any]:
    line, column = source.position(span[0])
    end_line, end_column = source.position(span[1])
    return {"path": source.path, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _fix(fix: Fix, secrets: Secrets) -> dict[str, Any]:
    """A fix that rewrites a credential is named but not spelt out: its ``edits`` are null."""
    edits = [{**_place(edit.source, edit.span), "text": edit.replacement} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": None if secrets.in_fix(fix) else edits}
