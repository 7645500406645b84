"""The groups of files that a run looks at, each by itself; what it finds in one depends on no other."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dlint.workspace.graph import ProjectGraph


class Group:
    """Files that belong together: their ``paths`` in order, and the ``targets`` of the run among them, path → kind.

    One that was joined with another is not ``alive`` any more.
    """

    __slots__ = ("alive", "paths", "targets")

    def __init__(self, paths: Sequence[str], targets: Mapping[str, str]) -> None:
        self.paths = tuple(paths)
        self.targets = targets
        self.alive = True


class Partition:
    """The files of a project in groups.

    ``targets`` are those of the run. Those of no known kind (``""``) belong to no group and are targets of each;
    ``reached`` are files that they may matter to.
    """

    def __init__(self, graph: ProjectGraph, targets: Mapping[str, str], reached: Collection[str] = ()) -> None:
        self._targets = targets
        self._strangers = {path: kind for path, kind in targets.items() if not kind}
        self._reached = reached
        self._of: dict[str, Group] = {}
        for paths in graph.groups:
            self._add(paths)

    def _add(self, paths: Sequence[str]) -> Group:
        own = {path: self._targets[path] for path in paths if path in self._targets}
        group = Group(paths, {**own, **self._strangers} if self._strangers else own)
        self._of.update(dict.fromkeys(paths, group))
        return group

    def of(self, path: str) -> Group | None:
        """The group of a file; None for one that is not known."""
        return self._of.get(path)

    @property
    def wanted(self) -> list[Group]:
        """The groups in which the run may find something to show, in order."""
        paths = sorted(path for path in self._of if self._targets.get(path) or path in self._reached)
        return list(dict.fromkeys(self._of[path] for path in paths))

    def join(self, group: Group, others: Iterable[str]) -> Group:
        """The group that comes of this one and those of other files."""
        parts = dict.fromkeys([group, *(self._of[path] for path in others if path in self._of)])
        for part in parts:
            part.alive = False
        return self._add(sorted(path for part in parts for path in part.paths))

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """The paths of all groups, in order."""
        return list(dict.fromkeys(self._of[path].paths for path in sorted(self._of)))
