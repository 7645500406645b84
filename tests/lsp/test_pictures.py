"""The commands that draw the project around a document and say what is known of a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")


def call(client: Any, command: str, *arguments: Any) -> str:
    found: str = client.request("workspace/executeCommand", {"command": command, "arguments": [*arguments]})
    return found


def test_the_graph_of_a_document_with_what_is_found_in_it(folder: Path, start: Any) -> None:
    (folder / "compose.yaml").write_text("services:\n  web: {build: .}\n", encoding="utf-8")
    client = start(folder)
    uri = client.open(folder / "Dockerfile", "FROM debian:12.5\nMAINTAINER Ada\n")
    client.diagnostics(uri, lambda rules: "maintainer-deprecated" in rules)
    drawn = call(client, "dlint.showGraph", uri)
    assert drawn.startswith("<svg ") and "debian:12.5" in drawn and ">web<" in drawn
    assert "[maintainer-deprecated]" in drawn


def test_what_is_known_of_a_line_of_an_unsaved_text(folder: Path, start: Any) -> None:
    (folder / "compose.yaml").write_text("services:\n  web: {build: {context: ., args: {V: '12'}}}\n", encoding="utf-8")
    client = start(folder)
    uri = client.open(folder / "Dockerfile", "ARG V\nFROM debian:$V\n")
    said = call(client, "dlint.why", uri, 2)
    assert said.startswith("Dockerfile:2   FROM debian:$V\n") and "V = 12" in said
    assert call(client, "dlint.why", uri, 99) == "Dockerfile has no line 99."


def test_nothing_to_draw_is_an_empty_text(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "notes.txt", "hello\n", "plaintext")
    assert call(client, "dlint.showGraph", uri) == ""
    assert call(client, "dlint.why", uri, 1).startswith("Nothing that is known")
    assert call(client, "dlint.showGraph", "file:///nowhere/Dockerfile") == ""


def test_the_graph_of_a_folder_is_the_whole_project_with_unsaved_texts(folder: Path, start: Any) -> None:
    for name in ("api", "web"):
        (folder / name).mkdir()
        (folder / name / "Dockerfile").write_text("FROM debian:12.5\n", encoding="utf-8")
    client = start(folder)
    assert "debian:12.5" in call(client, "dlint.showGraph", folder.as_uri(), "mermaid")
    client.open(folder / "api" / "Dockerfile", "FROM alpine:3.20\nMAINTAINER Ada\n")
    drawn = call(client, "dlint.showGraph", folder.as_uri(), "mermaid")
    assert drawn.startswith(("flowchart", "graph")) and "alpine:3.20" in drawn and "debian:12.5" in drawn
    below = call(client, "dlint.showGraph", (folder / "web").as_uri())
    assert below.startswith("<svg ") and "debian:12.5" in below and "alpine:3.20" not in below


def test_a_format_that_there_is_not_is_refused_in_one_sentence(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", "FROM debian:12.5\n")
    number = client.start("workspace/executeCommand", {"command": "dlint.showGraph", "arguments": [uri, "png"]})
    answer = client.answer(number)
    assert "There is no format png: use mermaid, dot, svg, json" in answer["error"]["message"]


def hovered(client: Any, uri: str, line: int, character: int) -> str:
    place = {"line": line, "character": character}
    found = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": place})
    return str(found["contents"]["value"]) if found else ""


def test_the_pointer_shows_who_builds_a_dockerfile_and_what_a_service_is(folder: Path, start: Any) -> None:
    compose = "services:\n  web:\n    build: .\n    ports: ['80:8080']\n  db:\n    image: postgres:16\n"
    (folder / "compose.yaml").write_text(compose, encoding="utf-8")
    client = start(folder)
    uri = client.open(folder / "Dockerfile", "FROM debian:12.5 AS app\nUSER nobody\n")
    for character in (2, 22):
        said = hovered(client, uri, 0, character)
        assert f"- **built for** `web, the last stage`: [compose.yaml:2]({folder.as_uri()}/compose.yaml#L2)" in said
        assert "- **runs as** `nobody`: [line 2](" in said
    other = client.open(folder / "compose.yaml", compose.replace("80:8080", "81:8080"), "dockercompose")
    said = hovered(client, other, 1, 3)
    assert "**published** `81:8080`" in said and "**base** `debian:12.5`" in said
    assert "postgres:16" in hovered(client, other, 4, 3)
    assert "**published**" not in hovered(client, other, 3, 6)
