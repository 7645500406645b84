"""What lies in the build context: whether ADD unpacks it, and what Yarn is told there."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

import dlint
from dlint.project.files import ProjectFiles
from dlint.project.writing import WriteError
from dlint.workspace.contexts import is_tar


def tar(kind: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        archive.addfile(tarfile.TarInfo("etc/passwd"), io.BytesIO(b""))
    return out.getvalue()


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_an_archive_is_known_by_its_header(kind: int) -> None:
    archive = tar(kind)
    assert is_tar(archive)
    assert not is_tar(archive[:500])
    assert not is_tar(b"x" + archive[1:])
    assert not is_tar(bytes(512))


def add(source: str, files: dict[str, bytes]) -> list[bool | None]:
    """Of each finding, whether its fix is safe; None without a fix."""
    project = {"Dockerfile": f"FROM a:1\nADD {source} /\n", **files}
    found = dlint.lint_files(project, targets=["Dockerfile"], config={"select": ["add-instead-of-copy"]})
    return [finding.fix.safe if finding.fix is not None else None for finding in found]


@pytest.mark.parametrize(
    ("source", "files", "wanted"),
    [
        ("rootfs", {}, [False]),
        ("rootfs", {"rootfs": tar()}, []),
        ("rootfs", {"rootfs": gzip.compress(tar())}, []),
        ("rootfs", {"rootfs": b"plain"}, [True]),
        ("rootfs", {"rootfs/etc/passwd": b""}, [True]),
        ("notes.txt", {}, [True]),
        ("notes.txt", {"notes.txt": tar()}, []),
        ("pkg.TAR", {}, []),
        ("files/*", {}, [False]),
        (". ./ src/ .bashrc", {}, [True]),
        ("app-1.2", {}, [False]),
        ("rootfs notes.txt", {"rootfs": tar()}, [None]),
    ],
)
def test_add_is_judged_by_what_lies_in_the_context(source: str, files: dict[str, bytes], wanted: list[bool]) -> None:
    assert add(source, files) == wanted


def test_a_trigger_has_the_context_of_a_later_build() -> None:
    files = {"Dockerfile": "FROM a:1\nONBUILD ADD rootfs /\n", "rootfs": b"plain"}
    (finding,) = dlint.lint_files(files, targets=["Dockerfile"], config={"select": ["add-instead-of-copy"]})
    assert finding.fix is not None
    assert not finding.fix.safe


def yarn(run: str, settings: str | None = None) -> list[str]:
    files = {"Dockerfile": f"FROM node:22\n{run}\n"}
    if settings is not None:
        files[".yarnrc.yml"] = settings
    found = dlint.lint_files(files, targets=["Dockerfile"], config={"select": ["yarn-cache-left"]})
    return [finding.rule.name for finding in found]


def test_yarn_loads_programs_from_its_cache_where_it_plugs_them_in() -> None:
    assert yarn("RUN yarn install") == ["yarn-cache-left"]
    assert yarn("RUN yarn install", "nodeLinker: node-modules\n") == ["yarn-cache-left"]
    assert yarn("RUN yarn install", "nodeLinker: pnp\n") == []
    assert yarn("RUN yarn install", "enableTelemetry: false\n") == []
    assert yarn("RUN yarn install --immutable") == []
    assert yarn("RUN yarn set version berry\nRUN yarn install") == []
    assert yarn("RUN yarn set version 1.22.22\nRUN yarn install") == ["yarn-cache-left"]
    assert yarn("COPY .yarnrc.yml ./\nRUN yarn install") == []


def test_the_beginning_of_a_file_is_read_inside_the_root_only(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (inside / "plain").write_bytes(b"0123456789")
    os.symlink(tmp_path / "secret", inside / "link")
    project = ProjectFiles.on_disk(str(inside))
    assert project.first_bytes("plain", 4) == b"0123"
    for path in ("link", "../secret", "missing", "."):
        assert project.first_bytes(path, 4) is None


@pytest.mark.skipif(os.name == "nt", reason="a pipe is a file here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert ProjectFiles.on_disk(str(tmp_path)).first_bytes("pipe", 4) is None


def test_a_file_with_several_names_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\n")
    os.link(tmp_path / "Dockerfile", tmp_path / "other")
    project = ProjectFiles.on_disk(str(tmp_path))
    source = project.read("Dockerfile")
    assert source is not None
    with pytest.raises(WriteError, match=r"Dockerfile: not written, since the file has 2 names"):
        project.write(source, "FROM b\n")
    assert (tmp_path / "Dockerfile").read_text() == (tmp_path / "other").read_text() == "FROM a\n"
