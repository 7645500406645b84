"""The example for more than one machine: all that it promises, on a local cluster of two workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dlint
from places import ROOT

pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[scale]'")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install -e '.[scale]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the example's limits are those of Linux"),
]

SCRIPT = ROOT / "examples" / "scale" / "lint_fleet.py"
RULE = '''
import os, time
from dlint.api import Problem, check
from dlint.api.dockerfile import From


@check(on=From)
def trap(node):
    """Does what a project should never be able to do."""
    said = node.source.text
    if "# kill" in said:
        os.kill(os.getpid(), 9)
    if "# sleep" in said:
        time.sleep(600)
    if "# raise" in said:
        raise ValueError("no such thing")
    if "# eat" in said:
        bytearray(1 << 40)
    if "# print" in said:
        print("{}")
    yield from ()
'''
PAGE = "---\ntitle: Never\nseverity: info\n---\nNever.\n"
BAD = {
    "kill": "its process ended with -9",
    "raise": "trap",
    "eat": "trap",
}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Projects good and bad, in the folder ``projects``, with a list of them."""
    folder = tmp_path_factory.mktemp("fleet")
    plugin = folder / "plugin"
    (plugin / "dockerfile").mkdir(parents=True)
    (plugin / "traps.py").write_text(RULE)
    (plugin / "dockerfile" / "trap.md").write_text(PAGE)
    (folder / "all.toml").write_text(f'preset = "strict"\nplugins = ["{plugin}"]\n')
    projects = folder / "projects"
    shutil.copytree(ROOT / "examples" / "shop", projects / "shop")
    shutil.copytree(ROOT / "examples" / "tidy", projects / "tidy")
    for number in range(8):
        (projects / f"plain{number}").mkdir()
        (projects / f"plain{number}" / "Dockerfile").write_text(f"FROM debian\nRUN cd /srv/{number} && echo $x\n")
    for name in (*BAD, "print"):
        (projects / name).mkdir()
        (projects / name / "Dockerfile").write_text(f"# {name}\nFROM debian:12\n")
    (projects / "huge").mkdir()
    (projects / "huge" / "Dockerfile").write_text("FROM debian\n" + "RUN true\n" * 200_000)
    (projects / "broken").mkdir()
    (projects / "broken" / "dlint.toml").write_text("preset = [")
    (projects / "broken" / "Dockerfile").write_text("FROM debian\n")
    (projects / "empty").mkdir()
    repository = folder / "cloned.git"
    shutil.copytree(ROOT / "examples" / "shop", repository)
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for command in (("init", "--quiet"), ("add", "."), (*identity, "commit", "--quiet", "--message=First")):
        subprocess.run(["git", "-C", str(repository), *command], check=True)
    named = [*sorted(str(path) for path in projects.iterdir()), f"file://{repository}", str(folder / "gone")]
    (folder / "list").write_text("".join(f"{name}\n" for name in named))
    return folder


def run(fleet: Path) -> None:
    command = [sys.executable, SCRIPT, fleet / "list", fleet / "out", "--workers", "2", "--part", "5"]
    options = ["--answers", fleet / "answers", "--config", fleet / "all.toml", "--seconds", "200"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def rows(fleet: Path) -> Iterator[Rows]:
    run(fleet)
    yield parquet.read_table(fleet / "out").to_pylist()


def of(rows: Rows, project: object) -> Rows:
    return [row for row in rows if row["project"] == str(project)]


def test_it_finds_what_one_process_finds(fleet: Path, rows: Rows) -> None:
    for name in ("shop", "tidy", *(f"plain{number}" for number in range(8))):
        folder = str(fleet / "projects" / name)
        report = dlint.lint_paths([folder], root=folder, config={"preset": "strict"})
        wanted = [{"project": folder, **finding.row(), "trouble": None} for finding in report.visible]
        found = [row for row in of(rows, folder) if row["rule"]]
        assert sorted(found, key=str) == sorted(({key: each[key] for key in found[0]} for each in wanted), key=str)
    assert {row["severity"] for row in of(rows, fleet / "projects" / "shop")} >= {"error", "warning"}


def test_a_clone_has_the_findings_of_its_folder(fleet: Path, rows: Rows) -> None:
    cloned, plain = of(rows, f"file://{fleet / 'cloned.git'}"), of(rows, fleet / "projects" / "shop")
    assert [{**row, "project": ""} for row in cloned] == [{**row, "project": ""} for row in plain]


@pytest.mark.parametrize("name", BAD)
def test_a_project_that_ends_its_process_is_a_row(fleet: Path, rows: Rows, name: str) -> None:
    (trouble,) = [row["trouble"] for row in of(rows, fleet / "projects" / name) if row["trouble"]]
    assert BAD[name] in trouble


def test_a_project_that_takes_too_long_is_a_row(fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text("# sleep\nFROM debian:12\n")
    monkeypatch.syspath_prepend(SCRIPT.parent)
    import lint_project

    settings = {"config": {"plugins": [str(fleet / "plugin")]}, "answers": None, "seconds": 3, "megabytes": 2000}
    (row,) = lint_project.rows_of([str(tmp_path)], settings)
    assert row == {"project": str(tmp_path), "trouble": "took more than 3 seconds"}


def test_what_cannot_be_read_is_a_row(fleet: Path, rows: Rows) -> None:
    said = {name: of(rows, fleet / "projects" / name)[0]["trouble"] for name in ("huge", "broken", "empty")}
    assert "MB" in said["huge"]
    assert "dlint.toml" in said["broken"]
    assert said["empty"] is None
    assert "no such folder" in of(rows, fleet / "gone")[0]["trouble"]


def test_every_project_has_a_row(fleet: Path, rows: Rows) -> None:
    assert {row["project"] for row in rows} == set((fleet / "list").read_text().split())


def test_nothing_is_left_behind(fleet: Path, rows: Rows) -> None:
    assert rows and not [path for path in (fleet / "out").iterdir() if path.suffix != ".parquet"]
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert b"lint_project.py" not in path.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            pass


def test_answers_are_shared(fleet: Path, rows: Rows) -> None:
    """Eight plain projects have eight scripts; what is said of each is there for all who come."""
    kept = [json.loads(path.read_text()) for path in (fleet / "answers").rglob("*.json")]
    assert rows and len([answer for answer in kept if any(said["code"] == 2086 for said in answer)]) >= 8


def test_a_run_that_was_interrupted_goes_on(fleet: Path, rows: Rows) -> None:
    parts = sorted((fleet / "out").iterdir(), key=lambda path: parquet.read_table(path).to_pylist()[0]["project"])
    before = {path: path.stat().st_mtime_ns for path in parts}
    # One whose projects are all good.
    os.unlink(parts[1])
    run(fleet)
    after = {path: path.stat().st_mtime_ns for path in (fleet / "out").iterdir()}
    assert after.keys() == before.keys()
    assert [path for path in after if after[path] != before[path]] == [parts[1]]
    assert sorted(parquet.read_table(fleet / "out").to_pylist(), key=str) == sorted(rows, key=str)
