"""``svg``: the picture, laid out here and drawn with plain shapes and text; nothing in it runs or is fetched."""

from __future__ import annotations

from dlint.picture import style
from dlint.picture.boxes import Line
from dlint.picture.cards import Card, Plate, Words
from dlint.picture.layout import ARROW, LABEL_PAD, place
from dlint.picture.letters import shortened, width
from dlint.picture.names import label, totals
from dlint.picture.panels import Link, Panel, panels
from dlint.picture.style import escaped, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dlint.picture.graph import GraphEdge, GraphNode, ProjectGraph

_MARGIN = 24.0
_PANEL_PAD = 20.0
_PANEL_TITLE = 22.0
_PANEL_GAP = 20.0
_HEADING = 52.0
_LEAST_WIDTH = 420.0
_WIDE = 1280.0
_MOST_REMARKS = 8


class _Placed:
    """A panel with its place."""

    __slots__ = ("height", "panel", "width", "x", "y")

    def __init__(self, panel: Panel) -> None:
        wide, high = place([card.box for card in panel.cards], [link.line for link in panel.links])
        self.panel = panel
        self.width = max(wide, 120.0) + 2 * _PANEL_PAD
        self.height = high + 2 * _PANEL_PAD + _PANEL_TITLE
        self.x = 0.0
        self.y = 0.0


def render(graph: ProjectGraph) -> str:
    """The graph as one SVG file."""
    placed = [_Placed(panel) for panel in panels(graph)]
    width_of_all, bottom = _shelves(placed)
    legend, bottom = style.legend(graph, placed_kinds(placed), _MARGIN, bottom + _PANEL_GAP, width_of_all - _MARGIN)
    total = bottom + _MARGIN
    title = graph.folder or "the project"
    what = totals(graph)
    omitted = sum(one.panel.omitted for one in placed)
    if omitted:
        what += f"; {omitted} lines that follow from others or are too many are left out"
    size = f'width="{number(width_of_all)}" height="{number(total)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {number(width_of_all)} {number(total)}"',
        ' role="img" aria-labelledby="dlint-title dlint-desc">',
        f'<title id="dlint-title">{escaped(f"How {title} is built and runs")}</title>',
        f'<desc id="dlint-desc">{escaped(_description(graph))}</desc>',
        f"<style>{style.sheet()}</style>",
        f'<rect class="bg" {size} rx="10"/>',
        *_heading(title, what, width_of_all),
        *(line for one in placed for line in _panel(one, graph)),
        *legend,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def placed_kinds(placed: Iterable[_Placed]) -> set[str]:
    """The kinds of nodes and edges that are drawn."""
    found = {card.node.kind for one in placed for card in one.panel.cards}
    return found | {f"-{link.line.kind}" for one in placed for link in one.panel.links}


def _shelves(placed: Sequence[_Placed]) -> tuple[float, float]:
    """Put the panels in rows; gives the width of the picture and the lower end of the last row."""
    room = max([_WIDE, *(one.width for one in placed)])
    x, y, row, widest = _MARGIN, _HEADING + _MARGIN, 0.0, 0.0
    for one in placed:
        if x > _MARGIN and x + one.width > room + _MARGIN:
            x, y, row = _MARGIN, y + row + _PANEL_GAP, 0.0
        one.x, one.y = x, y
        x += one.width + _PANEL_GAP
        row = max(row, one.height)
        widest = max(widest, one.x + one.width)
    return max(widest + _MARGIN, _LEAST_WIDTH), y + row


def _description(graph: ProjectGraph) -> str:
    """The picture in words, for who cannot see it."""
    sentences = [f"{totals(graph)}."]
    for edge in graph.edges[:200]:
        sentences.append(f"{_about(edge)}.")
    return " ".join(sentences)


_VERBS = {
    "base": "is the base of",
    "copy": "gives files to",
    "build": "is built for",
    "image": "is run by",
    "depends": "waits for",
    "volume": "keeps data in",
    "network": "is on",
    "between": "has to do with",
}


def _about(edge: GraphEdge) -> str:
    more = f" ({edge.label})" if edge.label else ""
    return f"{edge.start.kind} {edge.start.name} {_VERBS[edge.kind]} {edge.end.kind} {edge.end.name}{more}"


def _heading(title: str, what: str, room: float) -> Iterator[str]:
    shown = shortened(title, room - 2 * _MARGIN, 18, True)
    yield _text(Words(_MARGIN, _MARGIN + 18, shown, 18, True, "h"))
    yield _text(Words(_MARGIN, _MARGIN + 38, shortened(what, room - 2 * _MARGIN, 12), 12, False, "m"))


def _panel(one: _Placed, graph: ProjectGraph) -> Iterator[str]:
    panel = one.panel
    yield f'<g transform="translate({number(one.x)} {number(one.y)})">'
    yield f'<rect class="panel" width="{number(one.width)}" height="{number(one.height)}" rx="8"/>'
    title = shortened(panel.title, one.width - 2 * _PANEL_PAD, 12)
    if title:
        yield _text(Words(_PANEL_PAD, 24, title, 12, False, "m"))
    yield f'<g transform="translate({number(_PANEL_PAD)} {number(_PANEL_PAD + _PANEL_TITLE)})">'
    for link in panel.links:
        yield _link(link)
    for link in panel.links:
        if link.shown and link.line.start is not link.line.end:
            yield _label(link)
    for card in panel.cards:
        yield _card(card, graph)
    yield "</g></g>"


def _link(link: Link) -> str:
    line = link.line
    if line.start is line.end:
        return ""
    about = "\n".join(_about(edge) + _place(edge) for edge in link.edges[:_MOST_REMARKS])
    arrow = "" if line.kind == "volume" else f'<path class="a" d="{_arrow(line)}"/>'
    return f'<g class="e {line.kind}"><title>{escaped(about)}</title><path class="l" d="{path_of(line)}"/>{arrow}</g>'


def _place(edge: GraphEdge) -> str:
    return f" — {edge.written.source.path}:{edge.written.line}" if edge.written is not None else ""


def path_of(line: Line) -> str:
    """The way of a line in SVG's words; it ends where its arrow begins."""
    x, y = line.route.start
    tip = ARROW - 2 if line.kind != "volume" else 0
    said = [f"M{number(x + (tip if line.back else 0))} {number(y)}"]
    steps = line.route.steps
    for index, (curved, (to_x, to_y)) in enumerate(steps):
        end = to_x - (tip if index == len(steps) - 1 and not line.back else 0)
        if curved:
            middle = number((x + end) / 2)
            said.append(f"C{middle} {number(y)} {middle} {number(to_y)} {number(end)} {number(to_y)}")
        else:
            said.append(f"H{number(end)}")
        x, y = to_x, to_y
    return "".join(said)


def _arrow(line: Line) -> str:
    (x, y), sign = (line.route.start, 1) if line.back else (line.route.end, -1)
    return f"M{number(x)} {number(y)}l{number(sign * ARROW)} -4.2v8.4z"


def _label(link: Link) -> str:
    x, y = link.line.at
    wide = link.line.label_width + LABEL_PAD
    words = Words(x - link.line.label_width / 2, y + 3.6, link.shown, 10.5, False, "p")
    place = f'x="{number(x - wide / 2)}" y="{number(y - 8)}"'
    return f'<rect class="lb" {place} width="{number(wide)}" height="16" rx="4"/>{_text(words)}'


def _card(card: Card, graph: ProjectGraph) -> str:
    box, node = card.box, card.node
    severity = node.severity
    classes = ["n", node.kind, *([severity.label] if severity is not None else []), *_states(node)]
    down = (box.height - card.size[1]) / 2
    size = f'width="{number(box.width)}" height="{number(box.height)}"'
    inner = [
        f'<rect class="b" {size} rx="{8 if node.kind == "service" else 5}"/>',
        f'<g transform="translate(0 {number(down)})">' if down else "<g>",
        style.icon(node.kind, 11, 10),
        *map(_text, card.words),
        *map(_plate, card.plates),
        _badge(node, box.width) if severity is not None else "",
        "</g>",
    ]
    head = f'<g class="{" ".join(classes)}" transform="translate({number(box.x)} {number(box.y)})">'
    return f"{head}<title>{escaped(_tooltip(node, graph))}</title>{''.join(inner)}</g>"


def _states(node: GraphNode) -> list[str]:
    found = []
    if node.kind == "stage" and node.detail["used"] is False:
        found.append("unused")
    if node.kind == "service" and node.detail["profiles"]:
        found.append("sometimes")
    return found


def _tooltip(node: GraphNode, graph: ProjectGraph) -> str:
    lines = [label(node, graph)]
    if node.where is not None:
        lines.append(f"{node.where.source.path}:{node.where.line}")
    if "unused" in _states(node):
        lines.append("no build needs it")
    ordered = sorted(node.remarks, key=lambda remark: -remark.severity)
    lines += [f"{one.severity.label}: {one.message} [{one.rule}]" for one in ordered[:_MOST_REMARKS]]
    if len(ordered) > _MOST_REMARKS:
        lines.append(f"and {len(ordered) - _MOST_REMARKS} more")
    return "\n".join(lines)


def _badge(node: GraphNode, wide: float) -> str:
    text = str(len(node.remarks)) if len(node.remarks) < 100 else "99+"
    size = max(width(text, 10, True) + 9, 17)
    words = Words(wide - 8 - size / 2 - width(text, 10, True) / 2, 20.6, text, 10, True, "bt")
    place = f'x="{number(wide - 8 - size)}" y="9"'
    return f'<rect class="bd" {place} width="{number(size)}" height="16" rx="8"/>{_text(words)}'


def _plate(plate: Plate) -> str:
    x, y = plate.x, plate.y
    more = f"<title>{escaped(plate.full)}</title>" if plate.full != plate.words.text else ""
    kind = plate.style.partition(" ")[0]
    mark = style.mark(kind, x + 6, y + plate.height / 2)
    return (
        f'<g class="{plate.style}">{more}<rect class="pl" x="{number(x)}" y="{number(y)}" width="{number(plate.width)}"'
        f' height="{number(plate.height)}" rx="{8.5 if kind == "net" else 4}"/>{mark}{_text(plate.words)}</g>'
    )


def _text(words: Words) -> str:
    """A text that is as wide as it was measured, whichever font it is drawn in."""
    size = f' textLength="{number(words.width)}" lengthAdjust="spacingAndGlyphs"' if len(words.text) > 1 else ""
    return f'<text class="{words.style}" x="{number(words.x)}" y="{number(words.y)}"{size}>{escaped(words.text)}</text>'
