"""What earlier runs found in the files of a run, as far as it still holds. Neither rules nor findings are needed."""

from __future__ import annotations

from dlint.lint.partition import Group, Partition
from dlint.workspace.groups import closure, graph_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from dlint.lint.kept import KeptGroups
    from dlint.lint.settings import RunSettings
    from dlint.workspace.graph import ProjectGraph
    from dlint.workspace.workspace import Workspace

    Keep = Callable[[RunSettings, ProjectGraph], KeptGroups]


class Recalled:
    """The groups of a run's files, the ``records`` of those that have not changed, and the groups that are ``left``.

    ``kept`` keeps what is found in these; it is None where nothing is kept, and then all groups are left.
    """

    __slots__ = ("graph", "is_spent", "kept", "left", "partition", "records", "workspace")

    def __init__(
        self, workspace: Workspace, graph: ProjectGraph, partition: Partition, kept: KeptGroups | None
    ) -> None:
        self.workspace = workspace
        self.graph = graph
        self.partition = partition
        self.kept = kept
        self.records: dict[Group, Mapping[str, Any]] = {}
        self.left: list[Group] = []
        # Whether a run has gone on from here.
        self.is_spent = False

    @property
    def trace(self) -> Mapping[str, Any] | None:
        """What all that is found rests on, whether earlier or in this run; None if not all of it is kept."""
        return self.kept.trace(self.partition.wanted) if self.kept is not None else None


def recall(
    workspace: Workspace, targets: Mapping[str, str], settings: RunSettings, keep: Keep | None = None
) -> Recalled:
    """What is known of ``targets`` (path → kind); ``keep`` gives what earlier runs found."""
    workspace = workspace.knowing(targets)
    graph = graph_of(workspace, "compose" in targets.values())
    strangers = {path: kind for path, kind in targets.items() if not kind}
    partition = Partition(graph, targets, closure(workspace, strangers) if strangers else ())
    kept = keep(settings, graph) if keep is not None else None
    found = Recalled(workspace, graph, partition, kept)
    if kept is None:
        found.left = partition.wanted
        return found
    # Those that come of joining some are looked at behind the others.
    waiting = partition.wanted
    for group in waiting:
        record = kept.known(group) if group.alive else None
        if record is None:
            found.left.append(group)
        elif "joins" in record:
            waiting.append(partition.join(group, map(str, record["joins"])))
        else:
            found.records[group] = record
            for _ in group.targets:
                settings.progress()
    found.left = [group for group in found.left if group.alive]
    found.records = {group: record for group, record in found.records.items() if group.alive}
    return found
