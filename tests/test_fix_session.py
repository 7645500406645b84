"""Mending a whole project: what is linted again between passes, and that nothing is decided on old findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlint import lint
from dlint.rule import Report
from dlint.session import Session

BAD = "FROM debian:12\nMAINTAINER Ada\n"
CLEAN = "FROM debian:12\nUSER 1\n"


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The paths of each time the engine ran."""
    seen: list[list[str]] = []
    run = lint.run

    def noting(project: Any, targets: Mapping[str, str], *rest: Any, **how: Any) -> Report:
        seen.append(sorted(targets))
        return run(project, targets, *rest, **how)

    monkeypatch.setattr(lint, "run", noting)
    return seen


def session(folder: Path, **overrides: Any) -> Session:
    return Session([str(folder)], root=str(folder), overrides={"shellcheck": False, **overrides})


def test_a_dockerfile_that_did_not_change_is_not_linted_again(tmp_path: Path, linted: list[list[str]]) -> None:
    (tmp_path / "a.Dockerfile").write_text(BAD)
    (tmp_path / "b.Dockerfile").write_text(CLEAN)
    diff, dropped = session(tmp_path).diff(unsafe=False)
    assert "+LABEL" in diff and not dropped
    assert linted[:2] == [["a.Dockerfile", "b.Dockerfile"], ["a.Dockerfile"]]


def test_with_a_compose_file_all_are_linted_again(tmp_path: Path, linted: list[list[str]]) -> None:
    (tmp_path / "a.Dockerfile").write_text(BAD)
    (tmp_path / "b.Dockerfile").write_text(CLEAN)
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    build: {context: ., dockerfile: a.Dockerfile}\n")
    session(tmp_path, select=["maintainer-deprecated"]).diff(unsafe=False)
    assert all(len(paths) == 3 for paths in linted)


def test_files_mended_together_are_as_if_mended_alone(tmp_path: Path) -> None:
    texts = [
        BAD,
        "FROM debian:12\nENV A b\nMAINTAINER x\nWORKDIR /x\nADD a /b\n",
        CLEAN,
        "FROM debian:12\nRUN apt-get update && apt-get install curl\n",
    ]
    for number, text in enumerate(texts):
        for folder in ("together", f"alone{number}"):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{number}.Dockerfile").write_text(text)
    report = session(tmp_path / "together").fix(unsafe=True).report
    assert report.fixed > 3
    for number in range(len(texts)):
        session(tmp_path / f"alone{number}").fix(unsafe=True)
        name = f"{number}.Dockerfile"
        assert (tmp_path / "together" / name).read_text() == (tmp_path / f"alone{number}" / name).read_text()
