"""A node as it is drawn: a box with an icon, a name, a line below it, and small plates for ports and the like."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.picture.boxes import Box
from dlint.picture.letters import shortened, width
from dlint.picture.names import counts, image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlint.picture.graph import GraphNode, ProjectGraph

TITLE, SMALL, PLATE = 13.0, 11.0, 10.5
_PAD = 11.0
_ICON = 16.0
_MOST = 216.0
_LEAST = 92.0
_PLATE_HEIGHT = 17.0
_PLATE_PAD = 6.0
_PLATE_GAP = 5.0
_MOST_PLATES = 6
_BADGE = 30.0
_LATE = frozenset(("image", "stage", "builder"))
"""What is there for something else."""


class Words(NamedTuple):
    """A line of text: the left end of its base line in the card; ``style`` is a class of the style sheet."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    style: str

    @property
    def width(self) -> float:
        """How wide it is."""
        return width(self.text, self.size, self.bold)


class Plate(NamedTuple):
    """A small rounded plate with a text in it. ``style`` as in ``Words``; ``full`` is the text before shortening."""

    x: float
    y: float
    width: float
    height: float
    style: str
    words: Words
    full: str


class Card:
    """What is drawn for a node, in coordinates of its ``box``."""

    __slots__ = ("box", "node", "plates", "size", "words")

    def __init__(self, node: GraphNode, title: str, subtitle: str, plates: Sequence[tuple[str, str]]) -> None:
        self.node = node
        badge = _BADGE if node.remarks else 0
        head = shortened(title, _MOST - _ICON - 4 - badge, TITLE, True)
        below = shortened(subtitle, _MOST, SMALL)
        self.words = [Words(_PAD + _ICON + 5, 22, head, TITLE, True, "t")]
        wide = _ICON + 5 + self.words[0].width + badge
        bottom = 33.0
        if below:
            self.words.append(Words(_PAD, 38, below, SMALL, False, "m"))
            wide, bottom = max(wide, self.words[1].width), 47.0
        self.plates, plated, bottom = _plates(plates, max(wide, 150.0), bottom)
        wide = min(max(wide, plated), _MOST)
        self.size = (max(wide + 2 * _PAD, _LEAST), bottom)
        self.box = Box(node.id, *self.size, late=node.kind in _LATE)


def _plates(wanted: Sequence[tuple[str, str]], room: float, top: float) -> tuple[list[Plate], float, float]:
    """Plates of (style, text) in rows no wider than ``room``, or than one plate; with the widest row and the end."""
    found: list[Plate] = []
    x, y, widest = 0.0, top, 0.0
    for style, full in _few(wanted):
        text = shortened(full, _MOST - 2 * _PLATE_PAD - _dot(style), PLATE)
        wide = width(text, PLATE) + 2 * _PLATE_PAD + _dot(style)
        if x and x + wide > room:
            x, y = 0.0, y + _PLATE_HEIGHT + _PLATE_GAP
        words = Words(_PAD + x + _PLATE_PAD + _dot(style), y + 12.3, text, PLATE, False, "p")
        found.append(Plate(_PAD + x, y, wide, _PLATE_HEIGHT, style, words, full))
        x += wide + _PLATE_GAP
        widest = max(widest, x - _PLATE_GAP)
    return found, widest, (y + _PLATE_HEIGHT + 9 if found else top)


def _dot(style: str) -> float:
    """The room for what stands before the text of a plate."""
    return 11.0 if style.startswith(("net", "vol")) else 0.0


def _few(wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(wanted) <= _MOST_PLATES:
        return list(wanted)
    return [*wanted[: _MOST_PLATES - 1], ("more", f"+{len(wanted) - _MOST_PLATES + 1} more")]


def card(node: GraphNode, graph: ProjectGraph, volumes: Sequence[str], networks: Sequence[tuple[int, str]]) -> Card:
    """The card of a node; ``volumes`` and ``networks`` are what a service has that gets no box of its own."""
    if node.kind == "image":
        return Card(node, image(node), "", ())
    if node.kind == "stage":
        return Card(node, node.name, graph.short(node.path), ())
    if node.kind == "folder":
        return Card(node, node.name, counts(node.detail["counts"]), ())
    if node.kind == "service":
        return Card(node, node.name, _image_of(node), _of_service(node, volumes, networks))
    if node.kind == "builder":
        return Card(node, node.name, f"{node.detail['noun']}, {graph.short(node.path)}", ())
    return Card(node, node.name, "external" if node.detail.get("external") else "", ())


def _image_of(node: GraphNode) -> str:
    text = node.detail["image"]
    if not text:
        return ""
    name, at, digest = text.partition("@")
    return f"{name}@{digest[:15]}" if at else text


def _of_service(node: GraphNode, volumes: Sequence[str], networks: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    detail = node.detail
    mode = detail["network_mode"]
    return [
        *(("port", text) for text in detail["ports"]),
        *(("vol", text) for text in volumes),
        *(("profile", f"profile {name}") for name in detail["profiles"]),
        *([("mode", f"network {mode}")] if mode and not mode.startswith("service:") else []),
        *((f"net n{number % 8}", text) for number, text in networks),
    ]
