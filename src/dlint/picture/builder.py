"""What the makers of the graph share: nodes and edges made where they are first met, in the words that may be shown."""

from __future__ import annotations

from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph, at_home
from dlint.picture.shown import Shown
from dlint.source import Embedded, Node
from dlint.syntax import image as images

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.stage import Stage
    from dlint.workspace.workspace import Workspace


class GraphBuilder:
    """A graph in the making; ``paths`` are the files whose credentials must be known first."""

    def __init__(self, workspace: Workspace, paths: Iterable[str]) -> None:
        self.workspace = workspace
        self.shown = Shown(workspace, paths)
        self.graph = ProjectGraph()
        self.keys: dict[int, str] = {}
        self.known: dict[tuple[object, ...], GraphEdge] = {}

    def key(self, model: ComposeModel) -> str:
        """What a Compose project is called in ids: the path of its main file, or of the one laid over another.

        What other builders ask for is called by their first file.
        """
        if id(model) not in self.keys:
            self.keys[id(model)] = self._key(model)
        return self.keys[id(model)]

    def _key(self, model: ComposeModel) -> str:
        if not model.files:
            return min(model.paths, default=model.source.path)
        first = model.files[0].source.path
        return first if self.workspace.model_of(first) is model else model.files[-1].source.path

    def stage(self, stage: Stage) -> GraphNode:
        """The node of a stage, made when it is first met."""
        where = at_home(stage.from_)
        inner = f"@{where.line}" if isinstance(stage.source, Embedded) else ""
        last = stage is stage.graph.stages[-1]
        name = stage.name or ("last stage" if last else f"stage {stage.index}")
        key = f"{stage.source.path}{inner}#{stage.index}"
        node = self.graph.add(GraphNode("stage", key, self.shown.text(name), stage.from_))
        if not node.detail:
            node.detail = {
                "dockerfile": stage.source.path,
                "inline": bool(inner),
                "index": stage.index,
                "target": stage.name or None,
                "last": last,
                "used": None,
            }
        return node

    def image(self, name: str, word: Node, unknown: bool = False) -> GraphNode:
        """The node of an image that is not built here."""
        shown = self.shown.text(name, word)
        node = self.graph.add(GraphNode("image", shown, shown))
        if not node.detail:
            found = images.parse(shown)
            node.detail = {
                "tag": found.tag if found is not None else None,
                "digest": found.digest if found is not None else None,
                "known": not unknown,
            }
        return node

    def service_node(self, model: ComposeModel, name: str) -> GraphNode | None:
        """The node of a service, or of what another builder asks for."""
        key = f"{self.key(model)}#{name}"
        return self.graph.nodes.get(f"service:{key}") or self.graph.nodes.get(f"builder:{key}")

    def edge(
        self,
        kind: str,
        start: GraphNode,
        end: GraphNode,
        written: Node | None = None,
        meant: Node | None = None,
        label: str = "",
    ) -> GraphEdge:
        """One more edge, unless the same one is there: several builds share their stages."""
        new = GraphEdge(kind, start, end, written, meant, self.shown.text(label) if label else "")
        place = (new.written.source.path, *new.written.span) if new.written is not None else None
        key = (kind, start.id, end.id, new.label, place)
        if key not in self.known:
            self.known[key] = new
            self.graph.edges.append(new)
        return self.known[key]
