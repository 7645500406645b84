"""``dot``: for Graphviz. Every text is a quoted string; nothing in it is read as HTML, a record or an escape."""

from __future__ import annotations

from dlint.picture.letters import ELLIPSIS
from dlint.picture.names import label
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph

_SHAPES = {
    "image": "box",
    "stage": "box",
    "builder": "component",
    "service": "box",
    "volume": "cylinder",
    "network": "hexagon",
    "folder": "folder",
}
_STYLES = {"image": "rounded,dashed", "stage": "solid", "service": "rounded,bold"}
_EDGES = {
    "copy": "style=dashed",
    "build": "penwidth=2",
    "volume": "dir=none",
    "network": "dir=none, style=dotted",
}
_COLORS = {Severity.ERROR: "#cc0000", Severity.WARNING: "#d97706"}
MOST = 120


def render(graph: ProjectGraph) -> str:
    """The graph in Graphviz's language."""
    lines = ["digraph dlint {", "  rankdir=LR;", '  node [fontname="Helvetica"];', '  edge [fontname="Helvetica"];']
    lines += [f"  {quoted(node.id)} [{_node(node, graph)}];" for node in graph.nodes.values()]
    lines += [f"  {quoted(edge.start.id)} -> {quoted(edge.end.id)}{_edge(edge)};" for edge in graph.edges]
    return "".join(f"{line}\n" for line in [*lines, "}"])


def _node(node: GraphNode, graph: ProjectGraph) -> str:
    shown = [f"label={quoted(label(node, graph), MOST)}", f"shape={_SHAPES[node.kind]}"]
    if node.kind in _STYLES:
        shown.append(f'style="{_STYLES[node.kind]}"')
    color = _COLORS.get(node.severity) if node.severity is not None else None
    if color is not None:
        shown += [f'color="{color}"', "penwidth=3", f"tooltip={quoted(_worst(node), MOST)}"]
    return ", ".join(shown)


def _worst(node: GraphNode) -> str:
    return max(node.remarks, key=lambda remark: remark.severity).message


def _edge(edge: GraphEdge) -> str:
    shown = [f"label={quoted(edge.label, MOST)}"] if edge.label else []
    if edge.kind in _EDGES:
        shown.append(_EDGES[edge.kind])
    return f" [{', '.join(shown)}]" if shown else ""


def quoted(text: str, most: int = 0) -> str:
    """A string of the language: a backslash would begin an escape such as ``\\N``, so that it is doubled."""
    if most and len(text) > most:
        text = text[: most // 2] + ELLIPSIS + text[-most // 2 :]
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
