"""``mermaid``: a flowchart for Markdown. Names are quoted with entities for all that Mermaid or HTML would read."""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.picture.letters import ELLIPSIS
from dlint.picture.names import label
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph

_SHAPES = {
    "image": ('["', '"]'),
    "stage": ('["', '"]'),
    "builder": ('[["', '"]]'),
    "service": ('(["', '"])'),
    "volume": ('[("', '")]'),
    "network": ('{{"', '"}}'),
    "folder": ('["', '"]'),
}
_LETTERS = {"image": "i", "stage": "b", "builder": "x", "service": "s", "volume": "v", "network": "n", "folder": "f"}
# How an edge is drawn: without a label, and the two halves around one.
_ARROWS = {
    "base": ("-->", "--", "-->"),
    "copy": ("-.->", "-.", ".->"),
    "build": ("==>", "==", "==>"),
    "image": ("-->", "--", "-->"),
    "depends": ("-->", "--", "-->"),
    "volume": ("---", "--", "---"),
    "network": ("-.-", "-.", ".-"),
    "between": ("-->", "--", "-->"),
}
_CLASSES = (
    (Severity.ERROR, "error", "stroke:#c00,stroke-width:3px"),
    (Severity.WARNING, "warning", "stroke:#d97706,stroke-width:2px"),
)
_LIST = pattern(r"^(\d*)([-+.)])(?=\s|$)")
_PLAIN = frozenset(" -_./:,@=+()~")
MOST = 80


def render(graph: ProjectGraph) -> str:
    """The graph as a Mermaid flowchart."""
    writer = _Writer(graph)
    lines = [*writer.edges(), *writer.alone(), *writer.marks()]
    return "".join(f"{line}\n" for line in ["flowchart LR", *(f"  {line}" for line in lines)])


class _Writer:
    def __init__(self, graph: ProjectGraph) -> None:
        self.graph = graph
        self.written: set[str] = set()
        counts = dict.fromkeys(_LETTERS, 0)
        self.names: dict[str, str] = {}
        for node in graph.nodes.values():
            self.names[node.id] = f"{_LETTERS[node.kind]}{counts[node.kind]}"
            counts[node.kind] += 1

    def node(self, node: GraphNode) -> str:
        """A node, with its text where it is met first."""
        name = self.names[node.id]
        if node.id in self.written:
            return name
        self.written.add(node.id)
        before, after = _SHAPES[node.kind]
        return f"{name}{before}{escaped(label(node, self.graph))}{after}"

    def edges(self) -> list[str]:
        """The edges, those that go on from one another without a label in one line."""
        lines: list[str] = []
        before: GraphEdge | None = None
        for edge in self.graph.edges:
            if _goes_on(before, edge):
                lines[-1] += f" --> {self.node(edge.end)}"
            else:
                start, end = (edge.end, edge.start) if edge.kind == "volume" else (edge.start, edge.end)
                lines.append(f"{self.node(start)} {_arrow(edge)} {self.node(end)}")
            before = edge
        return lines

    def alone(self) -> list[str]:
        """The nodes that no edge leads to."""
        return [self.node(node) for node in self.graph.nodes.values() if node.id not in self.written]

    def marks(self) -> list[str]:
        """How nodes with findings stand out."""
        lines: list[str] = []
        for severity, name, style in _CLASSES:
            found = [self.names[node.id] for node in self.graph.nodes.values() if node.severity is severity]
            if found:
                lines += [f"classDef {name} {style}", f"class {','.join(found)} {name}"]
        return lines


def _goes_on(before: GraphEdge | None, edge: GraphEdge) -> bool:
    if before is None or before.kind != "depends" or edge.kind != "depends":
        return False
    return before.end is edge.start and not before.label and not edge.label


def _arrow(edge: GraphEdge) -> str:
    plain, before, after = _ARROWS[edge.kind]
    return f'{before} "{escaped(edge.label)}" {after}' if edge.label else plain


def escaped(text: str) -> str:
    """A text between quotes: letters and a few signs as they are, the rest by number, so that none means anything.

    Source: Mermaid's flowchart syntax, "Entity codes to escape characters".
    """
    if len(text) > MOST:
        text = text[: MOST // 2] + ELLIPSIS + text[-MOST // 2 :]
    found = "".join(map(_letter, text)).strip() or "#32;"
    # What Markdown would take for a list, Mermaid refuses.
    return _LIST.sub(lambda match: f"{match[1]}#{ord(match[2])};", found, count=1)


def _letter(letter: str) -> str:
    if letter in "\n\r\t":
        return " "
    if letter.isalnum() or letter in _PLAIN or letter == ELLIPSIS:
        return letter
    return f"#{ord(letter)};" if letter.isprintable() else "#65533;"
