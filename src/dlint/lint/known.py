"""Hides what was known before a run: findings of baselines, and those of the project before a change."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence

from dlint.config.file import baseline_text
from dlint.config.layers import Config
from dlint.lazy import Protocol
from dlint.lint.baseline import Baseline, hide, match, note, read
from dlint.project.files import ProjectFiles
from dlint.rule.finding import Finding, Report
from dlint.rule.joined import places, settled
from dlint.source import Source
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.project.before import Before


class Session(Protocol):
    """What is asked of the session that lints."""

    root: str
    project: ProjectFiles
    workspace: Workspace
    targets: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether every known file of the project is linted."""

    def config_of(self, path: str) -> Config:
        """The configuration for a path."""

    def lint_all(self, workspace: Workspace | None = None, targets: Mapping[str, str] | None = None) -> Report:
        """Lint without hiding what is known."""


class Baselines:
    """The baseline files that the configurations of a session's targets name. Raises ConfigError."""

    def __init__(self, session: Session, files: Sequence[str]) -> None:
        self.session = session
        self.baselines = {name: self._read(name) for name in files}

    def _read(self, name: str) -> Baseline:
        configs = [c for c in map(self.session.config_of, self.session.targets) if c["baseline"] == name]
        named = all(config.origins.get("baseline") == "the command line" for config in configs)
        return read(baseline_text(name, None if named else self.session.root), name)

    def hide(self, report: Report) -> None:
        """Suppress what the baselines know, and say in the notes what of them hides nothing any more."""
        session = self.session
        judged = Judged(session, report)
        for name, baseline in self.baselines.items():
            mine = [f for f in places(report.visible) if session.config_of(f.path)["baseline"] == name]
            matched = match(baseline, mine, lambda path: not session.project.exists(path))
            hide(matched, "baseline", f"it is in {os.path.basename(name)}")
            report.findings = settled(report.findings)
            said = note(matched.stale, os.path.relpath(name), judged)
            report.notes = [*report.notes, said] if said else report.notes


class Judged:
    """Whether a run would have found a finding of a rule in a file, were there one."""

    def __init__(self, session: Session, report: Report) -> None:
        self.session = session
        self.report = report
        self.rules = {rule.name: (rule, severity) for rule, severity in report.rules}
        self.gathering = [rule for rule, _ in report.rules if rule.page.codes]

    def __call__(self, path: str, name: str) -> bool:
        """Whether it would have been found in this file."""
        if path in self.report.unread or any(failure.path == path for failure in self.report.failures):
            return False
        if path not in self.report.linted and (self.session.project.exists(path) or not self.session.is_whole):
            return False
        if name in self.rules:
            return self.rules[name][1] >= self.session.config_of(path).show_from
        return any(rule.page.code(name) for rule in self.gathering)


class Since:
    """Hides what was found before a change already: what the change neither touches nor causes.

    ``before`` is the project as it was, ``revision`` what to call that, ``changed`` the files that differ, deleted
    ones among them. What stands in a line that was not there before is shown whether it is new or not.
    """

    def __init__(self, session: Session, before: Before, revision: str, changed: Collection[str]) -> None:
        self.session = session
        self.before = before
        self.revision = revision
        self.changed = changed

    def hide(self, report: Report) -> None:
        """Suppress what was there before."""
        if not report.visible:
            return
        old = self.session.lint_all(*self._earlier(report)) if self.changed else report
        found = places(report.visible)
        matched = match(Baseline.of(old.visible), found, lambda path: not self.session.project.exists(path))
        lines = _NewLines(self.before, self.changed, [path for path, _ in self._gone()])
        matched.hidden[:] = [finding for finding in matched.hidden if not lines.touch(finding)]
        hide(matched, "since", f"it was there in {self.revision}")
        report.findings = settled(report.findings)
        paths = {finding.path for finding in report.visible}
        report.notes = [*report.notes, *_unlike(sorted(paths.intersection(self.before.lost)), self.revision)]

    def _earlier(self, report: Report) -> tuple[Workspace, dict[str, str]]:
        """The project before the change, and of its files those in which something is found now, and those gone."""
        now = self.session.workspace
        known = {path: kind for path, kind in now.known.items() if self.before.exists(path)}
        gone = {path: kind for path, kind in self._gone() if path not in known}
        known.update(gone)
        workspace = Workspace(self.before, known)
        paths = {finding.path for finding in report.visible}
        kinds = {**workspace.kinds, **known}
        return workspace, {path: kind for path, kind in kinds.items() if path in paths or path in gone}

    def _gone(self) -> list[tuple[str, str]]:
        from dlint.project.kinds import kind_of

        paths = [path for path in self.changed if not self.session.project.exists(path) and self.before.exists(path)]
        return [(path, kind) for path in paths if (kind := kind_of(path))]


def _unlike(paths: Sequence[str], revision: str) -> list[str]:
    """What is said of files whose findings were held to nothing."""
    if not paths:
        return []
    what = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
    said = f"Git could not give what {what} held at {revision}, so all that is found there is shown"
    return [f"{said}; in a partial clone 'git diff --stat {revision}' fetches it"]


class _NewLines:
    """The lines of changed files that were not there before, by what stands in them."""

    def __init__(self, before: ProjectFiles, changed: Collection[str], gone: Collection[str]) -> None:
        self.before = before
        self.changed = changed
        self.gone = {line for path in gone for line in _lines(before.text(path))}
        self.old: dict[str, set[str]] = {}

    def touch(self, finding: Finding) -> bool:
        """Whether a finding stands in such a line."""
        path = finding.path
        if path not in self.changed:
            return False
        if path not in self.old:
            self.old[path] = self._old(path)
        first, last = (finding.source.line(offset) for offset in (finding.span[0], max(finding.span)))
        return any(line not in self.old[path] for line in _stretch(finding.source, first, last))

    def _old(self, path: str) -> set[str]:
        """The lines it had; a new file may be one of those that are gone, under another name."""
        source = self.before.read(path)
        return set(_lines(source.text)) if source else self.gone


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def _stretch(source: Source, first: int, last: int) -> list[str]:
    spans = [source.line_span(number) for number in range(first, last + 1)]
    return [source.text[span[0] : span[1]].rstrip() for span in spans]


__all__ = ["Baselines", "Judged", "Since"]
