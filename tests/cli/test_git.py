"""What a change since a revision did to the files: by what is in them, not by when Git last looked at them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dlint.cli.git import change_since

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, check=True)


def changed(folder: Path) -> list[str]:
    return sorted(change_since(str(folder), "HEAD", lambda path: (folder / path).read_bytes()).old)


@pytest.fixture(params=["sha1", "sha256"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    try:
        git(tmp_path, "init", "-q", f"--object-format={request.param}")
    except subprocess.CalledProcessError:
        pytest.skip("this Git knows SHA-1 alone")
    for name in ("Dockerfile", "a", "b"):
        (tmp_path / name).write_text(f"FROM {name}\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    return tmp_path


def test_a_file_that_was_only_touched_has_not_changed(project: Path) -> None:
    for name in ("Dockerfile", "a", "b"):
        os.utime(project / name, (1, 1))
    (project / "b").write_text("FROM c\n")
    assert changed(project) == ["b"]


def test_a_file_put_back_behind_the_index_has_not_changed(project: Path) -> None:
    (project / "a").write_text("FROM c\n")
    git(project, "add", "a")
    (project / "a").write_text("FROM a\n")
    assert changed(project) == []


@pytest.mark.skipif(os.name == "nt", reason="there are no modes")
def test_another_mode_is_a_change(project: Path) -> None:
    (project / "a").chmod(0o755)
    assert changed(project) == ["a"]


def test_a_file_that_is_not_read_counts_as_changed(project: Path) -> None:
    os.utime(project / "a", (1, 1))
    assert [*change_since(str(project), "HEAD", lambda path: None).old] == ["a"]
