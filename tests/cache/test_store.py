"""ShellCheck's answers between runs: asked once, kept in the user's cache folder, not in the project, not trusted."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from dlint.cache import store as cache
from dlint.cache.store import Cache
from dlint.cli.main import call
from dlint.shellcheck import process as shellcheck

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shellcheck.find(), reason="the stand-in for ShellCheck is a shell script"
)
TEXT = "FROM debian:12.5\nUSER app\nRUN echo $x\n"


class Runs:
    """Runs of dlint over one Dockerfile, with a ShellCheck that notes each of its calls."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.calls = folder / "calls"
        self.program = folder / "shellcheck"
        self.program.write_text(f'#!/bin/sh\necho called >> "{self.calls}"\nexec "{shellcheck.find()}" "$@"\n')
        self.program.chmod(0o755)
        self.capsys = capsys

    def run(self, text: str = TEXT, *options: str) -> tuple[str, int]:
        """The report, and how often ShellCheck was called for it."""
        shellcheck._said.clear()
        self.calls.write_text("")
        (self.project / "Dockerfile").write_text(text)
        setting = f'shellcheck="{self.program}"'
        call(["check", "--config", setting, "--select", "SC2086", *options, str(self.project)])
        return self.capsys.readouterr().out, self.calls.read_text().count("called")


@pytest.fixture
def runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Runs:
    return Runs(tmp_path, capsys)


def files_in(folder: Path) -> list[Path]:
    """The files in a folder, but for the mark that says when the cache was last cleaned."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "swept")


def test_a_script_is_shown_to_shellcheck_once(runs: Runs) -> None:
    first, asked = runs.run()
    assert asked == 1
    assert "SC2086" in first
    assert runs.run() == (first, 0)
    assert runs.run(TEXT + "RUN echo $y\n")[1] == 1
    assert runs.run(TEXT, "--no-cache") == (first, 1)


def test_another_shellcheck_is_asked_again(runs: Runs) -> None:
    runs.run()
    os.utime(runs.program, (1, 1))
    assert runs.run()[1] == 1


def test_nothing_is_written_into_the_project_and_no_script_into_the_cache(runs: Runs, own_cache: Path) -> None:
    runs.run(TEXT + "RUN echo my-password-123\n")
    assert [path.name for path in files_in(runs.project)] == ["Dockerfile"]
    (kept,) = files_in(own_cache)
    assert kept.parent.parent == own_cache / "dlint"
    assert "password" not in kept.read_text()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b'{"format": 0, "entries": {}}',
        b'{"format": 1, "entries": []}',
        b'{"format": 1}',
    ],
)
def test_a_broken_cache_is_none(runs: Runs, own_cache: Path, content: bytes) -> None:
    first, _ = runs.run()
    (kept,) = files_in(own_cache)
    kept.write_bytes(content)
    assert runs.run() == (first, 1)
    assert runs.run() == (first, 0)


@pytest.mark.parametrize(
    "answer",
    [
        1,
        "x",
        [1],
        [{}],
        [{"fix": 1}],
        [{"fix": None, "line": "a"}],
        {"fix": None},
        [
            {
                "code": 1,
                "level": "info",
                "message": "m",
                "fix": None,
                "line": -9,
                "column": 1,
                "endLine": 1,
                "endColumn": 1,
            }
        ],
        [
            {
                "code": float("inf"),
                "level": "info",
                "message": "m",
                "fix": None,
                "line": 1,
                "column": 1,
                "endLine": 1,
                "endColumn": 1,
            }
        ],
    ],
)
def test_an_answer_that_shellcheck_did_not_give_is_asked_again(runs: Runs, own_cache: Path, answer: object) -> None:
    first, _ = runs.run()
    (kept,) = files_in(own_cache)
    data = json.loads(kept.read_text())
    data["entries"] = dict.fromkeys(data["entries"], answer)
    kept.write_text(json.dumps(data))
    assert runs.run() == (first, 1)


def test_a_cache_that_cannot_be_put_in_its_place_leaves_no_file(
    runs: Runs, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(old: str, new: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    runs.run()
    assert files_in(own_cache) == []


def test_without_a_folder_that_can_be_written_nothing_is_kept(
    runs: Runs, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_cache / "dlint").write_text("in the way")
    first, asked = runs.run()
    assert (asked, runs.run()) == (1, (first, 1))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert cache.cache_folder() == ""
    assert runs.run() == (first, 1)


def test_what_a_run_asks_for_outlives_the_rest(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST", 2)
    for name in "abc":
        one = Cache("/project")
        one.get("a")
        one.put(name, [name])
        one.save()
    last = Cache("/project")
    assert [last.get(name) for name in "abc"] == [["a"], None, ["c"]]


def test_the_file_of_a_project_that_nobody_lints_is_taken_away(own_cache: Path) -> None:
    for root in ("/one", "/two"):
        one = Cache(root)
        one.put("a", [])
        one.save()
        for path in (*files_in(own_cache), own_cache / "dlint" / "swept"):
            os.utime(path, (1, 1))
    assert len(files_in(own_cache)) == 1
    assert Cache("/two").get("a") == []
    assert Cache("/one").get("a") is None


@pytest.mark.skipif(sys.platform == "darwin", reason="the folder is another one there")
def test_the_folder_is_where_the_system_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert cache.cache_folder() == "/home/me/.cache/dlint"


def test_it_is_cleared_while_another_run_clears_it_and_a_third_one_writes(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for root in ("/one", "/two"):
        one = Cache(root)
        one.put("a", [])
        one.save()
    unlink, first = os.unlink, []

    def late(path: str) -> None:
        """The first file is gone before it is taken away, and there is a new one beside it."""
        if not first:
            first.append(Path(path))
            unlink(path)
            first[0].with_name("new").touch()
        unlink(path)

    monkeypatch.setattr(os, "unlink", late)
    cache.clear()
    assert files_in(own_cache) == [first[0].with_name("new")]


def test_a_file_that_goes_while_a_folder_is_read_does_not_count(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Cache("/one")
    one.put("a", [])
    one.save()
    (file,) = files_in(own_cache)
    scandir = os.scandir

    class Entries(list[object]):
        def __enter__(self) -> Entries:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    class Gone:
        path = "gone"

        def is_file(self) -> bool:
            return True

        def stat(self, *, follow_symlinks: bool) -> os.stat_result:
            raise FileNotFoundError

    monkeypatch.setattr(os, "scandir", lambda folder: Entries([Gone(), *scandir(folder)]))
    assert [kept.path for kept in cache._kept_in(str(file.parent))] == [str(file)]
