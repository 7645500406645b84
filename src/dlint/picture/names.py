"""How nodes and edges are called in a picture."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.picture.graph import GraphNode, ProjectGraph

_COUNTED = {
    "image": ("image", "images"),
    "stage": ("stage", "stages"),
    "builder": ("other build", "other builds"),
    "service": ("service", "services"),
    "volume": ("volume", "volumes"),
    "network": ("network", "networks"),
    "folder": ("folder", "folders"),
}


def image(node: GraphNode) -> str:
    """An image, with a word where it has no tag; a digest is cut to what tells it from others."""
    detail = node.detail
    name, _, digest = node.name.partition("@")
    if digest:
        return f"{name}@{digest[:15]}…" if len(digest) > 16 else node.name
    missing = detail.get("known", True) and detail.get("tag") is None and node.name != "scratch"
    return f"{node.name} (no tag)" if missing else node.name


def label(node: GraphNode, graph: ProjectGraph) -> str:
    """A node in one line."""
    if node.kind == "image":
        return image(node)
    if node.kind == "stage":
        return f"{graph.short(node.path)}: {node.name}"
    if node.kind == "folder":
        return f"{node.name}: {counts(node.detail['counts'])}"
    if node.kind == "builder":
        return f"{node.detail['noun']} {node.name}"
    ports = node.detail.get("ports", [])
    return ", ".join([node.name, *ports]) if node.kind == "service" else node.name


def counts(numbers: dict[str, int]) -> str:
    """``3 services, 1 volume``."""
    return ", ".join(f"{number} {_COUNTED[kind][number != 1]}" for kind, number in numbers.items() if number)


def totals(graph: ProjectGraph) -> str:
    """What there is in a graph, in words."""
    numbers = {kind: sum(1 for _ in graph.of_kind(kind)) for kind in _COUNTED}
    return counts(numbers)
