"""A large graph made small: one node a folder, and what the folders have to do with one another."""

from __future__ import annotations

import posixpath
from collections import Counter

from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NODES = 300
"""A picture with more boxes shows nothing any more."""


def folded(graph: ProjectGraph, most: int = MOST_NODES) -> ProjectGraph:
    """The graph itself if it is small; else the one of its folders, upper ones if there are too many of those."""
    if len(graph.nodes) <= most:
        return graph
    depth = max(node.path.count("/") for node in graph.nodes.values())
    while depth > 0 and len({_folder(node, depth) for node in graph.nodes.values() if node.path}) > most:
        depth -= 1
    return _by_folder(graph, depth)


def _folder(node: GraphNode, depth: int) -> str:
    return "/".join(posixpath.dirname(node.path).split("/")[:depth])


def _by_folder(graph: ProjectGraph, depth: int) -> ProjectGraph:
    small = ProjectGraph(graph.folder)
    small.folded, small.partial, small.elsewhere = True, graph.partial, graph.elsewhere
    small.notes = [*graph.notes, f"{len(graph.nodes)} nodes, shown by folder; name a folder or a file to see all of it"]
    members: dict[str, list[GraphNode]] = {}
    for node in graph.nodes.values():
        if node.path:
            members.setdefault(_folder(node, depth), []).append(node)
    homes = {}
    for folder, nodes in sorted(members.items()):
        home = small.add(_node(folder, nodes))
        homes.update({node.id: home for node in nodes})
    small.edges = _edges(graph, homes)
    return small


def _node(folder: str, nodes: list[GraphNode]) -> GraphNode:
    node = GraphNode("folder", folder or ".", folder or ".", nodes[0].where)
    counts = Counter(one.kind for one in nodes)
    node.detail = {"path": folder, "counts": {kind: counts[kind] for kind in sorted(counts)}}
    node.remarks = [remark for one in nodes for remark in one.remarks]
    return node


def _edges(graph: ProjectGraph, homes: Mapping[str, GraphNode]) -> list[GraphEdge]:
    """One edge between two folders, with the first of the edges that it stands for."""
    found: dict[tuple[str, str], GraphEdge] = {}
    for edge in graph.edges:
        start, end = homes.get(edge.start.id), homes.get(edge.end.id)
        if start is None or end is None or start is end:
            continue
        new = found.setdefault((start.id, end.id), GraphEdge("between", start, end, edge.written, edge.meant))
        kinds = new.detail.setdefault("kinds", {})
        kinds[edge.kind] = kinds.get(edge.kind, 0) + 1
    return [found[key] for key in sorted(found)]
