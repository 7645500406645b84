"""What a change since a revision did to the files: by what is in them, not by when Git last looked at them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dlint.cli.git import change_since, content
from dlint.cli.main import call

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


def test_what_a_partial_clone_cannot_be_held_to_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    git(origin, "init", "-q")
    git(origin, "config", "uploadpack.allowFilter", "true")
    for text in ("FROM debian\n", "FROM debian\nUSER 1000\n"):
        for name in ("a.Dockerfile", "b.Dockerfile"):
            (origin / name).write_text(text)
        (origin / "c.Dockerfile").write_text("FROM alpine\n")
        git(origin, "add", "-A")
        git(origin, "commit", "-qm", "x")
    git(tmp_path, "clone", "-q", "--filter=blob:none", origin.as_uri(), "clone")
    monkeypatch.chdir(clone)

    def run() -> tuple[int, str]:
        return call(["check", "--since=HEAD~1", "--fail-on=warning", "."]), capsys.readouterr().out

    code, said = run()
    assert code == 1
    assert "a.Dockerfile and 1 more" in said and "git diff --stat HEAD~1" in said and "c.Dockerfile" not in said
    git(clone, "diff", "--stat", "HEAD~1")
    code, said = run()
    assert code == 0
    assert "partial clone" not in said


@pytest.fixture
def above(project: Path) -> Path:
    """A project with ``project`` as its submodule ``lib``."""
    above = project / "above"
    above.mkdir()
    git(above, "init", "-q", "--object-format", "sha256" if len(head_of(project)) == 64 else "sha1")
    git(above, "-c", "protocol.file.allow=always", "submodule", "add", str(project), "lib")
    (above / "compose.yaml").write_text("services: {a: {build: lib}}\n")
    git(above, "add", "-A")
    git(above, "commit", "-qm", "x")
    return above


def head_of(folder: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("committed", [False, True])
def test_a_submodule_is_held_to_the_commit_that_the_revision_names(above: Path, committed: bool) -> None:
    assert changed(above) == []
    (above / "lib" / "a").write_text("FROM c\n")
    (above / "lib" / "new").mkdir()
    (above / "lib" / "new" / "Dockerfile").write_text("FROM d\n")
    if committed:
        git(above / "lib", "add", "-A")
        git(above / "lib", "commit", "-qm", "y")
    change = change_since(str(above), "HEAD", lambda path: (above / path).read_bytes())
    assert {path: content(blob, 100) for path, blob in change.old.items()} == {"lib/a": b"FROM a\n"}
    assert change.added == {"lib/new", "lib/new/Dockerfile"}


def test_a_submodule_without_its_old_commit_counts_as_new_and_one_that_is_not_checked_out_as_unchanged(
    above: Path,
) -> None:
    shutil.rmtree(above / ".git" / "modules")
    (above / "lib" / ".git").unlink()
    assert change_since(str(above), "HEAD", lambda path: b"").added == frozenset()
    git(above / "lib", "init", "-q")
    assert change_since(str(above), "HEAD", lambda path: b"").added == {"lib"}
