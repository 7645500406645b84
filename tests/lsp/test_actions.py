"""Code actions: what is offered, and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from lsp.client import MODERN, applied

DOCKERFILE = (
    "# syntax=docker/dockerfile:1\nFROM team/base:1 AS base\nMAINTAINER Ada\nRUN sudo id && \\\n    cd /srv\n"
    "FROM base\nMAINTAINER Grace\nUSER nobody\n"
)


def edits(action: dict[str, Any], uri: str) -> list[dict[str, Any]]:
    return [
        edit
        for change in action["edit"]["documentChanges"]
        if change.get("kind") is None and change["textDocument"]["uri"] == uri
        for edit in change["edits"]
    ]


def at(line: int, character: int = 0) -> dict[str, Any]:
    place = {"line": line, "character": character}
    return {"start": place, "end": place}


def test_a_fix_is_offered_for_each_finding_and_mends_it(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    before = client.rules(uri)
    fix = client.actions(uri, at(2), ["quickfix"])[0]
    assert (fix["title"], fix["kind"], fix["isPreferred"]) == ("Use the OCI label", "quickfix", True)
    assert fix["diagnostics"][0]["code"] == "maintainer-deprecated"
    assert fix["edit"]["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 1}
    after = applied(DOCKERFILE, edits(fix, uri))
    assert after == DOCKERFILE.replace("MAINTAINER Ada", 'LABEL org.opencontainers.image.authors="Ada"')
    client.change(uri, after)
    assert len(client.rules(uri)) == len(before) - 1


def test_an_unsafe_fix_says_so_and_is_not_preferred(folder: Path, start: Any) -> None:
    client = start(folder)
    text = (
        "FROM team/base:1\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nUSER nobody\n"
    )
    uri = client.open(folder / "Dockerfile", text)
    client.diagnostics(uri)
    offered = [each for each in client.actions(uri, at(1, 30)) if each["title"].endswith("(unsafe)")]
    assert offered
    assert all("isPreferred" not in each for each in offered)


def test_every_way_to_hide_a_finding_hides_it_and_nothing_else(folder: Path, start: Any) -> None:
    client = start(folder, MODERN)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)

    def own() -> list[str]:
        """ShellCheck's findings come when they come."""
        return [each["code"] for each in client.pulled(uri) if not each["code"].startswith("SC")]

    before = own()
    assert before.count("maintainer-deprecated") == 2
    offered = {each["title"]: each for each in client.actions(uri, at(2)) if each["title"].startswith("Ignore")}
    name = "maintainer-deprecated"
    assert [*offered] == [
        f"Ignore {name} for this instruction",
        f"Ignore {name} for this stage",
        f"Ignore {name} for this file",
        f"Ignore {name} in dlint.toml",
    ]
    for title, left in zip([*offered][:3], (1, 1, 0), strict=True):
        text = applied(DOCKERFILE, edits(offered[title], uri))
        assert f"={name} -- " in text
        assert text.startswith("# syntax=")
        client.change(uri, text)
        after = own()
        assert after.count(name) == left
        assert [rule for rule in after if rule != name] == [rule for rule in before if rule != name]
        client.change(uri, DOCKERFILE)


def test_a_finding_inside_a_continued_instruction_is_hidden_above_it(folder: Path, start: Any) -> None:
    client = start(folder, MODERN)
    uri = client.open(folder / "Dockerfile", "FROM team/base:1\n  RUN id && \\\n    sudo id\nUSER nobody\n")
    client.pulled(uri)
    (hide, *_) = [each for each in client.actions(uri, at(2, 6)) if "for this instruction" in each["title"]]
    text = applied("FROM team/base:1\n  RUN id && \\\n    sudo id\nUSER nobody\n", edits(hide, uri))
    assert text.splitlines()[1].startswith("  # dlint: ignore=sudo -- ")
    client.change(uri, text)
    assert "sudo" not in [each["code"] for each in client.pulled(uri)]


def test_compose_and_ignore_files_are_hidden_by_line_and_file(folder: Path, start: Any) -> None:
    client = start(folder, MODERN)
    compose = "services:\n  web:\n    image: team/base:1\n    privileged: true\n"
    uri = client.open(folder / "compose.yaml", compose, "yaml")
    rules = [each["code"] for each in client.pulled(uri)]
    assert "service-privileged" in rules
    hide = {each["title"]: each for each in client.actions(uri, at(3, 6))}
    text = applied(compose, edits(hide["Ignore service-privileged for this line"], uri))
    assert text.splitlines()[3].startswith("    # dlint: ignore=service-privileged -- ")
    client.change(uri, text)
    assert [each["code"] for each in client.pulled(uri)] == [rule for rule in rules if rule != "service-privileged"]


def test_a_rule_is_added_to_the_configuration_that_counts(folder: Path, start: Any) -> None:
    config = folder / "dlint.toml"
    for text in (
        'preset = "recommended"\n[rules.sudo]\nseverity = "off"\n',
        'ignore = [\n  "no-user",\n]\n',
        "ignore = []\n",
    ):
        config.write_text(text)
        client = start(folder)
        uri = client.open(folder / "Dockerfile", DOCKERFILE)
        client.diagnostics(uri)
        (action,) = [each for each in client.actions(uri, at(2)) if each["title"].endswith("in dlint.toml")]
        after = applied(text, edits(action, config.as_uri()))
        client.open(config, after, "toml")
        assert "maintainer-deprecated" not in client.rules(uri, lambda rules: "maintainer-deprecated" not in rules)
        assert client.diagnostics(config.as_uri()) == []
        client.close()


def test_a_new_configuration_is_made_only_where_none_counts(folder: Path, start: Any) -> None:
    client = start(folder)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    client.diagnostics(uri)
    (action,) = [each for each in client.actions(uri, at(2)) if each["title"].endswith("in dlint.toml")]
    create, change = action["edit"]["documentChanges"]
    assert create == {"kind": "create", "uri": (folder / "dlint.toml").as_uri(), "options": {"ignoreIfExists": True}}
    assert change["edits"][0]["newText"] == 'ignore = ["maintainer-deprecated"]\n'
    (folder / ".hadolint.yaml").write_text("ignored: [DL3008]\n")
    other = start(folder)
    other.diagnostics(other.open(folder / "Dockerfile", DOCKERFILE))
    assert not [each for each in other.actions(uri, at(2)) if each["title"].endswith(".toml")]


def test_all_safe_fixes_at_once_are_made_when_asked_for(folder: Path, start: Any) -> None:
    client = start(folder, MODERN)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    client.pulled(uri)
    (action,) = client.actions(uri, at(0), ["source.fixAll"])
    assert action["kind"] == "source.fixAll.dlint" and "edit" not in action
    text = applied(DOCKERFILE, edits(client.request("codeAction/resolve", action), uri))
    assert "MAINTAINER" not in text and "sudo" in text
    client.change(uri, text)
    assert client.actions(uri, at(0), ["source.fixAll"]) == []
    assert client.actions(uri, at(0), ["refactor"]) == []


def test_all_safe_fixes_are_those_of_the_command_line(folder: Path, start: Any) -> None:
    import subprocess
    import sys

    file = folder / "Dockerfile"
    file.write_text(DOCKERFILE)
    client = start(folder)
    uri = client.open(file)
    client.diagnostics(uri)
    (action,) = client.actions(uri, at(0), ["source.fixAll.dlint"])
    text = applied(DOCKERFILE, edits(action, uri))
    subprocess.run([sys.executable, "-m", "dlint", "check", "--fix", "Dockerfile"], cwd=folder, check=False)
    assert file.read_text() == text


def test_a_rule_is_explained_by_its_page(folder: Path, start: Any) -> None:
    client = start(folder, MODERN)
    uri = client.open(folder / "Dockerfile", DOCKERFILE)
    client.pulled(uri)
    (action,) = [each for each in client.actions(uri, at(2)) if each["title"] == "Explain maintainer-deprecated"]
    call = {"command": action["command"]["command"], "arguments": action["command"]["arguments"]}
    page = client.request("workspace/executeCommand", call)
    assert "MAINTAINER" in page and "hadolint/DL4000" in page
    (shown,) = [each for each in client.seen if each.get("method") == "window/showDocument"]
    assert shown["params"]["uri"].endswith("maintainer-deprecated.md")
    assert "no rule" in client.request("workspace/executeCommand", {**call, "arguments": ["nonsense"]})
