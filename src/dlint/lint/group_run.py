"""One run over a workspace: shows each file to the rules that apply and hands what they report to the passes.

It knows kinds of files and no rule. A check that raises becomes a failure of the run; the others go on. What is linted
is every file that has to do with a target; the targets only say what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dlint.config.catalogue import Catalogue
from dlint.config.layers import Config
from dlint.lazy import module_named
from dlint.lint import passes
from dlint.lint.file_run import FileRun, RunState
from dlint.lint.outcome import ALL_READ, RunOutcome, out_of_time
from dlint.lint.settings import RunSettings
from dlint.rule.finding import Failure
from dlint.source import Source
from dlint.workspace.groups import closure
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.lint.scripts import Programs, Scripts


class LintRun:
    """A run over a workspace, in steps: ``gather`` finds what ShellCheck is to read, ``walk`` shows all files to the
    rules, ``finish`` waits for ShellCheck and gives what was found. ``programs`` are the ShellChecks of the run, None
    if none is wanted.
    """

    def __init__(self, state: RunState, linted: Mapping[str, str], programs: Programs | None) -> None:
        self.workspace = state.workspace
        self._state = state
        self._linted = linted
        self._walks = _walks({*linted.values()})
        self._programs = programs
        self._scripts: Scripts | None = None

    def gather(self) -> None:
        """Find the scripts of the targets."""
        state, programs = self._state, self._programs
        if programs is None or not any(state.config_of(path)["shellcheck"] for path in state.targets):
            return
        from dlint.lint.scripts import Scripts

        self._scripts = Scripts(programs)
        for path, kind in state.targets.items():
            source = self.workspace.files.read(path)
            if source is not None and kind in ("dockerfile", "compose", "builder"):
                self._scripts.add(FileRun(state, path, source, True), self._walks[kind].scripts)

    def walk(self) -> None:
        """Show each file to its rules, while ShellCheck reads."""
        state = self._state
        for path, kind in sorted(self._linted.items()):
            source = state.workspace.files.read(path)
            target = path in state.targets
            if source is None:
                if target:
                    reason = state.workspace.files.problems.get(path, "it cannot be read")
                    state.sink.failures.append(Failure(path, reason.removeprefix(f"{path}: ")))
                continue
            if target and kind != "builder":
                state.sink.visit(state.plan(path, ("file",)).of(Source), source, None, "", path)
            self._walks[kind].walk(FileRun(state, path, source, target))
            if self._programs is not None:
                self._programs.poll()
            if target:
                state.settings.progress()

    def is_ready(self) -> bool:
        """Whether ``finish`` would not wait."""
        return self._scripts is None or self._scripts.are_read()

    def finish(self) -> RunOutcome:
        """Wait for ShellCheck; what was found."""
        state = self._state
        unread = ALL_READ
        waiting: Sequence[tuple[str, str]] = ()
        if self._scripts is not None:
            self._scripts.report(state)
            unread, waiting = self._scripts.unread, self._scripts.waiting
        findings = passes.finish(state, unread)
        hidden = passes.redact(state, findings)
        dated = any(suppression.until for suppression in state.sink.suppressions)
        # What is mostly empty takes no room: with thousands of groups it would add up.
        failures, notes, unfinished = (*state.sink.failures,), (*self.workspace.notes,), (*state.sink.unfinished,)
        return RunOutcome(findings, failures, notes, hidden, unread, waiting, dated, unfinished)

    def leave(self) -> None:
        """Go no further."""
        if self._scripts is not None:
            self._scripts.leave()


def lint_workspace(
    workspace: Workspace,
    catalogue: Catalogue,
    config_of: Callable[[str], Config],
    settings: RunSettings,
    targets: Mapping[str, str],
) -> RunOutcome:
    """The findings in ``targets`` (path → kind) and those that they cause elsewhere, all in one run. Raises
    ConfigError.
    """
    from dlint.lint.scripts import Programs

    programs = Programs(settings.jobs, settings.answers, settings.patient)
    state = RunState(workspace, catalogue, config_of, settings, targets)
    run = LintRun(state, targets if settings.own_only else closure(workspace, targets), programs)
    try:
        run.gather()
        programs.start()
        run.walk()
        outcome = run.finish()
    finally:
        programs.close()
    outcome.notes = [*outcome.notes, *programs.troubles]
    outcome.failures = [*outcome.failures, *out_of_time(outcome.unfinished, settings.seconds)]
    return outcome


def _walks(kinds: set[str]) -> dict[str, Any]:
    """The walk for each kind; only the syntax of the kinds at hand is imported."""
    return {kind: module_named(f"dlint.lint.{kind}") for kind in sorted(kinds)}
