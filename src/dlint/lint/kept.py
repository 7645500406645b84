"""What earlier runs found in groups of files, as far as it still holds.

A finding depends on files only through what a run asks of ``ProjectFiles``. While a group is linted its questions are
written down with a hash of their answers; a later run asks them again. If all answers are the same, and with them the
files of the group, the configuration, dlint and ShellCheck, so are the findings.
"""

from __future__ import annotations

from dlint.cache.results import Results, loads
from dlint.lint.trace import SettingsHashes, Trace, hash_of, holds
from dlint.project.questions import Answers, AskedFiles
from dlint.workspace.graph import ProjectGraph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from dlint.config.folders import FolderConfigs
    from dlint.lint.outcome import RunOutcome
    from dlint.lint.partition import Group
    from dlint.lint.settings import RunSettings
    from dlint.project.files import ProjectFiles
    from dlint.source import Source
    from dlint.workspace.workspace import Workspace

_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def kept_graph(root: str, files: ProjectFiles) -> KeptGraph | None:
    """What earlier runs found in the project in a folder, if it can be told by which dlint."""
    from dlint.cache.identity import identity as identity_of_dlint

    known = identity_of_dlint()
    return KeptGraph(Results(root, known), files) if known else None


class KeptGraph:
    """The groups of a project's files between runs."""

    def __init__(self, results: Results, files: ProjectFiles) -> None:
        self.results = results
        self.listings: dict[str, bytes] = {}
        self._plain = files
        # Files that are known by their names, and one hash over them.
        self._named: tuple[Mapping[str, str], str] | None = None
        self._adopted: ProjectGraph | None = None
        # What that graph rests on.
        self._rests_on: dict[str, Any] = {}
        self.files = AskedFiles(files, self.listings)
        self._answers = Answers(files, self.listings)

    def names(self, workspace: Workspace) -> str:
        """One hash over the files that a workspace knows by their names."""
        known = self._named
        if known is None or known[0] is not workspace.known:
            known = self._named = workspace.known, hash_of(sorted(workspace.known.items()), workspace.partial)
        return known[1]

    def adopt(self, workspace: Workspace, every: bool) -> None:
        """Give a workspace, whose files are ours, its graph, if it is known and still holds."""
        if not (every and self._adopts(workspace, True)):
            self._adopts(workspace, False)

    def _adopts(self, workspace: Workspace, every: bool) -> bool:
        record = self.results.get("", self._graph_key(workspace, every))
        try:
            if record is None or self._answers.digest(record["asked"]) != record["answers"]:
                return False
            kinds = {**workspace.known, **record["kinds"]}
            alone = kinds.keys() - {path for group in record["groups"] for path in group}
            groups = sorted([*record["groups"], *([path] for path in alone)])
            self._adopted = ProjectGraph(kinds, groups, record["images"], record["whole"] is True, every)
            self._rests_on = {"asked": record["asked"], "answers": record["answers"]}
            workspace.adopt(self._adopted)
        except _UNREADABLE:
            # Somebody else wrote it.
            return False
        return True

    def groups(
        self, workspace: Workspace, configs: FolderConfigs, settings: RunSettings, graph: ProjectGraph
    ) -> KeptGroups:
        """What was found in the groups of a graph, which is kept if it was worked out in this run."""
        if graph is not self._adopted:
            self._keep(workspace, graph)
            self._adopted = graph
        trace = Trace(self._answers)
        trace.take(self._rests_on)
        return KeptGroups(self.results, self._answers, trace, graph, configs, settings, workspace)

    def holds(self, record: Mapping[str, Any], configs: FolderConfigs, today: str) -> bool:
        """Whether what a whole run rested on is as it was (``KeptGroups.trace``)."""
        try:
            return holds(record, self._answers, SettingsHashes(configs), today)
        except _UNREADABLE:
            # Somebody else wrote it.
            return False

    def _keep(self, workspace: Workspace, graph: ProjectGraph) -> None:
        asked, answers = self._answers.learn(self.files)
        self._rests_on = {"asked": asked, "answers": answers}
        record = {
            **self._rests_on,
            "kinds": {path: kind for path, kind in graph.kinds.items() if path not in workspace.known},
            "groups": [[*group] for group in graph.groups if len(group) > 1],
            "whole": graph.whole,
            "images": {name: [*paths] for name, paths in graph.images.items()},
        }
        self.results.put("", self._graph_key(workspace, graph.every), record)

    def _graph_key(self, workspace: Workspace, every: bool) -> str:
        return hash_of(self.names(workspace), every)


class KeptGroups:
    """What was found in groups of files of a workspace, whose ``graph`` this is."""

    def __init__(
        self,
        results: Results,
        answers: Answers,
        trace: Trace,
        graph: ProjectGraph,
        configs: FolderConfigs,
        settings: RunSettings,
        workspace: Workspace,
    ) -> None:
        self._results = results
        self._read = answers.files.read
        self.listings = answers.listings
        self._answers = answers
        self._trace = trace
        self._graph = graph
        self._settings = settings
        self._hashes = SettingsHashes(configs)
        self._common = hash_of(
            sorted((name, sorted(paths)) for name, paths in graph.images.items()), workspace.partial, graph.whole
        )
        self._known = workspace.known
        self._keys: dict[Group, str] = {}
        # What counts for groups besides their files → its hash.
        self._rests: dict[tuple[object, ...], str] = {}
        # The groups whose records hold.
        self._sure: set[Group] = set()

    def view(self, files: ProjectFiles) -> ProjectFiles:
        """Files whose questions are written down, for one group."""
        return AskedFiles(files, self.listings)

    def known(self, group: Group) -> Mapping[str, Any] | None:
        """The record of a group, which has what was found in it or, as ``joins``, other files that belong with it; None
        if there is none that holds.
        """
        line = self._results.line(group.paths[0], self._key(group))
        record: Mapping[str, Any] | None = loads(line) if line else None
        try:
            if record is None or not isinstance(record.get("joins", []), list):
                return None
            if not holds(record, self._answers, self._hashes, self._settings.today):
                return None
            self._take(group, record)
        except _UNREADABLE:
            # Somebody else wrote it.
            return None
        return record

    def outcome(self, record: Mapping[str, Any]) -> RunOutcome | None:
        """What a record says was found; None if it is none, as somebody else wrote it."""
        try:
            return outcome_of(record, self._read)
        except _UNREADABLE:
            return None

    def trace(self, groups: Sequence[Group]) -> dict[str, Any] | None:
        """What the findings of these groups rest on, all in one; None if there is a group of which that is not kept.

        It speaks for the same known files and the same targets only.
        """
        strange = any(not kind for group in groups for kind in group.targets.values())
        if strange or not self._sure.issuperset(groups):
            return None
        return self._trace.record(self._hashes)

    def _take(self, group: Group, record: Mapping[str, Any]) -> None:
        self._trace.take(record, group.paths)
        self._sure.add(group)

    def record(
        self, group: Group, outcome: RunOutcome, files: ProjectFiles, configured: Sequence[str]
    ) -> dict[str, Any] | None:
        """What was found as a record; None if something went wrong or it cannot be kept. ``configured`` are the folders
        whose settings counted.
        """
        from dlint.cache.rows import UnkeptError

        if outcome.failures or outcome.unread or outcome.unfinished or not isinstance(files, AskedFiles):
            return None
        try:
            record = plain(outcome, self._read)
        except UnkeptError:
            return None
        record["day"] = self._settings.today if outcome.dated else ""
        return self._traced(record, files, configured)

    def joins(self, others: Sequence[str], files: ProjectFiles, configured: Sequence[str]) -> dict[str, Any] | None:
        """A record which says that a group belongs with other files."""
        if not isinstance(files, AskedFiles):
            return None
        return self._traced({"joins": [*others], "day": ""}, files, configured)

    def _traced(self, record: dict[str, Any], files: AskedFiles, configured: Sequence[str]) -> dict[str, Any]:
        record["configs"] = [*configured]
        record["settings"] = self._hashes.digest(configured)
        record["asked"], record["answers"] = self._answers.learn(files)
        return record

    def put(self, group: Group, record: dict[str, Any] | None, *, sent: bool = False) -> None:
        """Keep a record; one that was ``sent`` rests on what another process was told."""
        if record is not None and sent:
            self._answers.check(record["asked"], record["answers"])
        self._sure.discard(group)
        if record is not None and self._results.put(group.paths[0], self._key(group), record):
            self._take(group, record)

    def save(self) -> None:
        """Write what is new."""
        self._results.save()

    def _key(self, group: Group) -> str:
        found = self._keys.get(group)
        if found is None:
            found = self._keys[group] = self._key_of(group)
        return found

    def _key_of(self, group: Group) -> str:
        kinds, paths = self._graph.kinds, group.paths
        files = hash_of([(path, kinds.get(path, ""), path in self._known) for path in paths])
        # Targets by their numbers, so that what else counts is the same for many groups.
        numbers = {path: number for number, path in enumerate(paths)}
        targets = tuple(
            sorted(
                (numbers.get(path, -1), "" if path in numbers else path, kind) for path, kind in group.targets.items()
            )
        )
        what = targets, tuple([self._hashes.of(path) for path in (*paths, *group.targets)])
        rest = self._rests.get(what)
        if rest is None:
            rest = self._rests[what] = hash_of(what, self._settings.at_cause, self._common)
        return f"{files}.{rest}"


def plain(outcome: RunOutcome, read: Callable[[str], Source | None], *, whole: bool = False) -> dict[str, Any]:
    """What was found as what JSON has; ``whole`` with the credentials that a fix writes. Raises UnkeptError."""
    from dlint.cache.rows import hidden_row, rows_of

    return {
        "found": rows_of(outcome.findings, outcome.hidden, read, whole=whole),
        "hidden": hidden_row(outcome.hidden, read),
        "notes": [*outcome.notes],
    }


def outcome_of(record: Mapping[str, Any], read: Callable[[str], Source | None]) -> RunOutcome:
    """What ``plain`` made a record of. Raises what ``findings_of`` does."""
    from dlint.cache.rows import findings_of, hidden_of
    from dlint.lint.outcome import RunOutcome

    hidden = hidden_of(record["hidden"], read)
    return RunOutcome(findings_of(record["found"], read), (), [*record["notes"]], hidden)
