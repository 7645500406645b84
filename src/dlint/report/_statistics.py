"""Findings counted by rule: what a long report comes to."""

from __future__ import annotations

from collections.abc import Iterable

from dlint.lazy import NamedTuple
from dlint.report._places import by_rule, worst
from dlint.rule.finding import Finding
from dlint.rule.rule import Rule
from dlint.rule.severity import Severity


class Row(NamedTuple):
    """A rule with its findings: how bad the worst is, how many files they are in, how many have a fix."""

    rule: Rule
    severity: Severity
    found: int
    files: int
    fixable: int


def statistics(findings: Iterable[Finding]) -> list[Row]:
    """One row for each rule that found something, in the order of ``by_rule``."""
    return [
        Row(
            group[0].rule,
            worst(group),
            len(group),
            len({finding.source.path for finding in group}),
            sum(finding.fix is not None and finding.fix.safe for finding in group),
        )
        for group in by_rule(findings)
    ]
