"""The graph as plain data: what is built, what runs, and what one has to do with another."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.rule.severity import Severity
from dlint.source import Embedded, Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

NODE_KINDS = ("image", "stage", "builder", "service", "volume", "network", "folder")
EDGE_KINDS = ("base", "copy", "build", "image", "depends", "volume", "network", "between")


class Remark(NamedTuple):
    """A finding at a node: its rule, how bad it is, what it says and where it stands."""

    rule: str
    severity: Severity
    message: str
    where: Node


class GraphNode:
    """One thing of the project. ``id`` stays the same from run to run, ``name`` is what people call it.

    ``kind`` is one of ``NODE_KINDS``, ``where`` its place (None for an image, which may be named at many), ``project``
    the Compose project it belongs to, ``""`` for none. ``detail`` holds plain data, by words that docs/graph.md lists.
    """

    __slots__ = ("detail", "id", "kind", "name", "project", "remarks", "where")

    def __init__(self, kind: str, key: str, name: str, where: Node | None = None, project: str = "") -> None:
        self.kind = kind
        self.id = f"{kind}:{key}"
        self.name = name
        self.where = at_home(where) if where is not None else None
        self.project = project
        self.detail: dict[str, Any] = {}
        self.remarks: list[Remark] = []

    @property
    def path(self) -> str:
        """The file it stands in; empty for an image."""
        return self.where.source.path if self.where is not None else ""

    @property
    def severity(self) -> Severity | None:
        """The worst of its findings."""
        return max((remark.severity for remark in self.remarks), default=None)


class GraphEdge:
    """How one node has to do with another. ``kind`` is one of ``EDGE_KINDS``.

    ``written`` is the value that says so, ``meant`` the place of the thing that it means, None if that is not a place
    of the project. ``label`` is short and for people, ``detail`` as in ``GraphNode``.
    """

    __slots__ = ("detail", "end", "kind", "label", "meant", "start", "written")

    def __init__(
        self,
        kind: str,
        start: GraphNode,
        end: GraphNode,
        written: Node | None = None,
        meant: Node | None = None,
        label: str = "",
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.written = at_home(written) if written is not None else None
        self.meant = at_home(meant) if meant is not None else None
        self.label = label
        self.detail: dict[str, Any] = {}


class ProjectGraph:
    """Nodes and edges in a fixed order. ``projects`` maps the key of each Compose project to the files it is made of.

    ``folder`` is the one all shown files lie in, from the project's root; ``notes`` are sentences about what is left
    out; ``folded`` says that its nodes are folders. ``elsewhere`` are the findings that belong to no node.
    """

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        self.nodes: dict[str, GraphNode] = {}
        self.edges: list[GraphEdge] = []
        self.projects: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self.folded = False
        self.partial = False
        self.elsewhere: list[Remark] = []

    def add(self, node: GraphNode) -> GraphNode:
        """The node, or the one that has its id already."""
        return self.nodes.setdefault(node.id, node)

    def of_kind(self, *kinds: str) -> Iterator[GraphNode]:
        """The nodes of some kinds, in order."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def short(self, path: str) -> str:
        """A path of the project as it is shown: from the folder that all of them lie in."""
        return path.removeprefix(f"{self.folder}/") if self.folder else path


def at_home(node: Node) -> Node:
    """The node as a place of a file: what is written inside a value leads to that value."""
    return node.source.place(node) if isinstance(node.source, Embedded) else node
