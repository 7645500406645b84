"""docs/comparison.md: what dlint finds in each of its projects, and what hadolint and compose-lint do not."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dlint import lint_files
from places import ROOT

PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```", re.M | re.S)
CASES = {
    title: dict(_BLOCK.findall(text)) for title, text in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
}
FOUND = dict(re.findall(r"^\| \[(.+?)\].*\| `([a-z-]+)`, \w+ \|$", PAGE, re.M))
# What the others would have to name, to have found it.
AT_FAULT = {
    "A stage that is not there": "release",
    "A file that the ignore file keeps out": "app.py",
    "An argument that nothing takes": "VERSON",
    "Health that nobody checks": "service_healthy",
}


def test_every_case_is_in_the_table() -> None:
    assert [title.lower() for title in CASES] == [*FOUND]
    assert CASES.keys() == AT_FAULT.keys()


@pytest.mark.parametrize("title", CASES)
def test_dlint_finds_it(title: str) -> None:
    findings = {finding.rule.name: finding for finding in lint_files({**CASES[title], "app.py": ""}, complete=True)}
    finding = findings[FOUND[title.lower()]]
    row = next(line for line in PAGE.splitlines() if f"`{finding.rule.name}`" in line)
    assert f"`{finding.rule.name}`, {finding.severity.label}" in row
    assert AT_FAULT[title] in finding.source.text.splitlines()[finding.line - 1]


@pytest.mark.slow
@pytest.mark.parametrize("title", CASES)
@pytest.mark.parametrize("command", ["hadolint Dockerfile", "compose-lint compose.yaml"])
def test_the_others_do_not(title: str, command: str, tmp_path: Path) -> None:
    program, file = command.split()
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} here")
    for name, text in CASES[title].items():
        (tmp_path / name).write_text(text)
    (tmp_path / "app.py").touch()
    if not (tmp_path / file).exists():
        pytest.skip(f"the case has no {file}")
    done = subprocess.run([program, file], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert AT_FAULT[title] not in done.stdout + done.stderr
