"""Completion, by the shells themselves: what is offered after each line."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlint.cli.main import call

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these shells are not at home on Windows")
OFFERED = [
    ("dlint che", "check"),
    ("dlint --format sar", "sarif"),
    ("dlint --format=sar", "sarif"),
    ("dlint check --preset had", "hadolint"),
    ("dlint Dockerfile --fail-on ne", "never"),
    ("dlint Dockerfile --sev", "--severity"),
    ("dlint --select no-us", "no-user"),
    ("dlint --ignore DL300", "DL3006"),
    ("dlint --ignore=no-user,base-image-unt", "no-user,base-image-untagged"),
    ("dlint explain base-image-unt", "base-image-untagged"),
    ("dlint config mi", "migrate"),
    ("dlint config migrate --std", "--stdout"),
    ("dlint compose show --format js", "json"),
    ("dlint help expl", "explain"),
    ("dlint --output sar", "sarif="),
    ("dlint --config pres", "preset="),
    ("dlint completion f", "fish"),
    ("dlint Docker", "Dockerfile"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM debian\n")
    return tmp_path


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    call(["completion", shell])
    return capsys.readouterr().out


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tries = ""
    for line, _ in OFFERED:
        # bash hands on a line that is cut at each = as well.
        words = line.replace("=", " = ").split()
        tries += f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; COMPREPLY=(); _dlint\n"
        tries += "echo ${COMPREPLY[*]}\n"
    done = subprocess.run(
        ["bash", "-c", script("bash", capsys) + tries], cwd=folder, capture_output=True, text=True, check=False
    )
    for offered, (line, wanted) in zip(done.stdout.splitlines(), OFFERED, strict=True):
        assert wanted in offered.split(), (line, offered)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "dlint.fish").write_text(script("fish", capsys))
    tries = "".join(f"; echo '= {line}'; complete -C '{line}'" for line, _ in OFFERED)
    done = subprocess.run(
        ["fish", "--no-config", "-c", "source dlint.fish" + tries],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    answers = {part.split("\n")[0]: part.split("\n")[1:] for part in done.stdout.split("= dlint ")[1:]}
    assert len(answers) == len(OFFERED), done.stderr
    for line, wanted in OFFERED:
        offered = answers[line.removeprefix("dlint ")]
        assert any(each.split("\t")[0].endswith(wanted) for each in offered), (line, offered)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "dlint.zsh").write_text(script("zsh", capsys))
    with Terminal(["zsh", "-f", "-i"], folder) as zsh:
        zsh.type("PS1=; setopt no_beep; LISTMAX=10000; stty rows 500 cols 300; source dlint.zsh; echo rea''dy\n")
        zsh.until("ready\r\n")
        for line, wanted in OFFERED:
            zsh.type(f"{line}\t")
            shown = zsh.until(wanted)
            assert wanted in shown, (line, shown)
            # Control-U: the next one begins on an empty line.
            zsh.type("\x15")


class Terminal:
    """A program that runs in a terminal of its own."""

    def __init__(self, command: list[str], folder: Path) -> None:
        import pty

        self._process, self._screen = pty.fork()
        if not self._process:
            os.chdir(folder)
            os.execvpe(command[0], command, {**os.environ, "TERM": "dumb", "HOME": str(folder)})

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._screen)
        os.kill(self._process, 9)
        os.waitpid(self._process, 0)

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def until(self, text: str, patience: float = 60) -> str:
        """What is shown until a text is there; all there is when patience ends."""
        shown = ""
        end = time.monotonic() + patience
        while text not in shown and time.monotonic() < end:
            if select.select([self._screen], [], [], 0.2)[0]:
                shown += os.read(self._screen, 1 << 16).decode(errors="replace")
        return shown
