"""Drawn projects: every text lies in its box, and nothing on anything else."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.picture.cards import Card
from dlint.picture.layout import place
from dlint.picture.letters import shortened, width
from dlint.picture.panels import panels
from picture.drawing import EPSILON, faults, overlap
from picture.projects import graph_of

NAMES = st.one_of(
    st.text("abcMW漢字 -_/.:", min_size=1, max_size=60),
    st.sampled_from(("db", "W" * 40, "registry.example.org/some/where/an-image-with-a-name:1.2.3-alpine3.20")),
)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    names = draw(st.lists(NAMES, min_size=1, max_size=9, unique=True))
    services = {}
    for name in names:
        services[name] = {
            "image": draw(NAMES),
            "ports": draw(st.lists(st.sampled_from(("80:80", "127.0.0.1:8080-8090:8080-8090/udp")), max_size=4)),
            "volumes": draw(st.lists(st.sampled_from(("data:/var/lib/postgresql/data", "b:/b", "c:/c/d")), max_size=3)),
            "networks": draw(st.lists(st.sampled_from(("front", "back-end-of-it-all", "x")), max_size=3, unique=True)),
            "depends_on": draw(st.lists(st.sampled_from(names), max_size=3, unique=True)),
        }
        if draw(st.booleans()):
            services[name]["build"] = {"context": draw(st.sampled_from(("a", "b"))), "args": {"VERSION": draw(NAMES)}}
    bases = draw(st.lists(NAMES, min_size=2, max_size=2))
    return {
        "compose.yaml": json.dumps({"services": services}),
        "a/Dockerfile": f"FROM node:22 AS build\nFROM {bases[0]}\nCOPY --from=build /app/dist /srv\n",
        "b/Dockerfile": f"FROM {bases[1]}\n",
    }


@settings(max_examples=25)
@given(projects())
def test_whatever_the_project(texts: dict[str, str]) -> None:
    for panel in panels(graph_of(texts)):
        lines = [link.line for link in panel.links if link.line.start is not link.line.end]
        place([card.box for card in panel.cards], lines)
        assert faults([card.box for card in panel.cards], lines) == []
        for card in panel.cards:
            assert text_faults(card) == []


def text_faults(card: Card) -> list[str]:
    """Texts that stick out of their box or plate, or lie on one another."""
    found = []
    areas = []
    for words in card.words:
        areas.append((words.x, words.y - words.size, words.x + words.width, words.y + 2))
    for plate in card.plates:
        areas.append((plate.x, plate.y, plate.x + plate.width, plate.y + plate.height))
        words = plate.words
        if words.x < plate.x or words.x + words.width > plate.x + plate.width + EPSILON:
            found.append(f"{words.text} sticks out of its plate")
    if card.node.remarks:
        areas.append((card.box.width - 38, 9, card.box.width - 8, 25))
    for index, area in enumerate(areas):
        if area[0] < 0 or area[1] < 0 or area[2] > card.box.width + EPSILON or area[3] > card.size[1] + EPSILON:
            found.append(f"{area} sticks out of {card.box}")
        found += [f"{area} lies on {other}" for other in areas[:index] if overlap(area, other)]
    return found


@settings(max_examples=50)
@given(st.text(max_size=80), st.integers(20, 200))
def test_a_shortened_text_is_as_narrow_as_asked(text: str, most: int) -> None:
    short = shortened(text, most, 13, True)
    assert width(short, 13, True) <= most
    assert short == text or "…" in short


def test_a_shortened_text_keeps_both_ends() -> None:
    short = shortened("mcr.microsoft.com/dotnet/runtime-deps:8.0-alpine3.20", 150, 13)
    assert short.startswith("mcr.") and short.endswith("alpine3.20")
