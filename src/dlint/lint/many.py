"""Lints groups of files one after the other, ShellCheck beside them, and lets go of each when it is done."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic

from dlint.config.catalogue import Catalogue
from dlint.config.layers import Config
from dlint.lint.file_run import RunState
from dlint.lint.group_run import LintRun
from dlint.lint.outcome import RunOutcome
from dlint.lint.partition import Group, Partition
from dlint.lint.rules import catalogue_of, check_names, kinds_needed, plugged
from dlint.lint.settings import RunSettings
from dlint.project.files import ProjectFiles
from dlint.rule.finding import Finding, Suppressed
from dlint.rule.load import builtin
from dlint.rule.rule import Related
from dlint.source import Node, edit_of
from dlint.workspace.groups import closure
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.lint.kept import KeptGroups
    from dlint.lint.scripts import Programs
    from dlint.rule.rule import Rule
    from dlint.workspace.graph import ProjectGraph

# How many groups are read ahead, so that ShellCheck has work from the start, and how many may wait for it.
_AHEAD = 100
_WAITING = 200
# So many different sentences and texts of fixes are looked for among those that other findings have.
_MOST_TEXTS = 10_000
# After so many characters of text what their groups have left behind is taken away: little of it leads back to itself.
_SWEEP = 2_000_000
# So many characters are kept with all that was made of them: a short run ends before anybody has to take it apart.
_SPARED = 300_000


class Rules:
    """The rules of a run. ``catalogue`` holds them all, if given; else each group has those that speak about its files,
    and those of plug-ins.
    """

    def __init__(self, configs: Sequence[Config], catalogue: Catalogue | None = None) -> None:
        self._configs = configs
        self._catalogue = catalogue
        self._own: dict[str, Rule] = plugged(configs) if catalogue is None else {}
        self._made: dict[tuple[str, ...], Catalogue] = {}

    def of(self, files: ProjectFiles, linted: Mapping[str, str]) -> Catalogue:
        """The rules for some files."""
        if self._catalogue is not None:
            return self._catalogue
        kinds = kinds_needed(files, linted)
        if not self._own:
            return catalogue_of(kinds)
        if kinds not in self._made:
            self._made[kinds] = Catalogue({**builtin(kinds), **self._own})
        return self._made[kinds]

    def check_names(self, files: ProjectFiles, linted: Mapping[str, str]) -> None:
        """Refuse configurations that name a rule which is none. Raises ConfigError."""
        check_names(self._configs, self.of(files, linted))


class ManyRuns:
    """Runs over groups of the files of a workspace; what is ``found`` in each, and ``troubles`` with ShellCheck.

    ``kept`` keeps it for later runs.
    """

    def __init__(
        self,
        workspace: Workspace,
        graph: ProjectGraph,
        rules: Rules,
        config_of: Callable[[str], Config],
        settings: RunSettings,
        kept: KeptGroups | None,
    ) -> None:
        self._workspace = workspace
        self._graph = graph
        self._rules = rules
        self._config_of = config_of
        self._settings = settings
        self._kept = kept
        self._programs: Programs | None = None
        self._until = monotonic() + settings.seconds
        self._left = 0
        # Groups that are done and not taken apart yet.
        self._spared: list[Begun] = []
        self._slimming = Slimming()
        self.found: dict[Group, RunOutcome] = {}
        self.troubles: list[str] = []

    def lint(self, partition: Partition, groups: Sequence[Group]) -> None:
        """Lint these groups, and those that are joined on the way. Raises ConfigError."""
        if any(self._config_of(path)["shellcheck"] for group in groups for path in group.targets):
            from dlint.lint.scripts import Programs

            settings = self._settings
            self._programs = Programs(settings.jobs, settings.answers, settings.patient)
        try:
            while groups:
                groups = [*self._round(partition, groups)]
        finally:
            if self._programs is not None:
                self.troubles = self._programs.troubles
                self._programs.close()

    def _round(self, partition: Partition, groups: Sequence[Group]) -> Iterator[Group]:
        """Lint groups; gives those that come of joining some of them with others."""
        ahead: deque[Begun] = deque()
        waiting: deque[Begun] = deque()

        def walk() -> Iterator[Group]:
            begun = ahead.popleft()
            if begun.group.alive:
                begun.run.walk()
                if begun.run.workspace.missed:
                    yield from self._joined(partition, begun)
                else:
                    waiting.append(begun)
            else:
                begun.run.leave()

        def finish(most: int) -> Iterator[Group]:
            while waiting and (len(waiting) > most or waiting[0].run.is_ready()):
                begun = waiting.popleft()
                if begun.group.alive:
                    yield from self._finish(partition, begun)
                else:
                    begun.run.leave()

        for group in groups:
            if group.alive:
                ahead.append(self._begin(group))
            while len(ahead) > (_AHEAD if self._programs is not None else 0):
                yield from walk()
                yield from finish(_WAITING)
        if self._programs is not None:
            self._programs.start()
        while ahead:
            yield from walk()
            yield from finish(_WAITING)
        yield from finish(0)

    def _begin(self, group: Group) -> Begun:
        files = self._workspace.files
        workspace = self._workspace.group(group.paths, self._graph, self._kept.view(files) if self._kept else files)
        linted = closure(workspace, group.targets)
        configured: dict[str, None] = {}
        configs: dict[str, Config] = {}

        def config_of(path: str) -> Config:
            found = configs.get(path)
            if found is None:
                configured[path.rpartition("/")[0]] = None
                found = configs[path] = self._config_of(path)
            return found

        rules, settings = self._rules.of(workspace.files, linted), self._settings
        state = RunState(workspace, rules, config_of, settings, group.targets, self._until)
        run = LintRun(state, linted, self._programs)
        run.gather()
        return Begun(group, run, configured)

    def _finish(self, partition: Partition, begun: Begun) -> Iterator[Group]:
        group, run = begun.group, begun.run
        outcome = run.finish()
        if run.workspace.missed:
            yield from self._joined(partition, begun)
            return
        for finding in outcome.findings:
            self._slimming.slim(finding)
        files, configured = run.workspace.files, [*begun.configured]
        self._take(group, outcome, self._kept.record(group, outcome, files, configured) if self._kept else None)
        self._left += sum(len(self._workspace.files.text(path)) for path in group.paths)
        self._spared.append(begun)
        if self._left > _SPARED:
            for done in self._spared:
                done.run.workspace.leave()
                self._workspace.release(done.group.paths)
            self._spared.clear()
        if self._left > _SWEEP:
            # What comes next is spared no more.
            self._left = _SPARED
            gc.collect()

    def _take(self, group: Group, outcome: RunOutcome, record: dict[str, Any] | None) -> None:
        """Take what was found in a group, and the record of it if there is one to keep."""
        self.found[group] = outcome
        if self._kept is not None:
            self._kept.put(group, record)

    def _joined(self, partition: Partition, begun: Begun) -> Iterator[Group]:
        """The group with those that build an image it takes."""
        begun.run.leave()
        files, configured = begun.run.workspace.files, [*begun.configured]
        kept = self._kept
        yield from self._join(
            partition, begun, kept.joins([*begun.run.workspace.missed], files, configured) if kept else None
        )

    def _join(self, partition: Partition, begun: Begun, record: dict[str, Any] | None) -> Iterator[Group]:
        if self._kept is not None:
            self._kept.put(begun.group, record)
        yield partition.join(begun.group, begun.run.workspace.missed)


class Begun:
    """A group that is being linted, and the folders whose settings it asked for."""

    __slots__ = ("configured", "group", "run")

    def __init__(self, group: Group, run: LintRun, configured: Mapping[str, None]) -> None:
        self.group = group
        self.run = run
        self.configured = configured


class Slimming:
    """Lets findings hold places only, no trees: those are to go. What many of them say is there once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def slim(self, finding: Finding) -> None:
        """Make one smaller; it says the same."""
        text = self._text
        for part in finding.parts:
            self.slim(part)
        finding.message = text(finding.message)
        finding.anchor = text(finding.anchor)
        if finding.related:
            finding.related = tuple([Related(_place(one.where), text(one.message)) for one in finding.related])
        if finding.fix is not None:
            finding.fix.title = text(finding.fix.title)
            finding.fix.edits = tuple([edit_of((source, span, text(new))) for source, span, new in finding.fix.edits])
        if finding.hides is not None:
            finding.hides = [_place(node) for node in finding.hides]
        hidden = finding.suppressed
        if hidden is not None and hidden.where is not None:
            finding.suppressed = Suppressed(hidden.kind, hidden.reason, _place(hidden.where))

    def _text(self, text: str) -> str:
        if len(self._texts) > _MOST_TEXTS:
            self._texts.clear()
        return self._texts.setdefault(text, text)


def _place(node: Node) -> Node:
    return Node(node.source, node.span)
