"""Lints changed texts again, as fixes and new comments need it: of each group of files only what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from dlint.lazy import Protocol
from dlint.lint.outcome import RunOutcome
from dlint.rule.finding import Finding, Report
from dlint.source import Source
from dlint.workspace.groups import graph_of
from dlint.workspace.workspace import Workspace

Outcomes = dict[tuple[str, ...], RunOutcome]


class Session(Protocol):
    """What is asked of the session that lints."""

    workspace: Workspace
    targets: dict[str, str]

    def lint_all(
        self,
        workspace: Workspace | None = None,
        targets: Mapping[str, str] | None = None,
        found: Outcomes | None = None,
    ) -> Report:
        """Lint without hiding what is known; ``found`` takes what came of each group of files."""


class Relint:
    """Lints changed sources: of each group of files only what has not been linted with just these texts.

    ``groups`` are the groups of the session's files, ``first`` is what is found in the files as they are.
    """

    def __init__(self, session: Session, before: Mapping[str, Source]) -> None:
        self._session = session
        self._before = before
        self._seen: dict[tuple[str, ...], RunOutcome] = {}
        found: Outcomes = {}
        # Before files were joined that take each other's images.
        self._graph = graph_of(session.workspace).groups
        self.first = session.lint_all(found=found)
        self.groups = graph_of(session.workspace).groups
        self._failures = Counter(failure.path for failure in self.first.failures)
        self._take(self.groups, found, before)

    def _take(self, groups: Sequence[Sequence[str]], found: Outcomes, sources: Mapping[str, Source]) -> None:
        for group in groups:
            outcome = found.get(tuple(group))
            if outcome is not None and not any(f.fix is not None and f.fix.withheld for f in outcome.findings):
                self._seen[_version(group, sources)] = outcome

    def __call__(self, sources: Mapping[str, Source]) -> list[Finding]:
        """The visible findings. Raises RuntimeError for a failure that the files as they were do not have."""
        targets = self._session.targets
        return [
            finding
            for group, outcome in self._outcomes(sources)
            for finding in outcome.findings
            if finding.suppressed is None and finding.path in group and finding.path in targets
        ]

    def groups_as(self, workspace: Workspace) -> bool:
        """Whether the files of a workspace belong together as they did."""
        return [*map(tuple, graph_of(workspace).groups)] == [*map(tuple, self._graph)]

    def outcomes(self, sources: Mapping[str, Source], but: Collection[str] = ()) -> Outcomes:
        """What came of each group, but for those with one of the paths ``but``."""
        return {
            tuple(group): outcome
            for group, outcome in self._outcomes(sources)
            if not any(path in but for path in group)
        }

    def _outcomes(self, sources: Mapping[str, Source]) -> list[tuple[Sequence[str], RunOutcome]]:
        targets = self._session.targets
        wanted = [group for group in self.groups if any(path in targets for path in group)]
        todo = [group for group in wanted if _version(group, sources) not in self._seen]
        if todo:
            self._lint(todo, sources)
        return [(group, self._seen[_version(group, sources)]) for group in wanted]

    def _lint(self, groups: Sequence[Sequence[str]], sources: Mapping[str, Source]) -> None:
        session = self._session
        paths = {path for group in groups for path in group}
        changed = {path: source for path, source in sources.items() if source is not self._before.get(path)}
        targets = {path: kind for path, kind in session.targets.items() if path in paths or not kind}
        found: Outcomes = {}
        report = session.lint_all(session.workspace.part(paths).with_texts(changed), targets, found)
        if Counter(failure.path for failure in report.failures) - self._failures:
            raise RuntimeError(report.failures[-1].message)
        if any(tuple(group) not in found for group in groups):
            raise RuntimeError("it would have files depend on one another that did not before")
        for group in groups:
            self._seen[_version(group, sources)] = found[tuple(group)]


def _version(group: Sequence[str], sources: Mapping[str, Source]) -> tuple[str, ...]:
    """What stands in the files of a group, with their paths."""
    return tuple(text for path in group if path in sources for text in (path, sources[path].text))
