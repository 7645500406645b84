"""``json``: the graph for programs, in an envelope with a version, as docs/schemas/graph-1.json has it."""

from __future__ import annotations

from dlint import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph, Remark
    from dlint.source import Node

VERSION = 1


def render(graph: ProjectGraph) -> str:
    """The graph as one JSON object."""
    import json

    data = {
        "version": VERSION,
        "tool": {"name": "dlint", "version": __version__},
        "folder": graph.folder,
        "folded": graph.folded,
        "partial": graph.partial,
        "projects": [{"id": key, "files": files} for key, files in graph.projects.items()],
        "nodes": [_node(node) for node in graph.nodes.values()],
        "edges": [_edge(edge) for edge in graph.edges],
        "findings_elsewhere": [_remark(remark) for remark in graph.elsewhere],
        "notes": graph.notes,
    }
    return json.dumps(data, indent=2, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8") + "\n"


def _node(node: GraphNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "name": node.name,
        "project": node.project or None,
        "place": place(node.where),
        "detail": node.detail,
        "severity": node.severity.label if node.severity is not None else None,
        "findings": [_remark(remark) for remark in node.remarks],
    }


def _edge(edge: GraphEdge) -> dict[str, Any]:
    return {
        "kind": edge.kind,
        "from": edge.start.id,
        "to": edge.end.id,
        "label": edge.label,
        "written": place(edge.written),
        "meant": place(edge.meant),
        "detail": edge.detail,
    }


def _remark(remark: Remark) -> dict[str, Any]:
    return {
        "rule": remark.rule,
        "severity": remark.severity.label,
        "message": remark.message,
        "place": place(remark.where),
    }


def place(node: Node | None) -> dict[str, Any] | None:
    """A place of a file: lines and columns from 1, columns in characters, ends exclusive."""
    if node is None:
        return None
    line, column = node.source.position(node.span[0])
    end_line, end_column = node.source.position(node.span[1])
    return {
        "path": node.source.path, "line": line, "column": column, "end_line": end_line, "end_column": end_column
    }  # fmt: skip
