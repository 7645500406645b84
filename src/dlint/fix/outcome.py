"""What came of fixing the files of a session, or of hiding what is found in them."""

from __future__ import annotations

from dlint.rule.finding import Finding, Report
from dlint.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlint.lint.relint import Relint


class Fixed:
    """What a run with fixes did: the fresh report, the new sources, what was left and what could not be written."""

    __slots__ = ("report", "sources", "dropped", "unwritten")

    def __init__(
        self, report: Report, sources: dict[str, Source], dropped: list[tuple[str, str]], unwritten: list[str]
    ) -> None:
        self.report = report
        self.sources = sources
        self.dropped = dropped
        self.unwritten = unwritten


class Ignored:
    """What came of hiding findings by comments: how many were to be hidden, for which there is no place, the comments
    as a diff. ``unwritten`` are sentences about the files that could not be written, by their paths.
    """

    __slots__ = ("diff", "hidden", "left", "unwritten", "wanted")

    def __init__(self, wanted: list[Finding], left: list[Finding], diff: str, unwritten: Mapping[str, str]) -> None:
        self.wanted = len(wanted)
        self.hidden = _written(wanted, unwritten) - _written(left, unwritten)
        self.left = left
        self.diff = diff
        self.unwritten = [*unwritten.values()]


def _written(findings: list[Finding], unwritten: Mapping[str, str]) -> int:
    """How many of them stand in files that could be written."""
    return sum(finding.path not in unwritten for finding in findings)


class FixRun:
    """What the fixer did: the sources ``before`` and ``after``, what it left, how many fixes each file was given."""

    __slots__ = ("after", "applied", "before", "dropped", "relint")

    def __init__(
        self,
        before: dict[str, Source],
        after: dict[str, Source],
        dropped: list[tuple[str, str]],
        applied: Mapping[str, int],
        relint: Relint,
    ) -> None:
        self.before = before
        self.after = after
        self.dropped = dropped
        self.applied = applied
        self.relint = relint

    @property
    def changed(self) -> list[str]:
        """The paths whose texts are other ones now."""
        return [path for path in sorted(self.before) if self.before[path].text != self.after[path].text]
