"""Whether what was listed of folders still holds."""

from __future__ import annotations

import os
from pathlib import Path

from dlint.project.files import ProjectFiles
from dlint.project.folder_times import FolderTimes
from dlint.source import Source


def test_a_folder_counts_as_the_same_once_two_looks_agree(tmp_path: Path) -> None:
    times = FolderTimes()
    root = str(tmp_path)
    assert [times.differ(root, [""]) for _ in range(4)] == [True, True, False, False]
    os.utime(tmp_path, ns=(1, 1))
    assert [times.differ(root, [""]) for _ in range(3)] == [True, True, False]


def test_a_folder_that_comes_or_goes_is_a_difference(tmp_path: Path) -> None:
    times = FolderTimes()
    root = str(tmp_path)
    for _ in range(3):
        settled = times.differ(root, ["new", "a\0b"])
    assert not settled
    (tmp_path / "new").mkdir()
    assert times.differ(root, ["new", "a\0b"])


def test_without_listing_anew_what_folders_held_stays_until_something_is_said_to_have_changed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_text("1", encoding="utf-8")
    text = Source("Dockerfile", "FROM a\n")
    files = ProjectFiles.on_disk(str(tmp_path)).changed({"Dockerfile": text}, ())
    assert files.listdir("a") == ["one"] and files.read("a/two") is None and files.exists("Dockerfile")
    (tmp_path / "a" / "two").write_text("2", encoding="utf-8")
    later = files.changed({"Dockerfile": Source("Dockerfile", "FROM b\n")}, (), relist=False)
    assert later.listdir("a") == ["one"] and later.read("a/two") is None and later.text("Dockerfile") == "FROM b\n"
    for again in (
        later.changed({}, (), relist=True),
        later.changed({}, ["other"], relist=False),
        later.changed({"new": Source("new", "")}, (), relist=False),
    ):
        assert again.listdir("a") == ["one", "two"] and again.text("a/two") == "2"


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("x" * 20, encoding="utf-8")
    files = ProjectFiles.on_disk(str(tmp_path), max_bytes=10)
    assert files.read("Dockerfile") is None and "Dockerfile" in files.problems
    (tmp_path / "Dockerfile").write_text("FROM a\n", encoding="utf-8")
    assert files.changed({}, (), relist=False).text("Dockerfile") == "FROM a\n"
