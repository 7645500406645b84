"""While somebody types, what is new where they write waits until the keys rest; then all is as a fresh run has it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from lsprotocol import types

from dlint.lsp.documents import Documents
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.pace import Pace
from dlint.lsp.positions import Positions
from dlint.lsp.published import diagnostics_of, prepare
from dlint.lsp.settings import Settings
from dlint.lsp.view import View
from lsp.client import MODERN
from seeds import seeds

DOCKERFILE = "FROM team/base:1\nMAINTAINER Ada\n\nUSER nobody\n"
COMPOSE = "services:\n  web:\n    build: .\n    privileged: true\n\nvolumes:\n  data:\n"


class Typing:
    """Somebody types in one file of a project; ``at`` are line and column of the next key."""

    def __init__(self, root: Path, path: str, text: str) -> None:
        (root / ".git").mkdir()
        self.path = path
        self.uri = (root / path).as_uri()
        self.places = Positions("utf-16")
        self.documents = Documents()
        self.documents.open(types.TextDocumentItem(self.uri, "", 1, text))
        self.folder = ProjectFolder(str(root), Settings())
        self.at = (0, 0)

    def shown(self, pace: Pace) -> list[str]:
        buffer = self.documents.all()[self.uri]
        self.folder.take({self.path: buffer}, set())
        view = View(self.folder, self.path, self.folder.open[self.path], self.places)
        found = [str(each.code) for each in diagnostics_of(view, pace)]
        if pace is not Pace.TYPING:
            prepare(view)
        return found

    def key(self, text: str, gone: int = 0) -> list[str]:
        """What is shown at once after a key that writes a text, or takes the characters behind it away."""
        line, column = self.at
        place = types.Range(types.Position(line, column), types.Position(line, column + gone))
        change = types.TextDocumentContentChangePartial(place, text)
        self.documents.change(self.uri, None, [change], self.places)
        self.at = (line + 1, 0) if text == "\n" else (line, column + len(text))
        return self.shown(Pace.TYPING)

    def keys(self, line: int, text: str) -> list[list[str]]:
        """The same after each letter of a text that is typed at the start of a line."""
        self.at = (line, 0)
        return [self.key(letter) for letter in text]

    def pasted(self, line: int, text: str) -> list[str]:
        """What is shown at once after a text that comes whole at the start of a line."""
        self.at = (line, 0)
        return self.key(text)


@pytest.mark.parametrize("word", ("HEALTHCHECK", "COPY", "FROM", "ONBUILD"))
def test_a_half_typed_instruction_is_no_error_until_the_keys_rest(tmp_path: Path, word: str) -> None:
    typing = Typing(tmp_path.resolve(), "Dockerfile", DOCKERFILE)
    before = typing.shown(Pace.SETTLED)
    assert before == ["maintainer-deprecated"]
    assert typing.keys(2, word[:-1]) == [before] * (len(word) - 1)
    assert typing.shown(Pace.RESTING) == before
    assert "unknown-instruction" in typing.shown(Pace.SETTLED)


def test_what_was_shown_stays_and_goes_at_once_when_it_is_no_longer_true(tmp_path: Path) -> None:
    typing = Typing(tmp_path.resolve(), "Dockerfile", "FROM team/base:1\nRUN sudo id\nUSER nobody\n")
    assert typing.shown(Pace.SETTLED) == ["sudo"]
    typing.at = (1, 11)
    assert typing.key("x") == ["sudo"]
    typing.at = (1, 4)
    assert typing.key("", gone=1) == []


def test_leaving_an_instruction_shows_what_is_wrong_with_it(tmp_path: Path) -> None:
    typing = Typing(tmp_path.resolve(), "Dockerfile", DOCKERFILE)
    typing.shown(Pace.SETTLED)
    typing.keys(2, "FRO")
    assert "unknown-instruction" in typing.key("\n")


def test_a_command_that_goes_on_in_the_next_line_is_still_being_written(tmp_path: Path) -> None:
    typing = Typing(tmp_path.resolve(), "Dockerfile", DOCKERFILE)
    before = typing.shown(Pace.SETTLED)
    assert typing.keys(4, "RUN apt-get update && \\")[-1] == before
    assert typing.key("\n") == before
    assert typing.keys(5, "sudo id")[-1] == before
    assert {"sudo", "apt-get-lists-left"} <= {*typing.shown(Pace.SETTLED)}


def test_what_comes_whole_is_judged_at_once(tmp_path: Path) -> None:
    typing = Typing(tmp_path.resolve(), "Dockerfile", DOCKERFILE)
    typing.shown(Pace.SETTLED)
    assert "sudo" in typing.pasted(2, "RUN sudo id\nRUN sudo ls\n")
    assert "unknown-instruction" in typing.pasted(2, "COP")


@pytest.mark.parametrize(
    "text",
    (
        "    restart: unless-stopped",
        "    networks: [front, back]",
        '    user: "1"',
        "    healthcheck:\n      interval: 30s",
        "    depends_on:\n      web:\n        condition: service_healthy",
    ),
)
def test_half_typed_keys_and_values_of_compose_are_no_errors(tmp_path: Path, text: str) -> None:
    typing = Typing(tmp_path.resolve(), "compose.yaml", COMPOSE)
    before = typing.shown(Pace.SETTLED)
    assert "service-privileged" in before
    for shown in typing.keys(4, text[:-1]):
        assert not {*shown} - {*before} and "service-privileged" in shown
    errors = {*typing.shown(Pace.SETTLED)} - {*before}
    assert any(rule.startswith(("compose-", "yaml-", "restart-")) for rule in errors) or "user" in text


def test_what_other_files_have_to_say_stays_while_one_types(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "Dockerfile").write_text("FROM team/base:1\nCOPY absent /srv/\nUSER nobody\n")
    typing = Typing(root, "compose.yaml", COMPOSE)
    before = typing.shown(Pace.SETTLED)
    assert "copy-source-missing" in before
    assert typing.keys(4, "# words") == [before] * 7
    # Nothing is built any more: the other file is asked again when the keys rest.
    typing.at = (2, 4)
    assert "copy-source-missing" not in typing.key("#")
    assert "copy-source-missing" not in typing.shown(Pace.RESTING)


def changed(text: str, start: tuple[int, int], end: tuple[int, int]) -> int | None:
    """The line in which somebody is taken to type after a change."""
    documents = Documents()
    documents.open(types.TextDocumentItem("file:///Dockerfile", "", 1, DOCKERFILE))
    place = types.Range(types.Position(*start), types.Position(*end))
    change = types.TextDocumentContentChangePartial(place, text)
    documents.change("file:///Dockerfile", None, [change], Positions("utf-16"))
    return documents.all()["file:///Dockerfile"].line


def test_one_key_is_told_from_what_comes_whole() -> None:
    assert changed("F", (2, 0), (2, 0)) == 2
    assert changed("[]", (2, 0), (2, 0)) == 2
    assert changed("", (1, 3), (1, 4)) == 1
    assert changed("\n    ", (1, 3), (1, 3)) == 2
    assert changed("", (1, 14), (2, 0)) == 1
    assert changed("FRO", (2, 0), (2, 0)) is None
    assert changed("", (0, 0), (3, 0)) is None
    assert changed("", (1, 0), (1, 9)) is None


# Against the server itself


def key(line: int, column: int, text: str, gone: int = 0) -> dict[str, Any]:
    """A change: a text written at a place, over so many characters."""
    start = {"line": line, "character": column}
    return {"range": {"start": start, "end": {"line": line, "character": column + gone}}, "text": text}


def test_what_is_wrong_with_the_line_is_shown_when_the_keys_rest(folder: Path, start: Any) -> None:
    (folder / "Dockerfile").write_text(DOCKERFILE)
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    client.rules(uri)
    for column, letter in enumerate("FRO"):
        client.change(uri, key(2, column, letter))
    assert "unknown-instruction" in client.rules(uri, lambda rules: "unknown-instruction" in rules)


def test_an_editor_that_asks_is_told_when_there_is_more(folder: Path, start: Any) -> None:
    (folder / "Dockerfile").write_text(DOCKERFILE)
    client = start(folder, MODERN)
    uri = client.open(folder / "Dockerfile")
    assert [each["code"] for each in client.pulled(uri)] == ["maintainer-deprecated"]
    for column, letter in enumerate("FRO"):
        client.change(uri, key(2, column, letter))
    if "unknown-instruction" not in [each["code"] for each in client.pulled(uri)]:
        client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert "unknown-instruction" in [each["code"] for each in client.pulled(uri)]


@pytest.mark.parametrize("seed", seeds(1))
def test_after_random_keys_all_is_shown_that_a_new_server_shows(folder: Path, start: Any, seed: int) -> None:
    chance = random.Random(seed)
    texts = {"Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE}
    for name, text in texts.items():
        (folder / name).write_text(text)
    client = start(folder)
    uris = {name: client.open(folder / name) for name in texts}
    for _ in range(60):
        name = chance.choice([*texts])
        lines = texts[name].split("\n")
        number = chance.randrange(len(lines))
        column = chance.randrange(len(lines[number]) + 1)
        gone = min(chance.choice((0, 0, 1)), len(lines[number]) - column)
        text = chance.choice(("a", "R", "\n", " ", ":", "USER root", "#", "    image: x", "["))
        lines[number] = lines[number][:column] + text + lines[number][column + gone :]
        texts[name] = "\n".join(lines)
        client.change(uris[name], key(number, column, text, gone))
    for name, text in texts.items():
        (folder / name).write_text(text)
    other = start(folder)
    opened = {name: other.open(folder / name) for name in uris}
    for name, uri in uris.items():
        fresh = sorted(other.rules(opened[name]))
        assert sorted(client.rules(uri, lambda rules, fresh=fresh: sorted(rules) == fresh)) == fresh
