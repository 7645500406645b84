"""``gitlab``: GitLab Code Quality, https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

from dlint.lazy import sha256
from dlint.report._escape import dumps, said
from dlint.report._places import RUN_FAILURE, region
from dlint.rule.finding import Finding, Report
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SEVERITY = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.STYLE: "info",
}


def render(report: Report) -> str:
    """A JSON array. Fingerprints hold no line number and no two are equal, as GitLab joins equal ones."""
    items: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for finding in report.visible:
        nth = seen.get(finding.key, 0)
        seen[finding.key] = nth + 1
        items.append(_item(finding, finding.key if nth == 0 else f"{finding.key}-{nth}"))
    for failure in report.failures:
        identity = f"{failure.path}\0{failure.rule}\0{failure.message}".encode("utf-8", "surrogateescape")
        items.append(
            {
                "description": said(failure.message),
                "check_name": RUN_FAILURE,
                "fingerprint": sha256(identity),
                "severity": "blocker",
                "location": {"path": failure.path, "lines": {"begin": 1}},
            }
        )
    return dumps(items, 1)


def _item(finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = region(finding.source, finding.span)
    return {
        "description": said(finding.message),
        "check_name": finding.rule.name,
        "fingerprint": fingerprint,
        "severity": _SEVERITY[finding.severity],
        "location": {
            "path": finding.path,
            "lines": {"begin": place.line, "end": place.end_line},
            "positions": {
                "begin": {"line": place.line, "column": place.column},
                "end": {"line": place.end_line, "column": place.end_column},
            },
        },
    }
