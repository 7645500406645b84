"""Where a finding stands, in the lines and columns that reports print."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dlint.lazy import NamedTuple
from dlint.report._escape import visible
from dlint.rule.finding import Finding, Report
from dlint.rule.severity import Severity
from dlint.source import Source, Span

# The name under which formats that know only findings list what went wrong with the run itself.
RUN_FAILURE = "run-failure"


class Region(NamedTuple):
    """Lines and columns, 1-based, columns in characters, the end exclusive; never empty."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(source: Source, span: Span) -> Region:
    """The region of a span; an empty span is widened by one column."""
    line, column = source.position(span[0])
    end_line, end_column = source.position(span[1])
    if span[1] <= span[0]:
        end_line, end_column = line, column + 1
    return Region(line, column, end_line, end_column)


def by_path(findings: Iterable[Finding], paths: Iterable[str] = ()) -> dict[str, list[Finding]]:
    """The findings of each file, files sorted by path; ``paths`` are listed even if nothing was found in them."""
    groups: dict[str, list[Finding]] = {path: [] for path in paths}
    for finding in findings:
        groups.setdefault(finding.source.path, []).append(finding)
    return dict(sorted(groups.items()))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, most severe first; those of one severity keep their order."""
    return sorted(findings, key=lambda finding: -finding.severity)


def chosen(report: Report, show_suppressed: bool) -> list[Finding]:
    """The findings to print: the visible ones, or all."""
    return report.findings if show_suppressed else report.visible


def shown_path(shown: Callable[[str], str], path: str) -> str:
    """A path for people: as ``shown`` gives it, fit for a terminal."""
    return visible(shown(path))


def by_rule(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings of each rule: the worst rules first, of equally bad ones those with most findings."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule.name, []).append(finding)
    return sorted(groups.values(), key=lambda group: (-worst(group), -len(group), group[0].rule.name))


def worst(group: list[Finding]) -> Severity:
    """How bad the worst of some findings is."""
    return max(finding.severity for finding in group)
