"""One cause, one finding: rules that yield to others at the same place, and findings that are joined to one.

Which rule yields to which, and which rule speaks once, stands on the rules' pages (``yields-to:``, ``once:``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate

from dlint.rule.finding import Finding
from dlint.rule.finding import joined as one_of
from dlint.source import Span


def one_each(findings: list[Finding], yields_to: Mapping[str, Mapping[str, tuple[str, ...]]]) -> list[Finding]:
    """The findings without those of a rule that yields to one which found something at the same place.

    ``yields_to`` says for each path which rules yield to which. A finding that is hidden counts: its cause is known.
    """
    places = _places(findings, yields_to)
    return [finding for finding in findings if not _is_known(finding, yields_to, places)] if places else findings


_Reached = tuple[list[int], list[int]]


def _places(
    findings: Sequence[Finding], yields_to: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> dict[tuple[str, str], _Reached]:
    """Where the rules that others yield to found something: where each starts, and how far those up to it reach."""
    found = {finding.rule.name for finding in findings}
    wanted = {
        (path, name) for path, rules in yields_to.items() for rule in rules.keys() & found for name in rules[rule]
    }
    areas: dict[tuple[str, str], list[Span]] = {}
    for finding in findings:
        if (finding.source.path, finding.rule.name) in wanted:
            areas.setdefault((finding.source.path, finding.rule.name), []).append(finding.area)
    return {
        key: ([start for start, _ in sorted(spans)], list(accumulate((end for _, end in sorted(spans)), max)))
        for key, spans in areas.items()
    }


def _is_known(
    finding: Finding,
    yields_to: Mapping[str, Mapping[str, tuple[str, ...]]],
    places: Mapping[tuple[str, str], _Reached],
) -> bool:
    """Whether a rule that the finding's yields to has found its cause."""
    path = finding.source.path
    others = yields_to[path].get(finding.rule.name)
    return others is not None and any(_meets(finding.area, places.get((path, name), ([], []))) for name in others)


def _meets(span: Span, reached: _Reached) -> bool:
    starts, ends = reached
    before = bisect_left(starts, max(span[1], span[0] + 1))
    return before > 0 and ends[before - 1] > span[0]


def joined(findings: list[Finding], once: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """The findings with those of a rule that speaks once made one; hidden ones stay.

    A rule speaks once a ``file``, a ``stage``, or once in the same ``words`` in a file; apart are findings of another
    severity, and those that can be fixed safely.
    """
    if not any(once.values()):
        return findings
    groups: dict[tuple[object, ...], list[Finding]] = {}
    others: list[Finding] = []
    for finding in findings:
        of = once[finding.source.path].get(finding.rule.name)
        if of is None or finding.suppressed is not None:
            others.append(finding)
        else:
            apart = {"stage": finding.anchor, "words": finding.message}.get(of, "")
            safe = finding.fix is not None and finding.fix.safe
            key = (finding.source.path, finding.rule.name, apart, finding.severity, safe)
            groups.setdefault(key, []).append(finding)
            finding.apart = apart
    return [*others, *map(one_of, groups.values())]
