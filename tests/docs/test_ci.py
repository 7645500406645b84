"""The commands that docs/ci.md tells a pipeline to run, run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\s*(?:- run:|-) (dlint .+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_fails_the_job_and_leaves_its_report(command: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\n")
    arguments = shlex.split(command)[1:]
    run = subprocess.run(
        [sys.executable, "-m", "dlint", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stderr
    assert "maintainer" in run.stdout
    for output in re.findall(r"--output \w+=(\S+)", command):
        assert "maintainer-deprecated" in json.dumps(json.loads((tmp_path / output).read_text(encoding="utf-8")))
        assert output in PAGE.replace(command, ""), "the pipeline uploads another file"


def test_the_page_has_a_command_for_each_service() -> None:
    assert [re.findall(r"sarif|github|gitlab", command)[0] for command in COMMANDS] == ["sarif", "github", "gitlab"]


@pytest.mark.parametrize("option", ["", "--sarif-category api"])
def test_the_upload_leaves_the_category_to_the_report(tmp_path: Path, option: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    assert option in PAGE
    command = [sys.executable, "-m", "dlint", "--format", "sarif", *option.split(), "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    category = json.loads(done.stdout)["runs"][0]["automationDetails"]["id"]
    assert f"`{category}`" in PAGE
    assert not re.search(r"^\s*category:", PAGE, re.MULTILINE)
