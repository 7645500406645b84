"""ShellCheck's answers in a folder that several processes and machines share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import dlint
from dlint.shellcheck import process as shellcheck

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shellcheck.find(), reason="the stand-in for ShellCheck is a shell script"
)
FILES = {"Dockerfile": "FROM debian:12.5\nRUN echo $x\n"}


class Machine:
    """A place with a ShellCheck of its own, which notes each of its calls."""

    def __init__(self, folder: Path, answers: Path) -> None:
        folder.mkdir()
        self.answers = answers
        self.calls = folder / "calls"
        self.program = folder / "shellcheck"
        # The same program on each of them.
        self.program.write_text(f'#!/bin/sh\necho >> "${{0%/*}}/calls"\nexec "{shellcheck.find()}" "$@"\n')
        self.program.chmod(0o755)

    def lint(self, files: dict[str, str] = FILES) -> tuple[list[str], int]:
        """What is found, and how often ShellCheck was called for it."""
        shellcheck._said.clear()
        self.calls.write_text("")
        config = {"shellcheck": str(self.program), "select": ["SC2086"]}
        found = dlint.lint_files(files, config=config, answers=str(self.answers), jobs=1)
        return [repr(finding) for finding in found], self.calls.read_text().count("\n")


@pytest.fixture
def machines(tmp_path: Path) -> list[Machine]:
    return [Machine(tmp_path / name, tmp_path / "answers") for name in ("one", "two")]


def test_what_one_machine_has_asked_no_other_asks(machines: list[Machine]) -> None:
    one, two = machines
    found, asked = one.lint()
    assert (len(found), asked) == (1, 1)
    assert one.lint() == (found, 0)
    os.utime(two.program, (1, 1))
    assert two.lint() == (found, 0)
    assert two.lint({"Dockerfile": "FROM debian:12.5\nRUN echo $y\n"})[1] == 1


def test_another_shellcheck_is_asked_itself(machines: list[Machine]) -> None:
    one, two = machines
    one.lint()
    with two.program.open("a") as program:
        program.write("# a newer one\n")
    assert two.lint()[1] == 1


def test_folders_on_disk_share_them_too(machines: list[Machine], tmp_path: Path) -> None:
    one, _ = machines
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Dockerfile").write_text(FILES["Dockerfile"])
    found, _ = one.lint()
    shellcheck._said.clear()
    one.calls.write_text("")
    config = {"shellcheck": str(one.program), "select": ["SC2086"]}
    report = dlint.lint_paths([str(tmp_path / "project")], config=config, answers=str(one.answers))
    assert [repr(finding) for finding in report.visible] == found
    assert one.calls.read_text() == ""


@pytest.mark.parametrize("content", [b"", b"null", b"{", b'"text"', b'[{"code": "x"}]', b"[" * 5000, b"\xff"])
def test_a_broken_answer_is_none(machines: list[Machine], content: bytes) -> None:
    one, _ = machines
    found, _ = one.lint()
    (answer,) = one.answers.rglob("*.json")
    answer.write_bytes(content)
    assert one.lint() == (found, 1)
    assert one.lint() == (found, 0)


def test_a_folder_that_is_none_costs_only_the_asking(machines: list[Machine]) -> None:
    one, _ = machines
    found, _ = one.lint()
    shutil.rmtree(one.answers)
    one.answers.write_text("a file")
    assert one.lint() == (found, 1)


def test_a_root_that_is_not_there_is_no_clean_project(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        dlint.lint_paths([str(tmp_path / "gone")], root=str(tmp_path / "gone"))
