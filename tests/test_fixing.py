"""Fixing a whole project: what is linted again between passes, and that nothing is decided on old findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlint.fixing import diff as diff_of
from dlint.fixing import fix
from dlint.lint import run as runs
from dlint.rule.finding import Report
from dlint.session import Session
from dlint.workspace.groups import graph_of

BAD = "FROM debian:12\nMAINTAINER Ada\n"
CLEAN = "FROM debian:12\nUSER 1\n"


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The paths of each time the engine ran."""
    seen: list[list[str]] = []
    run = runs.run

    def noting(workspace: Any, targets: Mapping[str, str], *rest: Any, **how: Any) -> Report:
        seen.append(sorted(targets))
        return run(workspace, targets, *rest, **how)

    monkeypatch.setattr(runs, "run", noting)
    return seen


def session(folder: Path, **overrides: Any) -> Session:
    return Session([str(folder)], root=str(folder), overrides={"shellcheck": False, **overrides})


def test_a_dockerfile_that_did_not_change_is_not_linted_again(tmp_path: Path, linted: list[list[str]]) -> None:
    (tmp_path / "a.Dockerfile").write_text(BAD)
    (tmp_path / "b.Dockerfile").write_text(CLEAN)
    diff, dropped = diff_of(session(tmp_path), unsafe=False)
    assert "+LABEL" in diff and not dropped
    assert linted[:2] == [["a.Dockerfile", "b.Dockerfile"], ["a.Dockerfile"]]


def test_what_a_compose_file_builds_is_linted_again_with_it(tmp_path: Path, linted: list[list[str]]) -> None:
    (tmp_path / "a.Dockerfile").write_text(BAD)
    (tmp_path / "b.Dockerfile").write_text(CLEAN)
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    build: {context: ., dockerfile: a.Dockerfile}\n")
    diff_of(session(tmp_path, select=["maintainer-deprecated"]), unsafe=False)
    assert linted[0] == ["a.Dockerfile", "b.Dockerfile", "compose.yaml"]
    assert set(map(tuple, linted[1:])) <= {("a.Dockerfile", "compose.yaml"), ("b.Dockerfile",)} | {tuple(linted[0])}


def test_a_fix_that_fails_in_one_file_costs_the_others_nothing(tmp_path: Path, linted: list[list[str]]) -> None:
    for number in range(40):
        (tmp_path / f"{number}.Dockerfile").write_text(f"FROM debian:12\nMAINTAINER a{number}\n")
    mended = fix(session(tmp_path, select=["maintainer-deprecated"]), unsafe=False)
    assert mended.report.fixed == 40
    assert len(linted) == 2, "the files, the mended files"


def test_groups_join_what_bears_on_one_another(tmp_path: Path) -> None:
    files = {
        "a/Dockerfile": BAD,
        "a/.dockerignore": "x\n",
        "b/Dockerfile": BAD,
        "b/Dockerfile.dockerignore": "x\n",
        "c/Dockerfile": BAD,
        "compose.yaml": "services:\n  c: {build: c}\n  d: {extends: {file: d.yaml, service: d}}\n",
        "compose.override.yaml": "services: {}\n",
        "d.yaml": "services:\n  d: {image: i}\n",
        "e/compose.yaml": "services:\n  e: {image: i}\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    here = session(tmp_path)
    found = graph_of(here.workspace).groups
    assert found == [
        ["a/.dockerignore", "a/Dockerfile"],
        ["b/Dockerfile", "b/Dockerfile.dockerignore"],
        ["c/Dockerfile", "compose.override.yaml", "compose.yaml", "d.yaml"],
        ["e/compose.yaml"],
    ]


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
    report = fix(session(tmp_path / "together"), unsafe=True).report
    assert report.fixed > 3
    for number in range(len(texts)):
        fix(session(tmp_path / f"alone{number}"), unsafe=True)
        name = f"{number}.Dockerfile"
        assert (tmp_path / "together" / name).read_text() == (tmp_path / f"alone{number}" / name).read_text()


def test_one_finding_of_several_services_is_fixed_where_it_can_be(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    # Postgres needs capabilities at its start, so that its service is fixed in part only.
    file.write_text("services:\n  app:\n    image: example.org/app:3.1\n  db:\n    image: postgres:17\n")
    fixed = fix(session(tmp_path, select=["service-not-hardened"]), unsafe=True)
    assert not fixed.dropped
    assert file.read_text().count("mem_limit") == 2
    assert file.read_text().count("cap_drop") == 1
    assert [(one.line > 3, "cap_drop" in one.message) for one in fixed.report.findings] == [(True, True)]
