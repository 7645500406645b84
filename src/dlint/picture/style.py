"""Colours, icons and the legend of a picture."""

from __future__ import annotations

from dlint.picture.letters import width
from dlint.report._escape import xml
from dlint.rule.severity import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.picture.graph import ProjectGraph

_FONT = "font-family:Helvetica,Arial,'Liberation Sans',sans-serif"
# What holds in light and dark alike.
_SHAPES = (
    f"text{{{_FONT}}}.h{{font-size:18px;font-weight:700}}.t{{font-size:13px;font-weight:700}}"
    ".m{font-size:11px}.panel+.m,.h+.m{font-size:12px}.p{font-size:10.5px}.lg{font-size:11px}"
    ".bt{font-size:10px;font-weight:700}.b{stroke-width:1.2}.l{fill:none;stroke-width:1.5}"
    ".base .l{stroke-width:1.3}.build .l{stroke-width:2.4}.copy .l{stroke-dasharray:6 4}"
    ".network .l{stroke-dasharray:2 3}.i{fill:none;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}"
    ".n.image .b,.n.sometimes .b{stroke-dasharray:4 3}.n.unused{opacity:.5}"
    ".n.error .b,.n.warning .b{stroke-width:2}.pl{stroke-width:.8}"
    ".e:hover .l{stroke-width:3.4}.n:hover .b{stroke-width:2.6}"
)
# Selector, property, light, dark.
_COLOURS = (
    (".bg", "fill", "#ffffff", "#0d1117"),
    (".panel", "fill", "#f6f8fa", "#11161d"),
    (".panel", "stroke", "#e1e6ec", "#262d36"),
    (".h,.t", "fill", "#17202c", "#e6edf3"),
    (".m,.lg", "fill", "#5b6877", "#93a0ae"),
    (".p", "fill", "#33404f", "#c6d0da"),
    (".b", "fill", "#ffffff", "#171d26"),
    (".b", "stroke", "#c3ccd6", "#3a4350"),
    (".service .b", "fill", "#f3f8ff", "#132033"),
    (".service .b", "stroke", "#8db4e8", "#31578c"),
    (".stage .b", "fill", "#faf7ff", "#1d1930"),
    (".stage .b", "stroke", "#bda8ea", "#55458f"),
    (".volume .b", "fill", "#f1fbf9", "#10231f"),
    (".volume .b", "stroke", "#86cbbd", "#2a6b5e"),
    (".lb", "fill", "#f6f8fa", "#11161d"),
    (".pl", "fill", "#ffffff", "#1b2430"),
    (".pl", "stroke", "#d3dbe4", "#3a4656"),
    (".port .pl", "fill", "#e3eefc", "#1b365c"),
    (".port .pl", "stroke", "#b7d2f5", "#2c548a"),
    (".l", "stroke", "#7a8796", "#7d8996"),
    (".a", "fill", "#7a8796", "#7d8996"),
    (".build .l", "stroke", "#2563eb", "#4c8dff"),
    (".build .a", "fill", "#2563eb", "#4c8dff"),
    (".copy .l", "stroke", "#7c4ddb", "#a583f5"),
    (".copy .a", "fill", "#7c4ddb", "#a583f5"),
    (".depends .l", "stroke", "#44566b", "#9fb0c3"),
    (".depends .a", "fill", "#44566b", "#9fb0c3"),
    (".volume .l", "stroke", "#12907c", "#3fbfa8"),
    (".i", "stroke", "#5b6877", "#93a0ae"),
    (".service .i", "stroke", "#2563eb", "#6aa5ff"),
    (".stage .i", "stroke", "#7c4ddb", "#a583f5"),
    (".volume .i,.vol .i", "stroke", "#12907c", "#3fbfa8"),
    (".error .b", "stroke", "#d1242f", "#f4525c"),
    (".error .bd", "fill", "#d1242f", "#d1242f"),
    (".warning .b", "stroke", "#d9820b", "#d9920b"),
    (".warning .bd", "fill", "#b96500", "#b96500"),
    (".info .bd,.style .bd", "fill", "#6b7785", "#5b6674"),
    (".bt", "fill", "#ffffff", "#ffffff"),
)  # fmt: skip
_NETWORKS = ("#d1567f", "#3b82c4", "#4f9d4a", "#c48a1f", "#8a63c9", "#2a9d9d", "#b5594a", "#7a7f2e")
# Drawn in a field of 14 by 14.
_ICONS = {
    "image": "M7 1l5.5 3v6L7 13 1.500 10V4zM1.500 4L7 7l5.500-3M7 7v6",
    "stage": "M7 1.500l6 3-6 3-6-3zM1 7.500l6 3 6-3M1 10.500l6 3 6-3",
    "builder": "M2 12l6-6M6.500 2.500l5 5M8 1l5 5-2 2-5-5z",
    "service": "M2 2h10v4H2zM2 8h10v4H2zM4.500 4h.1M4.500 10h.1",
    "volume": "M2 3.500c0-2.700 10-2.700 10 0v7c0 2.700-10 2.700-10 0zM2 3.500c0 2.700 10 2.700 10 0",
    "folder": "M1 3h4.500l1.500 2h6v7H1z",
}
_WORDS = {
    "-base": "built on",
    "-copy": "files copied",
    "-build": "built for",
    "-image": "image run",
    "-depends": "waits for",
    "-volume": "data shared",
    "-between": "has to do with",
    "image": "image",
    "stage": "stage",
    "builder": "other build",
    "service": "service",
    "volume": "shared volume",
    "folder": "folder",
}
_ROW = 22.0


def escaped(text: str) -> str:
    """A text for SVG, where no character does anything but show."""
    return xml("".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text))


def number(value: float) -> str:
    """A number with one digit behind the point at most."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def sheet() -> str:
    """The style sheet: shapes, light colours, and dark ones where the reader prefers them."""
    light = "".join(f"{selector}{{{name}:{value}}}" for selector, name, value, _ in _COLOURS)
    dark = "".join(f"{selector}{{{name}:{value}}}" for selector, name, _, value in _COLOURS)
    nets = "".join(f".n{at} .dot{{fill:{colour}}}" for at, colour in enumerate(_NETWORKS))
    return f"{_SHAPES}{light}{nets}@media(prefers-color-scheme:dark){{{dark}}}"


def icon(kind: str, x: float, y: float) -> str:
    """The icon of a kind of node."""
    return f'<path class="i" transform="translate({number(x)} {number(y)})" d="{_ICONS[kind]}"/>'


def mark(kind: str, x: float, y: float) -> str:
    """What stands before the text of a plate."""
    if kind == "net":
        return f'<circle class="dot" cx="{number(x + 3)}" cy="{number(y)}" r="3.500"/>'
    if kind == "vol":
        at = f"translate({number(x - 1)} {number(y - 4)}) scale(.57)"
        return f'<path class="i" transform="{at}" d="{_ICONS["volume"]}"/>'
    return ""


def legend(graph: ProjectGraph, kinds: set[str], left: float, top: float, right: float) -> tuple[list[str], float]:
    """What the signs mean, of those that are drawn, in rows; and where it ends."""
    entries = [(sign, word) for sign, word in _WORDS.items() if sign in kinds]
    marks = [(f"!{one.label}", one.label) for one in (Severity.ERROR, Severity.WARNING) if _has(graph, one)]
    found: list[str] = []
    x, y = left, top
    for sign, word in (*entries, *marks):
        wide = 34 + width(word, 11) + 20
        if x > left and x + wide > right:
            x, y = left, y + _ROW
        found.append(_sign(sign, x, y))
        found.append(
            f'<text class="lg" x="{number(x + 34)}" y="{number(y + 11)}" textLength="{number(width(word, 11))}"'
            f' lengthAdjust="spacingAndGlyphs">{word}</text>'
        )
        x += wide
    return found, y + (_ROW if found else 0)


def _has(graph: ProjectGraph, severity: Severity) -> bool:
    return any(node.severity is severity for node in graph.nodes.values())


def _sign(sign: str, x: float, y: float) -> str:
    if sign.startswith("!"):
        box = f'<rect class="b" x="{number(x + 4)}" y="{number(y)}" width="22" height="14" rx="4"/>'
        return f'<g class="n {sign[1:]}">{box}</g>'
    if sign.startswith("-"):
        tip = "" if sign == "-volume" else f'<path class="a" d="M{number(x + 28)} {number(y + 7)}l-8 -4v8z"/>'
        end = x + (28 if sign == "-volume" else 21)
        return f'<g class="e {sign[1:]}"><path class="l" d="M{number(x)} {number(y + 7)}H{number(end)}"/>{tip}</g>'
    return f'<g class="n {sign}">{icon(sign, x + 8, y)}</g>'
