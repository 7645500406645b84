"""Findings counted by rule: what a long report comes to."""

from __future__ import annotations

from collections.abc import Iterable

from dlint.lazy import NamedTuple
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


def by_rule(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings of each rule: the worst rules first, of equally bad ones those with most findings."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule.name, []).append(finding)
    return sorted(groups.values(), key=lambda group: (-_worst(group), -len(group), group[0].rule.name))


def statistics(findings: Iterable[Finding]) -> list[Row]:
    """One row for each rule that found something, in the order of ``by_rule``."""
    return [
        Row(
            group[0].rule,
            _worst(group),
            len(group),
            len({finding.source.path for finding in group}),
            sum(finding.fix is not None and finding.fix.safe for finding in group),
        )
        for group in by_rule(findings)
    ]


def _worst(group: list[Finding]) -> Severity:
    return max(finding.severity for finding in group)
