"""Diagnostics as an editor gets them, from the real process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from lsp.client import MODERN, started

DOCKERFILE = "FROM team/base:1\nMAINTAINER Ada\nRUN sudo id\nUSER nobody\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize("server", [started])
def test_an_opened_file_shows_what_the_command_line_shows(folder: Path, start: Any) -> None:
    write(folder, Dockerfile=DOCKERFILE)
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    found = {each["code"]: each for each in client.diagnostics(uri)}
    assert found.keys() == {"maintainer-deprecated", "sudo"}
    maintainer = found["maintainer-deprecated"]
    assert maintainer["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 10}}
    assert (maintainer["severity"], maintainer["source"], maintainer["tags"]) == (3, "dlint", [2])
    assert maintainer["codeDescription"]["href"].startswith("https://")
    assert maintainer["data"]["fix"]
    assert client.close() == 0
    assert b"Traceback" not in b"".join(client.stderr)


def test_edits_are_applied_in_their_order_and_the_newest_version_is_told(folder: Path, start: Any) -> None:
    write(folder, Dockerfile=DOCKERFILE)
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    at = {"line": 1, "character": 0}
    client.change(
        uri,
        {"range": {"start": at, "end": {"line": 2, "character": 0}}, "text": ""},
        {"range": {"start": at, "end": {"line": 1, "character": 8}}, "text": "RUN "},
    )
    assert client.rules(uri) == []
    client.change(uri, DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated", "sudo"]


def test_columns_are_counted_as_agreed_behind_emoji_and_carriage_returns(folder: Path, start: Any) -> None:
    text = "FROM team/base:1\r\nRUN echo 🐳é && sudo id\r\nUSER nobody\r\n"
    write(folder, Dockerfile="")
    for encodings, column in ((["utf-8"], 19), (["utf-16"], 16), (["utf-32", "utf-8"], 15), (None, 16)):
        general = {"general": {"positionEncodings": encodings}} if encodings else {}
        client = start(folder, {**general, "textDocument": {"publishDiagnostics": {"versionSupport": True}}})
        assert client.capabilities["positionEncoding"] == (encodings or ["utf-16"])[0]
        uri = client.open(folder / "Dockerfile", text)
        (sudo,) = client.diagnostics(uri)
        assert sudo["range"]["start"] == {"line": 1, "character": column}
        # The same place on the way in: the word goes, and the finding with it.
        end = {"line": 1, "character": column + 5}
        client.change(uri, {"range": {"start": sudo["range"]["start"], "end": end}, "text": ""})
        assert client.rules(uri) == []
        assert client.close() == 0


def test_shellcheck_comes_later_and_stays_while_another_line_is_edited(folder: Path, start: Any) -> None:
    write(folder, Dockerfile="FROM team/base:1\nRUN cd /srv; make\nUSER nobody\n")
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    assert "SC2164" in client.rules(uri, lambda rules: "SC2164" in rules)
    client.change(
        uri, {"range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 0}}, "text": "#"}
    )
    assert "SC2164" in client.rules(uri)


def test_an_ignore_file_that_is_not_saved_changes_the_dockerfile_beside_it(folder: Path, start: Any) -> None:
    write(folder, Dockerfile="FROM team/base:1\nCOPY app /srv/\nUSER nobody\n", **{".dockerignore": "", "app": "x"})
    client = start(folder)
    docker = client.open(folder / "Dockerfile")
    assert client.rules(docker) == []
    ignore = client.open(folder / ".dockerignore", language="ignore")
    client.change(ignore, "app\n")
    assert client.rules(docker, lambda rules: bool(rules)) == ["copy-ignored-file"]
    client.change(ignore, "other\n")
    assert client.rules(docker, lambda rules: not rules) == []


def test_a_stage_and_an_override_change_what_is_said_of_their_siblings(folder: Path, start: Any) -> None:
    write(
        folder,
        Dockerfile="FROM team/base:1 AS web\nUSER nobody\n",
        **{"compose.yaml": "services:\n  web:\n    build: {context: ., target: web}\n"},
    )
    client = start(folder)
    compose = client.open(folder / "compose.yaml", language="dockercompose")
    docker = client.open(folder / "Dockerfile")
    assert "build-target-missing" not in client.rules(compose)
    client.change(docker, "FROM team/base:1 AS api\nUSER nobody\n")
    changed = [client.rules(each) for each in (compose, docker)]
    client.until(lambda message: any("target" in rule for rule in client.rules(compose) + client.rules(docker)))
    assert changed is not None
    override = client.open((folder / "compose.override.yaml"), "services:\n  web:\n    build: {target: api}\n", "yaml")
    client.diagnostics(override)
    wanted = lambda rules: not any("target" in rule for rule in rules)  # noqa: E731
    assert wanted(client.rules(compose, wanted)) and wanted(client.rules(docker, wanted))


def test_a_file_that_changes_on_the_disk_is_seen(folder: Path, start: Any) -> None:
    write(folder, **{"compose.yaml": "services:\n  web:\n    image: 'debian:${TAG}'\n", ".env": "TAG=12.5\n"})
    client = start(folder)
    uri = client.open(folder / "compose.yaml", language="yaml")
    before = client.rules(uri)
    (folder / ".env").write_text("TAG=latest\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (folder / ".env").as_uri(), "type": 2}]})
    assert client.rules(uri, lambda rules: rules != before) != before


def test_a_new_file_is_found_and_a_deleted_one_forgotten(folder: Path, start: Any) -> None:
    write(folder, Dockerfile="FROM team/base:1\nCOPY app /srv/\nUSER nobody\n", app="x")
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    assert client.rules(uri) == []
    ignore = folder / ".dockerignore"
    for text, kind, wanted in (("app\n", 1, ["copy-ignored-file"]), (None, 3, [])):
        ignore.unlink() if text is None else ignore.write_text(text)
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": ignore.as_uri(), "type": kind}]})
        assert client.rules(uri, lambda rules, wanted=wanted: rules == wanted) == wanted


def test_an_editor_that_asks_gets_answers_and_is_told_to_ask_again(folder: Path, start: Any) -> None:
    write(folder, Dockerfile="FROM team/base:1\nRUN cd /srv; make\nUSER nobody\n")
    client = start(folder, MODERN)
    assert client.capabilities["diagnosticProvider"]["interFileDependencies"] is True
    uri = client.open(folder / "Dockerfile")
    assert [each["code"] for each in client.pulled(uri)] == ["cd-instead-of-workdir"]
    client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert "SC2164" in [each["code"] for each in client.pulled(uri)]
    client.change(uri, "FROM team/base:1\nUSER nobody\n")
    assert client.pulled(uri) == []
    assert client.pushed == {}
    assert client.close() == 0


def test_an_untitled_text_is_linted_by_its_language(start: Any, folder: Path) -> None:
    client = start(None)
    uri = client.open("untitled:Untitled-1", DOCKERFILE)
    assert client.rules(uri) == ["maintainer-deprecated", "sudo"]
    compose = client.open(
        "untitled:Untitled-2", "services:\n  a:\n    image: debian:12\n    privileged: true\n", "yaml"
    )
    assert "service-privileged" in client.rules(compose)
    other = client.open("untitled:Untitled-3", "key: value\n", "yaml")
    assert client.rules(other) == []


def test_roots_do_not_meet(folder: Path, start: Any, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    write(folder, Dockerfile=DOCKERFILE, **{"dlint.toml": 'ignore = ["sudo"]\n'})
    write(second, Dockerfile=DOCKERFILE)
    client = start(folder, folders=[folder, second])
    one, two = client.open(folder / "Dockerfile"), client.open(second / "Dockerfile")
    assert client.rules(one) == ["maintainer-deprecated"]
    assert client.rules(two) == ["maintainer-deprecated", "sudo"]


def test_a_file_outside_every_root_is_linted_alone(folder: Path, start: Any, tmp_path: Path) -> None:
    outside = tmp_path / "Dockerfile"
    outside.write_text(DOCKERFILE)
    client = start(folder)
    assert client.rules(client.open(outside)) == ["maintainer-deprecated", "sudo"]


def test_the_configuration_counts_as_it_stands_in_the_editor(folder: Path, start: Any) -> None:
    write(folder, Dockerfile=DOCKERFILE)
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    assert client.rules(uri) == ["maintainer-deprecated", "sudo"]
    config = client.open(folder / "dlint.toml", 'ignore = ["sudo"]\n', "toml")
    assert client.rules(uri, lambda rules: "sudo" not in rules) == ["maintainer-deprecated"]
    client.change(config, 'ignore = ["sudo"]\nexclude = ["Dockerfile"]\n')
    assert client.rules(uri, lambda rules: not rules) == []


def test_what_is_wrong_with_a_configuration_is_shown_where_it_stands(folder: Path, start: Any) -> None:
    text = (
        'presett = "strict"\n\nignore = ["sudoo", "no-user"]\nselect = 3\n[rules.no-usr]\nseverity = "off"\n'
        '[rules.sudo]\nlevel = 1\n[[paths]]\nfile = ["x"]\n'
    )
    client = start(folder)
    uri = client.open(folder / "dlint.toml", text, "toml")
    found = [(each["range"]["start"]["line"], each["message"]) for each in client.diagnostics(uri)]
    assert [line for line, _ in found] == [0, 2, 3, 4, 7, 9]
    words = ("did you mean preset?", "did you mean sudo?", "list of texts", "did you mean no-user?", "level", "files")
    for (_, message), word in zip(found, words, strict=True):
        assert word in message
    client.change(uri, "ignore = [\n")
    (broken,) = client.diagnostics(uri)
    assert "TOML" in broken["message"]
    client.change(uri, 'ignore = ["sudo"]\n')
    assert client.diagnostics(uri) == []


def test_with_a_broken_configuration_the_last_one_counts_and_the_user_is_told(folder: Path, start: Any) -> None:
    write(folder, Dockerfile=DOCKERFILE, **{"dlint.toml": 'ignore = ["sudo"]\n'})
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    assert client.rules(uri) == ["maintainer-deprecated"]
    config = client.open(folder / "dlint.toml", language="toml")
    client.change(config, 'ignore = ["sudo"]\nnonsense = 1\n')
    shown = client.until(lambda message: message.get("method") == "window/showMessage")
    assert "nonsense" in shown["params"]["message"]
    client.change(uri, DOCKERFILE + "#\n")
    assert client.rules(uri) == ["maintainer-deprecated"]


def test_plugins_run_only_where_the_user_allows_it(folder: Path, start: Any) -> None:
    (folder / "lint").mkdir()
    trace = folder / "ran"
    (folder / "lint" / "own.py").write_text(f"open({str(trace)!r}, 'w').close()\n")
    write(folder, Dockerfile=DOCKERFILE, **{"dlint.toml": 'plugins = ["./lint"]\nshellcheck = "./evil"\n'})
    (folder / "evil").write_text(f"#!/bin/sh\ntouch {trace}\n")
    (folder / "evil").chmod(0o755)
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    assert client.rules(uri) == ["maintainer-deprecated", "sudo"]
    client.change(uri, DOCKERFILE + "RUN cd /x; id\n")
    client.rules(uri, lambda rules: "SC2164" in rules)
    client.close()
    assert not trace.exists()
    trusting = start(folder, initializationOptions={"trust": True})
    trusting.open(folder / "Dockerfile")
    trusting.until(lambda message: trace.exists())


def test_settings_of_the_editor_count(folder: Path, start: Any) -> None:
    write(folder, Dockerfile=DOCKERFILE)
    client = start(folder, initializationOptions={"buildkit": False, "run": "onSave"})
    uri = client.open(folder / "Dockerfile")
    assert client.rules(uri) == ["sudo"]
    client.change(uri, "FROM team/base:1\nUSER nobody\n")
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    assert client.rules(uri) == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"dlint": {"preset": "strict"}}})
    assert client.rules(uri, lambda rules: bool(rules))


def test_a_closed_document_shows_nothing(folder: Path, start: Any) -> None:
    write(folder, Dockerfile=DOCKERFILE)
    client = start(folder)
    uri = client.open(folder / "Dockerfile")
    assert client.rules(uri)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    assert client.pushed[uri]["diagnostics"] == []
