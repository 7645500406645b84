"""A process that is forked for a test is like one that is started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nursery import CAN_FORK, DLINT, PYGLS, Forked, run

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here")


@pytest.mark.parametrize(
    "arguments", [("--config", "shellcheck=false", "--color", "always", "."), ("--format", "json", "-"), ("no-such",)]
)
def test_it_says_the_same(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nMAINTAINER Ada 🐳\n", encoding="utf-8")
    text, environment = "FROM alpine\n", {**os.environ, "COLUMNS": "60"}
    started = subprocess.run(
        [sys.executable, "-m", "dlint", *arguments],
        cwd=tmp_path, env=environment, input=text, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    forked = run(tmp_path, *arguments, stdin=text, environment=environment)
    shown = lambda done: (done.returncode, done.stdout, done.stderr)  # noqa: E731
    assert shown(forked) == shown(started)
    assert forked.stdout or forked.stderr


MUCH = 1_000_000
"""More than a pipe holds."""


def test_it_need_not_read_its_input(tmp_path: Path) -> None:
    assert run(tmp_path, "--version", stdin="#" * MUCH).returncode == 0


def test_it_may_write_more_than_a_pipe_holds_before_it_reads(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nMAINTAINER Ada\n" * 500)
    done = run(tmp_path, "--config", "shellcheck=false", "--format", "json", "Dockerfile", stdin="#" * MUCH)
    assert len(done.stdout) > 100_000


def test_it_may_end_before_it_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Forked(tmp_path, ("--version",), DLINT)
    assert process.wait(60) == 0

    def runs(timeout: float) -> None:
        raise TimeoutError

    monkeypatch.setattr(process, "wait", runs)
    process.kill()


def test_its_end_is_known(tmp_path: Path) -> None:
    process = Forked(tmp_path, ("lsp", "--stdio"), PYGLS)
    with pytest.raises(TimeoutError):
        process.wait(0)
    process.kill()
    assert process.wait(60) == -signal.SIGKILL
    process.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_it_ends_when_its_input_does(tmp_path: Path) -> None:
    process = Forked(tmp_path, ("-",), DLINT)
    process.stdin.write(b"FROM debian:12.8\nUSER 1000\n")
    process.stdin.close()
    assert process.wait(60) == 0
