"""Keeps credentials out of reports: which characters of the files no report may repeat."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from dlint.rule.finding import Finding
from dlint.rule.rule import Fix
from dlint.source import Source, Span


class Secrets:
    """The places of the credentials that the findings of a report are about, suppressed ones included."""

    __slots__ = ("_spans",)

    def __init__(self, findings: Iterable[Finding]) -> None:
        found: dict[str, list[Span]] = {}
        for finding in findings:
            if finding.hides is not None:
                for node in finding.hides:
                    found.setdefault(node.source.path, []).append(node.span)
            elif finding.rule.about_secrets:
                found.setdefault(finding.path, []).append(finding.span)
        self._spans = {path: _merged(spans) for path, spans in found.items()}

    def within(self, source: Source, start: int, end: int) -> list[Span]:
        """The spans of credentials that share a character with ``start`` to ``end`` of ``source``, in order."""
        spans = self._spans.get(source.path)
        if not spans:
            return []
        at = max(bisect_left(spans, (start, start)) - 1, 0)
        hit: list[Span] = []
        while at < len(spans) and spans[at].start < end:
            if spans[at].end > start:
                hit.append(spans[at])
            at += 1
        return hit

    def in_fix(self, fix: Fix) -> bool:
        """Whether the fix rewrites a credential, so that its new text may hold it."""
        return any(self.within(edit.source, edit.span[0], edit.span[1]) for edit in fix.edits)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(Span(*span))
    return merged
