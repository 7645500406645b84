"""Keeps credentials out of reports: which characters of the files no report may repeat."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from dlint.rule.finding import Finding
from dlint.rule.hidden import Hidden
from dlint.rule.rule import Fix
from dlint.source import Source, Span


class Secrets:
    """The places of the credentials in the files of a report, and what its findings hide, suppressed ones included."""

    __slots__ = ("_hidden",)

    def __init__(self, findings: Iterable[Finding], hidden: Hidden | None = None) -> None:
        known = hidden or Hidden({})
        found = {path: list(spans) for path, spans in known.spans.items()}
        for finding in findings:
            if finding.hides is not None:
                for node in finding.hides:
                    found.setdefault(node.source.path, []).append(node.span)
            elif finding.rule.about_secrets:
                found.setdefault(finding.path, []).append(finding.span)
        self._hidden = Hidden(found, known.values)

    def within(self, source: Source, start: int, end: int) -> list[Span]:
        """The spans of credentials that share a character with ``start`` to ``end`` of ``source``, in order."""
        spans = self._hidden.spans.get(source.path)
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
        """Whether the fix rewrites a credential or writes one, so that its new text may hold it."""
        if not (self._hidden.spans or self._hidden.values):
            return fix.withheld
        return fix.withheld or any(
            self.within(edit.source, edit.span[0], edit.span[1]) or self._hidden.holds(edit.text) for edit in fix.edits
        )
