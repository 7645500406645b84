"""What a build context holds, and of what it may be said that it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.project.files import ProjectFiles
from dlint.workspace.context import Context
from dlint.workspace.workspace import Workspace


def context(files: dict[str, str], folder: str = "", *, complete: bool = True) -> Context:
    workspace = Workspace(ProjectFiles.from_files(files, complete=complete), {})
    return Context(workspace, folder, workspace.ignore_file(f"{folder}/.dockerignore" if folder else ".dockerignore"))


@pytest.mark.parametrize(
    ("patterns", "path", "decides"),
    [
        ("conf", "conf", "conf"),
        ("*\n!app", "conf", "*"),
        ("*\n!app\n!conf", "conf", None),
        ("*\n!conf/main.conf", "conf", None),
        ("*\n!conf/other.conf", "conf", "*"),
        ("conf/*", "conf", "conf/*"),
        ("conf/*\n!conf/main.conf", "conf/main.conf", None),
        ("*\n!app", ".", None),
        ("**", ".", "**"),
        # Not on disk: an exception that might match is enough.
        ("*\n!gone/**", "gone", None),
        ("*\n!go*/x", "gone", None),
        ("*\n!app/**", "gone", "*"),
        ("!gone\n*", "gone", "*"),
    ],
)
def test_the_pattern_that_leaves_nothing_of_a_path(patterns: str, path: str, decides: str | None) -> None:
    found = context({".dockerignore": patterns, "conf/main.conf": "", "app/x": ""}).kept_out_by(path)
    assert (found.text if found is not None else None) == decides


def test_in_memory_something_is_missing_only_where_these_are_all_files() -> None:
    assert context({"a": ""}).lacks("b")
    assert not context({"a": ""}).lacks("a")
    assert not context({"a": ""}, complete=False).lacks("b")


def test_what_git_leaves_out_or_brings_later_is_not_missing() -> None:
    files = {".gitignore": "dist/\n*.jar\n", ".gitmodules": '[submodule "x"]\n  path = deps/x\n', "a": ""}
    one = context(files)
    assert not one.lacks("dist") and not one.lacks("build/app.jar") and not one.lacks("deps/x/y")
    assert one.lacks("deps/y")


def test_nothing_is_missing_behind_a_link_or_in_a_project_of_which_a_part_is_known(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(outside)
    workspace = Workspace(ProjectFiles.on_disk(str(root)), {})
    one = Context(workspace, "", None)
    assert not one.lacks("link") and not one.lacks("link/x") and one.lacks("other/x")
    workspace.partial = True
    assert not one.lacks("other/x")


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("api/requirements.txt", "requirements.txt"),
        ("requirments.txt", "requirements.txt"),
        ("reqs.txt", "requirements.txt"),
        ("Requirements.txt", "requirements.txt"),
        ("main.py", "src/main.py"),
        ("sources/main.py", "src/main.py"),
        ("scr/main.py", "src/main.py"),
        ("zzz", None),
    ],
)
def test_the_path_that_was_meant(path: str, meant: str | None) -> None:
    files = {"api/requirements.txt": "", "api/src/main.py": "", "other/main.py": ""}
    assert context(files, "api").nearest(path) == meant


def test_what_was_meant_is_nothing_that_the_ignore_file_keeps_out() -> None:
    assert context({".dockerignore": "*.txt", "requirements.txt": ""}).nearest("requirments.txt") is None


def test_a_name_that_is_kept_out_leaves_the_next_one() -> None:
    files = {".dockerignore": "app1.py", "app1.py": "", "appl2.py": ""}
    assert context(files).nearest("app2.py") == "appl2.py"


def test_among_very_many_names_alike_none_is_meant() -> None:
    files = {f"part{number:04}.py": "" for number in range(1001)}
    assert context(files).nearest("part00x1.py") is None
    assert context(dict(list(files.items())[:50])).nearest("part001.py") is not None
