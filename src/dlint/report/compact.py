"""``compact``: one line for each finding, ``path:line:column: severity: message [rule]``, as compilers print them."""

from __future__ import annotations

from collections.abc import Callable

from dlint.report._escape import one_line
from dlint.report._places import shown_path
from dlint.report._summary import Summary
from dlint.rule.finding import Report


def render(report: Report, *, quiet: bool = False, shown: Callable[[str], str] = str) -> str:
    """One line each for findings, failures of the run and notes; the summary last, unless ``quiet``.

    ``shown`` gives a path as the reader of the report would write it.
    """
    lines = [
        f"{shown_path(shown, finding.path)}:{finding.line}:{finding.column}: {finding.severity.label}: "
        f"{one_line(finding.message)} [{finding.rule.name}]"
        for finding in report.visible
    ]
    for failure in report.failures:
        place = f"{shown_path(shown, failure.path)}: " if failure.path else ""
        lines.append(f"{place}failed: {one_line(failure.message)}")
    lines += [f"note: {one_line(note)}" for note in report.notes]
    if not quiet:
        lines.append(Summary(report).sentence())
    return "".join(f"{line}\n" for line in lines)
