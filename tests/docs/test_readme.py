"""What the README shows is what dlint does."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (
    "rules",
    "explain DL3008",
    "config show README.md",
    "test examples/plugin",
    "config schema",
    "image postgres:18",
)


def dlint(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dlint", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_report_it_shows_is_real() -> None:
    shown = re.search(r"```text\n(.*?)```", README, re.S)
    assert shown is not None
    report = dlint("examples/").stdout
    for line in shown[1].strip().splitlines():
        assert line.strip() in report


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_it_lists_work(command: str) -> None:
    done = dlint(*command.split())
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists()
