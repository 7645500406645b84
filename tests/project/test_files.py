"""The one door to files: what may be read and written, and what a user is told when it may not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dlint.project.files import ProjectFiles
from dlint.project.writing import WriteError

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").write_text("secret")
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "Dockerfile").write_bytes(b"FROM debian:12\r\n")
    return folder


def on_disk(root: Path) -> ProjectFiles:
    return ProjectFiles.on_disk(str(root))


class TestInMemory:
    def test_text_and_bytes(self) -> None:
        project = ProjectFiles.from_files({"Dockerfile": "FROM x\n", "app/.dockerignore": b"\xef\xbb\xbf*\n"})
        assert project.text("Dockerfile") == "FROM x\n"
        source = project.read("app/.dockerignore")
        assert source is not None
        assert (source.text, source.bom, source.path) == ("*\n", True, "app/.dockerignore")

    def test_paths_are_normalised(self) -> None:
        project = ProjectFiles.from_files({"./app//Dockerfile": "x"})
        assert project.text("app/../app/Dockerfile") == "x"

    def test_folders_are_known(self) -> None:
        project = ProjectFiles.from_files({"a/b/Dockerfile": "", "a/compose.yaml": ""})
        assert project.listdir("a") == ["b", "compose.yaml"]
        assert project.listdir() == ["a"]
        assert project.is_dir("a/b")
        assert not project.is_dir("a/compose.yaml")
        assert project.exists("a/b/Dockerfile")
        assert not project.exists("a/c")

    def test_what_is_not_there(self) -> None:
        project = ProjectFiles.from_files({"x": ""})
        assert project.read("y") is None
        assert project.text("y") == ""
        assert project.problems == {}

    def test_the_disk_is_never_touched(self) -> None:
        project = ProjectFiles.from_files({"x": ""})
        assert project.read(os.path.abspath(__file__)) is None
        assert not project.exists(__file__)

    @pytest.mark.parametrize("path", ["..", "../x", "a/../../x", "", ".", "x\0y"])
    def test_a_path_outside_is_refused(self, path: str) -> None:
        with pytest.raises(ValueError, match="inside the project"):
            ProjectFiles.from_files({path: ""})

    def test_write(self) -> None:
        project = ProjectFiles.from_files({"x": "a"})
        source = project.read("x")
        assert source is not None
        project.write(source, "b")
        assert project.text("x") == "b"

    def test_other_sources_leave_the_project_alone(self) -> None:
        project = ProjectFiles.from_files({"x": "a", "y": "c"})
        source = project.read("x")
        assert source is not None
        other = project.with_sources({"x": source.with_text("b")})
        assert (other.text("x"), other.text("y")) == ("b", "c")
        assert project.text("x") == "a"


class TestReading:
    def test_relative_and_absolute(self, root: Path) -> None:
        project = on_disk(root)
        assert project.text("Dockerfile") == "FROM debian:12\r\n"
        assert project.read(str(root / "Dockerfile")) is project.read("./Dockerfile")

    def test_a_file_is_read_once(self, root: Path) -> None:
        project = on_disk(root)
        before = project.read("Dockerfile")
        (root / "Dockerfile").write_text("changed")
        assert project.read("Dockerfile") is before

    def test_an_unsaved_buffer_wins(self, root: Path) -> None:
        project = on_disk(root)
        project.overlay("Dockerfile", "FROM buffer\n")
        project.overlay("new/compose.yaml", b"services: {}\n")
        assert project.text("Dockerfile") == "FROM buffer\n"
        assert project.exists("new/compose.yaml")
        assert project.listdir() == ["Dockerfile", "new"]

    def test_bytes_that_are_not_utf8_come_back(self, root: Path) -> None:
        (root / "x").write_bytes(b"a\xffb\0")
        source = on_disk(root).read("x")
        assert source is not None
        assert source.encode() == b"a\xffb\0"

    @pytest.mark.parametrize("path", ["../outside", "a/../../outside"])
    def test_never_above_the_root(self, root: Path, path: str) -> None:
        project = on_disk(root)
        assert project.read(path) is None
        assert not project.exists(path)
        assert project.problems == {path: f"{path}: lies outside the project, so it is not read"}

    def test_never_elsewhere(self, root: Path) -> None:
        assert on_disk(root).read(str(root.parent / "outside")) is None

    @posix
    def test_never_through_a_link(self, root: Path) -> None:
        (root / "link").symlink_to("../outside")
        (root / "folder").symlink_to("..")
        project = on_disk(root)
        assert project.read("link") is None
        assert "a symbolic link leads outside the project" in project.problems["link"]
        assert project.read("folder/outside") is None
        assert not project.exists("folder")
        assert project.listdir("folder") == []

    @posix
    def test_links_inside_are_followed(self, root: Path) -> None:
        (root / "link").symlink_to("Dockerfile")
        assert on_disk(root).text("link") == "FROM debian:12\r\n"

    @posix
    def test_what_lies_in_a_folder(self, root: Path) -> None:
        (root / "app").mkdir()
        (root / "app/file").write_text("")
        (root / "inner").symlink_to("app")
        (root / "gone").symlink_to("nothing")
        (root / "out").symlink_to("..")
        project = on_disk(root)
        assert project.listdir() == ["Dockerfile", "app", "gone", "inner", "out"]
        assert [name for name in project.listdir() if project.is_dir(name)] == ["app", "inner"]
        assert [name for name in project.listdir() if project.exists(name)] == ["Dockerfile", "app", "inner"]
        assert project.listdir("inner") == ["file"]
        assert project.exists("inner/file")
        assert not project.exists("Dockerfile/file")
        assert not project.is_dir("nothing/at/all")
        assert project.listdir("Dockerfile") == []

    @posix
    def test_a_folder_that_may_be_entered_but_not_listed(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: str) -> None:
            raise PermissionError(13, "Permission denied", path)

        monkeypatch.setattr(os, "scandir", refuse)
        project = on_disk(root)
        assert project.listdir() == []
        assert project.exists("Dockerfile")
        assert not project.is_dir("Dockerfile")
        assert project.text("Dockerfile") == "FROM debian:12\r\n"

    @posix
    def test_a_root_reached_by_a_link(self, root: Path) -> None:
        alias = root.parent / "alias"
        alias.symlink_to(root)
        assert ProjectFiles.on_disk(str(alias)).text("Dockerfile")
        assert ProjectFiles.on_disk(str(alias)).text(str(root / "Dockerfile"))
        assert on_disk(root).text(str(alias / "Dockerfile"))

    @posix
    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("pipe", "pipe: is a named pipe, not a regular file"),
            ("folder", "folder: is a folder, not a file"),
            ("dangling", "dangling: the symbolic link leads to a file that does not exist"),
            ("loop", "loop: the symbolic link leads back to itself"),
            ("null", "null: a symbolic link leads outside the project, so it is not read"),
        ],
    )
    def test_what_is_no_file_gets_one_sentence(self, root: Path, name: str, sentence: str) -> None:
        os.mkfifo(root / "pipe")
        (root / "folder").mkdir()
        (root / "dangling").symlink_to("nothing")
        (root / "loop").symlink_to("loop")
        (root / "null").symlink_to("/dev/null")
        project = on_disk(root)
        assert project.read(name) is None
        assert project.problems == {name: sentence}

    @posix
    @pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may read everything")
    def test_an_unreadable_file(self, root: Path) -> None:
        (root / "Dockerfile").chmod(0)
        project = on_disk(root)
        assert project.read("Dockerfile") is None
        assert project.problems["Dockerfile"].startswith("Dockerfile: permission denied;")

    def test_a_permission_error_is_one_sentence(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: str, flags: int) -> int:
            raise PermissionError(13, "Permission denied", path)

        monkeypatch.setattr(os, "open", refuse)
        project = on_disk(root)
        assert project.read("Dockerfile") is None
        assert project.problems["Dockerfile"].startswith("Dockerfile: permission denied;")

    def test_a_large_file(self, root: Path) -> None:
        (root / "big").write_bytes(b"x" * 1_000_001)
        (root / "fits").write_bytes(b"x" * 1_000_000)
        project = on_disk(root)
        assert project.read("big") is None
        assert project.problems == {"big": "big: larger than 1 MB, so it is not read; leave it out with exclude"}
        assert project.read("fits") is not None

    def test_a_large_buffer(self) -> None:
        project = ProjectFiles.from_files({"big": "x" * 11}, max_bytes=10)
        assert project.read("big") is None
        assert "larger than" in project.problems["big"]

    @pytest.mark.parametrize("path", ["x" * 5000, "x\0y", "\ud800"])
    def test_names_no_file_can_have(self, root: Path, path: str) -> None:
        project = on_disk(root)
        assert project.read(path) is None
        assert not project.exists(path)
        assert not project.is_dir(path)


class TestWriting:
    def test_bytes_outside_the_text_stay(self, root: Path) -> None:
        (root / "x").write_bytes("\ufeffé\r\n".encode("utf-16-le"))
        project = on_disk(root)
        source = project.read("x")
        assert source is not None
        project.write(source, "è\r\n")
        assert (root / "x").read_bytes() == "\ufeffè\r\n".encode("utf-16-le")

    @posix
    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
    def test_the_mode_stays(self, root: Path, mode: int) -> None:
        (root / "Dockerfile").chmod(mode)
        project = on_disk(root)
        source = project.read("Dockerfile")
        assert source is not None
        project.write(source, "FROM x\n")
        assert stat.S_IMODE((root / "Dockerfile").stat().st_mode) == mode
        assert os.listdir(root) == ["Dockerfile"]

    def test_a_second_write_starts_from_the_first(self, root: Path) -> None:
        project = on_disk(root)
        source = project.read("Dockerfile")
        assert source is not None
        second = project.write(source, "FROM x\n")
        project.write(second, "FROM y\n")
        assert (root / "Dockerfile").read_text() == "FROM y\n"

    def test_a_changed_file_is_left_alone(self, root: Path) -> None:
        project = on_disk(root)
        source = project.read("Dockerfile")
        assert source is not None
        (root / "Dockerfile").write_text("FROM mine\n")
        with pytest.raises(WriteError, match=r"^Dockerfile: not written, since the file changed after it was read"):
            project.write(source, "FROM x\n")
        assert (root / "Dockerfile").read_text() == "FROM mine\n"

    def test_a_deleted_file_stays_deleted(self, root: Path) -> None:
        project = on_disk(root)
        source = project.read("Dockerfile")
        assert source is not None
        (root / "Dockerfile").unlink()
        with pytest.raises(WriteError, match="not written"):
            project.write(source, "FROM x\n")
        assert os.listdir(root) == []

    def test_a_read_only_file_stays(self, root: Path) -> None:
        (root / "Dockerfile").chmod(0o444)
        project = on_disk(root)
        source = project.read("Dockerfile")
        assert source is not None
        with pytest.raises(WriteError, match=r"^Dockerfile: not written, since the file is read-only$"):
            project.write(source, "FROM x\n")
        assert (root / "Dockerfile").read_bytes() == b"FROM debian:12\r\n"

    @posix
    def test_a_link_stays_a_link(self, root: Path) -> None:
        (root / "link").symlink_to("Dockerfile")
        project = on_disk(root)
        source = project.read("link")
        assert source is not None
        project.write(source, "FROM x\n")
        assert (root / "link").is_symlink()
        assert (root / "Dockerfile").read_text() == "FROM x\n"

    def test_a_failed_write_loses_nothing(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(source: str, target: str) -> None:
            raise OSError(28, "No space left on device")

        project = on_disk(root)
        source = project.read("Dockerfile")
        assert source is not None
        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(WriteError, match=r"^Dockerfile: not written: No space left on device$"):
            project.write(source, "FROM x\n")
        assert os.listdir(root) == ["Dockerfile"]
        assert (root / "Dockerfile").read_bytes() == b"FROM debian:12\r\n"

    def test_broken_utf16_is_not_written_back(self, root: Path) -> None:
        (root / "x").write_bytes(b"\xff\xfea\0\x00\xd8")
        project = on_disk(root)
        source = project.read("x")
        assert source is not None
        with pytest.raises(WriteError, match="not well-formed UTF-16-LE"):
            project.write(source, "b")

    def test_a_buffer_is_written_in_memory_only(self, root: Path) -> None:
        project = on_disk(root)
        source = project.overlay("Dockerfile", "FROM buffer\n")
        project.write(source, "FROM x\n")
        assert project.text("Dockerfile") == "FROM x\n"
        assert (root / "Dockerfile").read_bytes() == b"FROM debian:12\r\n"
