"""``checkstyle``: the XML of Checkstyle 4.3, which Jenkins, reviewdog and many editors read."""

from __future__ import annotations

from dlint.report._escape import said, xml
from dlint.report._places import RUN_FAILURE, by_path
from dlint.rule.finding import Report
from dlint.rule.severity import Severity

_SEVERITY = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info", Severity.STYLE: "info"}


def render(report: Report) -> str:
    """One ``<file>`` for each linted file, clean or not."""
    groups: dict[str, list[str]] = {}
    for path, findings in by_path(report.visible, report.linted).items():
        groups[path] = [_error(f.line, f.column, _SEVERITY[f.severity], said(f.message), f.rule.name) for f in findings]
    for failure in report.failures:
        groups.setdefault(failure.path, []).append(_error(1, 1, "error", said(failure.message), RUN_FAILURE))
    files = "".join(f'<file name="{xml(path)}">\n{"".join(errors)}</file>\n' for path, errors in groups.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n{files}</checkstyle>\n'


def _error(line: int, column: int, severity: str, message: str, rule: str) -> str:
    return (
        f'  <error line="{line}" column="{column}" severity="{severity}" message="{xml(message)}" '
        f'source="dlint.{xml(rule)}"/>\n'
    )
