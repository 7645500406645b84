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
