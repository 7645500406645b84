"""What editors should not send, and do."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from lsp.client import MODERN, started

DOCKERFILE = "FROM debian:12.5\nMAINTAINER Ada\nUSER nobody\n"

as_editors_do = pytest.mark.parametrize("server", [started])


def quiet(client: Any) -> None:
    """It answers, ends cleanly, and nothing but messages was on its standard output."""
    assert client.close() == 0
    assert b"Traceback" not in b"".join(client.stderr)


def test_positions_past_the_end_and_the_wrong_way_round(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    far = {"line": 900, "character": 70}
    client.change(uri, {"range": {"start": far, "end": {"line": 999, "character": 0}}, "text": "# end\n"})
    client.change(
        uri, {"range": {"start": {"line": 1, "character": 99}, "end": {"line": 1, "character": 0}}, "text": ""}
    )
    assert client.rules(uri) == []
    for method in ("hover", "definition", "completion", "prepareRename"):
        client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": far})
    client.actions(uri, {"start": far, "end": far})
    quiet(client)


def test_versions_that_go_back_or_stay(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    for version in (7, 3, 3, -1):
        client.change(uri, DOCKERFILE, version=version)
        assert client.rules(uri) == ["maintainer-deprecated"]
    client.open(folder / "Dockerfile", "FROM debian:12.5\nUSER nobody\n")
    assert client.rules(uri) == []
    quiet(client)


def test_changes_of_a_document_that_was_never_opened(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = (folder / "Dockerfile").as_uri()
    client.versions[uri] = 0
    client.change(uri, DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated"]
    other = (folder / "api.Dockerfile").as_uri()
    client.notify("textDocument/didClose", {"textDocument": {"uri": other}})
    client.notify("textDocument/didSave", {"textDocument": {"uri": other}})
    assert client.actions(other, {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}) == []
    quiet(client)


def test_binary_text_lone_surrogates_and_nothing(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    for text in ("\0\1\2\xff" * 500, "FROM debian\ud800:12\nRUN echo \udc80\n", "", "\ufeff", "\r\r\r", "FROM"):
        client.change(uri, text)
        client.diagnostics(uri)
    client.change(uri, DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated"]
    quiet(client)


def test_a_huge_file_is_said_and_left(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE + "# " + "x" * 1_100_000)
    assert client.rules(uri) == []
    logged = client.until(lambda message: message.get("method") == "window/logMessage")
    assert "MB" in logged["params"]["message"]
    client.change(uri, DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated"]
    quiet(client)


def test_messages_that_cannot_be_read_are_answered(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    for params in ({"textDocument": {}}, [1, 2], None, {"textDocument": {"uri": uri}, "position": "here"}):
        assert "error" in client.answer(client.start("textDocument/hover", params))
    assert "error" in client.answer(client.start("textDocument/nonsense", {}))
    assert "error" in client.answer(client.start("workspace/executeCommand", {"command": "rm"}))
    client.send_bytes(b"Content-Length: 9\r\n\r\n{nonsense")
    client.notify("textDocument/didOpen", {"textDocument": 3})
    client.change(uri, DOCKERFILE + "\n")
    assert client.rules(uri) == ["maintainer-deprecated"]
    assert client.close() == 0


def test_uris_that_lead_nowhere(folder: Path, start: Any) -> None:
    client = start(folder)
    for uri in (
        "file:///nonexistent/deep/Dockerfile", "file:///", "git:/x/Dockerfile?ref=1", "nonsense", "",
        "file:///tmp/%00/Dockerfile", "vscode-notebook-cell:/a#b",
    ):  # fmt: skip
        client.open(uri, DOCKERFILE)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated"]
    quiet(client)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_without_permission(folder: Path, start: Any) -> None:
    client = start(folder)
    (folder / "closed").mkdir(mode=0)
    uri = client.open(folder / "closed" / "Dockerfile", DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated"]
    quiet(client)


def test_a_workspace_that_is_not_there(start: Any, tmp_path: Path) -> None:
    client = start(None, folders=[tmp_path / "gone"])
    uri = client.open(tmp_path / "gone" / "Dockerfile", DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated"]
    quiet(client)


@as_editors_do
def test_the_end_comes_while_shellcheck_works(folder: Path, start: Any, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    mark = tmp_path / "pid"
    slow.write_text(f"#!/bin/sh\necho $$ > {mark}\nexec sleep 60\n")
    slow.chmod(0o755)
    (folder / "dlint.toml").write_text(f'shellcheck = "{slow}"\n')
    client = start(folder, initializationOptions={"trust": True})
    uri = client.open(folder / "Dockerfile", "FROM debian:12.5\nRUN cd /srv; ls\nUSER nobody\n")
    assert client.rules(uri) == ["cd-instead-of-workdir"]
    until = time.monotonic() + 30
    while not (mark.exists() and mark.read_text().strip()) and time.monotonic() < until:
        time.sleep(0.05)
    quiet(client)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


@as_editors_do
def test_the_end_without_a_shutdown_is_an_error_and_a_closed_pipe_is_the_end(folder: Path, start: Any) -> None:
    client = start(folder)
    client.notify("exit", None)
    assert client.process.wait(30) == 1
    client = start(folder)
    client.open(folder / "Dockerfile", DOCKERFILE)
    client.process.stdin.close()
    assert client.process.wait(30) == 1
    assert b"Traceback" not in b"".join(client.stderr)


@as_editors_do
def test_two_servers_at_once(folder: Path, start: Any) -> None:
    clients = [start(folder), start(folder, MODERN)]
    uris = [client.open(folder / "Dockerfile", DOCKERFILE + "RUN cd /srv; make\n") for client in clients]
    assert "SC2164" in clients[0].rules(uris[0], lambda rules: "SC2164" in rules)
    assert "maintainer-deprecated" in [each["code"] for each in clients[1].pulled(uris[1])]
    for client in clients:
        quiet(client)


@as_editors_do
def test_an_editor_that_knows_nothing(folder: Path, start: Any) -> None:
    client = start(folder, {})
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    (found,) = client.diagnostics(uri)
    assert "version" not in client.pushed[uri] and "diagnosticProvider" not in client.capabilities
    (fix, *_) = client.actions(uri, found["range"], ["quickfix"])
    assert "changes" in fix["edit"] and "documentChanges" not in fix["edit"]
    (everything,) = client.actions(uri, found["range"], ["source"])
    assert everything["edit"]["changes"][uri]
    quiet(client)


def test_a_request_after_a_shutdown_is_refused(folder: Path, start: Any) -> None:
    client = start(folder)
    client.request("shutdown", None)
    asked = client.start(
        "textDocument/hover", {"textDocument": {"uri": "a:b"}, "position": {"line": 0, "character": 0}}
    )
    assert client.answer(asked)["error"]["code"] == -32600


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (
            {"preset": "strct"},
            'the setting preset is not understood, so it does not count: it is one of "recommended", ',
        ),
        ({"run": "never"}, 'it is one of "onType", "onSave"'),
        ({"trust": 1}, "it is one of true, false"),
    ],
)
def test_a_setting_that_means_nothing_is_said(folder: Path, start: Any, setting: dict[str, Any], says: str) -> None:
    client = start(folder, initializationOptions={"dlint": setting})
    client.notify("workspace/didChangeConfiguration", {"settings": {"dlint": setting}})
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": "a:b"}})
    (shown,) = [one["params"]["message"] for one in client.seen if one.get("method") == "window/showMessage"]
    assert says in shown
    quiet(client)
