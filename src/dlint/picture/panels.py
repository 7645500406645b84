"""Which parts of a graph are drawn together: what has to do with one another, with images of its own."""

from __future__ import annotations

from dlint.picture.boxes import Line
from dlint.picture.cards import PLATE, Card, card
from dlint.picture.letters import shortened, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph

_MOST_LABEL = 150.0
# With so many lines nobody follows one any more; what follows from others is then left out, and above the second
# number the rest as well.
_MANY = 150
_MOST_LINKS = 600
_NEVER_BOXES = frozenset(("network",))


class Link:
    """One line of a picture and the edges that it stands for."""

    __slots__ = ("edges", "line", "shown")

    def __init__(self, line: Line, shown: str, edges: Sequence[GraphEdge]) -> None:
        self.line = line
        self.shown = shown
        self.edges = edges


class Panel:
    """A part of a picture: cards, links, and the files that it is about. ``omitted`` links are too many to be drawn."""

    __slots__ = ("cards", "links", "omitted", "title")

    def __init__(self, title: str, cards: Sequence[Card], links: Sequence[Link], omitted: int) -> None:
        self.title = title
        self.cards = cards
        self.links = links
        self.omitted = omitted


def panels(graph: ProjectGraph) -> list[Panel]:
    """The parts of a graph, Compose projects first."""
    leaders = _joined(graph)
    parts: dict[str, list[GraphNode]] = {}
    for node in graph.nodes.values():
        if node.kind != "image":
            parts.setdefault(leaders[node.id], []).append(node)
    ordered = sorted(parts.values(), key=lambda nodes: (not any(node.project for node in nodes), nodes[0].id))
    return [_panel(graph, nodes) for nodes in ordered]


def _joined(graph: ProjectGraph) -> dict[str, str]:
    """Of each node but images the id that stands for its part."""
    leader = {node.id: node.id for node in graph.nodes.values() if node.kind != "image"}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    first: dict[str, str] = {}
    for node in graph.nodes.values():
        if node.project:
            leader[find(node.id)] = find(first.setdefault(node.project, node.id))
    for edge in graph.edges:
        if edge.start.id in leader and edge.end.id in leader:
            leader[find(edge.end.id)] = find(edge.start.id)
    return {name: find(name) for name in leader}


def _panel(graph: ProjectGraph, nodes: Sequence[GraphNode]) -> Panel:
    own = {node.id for node in nodes}
    edges = [edge for edge in graph.edges if edge.end.id in own]
    networks = [node for node in nodes if node.kind == "network"]
    shared = _shared(edges)
    drawn = [node for node in nodes if node.kind not in _NEVER_BOXES and (node.kind != "volume" or node.id in shared)]
    bases = {_key(edge): edge.start for edge in edges if edge.start.kind == "image" and edge.kind in ("base", "copy")}
    named = {**bases, **{node.id: node for node in drawn}}
    cards = {key: _card(graph, node, edges, networks, shared) for key, node in named.items()}
    files = [" + ".join(graph.short(path) for path in graph.projects[key]) for key in _projects(nodes)]
    title = ", ".join(files) or ("" if graph.folded else ", ".join(dict.fromkeys(graph.short(n.path) for n in drawn)))
    links = _links(edges, cards)
    kept = (_thinned(links) if len(links) > max(_MANY, 3 * len(cards)) else links)[:_MOST_LINKS]
    return Panel(title, [*cards.values()], kept, len(links) - len(kept))


def _key(edge: GraphEdge) -> str:
    """What an edge begins at: an image is drawn once for each Dockerfile, or lines would cross the whole picture."""
    return f"{edge.start.id} {edge.end.path}" if edge.start.kind == "image" else edge.start.id


def _projects(nodes: Iterable[GraphNode]) -> list[str]:
    return sorted({node.project for node in nodes if node.project})


def _shared(edges: Iterable[GraphEdge]) -> set[str]:
    """The volumes that more than one service mounts."""
    users: dict[str, set[str]] = {}
    for edge in edges:
        if edge.kind == "volume":
            users.setdefault(edge.end.id, set()).add(edge.start.id)
    return {volume for volume, services in users.items() if len(services) > 1}


def _card(
    graph: ProjectGraph,
    node: GraphNode,
    edges: Sequence[GraphEdge],
    networks: Sequence[GraphNode],
    shared: set[str],
) -> Card:
    mine = [edge for edge in edges if edge.start is node] if node.kind == "service" else []
    volumes = [
        f"{edge.end.name} → {edge.label}" for edge in mine if edge.kind == "volume" and edge.end.id not in shared
    ]
    joined = [(networks.index(edge.end), edge.end.name) for edge in mine if edge.kind == "network"]
    return card(node, graph, list(dict.fromkeys(volumes)), joined)


def _links(edges: Iterable[GraphEdge], cards: dict[str, Card]) -> list[Link]:
    """The edges between cards; those that are alike as one."""
    groups: dict[tuple[str, str, str], list[GraphEdge]] = {}
    for edge in edges:
        start = _key(edge)
        if start in cards and edge.end.id in cards:
            groups.setdefault((edge.kind, start, edge.end.id), []).append(edge)
    found = []
    for (kind, start, end), same in groups.items():
        label = _label(same)
        shown = shortened(label, _MOST_LABEL, PLATE)
        line = Line(cards[start].box, cards[end].box, kind, label, width(shown, PLATE) if shown else 0)
        found.append(Link(line, shown, same))
    return found


def _label(edges: Sequence[GraphEdge]) -> str:
    labels = list(dict.fromkeys(edge.label for edge in edges if edge.label))
    if not labels or edges[0].kind == "base":
        return ""
    return labels[0] + (f" +{len(labels) - 1}" if len(labels) > 1 else "")


def _thinned(links: Sequence[Link]) -> list[Link]:
    """The links without those between services that lead where others lead step by step."""
    following: dict[str, list[str]] = {}
    for link in links:
        if link.line.kind == "depends":
            following.setdefault(link.line.start.key, []).append(link.line.end.key)
    return [link for link in links if link.line.kind != "depends" or not _leads_round(link.line, following)]


def _leads_round(line: Line, following: dict[str, list[str]]) -> bool:
    """Whether there is another way from the start of a line to its end, of two lines or more."""
    start, end = line.start.key, line.end.key
    waiting = [key for key in following[start] if key not in (start, end)]
    seen = {start, *waiting}
    while waiting:
        for key in following.get(waiting.pop(), ()):
            if key == end:
                return True
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    return False
