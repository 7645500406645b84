"""Which files dlint takes for its own, and which it finds in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_of
from dlint.session import Session
from dlint.workspace.discover import Discovery, discover
from file_names import NAMES


@pytest.mark.parametrize(("path", "kind"), NAMES.items())
def test_kind_by_name(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("build/image", "FROM debian:12\nRUN x\n", "dockerfile"),
        (
            "image",
            "# syntax=docker/dockerfile:1\n\nARG V=12\nARG W\nfrom --platform=$P debian:${V} as x\r\n",
            "dockerfile",
        ),
        ("image", "\ufeffFROM scratch", "dockerfile"),
        ("mail", "From ada@example.org Sat Jan  3 01:05:34 1996\n", None),
        ("mail", "From: ada@example.org\n", None),
        ("main.py", "from x import y\n", None),
        ("image", "RUN x\nFROM y\n", None),
        ("image", "FROM debian\n\0", None),
        ("stack.yml", "version: '3'\n\nservices:\n  # web\n  web:\n    image: x\n", "compose"),
        ("stack.yaml", "services:\r\n  web:\r\n    build: .\r\n", "compose"),
        (".gitlab-ci.yml", "services:\n  - docker:dind\njob:\n  image: x\n", None),
        ("symfony.yaml", "services:\n  _defaults:\n    autowire: true\n", None),
        ("stack.txt", "services:\n  web:\n    image: x\n", None),
        ("Dockerfile", "anything", "dockerfile"),
        ("x", "", None),
    ],
)
def test_kind_by_text(path: str, text: str, kind: str | None) -> None:
    assert kind_of(path, text) == kind


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")


def find(root: Path, *paths: str, left_out: tuple[str, ...] = ()) -> Discovery:
    return discover(ProjectFiles.on_disk(str(root)), paths or (".",), leaves_out=lambda folder: folder in left_out)


def names(found: Discovery) -> list[str]:
    return [path for path, _ in found.files]


class TestFolders:
    def test_all_kinds_sorted_hidden_folders_too(self, tmp_path: Path) -> None:
        make(tmp_path, "b/compose.yaml", "Dockerfile", ".devcontainer/Dockerfile", "a/.dockerignore", "a/main.py")
        assert find(tmp_path).files == [
            (".devcontainer/Dockerfile", "dockerfile"),
            ("Dockerfile", "dockerfile"),
            ("a/.dockerignore", "dockerignore"),
            ("b/compose.yaml", "compose"),
        ]

    def test_only_what_is_asked_for_and_each_once(self, tmp_path: Path) -> None:
        make(tmp_path, "a/Dockerfile", "b/Dockerfile", "c/Dockerfile")
        assert names(find(tmp_path, "a", "b/Dockerfile", str(tmp_path / "a"))) == ["a/Dockerfile", "b/Dockerfile"]

    def test_tools_and_other_peoples_folders_are_skipped(self, tmp_path: Path) -> None:
        make(tmp_path, *(f"{name}/x/Dockerfile" for name in (".git", "node_modules", ".venv", ".tox", "__pycache__")))
        make(tmp_path, "my-env/pyvenv.cfg", "my-env/lib/Dockerfile", "env/Dockerfile")
        assert names(find(tmp_path)) == ["env/Dockerfile"]

    def test_a_folder_called_dockerfile_is_a_folder(self, tmp_path: Path) -> None:
        make(tmp_path, "Dockerfile/api.Dockerfile")
        assert names(find(tmp_path)) == ["Dockerfile/api.Dockerfile"]

    def test_the_text_does_not_decide_in_a_walk(self, tmp_path: Path) -> None:
        (tmp_path / "image").write_text("FROM debian\n")
        assert names(find(tmp_path)) == []

    def test_what_an_environment_file_lists_is_compose_whatever_its_name(self, tmp_path: Path) -> None:
        make(tmp_path, "stack.yml", "deploy/more.yaml", "other.yml", "app/one.yml")
        (tmp_path / ".env").write_text("COMPOSE_FILE=stack.yml:deploy/more.yaml\n")
        (tmp_path / "app" / ".env").write_text("COMPOSE_FILE=one.yml:missing.yml\n")
        assert find(tmp_path).files == [("deploy/more.yaml", "compose"), ("stack.yml", "compose")]

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        found = find(tmp_path)
        assert (found.files, found.notes, found.errors) == ([], [], [])


class TestGitIgnore:
    def test_nested_files_and_exceptions(self, tmp_path: Path) -> None:
        make(
            tmp_path, "gen/Dockerfile", "x/gen/Dockerfile", "x/Dockerfile.tmp", "x/Dockerfile.keep", "y/Dockerfile.tmp"
        )
        (tmp_path / ".gitignore").write_text("/gen/\nDockerfile.*\n")
        (tmp_path / "x/.gitignore").write_text("!Dockerfile.keep\n")
        assert names(find(tmp_path)) == ["x/Dockerfile.keep", "x/gen/Dockerfile"]

    def test_files_above_the_start_count(self, tmp_path: Path) -> None:
        make(tmp_path, "a/b/Dockerfile", "a/b/Dockerfile.tmp")
        (tmp_path / ".gitignore").write_text("*.tmp\n")
        assert names(find(tmp_path, "a/b")) == ["a/b/Dockerfile"]

    def test_the_repositorys_own_exclude_file(self, tmp_path: Path) -> None:
        make(tmp_path, ".git/info/exclude", "Dockerfile.mine")
        (tmp_path / ".git/info/exclude").write_text("*.mine\n")
        assert names(find(tmp_path)) == []

    def test_an_ignored_path_that_is_named_is_taken(self, tmp_path: Path) -> None:
        make(tmp_path, "gen/Dockerfile")
        (tmp_path / ".gitignore").write_text("gen/\n")
        assert names(find(tmp_path, "gen/Dockerfile")) == ["gen/Dockerfile"]
        assert names(find(tmp_path, "gen")) == ["gen/Dockerfile"]


class TestLeftOut:
    def test_a_folder_is_not_even_listed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make(tmp_path, "third_party/x/Dockerfile", "a/Dockerfile")
        listed: list[str] = []
        scandir = os.scandir
        monkeypatch.setattr(os, "scandir", lambda path: (listed.append(str(path)), scandir(path))[1])
        found = find(tmp_path, left_out=("third_party",))
        assert (names(found), found.left_out) == (["a/Dockerfile"], ["third_party"])
        assert not any("third_party" in path for path in listed)

    def test_a_named_file_is_taken(self, tmp_path: Path) -> None:
        make(tmp_path, "third_party/x/Dockerfile")
        path = "third_party/x/Dockerfile"
        assert names(find(tmp_path, path, left_out=("third_party",))) == [path]

    def test_messages_name_a_path_as_it_was_written(self, tmp_path: Path) -> None:
        asked = str(tmp_path / "no" / "such")
        found = discover(ProjectFiles.on_disk(str(tmp_path)), [asked], written={asked: "./no/such"})
        assert found.errors == ["./no/such: no such file or folder"]


class TestNamedFiles:
    def test_by_text(self, tmp_path: Path) -> None:
        (tmp_path / "image").write_text("FROM debian\n")
        (tmp_path / "stack.yml").write_text("services:\n  web:\n    image: x\n")
        assert find(tmp_path, "image", "stack.yml").files == [("image", "dockerfile"), ("stack.yml", "compose")]

    def test_other_files_are_named_apart(self, tmp_path: Path) -> None:
        make(tmp_path, "main.py")
        found = find(tmp_path, "main.py")
        assert found.others == ["main.py"]
        assert found.errors == [] == found.files

    @pytest.mark.parametrize("path", ["nothing", "Dockerfile", "a/b/compose.yaml"])
    def test_a_missing_path_is_an_error_and_the_rest_is_found(self, tmp_path: Path, path: str) -> None:
        make(tmp_path, "x/Dockerfile")
        found = find(tmp_path, path, "x")
        assert found.errors == [f"{path}: no such file or folder"]
        assert names(found) == ["x/Dockerfile"]

    def test_a_path_outside_the_project(self, tmp_path: Path) -> None:
        (tmp_path / "root").mkdir()
        make(tmp_path, "Dockerfile")
        assert "lies outside the project" in find(tmp_path / "root", "../Dockerfile").errors[0]


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
class TestLinks:
    def test_a_loop_of_folders_ends(self, tmp_path: Path) -> None:
        make(tmp_path, "a/Dockerfile")
        (tmp_path / "a/again").symlink_to("..")
        assert names(find(tmp_path)) == ["a/Dockerfile"]

    def test_a_second_name_for_a_file_is_not_linted_twice(self, tmp_path: Path) -> None:
        make(tmp_path, "a/compose.yaml", "images/api")
        (tmp_path / "compose.yaml").symlink_to("a/compose.yaml")
        (tmp_path / "Dockerfile").symlink_to("images/api")
        (tmp_path / "Dockerfile.same").symlink_to("images/api")
        assert names(find(tmp_path)) == ["Dockerfile", "a/compose.yaml"]

    def test_links_to_nowhere_pipes_and_loops_get_a_note(self, tmp_path: Path) -> None:
        (tmp_path / "root").mkdir()
        make(tmp_path, "outside")
        root = tmp_path / "root"
        (root / "Dockerfile.dangling").symlink_to("nothing")
        (root / "Dockerfile.loop").symlink_to("Dockerfile.loop")
        (root / "Dockerfile.out").symlink_to("../outside")
        os.mkfifo(root / "Dockerfile.pipe")
        found = find(root)
        assert found.files == []
        assert found.notes == [
            "Dockerfile.dangling: the symbolic link leads to a file that does not exist",
            "Dockerfile.loop: the symbolic link leads back to itself",
            "Dockerfile.out: a symbolic link leads outside the project, so it is not read",
            "Dockerfile.pipe: skipped, it is not a regular file",
        ]

    def test_named_links_to_nowhere_are_errors(self, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").symlink_to("nothing")
        assert find(tmp_path, "Dockerfile").errors == [
            "Dockerfile: the symbolic link leads to a file that does not exist"
        ]


def test_who_names_one_file_hears_of_a_bound_and_of_no_file_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").symlink_to("nowhere")
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    monkeypatch.setattr("dlint.workspace.discover.MOST_FOLDERS", 3)
    (note,) = Session([str(tmp_path / "Dockerfile")]).notes
    assert "not looked at, nor what comes after it, since the project has more than" in note
    assert len(Session([str(tmp_path)]).notes) > 1
