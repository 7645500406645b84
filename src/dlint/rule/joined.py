"""Findings that stand for several places, taken apart and put together again: each place is hidden or fixed alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dlint.rule.finding import Finding, joined


def places(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with each place by itself."""
    return [place for finding in findings for place in finding.parts or (finding,)]


def settled(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, once some of their places were hidden: of one that stands for several what is left is shown, and
    the rest is a hidden finding of its own.
    """
    found: list[Finding] = []
    split = False
    for finding in findings:
        hidden = [part for part in finding.parts if part.suppressed is not None]
        left = [part for part in finding.parts if part.suppressed is None]
        if not hidden or finding.suppressed is not None:
            found.append(finding)
        elif not left:
            finding.suppressed = hidden[0].suppressed
            found.append(finding)
        else:
            found += _split(finding, left, hidden)
            split = True
    if split:
        found.sort(key=lambda finding: (finding.source.path, finding.span, finding.rule.name, finding.message))
    return found


def _split(finding: Finding, left: Sequence[Finding], hidden: Sequence[Finding]) -> tuple[Finding, Finding]:
    shown, rest = joined(left), joined(hidden)
    shown.nth = finding.nth
    rest.suppressed = hidden[0].suppressed
    return shown, rest
