"""What a run has worked out about a group of files goes when the group is done."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

import dlint
from dlint.cli.main import call
from dlint.model.dockerfile.graph import StageGraph
from dlint.workspace.workspace import Workspace

TEXT = 'ARG V=1\nFROM debian:$V AS a\nRUN curl x | sh\nRUN npm ci\nFROM a\nCOPY --from=a /x /y\nCMD ["run"]\n'
COMPOSE = "services: {w: {build: {context: ., args: {V: '2'}}, user: app, healthcheck: {test: x}}}\n"


def alive() -> int:
    return sum(type(one) in (StageGraph, Workspace) for one in gc.get_objects())


def test_what_many_findings_say_is_there_once(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for number in range(10):
        (tmp_path / f"{number}.Dockerfile").write_text(f"FROM debian:12\nRUN cd /x{number % 3} && curl x | sh\n")
    found = dlint.lint_paths([str(tmp_path)], root=str(tmp_path), config={"shellcheck": False}).findings
    messages = [finding.message for finding in found]
    titles = [finding.fix.title for finding in found if finding.fix is not None]
    assert len(messages) >= 30 and titles
    for texts in (messages, titles):
        assert len({id(text) for text in texts}) == len({*texts}) < len(texts)


@pytest.mark.parametrize("option", ["--no-cache", "--quiet"])
def test_trees_go_without_waiting_for_the_collector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    (tmp_path / ".git").mkdir()
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "Dockerfile").write_text(TEXT)
        if number % 2:
            (folder / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "this one")
    # So little text is kept with all that was made of it otherwise.
    monkeypatch.setattr("dlint.lint.many._SPARED", 0)
    gc.collect()
    before = alive()
    gc.disable()
    try:
        assert call(["check", "--config=shellcheck=false", option, "."]) == 1
        # The session has a workspace of its own, and one that knows the run's targets.
        assert alive() - before < 10
    finally:
        gc.enable()
