"""What docs/old-repositories.md and the job summary of docs/ci.md tell people to run, run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

PAGE = (ROOT / "docs" / "old-repositories.md").read_text(encoding="utf-8")
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S) for line in block.splitlines()]
STEPS = [re.sub("^ +", "", step, flags=re.M) for step in re.findall(r"- run: \|\n((?: {10}.*\n)+)", CI)]

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("bash") is None, reason="needs git and a shell"
)


def shell(folder: Path, text: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "PYTHON": sys.executable, **env}
    text = f'dlint() {{ "$PYTHON" -m dlint "$@"; }}\n{text}'
    return subprocess.run(
        ["bash", "-ec", text], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    (folder / "legacy").mkdir(parents=True)
    (folder / "legacy" / "Dockerfile").write_text("FROM debian\nMAINTAINER Ada\n")
    (folder / "dlint.toml").write_text("shellcheck = false\n")
    made = shell(
        folder,
        "git init -qb main .; git config user.email a@example.org; git config user.name a; git add -A; "
        "git commit -qm one; git update-ref refs/remotes/origin/main HEAD",
    )
    assert made.returncode == 0, made.stderr
    return folder


def test_the_page_goes_from_the_first_look_to_the_update(old: Path) -> None:
    assert len(COMMANDS) == 8
    for command in COMMANDS:
        done = shell(old, command)
        assert done.returncode in (0, 1) and done.stderr.count("\n") <= 1, (command, done.stderr)
        assert done.stdout or "ignored" in done.stderr, command
    assert (old / "dlint-baseline.json").exists()
    assert "# dlint: ignore=base-image-untagged until=2099-01-31 -- the mirror has one tag" in (
        old / "legacy" / "Dockerfile"
    ).read_text(encoding="utf-8")


def test_the_job_summary_is_written_and_the_job_fails(old: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    names = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "0" * 40}
    done = shell(old, STEPS[0], GITHUB_STEP_SUMMARY=str(summary), **names)
    assert done.returncode == 1, done.stderr
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("### dlint: ")
    assert f'<a href="https://github.com/o/r/blob/{"0" * 40}/legacy/Dockerfile#L2">' in text


def test_a_pull_request_shows_its_own(old: Path) -> None:
    assert shell(old, STEPS[1], GITHUB_BASE_REF="main").returncode == 0
    (old / "Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\n")
    done = shell(old, STEPS[1], GITHUB_BASE_REF="main")
    assert "maintainer-deprecated" in done.stdout and "legacy" not in done.stdout
