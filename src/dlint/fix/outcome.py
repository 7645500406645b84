"""What came of fixing the files of a session, or of hiding what is found in them."""

from __future__ import annotations

from dlint.rule.finding import Finding, Report
from dlint.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    """What came of hiding findings by comments: how many are hidden, which are left, the comments as a diff.

    ``unwritten`` are sentences about files that could not be written.
    """

    __slots__ = ("diff", "hidden", "left", "unwritten")

    def __init__(self, hidden: int, left: list[Finding], diff: str, unwritten: list[str]) -> None:
        self.hidden = hidden
        self.left = left
        self.diff = diff
        self.unwritten = unwritten


class FixRun:
    """What the fixer did: the sources ``before`` and ``after``, what it left, how many fixes it applied."""

    __slots__ = ("after", "before", "count", "dropped", "relint")

    def __init__(
        self,
        before: dict[str, Source],
        after: dict[str, Source],
        dropped: list[tuple[str, str]],
        count: int,
        relint: Relint,
    ) -> None:
        self.before = before
        self.after = after
        self.dropped = dropped
        self.count = count
        self.relint = relint

    @property
    def changed(self) -> list[str]:
        """The paths whose texts are other ones now."""
        return [path for path in sorted(self.before) if self.before[path].text != self.after[path].text]
