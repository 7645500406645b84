"""What the server says of known images: on hover, as hints, in completion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from dlint.model.facts.images import image_facts, known_tags
from lsp.client import MODERN

DOCKERFILE = (
    "FROM postgres:18\nENV PGDATA=/data OTHER=1\nUSER postgres\nSTOPSIGNAL SIGTERM\n"
    'CMD ["postgres", "-c", "fsync=on"]\n'
    "FROM scratch\nUSER 1000\n"
)
COMPOSE = (
    "services:\n  db:\n    image: postgres:18\n    stop_signal: SIGTERM\n    environment:\n      PGDATA: /data\n"
    "      POSTGRES_PASSWORD_FILE: /run/secrets/p\n  own:\n    image: example.com/team/own:1\n    user: app\n"
)


class Open:
    """A Dockerfile and a Compose file, open in an editor."""

    def __init__(self, folder: Path, start: Any) -> None:
        self.client = start(folder, MODERN)
        self.texts = {"Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE}
        self.uris = {
            name: self.client.open(folder / name, text, "yaml" if name.endswith("yaml") else "dockerfile")
            for name, text in self.texts.items()
        }

    def hover(self, name: str, word: str) -> str:
        before = self.texts[name][: self.texts[name].index(word) + 1]
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        params = {"textDocument": {"uri": self.uris[name]}, "position": position}
        answer = self.client.request("textDocument/hover", params)
        return "" if answer is None else str(answer["contents"]["value"])

    def hints(self, name: str) -> dict[int, str]:
        """The hint of a line, by its number."""
        everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
        params = {"textDocument": {"uri": self.uris[name]}, "range": everything}
        found = self.client.request("textDocument/inlayHint", params)
        return {each["position"]["line"] + 1: each["label"] for each in found}

    def offers(self, name: str, text: str) -> dict[str, str]:
        """What is offered at the end of a text, and what would be written."""
        self.client.change(self.uris[name], text)
        position = {"line": text.count("\n"), "character": len(text) - text.rfind("\n") - 1}
        params = {"textDocument": {"uri": self.uris[name]}, "position": position}
        items = self.client.request("textDocument/completion", params)["items"]
        return {each["label"]: each["textEdit"]["newText"] for each in items}


@pytest.fixture
def files(folder: Path, start: Any) -> Open:
    return Open(folder, start)


def test_hover_on_an_image_says_what_is_known_of_it_and_when(files: Open) -> None:
    facts = image_facts("postgres:18")
    assert facts is not None
    for name in ("Dockerfile", "compose.yaml"):
        said = files.hover(name, "postgres:18")
        assert all(f"`{port}`" in said for port in facts.ports or ())
        assert f"as of {facts.origin.date}, a tag that moves" in said
        assert "`POSTGRES_PASSWORD` or" in said
    assert "as of" not in files.hover("compose.yaml", "example.com/team")


def test_hover_on_a_variable_says_what_the_image_has_for_it(files: Open) -> None:
    facts = image_facts("postgres:18")
    assert facts is not None
    assert facts.env is not None
    assert files.hover("compose.yaml", "PGDATA") == f"Default: `{facts.env['PGDATA']}`"
    assert "requires `POSTGRES_PASSWORD`" in files.hover("compose.yaml", "POSTGRES_PASSWORD_FILE")


def test_hints_show_what_a_value_stands_in_place_of(files: Open) -> None:
    facts = image_facts("postgres:18")
    assert facts is not None
    assert facts.env is not None
    data = f"image: {facts.env['PGDATA']}"
    assert files.hints("Dockerfile") == {2: data, 4: "image: SIGINT", 5: "image: postgres"}
    assert files.hints("compose.yaml") == {4: "image: SIGINT", 6: data}


def test_names_and_tags_of_images_are_offered(files: Open) -> None:
    assert {"postgres", "postgis/postgis"} <= files.offers("Dockerfile", "FROM post").keys()
    tags = files.offers("Dockerfile", "FROM --platform=linux/amd64 postgres:17")
    assert tags.keys() <= set(known_tags("postgres"))
    assert tags["17"] == "17"
    assert all(tag.startswith("17") for tag in tags)
    assert "17" in files.offers("compose.yaml", "services:\n  db:\n    image: postgres:17")
    assert "nginx" in files.offers("compose.yaml", "services:\n  db:\n    image: ngi")
    assert files.offers("compose.yaml", "services:\n  db:\n    image: example.com/own:").keys() == set()


@pytest.mark.parametrize("typed", ["      POST", "      PGDATA: /x\n      POST"])
def test_variables_that_an_image_knows_are_offered(files: Open, typed: str) -> None:
    text = f"services:\n  db:\n    image: postgres:18\n    environment:\n{typed}"
    assert files.offers("compose.yaml", text)["POSTGRES_DB"] == "POSTGRES_DB: "
    listed = "services:\n  db:\n    image: postgres:18\n    environment:\n      - POST"
    assert files.offers("compose.yaml", listed)["POSTGRES_DB"] == "POSTGRES_DB="


def test_every_tag_that_is_offered_is_known() -> None:
    for name in ("debian", "nginx", "gcr.io/distroless/static"):
        assert known_tags(name)
        assert all(image_facts(f"{name}:{tag}") is not None for tag in known_tags(name))
    assert known_tags("example.com/own") == known_tags("$NAME") == []
