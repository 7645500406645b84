"""One run over a workspace: shows each file to the rules that apply and hands what they report to the passes.

It knows kinds of files and no rule. A check that raises becomes a failure of the run; the others go on. What is linted
is every file that has to do with a target; the targets only say what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dlint.config.catalogue import Catalogue
from dlint.config.dispatch import plan
from dlint.config.load import Config
from dlint.lint import passes
from dlint.lint.file_run import FileRun, RunSettings, RunState
from dlint.lint.rules import catalogue_of, check_names, kinds_needed, kinds_with, plugged
from dlint.project.files import ProjectFiles
from dlint.rule.finding import Failure, Finding, Report
from dlint.rule.hidden import Hidden
from dlint.rule.load import builtin
from dlint.source import Source
from dlint.workspace.groups import closure
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class RunOutcome:
    """What came of a run: ``findings`` sorted, suppressed ones marked; ``failures``; ``notes`` for people.

    ``unread`` are the files with a script that ShellCheck should have read and has not, ``waiting`` these scripts, each
    with the program that is to read it. ``hidden`` are the credentials in the files that findings name.
    """

    __slots__ = ("failures", "findings", "hidden", "notes", "unread", "waiting")

    def __init__(
        self,
        findings: list[Finding],
        failures: list[Failure],
        notes: list[str],
        unread: frozenset[str],
        hidden: Hidden,
        waiting: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.findings = findings
        self.failures = failures
        self.notes = notes
        self.unread = unread
        self.hidden = hidden
        self.waiting = waiting


class LintRun:
    """One run: a workspace, the rules to choose from, and the configuration for each path."""

    def __init__(
        self, workspace: Workspace, catalogue: Catalogue, config_of: Callable[[str], Config], settings: RunSettings
    ) -> None:
        self.workspace = workspace
        self.catalogue = catalogue
        self.config_of = config_of
        self.settings = settings

    def lint(self, targets: Mapping[str, str], linted: Mapping[str, str] | None = None) -> RunOutcome:
        """The findings in ``targets`` (path → kind) and those that they cause elsewhere. Raises ConfigError.

        ``linted`` are the files that have to do with the targets, the targets among them; found out if not given.
        """
        if linted is None:
            linted = closure(self.workspace, targets)
        state = RunState(self.workspace, self.catalogue, self.config_of, self.settings, targets)
        settings = self.settings
        walks = _walks({*linted.values()})
        notes: list[str] = []
        unread: frozenset[str] = frozenset()
        waiting: list[tuple[str, str]] = []
        if any(self.config_of(path)["shellcheck"] for path in targets):
            from dlint.lint.scripts import Scripts

            scripts = Scripts(state.plan, state.sink, settings.jobs, settings.answers, settings.patient)
            try:
                for path, kind in targets.items():
                    source = self.workspace.files.read(path)
                    if source is not None and kind in ("dockerfile", "compose", "builder"):
                        scripts.add(FileRun(state, path, source, True), walks[kind].scripts)
                scripts.start()
                _walk(state, walks, linted, scripts.poll)
                notes = scripts.report()
                unread, waiting = scripts.unread, scripts.waiting
            finally:
                scripts.close()
        else:
            _walk(state, walks, linted, lambda: None)
        if state.sink.unfinished:
            state.sink.failures.append(_out_of_time(list(state.sink.unfinished), settings.seconds))
        findings = passes.finish(state, unread)
        hidden = passes.redact(state, findings)
        notes = [*self.workspace.notes, *notes]
        return RunOutcome(findings, state.sink.failures, notes, unread, hidden, waiting)


def _out_of_time(paths: Sequence[str], seconds: float) -> Failure:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    message = f"{paths[0]}{more}: not looked at in full, as the run took more than {seconds:g} seconds"
    return Failure("", f"{message}; lint fewer files at a time")


def _walk(state: RunState, walks: Mapping[str, Any], linted: Mapping[str, str], between: Callable[[], None]) -> None:
    """Show each file to its rules; ``between`` is called after each."""
    for path, kind in sorted(linted.items()):
        source = state.workspace.files.read(path)
        target = path in state.targets
        if source is None:
            if target:
                reason = state.workspace.files.problems.get(path, "it cannot be read")
                state.sink.failures.append(Failure(path, reason.removeprefix(f"{path}: ")))
            continue
        if target and kind != "builder":
            state.sink.visit(state.plan(path, ("file",)).of(Source), source, None, "", path)
        walks[kind].walk(FileRun(state, path, source, target))
        between()
        if target:
            state.settings.progress()


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
        {path: kind for path, kind in sorted(targets.items()) if kind and workspace.files.read(path) is not None},
        rules_of(workspace.files, targets, config_of, catalogue),
        outcome.notes,
        unread=outcome.unread,
        hidden=outcome.hidden,
        pages=next((config["rule-pages"] for config in configs if config["rule-pages"]), ""),
    )


def rules_of(
    files: ProjectFiles, targets: Mapping[str, str], config_of: Callable[[str], Config], catalogue: Catalogue
) -> list[Any]:
    """The rules that are on for some target with the severity each has, by name."""
    plans = dict.fromkeys(
        plan(config_of(path), catalogue, kinds_with(files, path, kind), path) for path, kind in targets.items()
    )
    active = {
        entry.rule.name: (entry.rule, entry.severity) for one in plans for entry in one.active if entry.gatherer is None
    }
    return [active[name] for name in sorted(active)]


def today() -> str:
    """The date of today, as ``YYYY-MM-DD``."""
    import time

    return time.strftime("%Y-%m-%d")
