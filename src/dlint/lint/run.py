"""One run over a workspace: shows each file to the rules that apply and hands what they report to the passes.

It knows kinds of files and no rule. A check that raises becomes a failure of the run; the others go on. What is linted
is every file that has to do with a target; the targets only say what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlint.config.catalogue import Catalogue
from dlint.config.dispatch import Plan, plan
from dlint.config.load import Config
from dlint.config.patterns import matches
from dlint.lint import passes
from dlint.lint.rules import catalogue_of, check_names, kinds_needed, kinds_with, plugged
from dlint.lint.sink import Sink
from dlint.project.files import Project
from dlint.rule.finding import Failure, Finding, Report
from dlint.rule.load import builtin
from dlint.source import Source
from dlint.workspace.groups import closure
from dlint.workspace.workspace import Workspace

if TYPE_CHECKING:
    from dlint.cache.store import Cache


def _nothing() -> None:
    pass


class RunSettings:
    """How a run goes about it.

    ``today`` is an ISO date, for suppressions that run out. ``jobs`` is how many ShellCheck processes may run at a
    time (0: one per core), ``answers`` what ShellCheck said in earlier runs, ``progress`` is called after each file.
    With ``at_cause`` a finding that a target causes in another file is shown in the target.
    """

    __slots__ = ("answers", "at_cause", "jobs", "progress", "today")

    def __init__(
        self,
        today: str,
        *,
        jobs: int = 0,
        answers: Cache | None = None,
        progress: Callable[[], None] = _nothing,
        at_cause: bool = False,
    ) -> None:
        self.today = today
        self.jobs = jobs
        self.answers = answers
        self.progress = progress
        self.at_cause = at_cause


class RunOutcome:
    """What came of a run: ``findings`` sorted, suppressed ones marked; ``failures``; ``notes`` for people.

    ``unread`` are the files with a script that ShellCheck should have read and has not.
    """

    __slots__ = ("failures", "findings", "notes", "unread")

    def __init__(
        self, findings: list[Finding], failures: list[Failure], notes: list[str], unread: frozenset[str]
    ) -> None:
        self.findings = findings
        self.failures = failures
        self.notes = notes
        self.unread = unread


class FileRun:
    """What the walk through one file gets: the file, the rules for it, and where findings go.

    ``target`` says whether the file's own findings are shown; of others only what they have to do with targets counts.
    """

    __slots__ = ("config", "path", "run", "sink", "source", "target", "workspace")

    def __init__(self, run: LintRun, path: str, source: Source, target: bool) -> None:
        self.run = run
        self.workspace = run.workspace
        self.sink = run.sink
        self.path = path
        self.source = source
        self.target = target
        self.config = run.config_of(path)

    def plan(self, *kinds: str, also: frozenset[str] = frozenset()) -> Plan:
        """The rules of ``kinds`` for this file, ``also`` those the file asks for."""
        return self.run.plan(self.path, kinds, also)

    def of(self, path: str) -> FileRun | None:
        """The same for another file of the run; None if it cannot be read."""
        source = self.workspace.files.read(path)
        return FileRun(self.run, path, source, path in self.run.targets) if source is not None else None


class LintRun:
    """One run: a workspace, the rules to choose from, and the configuration for each path."""

    def __init__(
        self, workspace: Workspace, catalogue: Catalogue, config_of: Callable[[str], Config], settings: RunSettings
    ) -> None:
        self.workspace = workspace
        self.catalogue = catalogue
        self.config_of = config_of
        self.settings = settings
        self.sink = Sink()
        self.targets: Mapping[str, str] = {}

    def plan(self, path: str, kinds: tuple[str, ...], also: frozenset[str] = frozenset()) -> Plan:
        """The rules of ``kinds`` for the file at ``path``, ``also`` those the file asks for. Raises ConfigError."""
        return plan(self.config_of(path), self.catalogue, kinds, path, also)

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves the file at ``path`` out."""
        return matches(path, self.config_of(path)["exclude"])

    def lint(self, targets: Mapping[str, str], linted: Mapping[str, str] | None = None) -> RunOutcome:
        """The findings in ``targets`` (path → kind) and those that they cause elsewhere. Raises ConfigError.

        ``linted`` are the files that have to do with the targets, the targets among them; found out if not given.
        """
        if linted is None:
            linted = closure(self.workspace, targets)
        self.targets = targets
        walks = _walks({*linted.values()})
        notes: list[str] = []
        unread: frozenset[str] = frozenset()
        if any(self.config_of(path)["shellcheck"] for path in targets):
            from dlint.lint.scripts import Scripts

            scripts = Scripts(self.plan, self.sink, self.settings.jobs, self.settings.answers)
            try:
                for path, kind in targets.items():
                    source = self.workspace.files.read(path)
                    if source is not None and kind in ("dockerfile", "compose"):
                        scripts.add(FileRun(self, path, source, True), walks[kind].scripts)
                scripts.start()
                self._walk(walks, linted, scripts.poll)
                notes = scripts.report()
                unread = scripts.unread
            finally:
                scripts.close()
        else:
            self._walk(walks, linted, _nothing)
        findings = passes.finish(self, targets, unread)
        return RunOutcome(findings, self.sink.failures, [*self.workspace.notes, *notes], unread)

    def _walk(self, walks: Mapping[str, Any], linted: Mapping[str, str], between: Callable[[], None]) -> None:
        """Show each file to its rules; ``between`` is called after each."""
        for path, kind in sorted(linted.items()):
            source = self.workspace.files.read(path)
            target = path in self.targets
            if source is None:
                if target:
                    reason = self.workspace.files.problems.get(path, "it cannot be read")
                    self.sink.failures.append(Failure(path, reason.removeprefix(f"{path}: ")))
                continue
            if target:
                self.sink.visit(self.plan(path, ("file",)).of(Source), source, None, "", path)
            walks[kind].walk(FileRun(self, path, source, target))
            between()
            if target:
                self.settings.progress()


def _walks(kinds: set[str]) -> dict[str, Any]:
    """The walk for each kind; only the syntax of the kinds at hand is imported."""
    from importlib import import_module

    return {kind: import_module(f"dlint.lint.{kind}") for kind in sorted(kinds)}


def run(
    workspace: Workspace,
    targets: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    *,
    settings: RunSettings | None = None,
    catalogue: Catalogue | None = None,
) -> Report:
    """Lint ``targets`` (path → kind) of a workspace.

    ``config_of`` gives the configuration for a path and ``configs`` all there are. ``catalogue`` holds the rules to
    choose from (default: built in and plugged in). Raises ConfigError.
    """
    linted = closure(workspace, targets)
    if catalogue is None:
        own = plugged(configs)
        kinds = kinds_needed(workspace.files, linted)
        catalogue = Catalogue({**builtin(kinds), **own}) if own else catalogue_of(kinds)
    check_names(configs, catalogue)
    outcome = LintRun(workspace, catalogue, config_of, settings or RunSettings(today())).lint(targets, linted)
    return Report(
        outcome.findings,
        outcome.failures,
        {path: kind for path, kind in sorted(targets.items()) if workspace.files.read(path) is not None},
        rules_of(workspace.files, targets, config_of, catalogue),
        outcome.notes,
        unread=outcome.unread,
    )


def rules_of(
    files: Project, targets: Mapping[str, str], config_of: Callable[[str], Config], catalogue: Catalogue
) -> list[Any]:
    """The rules that are on for some target with the severity each has, by name."""
    plans = dict.fromkeys(
        plan(config_of(path), catalogue, kinds_with(files, path, kind), path) for path, kind in targets.items()
    )
    active = {entry.rule.name: (entry.rule, entry.severity) for one in plans for entry in one.active}
    return [active[name] for name in sorted(active)]


def today() -> str:
    """The date of today, as ``YYYY-MM-DD``."""
    import time

    return time.strftime("%Y-%m-%d")
