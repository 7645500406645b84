"""What a terminal shows while a long run goes on."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlint.cli import progress
from dlint.cli.progress import Progress

COUNT = 25
END = b"<end>"


class Terminal:
    """Standard error as a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    found = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=found))
    return found


def test_a_short_run_shows_nothing(terminal: Terminal) -> None:
    shown = Progress(3)
    shown()
    shown.clear()
    assert terminal.text == ""


def test_a_long_run_counts_the_files_and_takes_the_line_away(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_PACE", 0.0)
    shown = Progress(2)
    for _ in range(3):
        shown()
    shown.clear()
    assert [part for part in terminal.text.split("\r") if "of" in part] == [
        f"linted {number} of 2 files\033[K" for number in (1, 2, 1)
    ]
    assert terminal.text.endswith("\r\033[K")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms to be had here")
@pytest.mark.parametrize(("total", "said"), [(0, "looking for files"), (40, "linted 0 of 40 files")])
def test_what_has_not_begun_is_seen_to_go_on(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, total: int, said: str
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.001)
    before = signal.getsignal(signal.SIGALRM)
    shown = Progress(total)
    while not terminal.text:
        time.sleep(0.001)
    shown.clear()
    assert terminal.text == f"\r{said}\033[K\r\033[K"
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals to be had here")
@pytest.mark.parametrize("arguments", [("check", "."), ("check", "--diff", "."), ("check", "--fix", ".")])
def test_the_command_line_shows_it_on_a_terminal_alone(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    import subprocess

    (tmp_path / ".git").mkdir()
    for number in range(COUNT):
        (tmp_path / f"{number}.Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\nUSER 1\n")
    code = (
        "import sys; from dlint.cli import progress; from dlint.cli.main import main\n"
        f"progress._PATIENCE = progress._PACE = 0.0\nsys.argv = ['dlint', *{arguments!r}]\nmain()"
    )
    ours, theirs = os.openpty()
    with open(os.devnull) as nothing:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            stdin=nothing,
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=False,
        )
    # A terminal hands out what was written in pieces, and may lose what nobody has read when it is closed.
    os.write(theirs, END)
    shown = b""
    while not shown.endswith(END):
        shown += os.read(ours, 100_000)
    os.close(theirs)
    os.close(ours)
    text = shown.removesuffix(END).decode()
    assert done.returncode in (0, 1)
    assert f"linted {COUNT} of {COUNT} files" in text
    assert text.endswith("\r\033[K")
    assert b"linted 1 of" not in done.stdout


def test_no_terminal_no_line(tmp_path: Path) -> None:
    import subprocess

    for number in range(COUNT):
        (tmp_path / f"{number}.Dockerfile").write_text("FROM debian:12\nUSER 1\n")
    code = "import sys; from dlint.cli.main import call\ncall(['.'])\nprint('dlint.cli.progress' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.endswith("False\n")
