"""What docs/migrate.md tells a user to type, works."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from dlint.config.shapes import validate
from nursery import run
from places import ROOT

PAGE = (ROOT / "docs" / "migrate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CELLS = [line.split(" | ", 1)[1] for line in PAGE.splitlines() if line.startswith("| `")]
COMMANDS = [line for block in BLOCKS for line in block.splitlines()] + [
    command for cell in CELLS for command in re.findall(r"`(dlint [^`]+)`", cell)
]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one_that_dlint_takes(command: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\n")
    (tmp_path / "compose.yml").write_text("services:\n  web:\n    image: nginx\n")
    (tmp_path / (".hadolint.yaml" if "migrate" in command else "dlint.toml")).write_text("")
    text = "FROM debian:12\n" if command == "dlint -" else ""
    done = run(tmp_path, *shlex.split(command)[1:], stdin=text)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout or "--diff" in command


def test_there_is_a_command_in_each_row() -> None:
    assert len(CELLS) > 20
    assert all("`dlint " in cell for cell in CELLS)


@pytest.mark.parametrize("text", re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_the_configuration_it_shows_is_valid(text: str) -> None:
    assert validate(tomllib.loads(text), "docs/migrate.md")


def test_the_codes_of_a_tool_are_listed_with_their_rules() -> None:
    lines = run(ROOT, "rules", "--tool", "hadolint").stdout.splitlines()
    assert ["DL4000", "maintainer-deprecated"] in [line.split() for line in lines]
    assert len({line.split()[0] for line in lines if line.startswith("DL")}) >= 71
    wrong = run(ROOT, "rules", "--tool", "hadlint")
    assert (wrong.returncode, "did you mean hadolint" in wrong.stderr) == (2, True)
