"""The benchmarks run: every row on a small corpus, and what has no input is said."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the benchmarks measure as POSIX systems do")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """bench/run.py over this checkout as it is, with few files and without valgrind."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    import instructions
    import run

    def checkout(root: Path, packages: Path) -> str:
        (packages / "bin").mkdir(parents=True)
        script = packages / "bin" / "dlint"
        script.write_text(f'#!/bin/sh\nPYTHONPATH="{root / "src"}" exec "{sys.executable}" -m dlint "$@"\n')
        script.chmod(0o755)
        return ""

    monkeypatch.setattr(run, "installed", checkout)
    monkeypatch.setattr(run, "has_valgrind", lambda: False)
    for name, value in (("MANY", 5), ("FIRST", 2), ("SERVICES", 4), ("WILD_ALONE", 2), ("ENOUGH_CORES", 1)):
        monkeypatch.setattr(run, name, value)
    yield run
    for module in (run, instructions, sys.modules["cases"]):
        del sys.modules[module.__name__]


def test_every_row_is_measured(bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    for folder, name, text in (
        ("wild", "a.Dockerfile", "FROM debian\nRUN cd /srv\n"),
        ("wild", "b.Dockerfile", "FROM alpine\nMAINTAINER Ada\n"),
        ("gold", "c.Dockerfile", "FROM debian:12\n"),
        ("compose", "compose.yaml", "services: {web: {image: nginx}}\n"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text)
    assert bench.main(["--corpus", str(tmp_path), "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert "skipped" not in said.replace("skipped: Dockerfiles of wild, each alone", "")
    table = re.findall(r"^\| (.+?) \| ([\d.]+ / [\d.]+ m?s) \| [\d.]+ / [\d.]+ m?s \|", said, re.MULTILINE)
    assert [row for row, _ in table] == [
        "one Dockerfile of 40 lines",
        "one Compose file of 50 lines",
        "2 Dockerfiles from GitHub",
        "1 Dockerfiles of well-kept projects",
        "1 Compose files",
        "one Compose file of 4 services",
    ]
    ratios = {
        what: float(value)
        for value, what in re.findall(r"^  (?:met   |MISSED) +([\d.-]+)  of at most \S+ +(.+)$", said, re.M)
    }
    assert {
        "SARIF over text, CPU",
        "--fix over text, CPU",
        "KiB of memory for each further Dockerfile",
    } <= ratios.keys()
    assert all(0 < ratio < 100 for what, ratio in ratios.items() if "CPU" in what)
    # What --fix writes is taken back before each round.
    assert (tmp_path / "wild" / "b.Dockerfile").read_text() == "FROM alpine\nMAINTAINER Ada\n"


def test_what_has_no_input_is_said(bench, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert bench.main(["--only", "fixes"]) == 0
    assert "skipped: --fix and other reports (wild)" in capsys.readouterr().out


def test_a_slow_program_is_ended(bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(bench, "PATIENCE", 0.1)
    assert bench._timed(["sleep", "60"], tmp_path, {"PATH": "/usr/bin:/bin"}).wall < 50


def test_instructions_compare_two_checkouts(
    bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # type: ignore[no-untyped-def]
    """5 % more than in the other one fails, less or more than that of a corpus does not."""
    import instructions

    monkeypatch.setattr(instructions, "has_valgrind", lambda: True)
    counts = {"here": 106, "there": 100}
    monkeypatch.setattr(instructions, "installed", lambda checkout, packages: "")
    monkeypatch.setattr(instructions, "instructions", lambda command, *_: counts[Path(command[0]).parts[-3]])
    assert instructions.main(["--against", str(ROOT / "tests")]) == 1
    assert "Dockerfile: more than 5 % more instructions" in capsys.readouterr().out
    assert instructions.main(["--against", str(ROOT / "tests"), "--most", "7"]) == 0
