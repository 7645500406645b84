"""The Python API as people call it: paths in other spellings and types, and what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import dlint

BAD = "FROM debian\nMAINTAINER Ada\n"


def rules(files: dict[str, str] | dict[os.PathLike[str], str], **given: object) -> set[tuple[str, str]]:
    return {(one.path, one.rule.name) for one in dlint.lint_files(files, **given)}  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["Dockerfile", "./Dockerfile", "api/../Dockerfile", Path("Dockerfile")])
def test_a_path_in_another_spelling_is_the_same_file(written: str | Path) -> None:
    assert ("Dockerfile", "maintainer-deprecated") in rules({written: BAD})  # type: ignore[arg-type, misc]
    assert rules({"Dockerfile": BAD}, targets=[written]) == rules({"Dockerfile": BAD})


def test_a_configuration_in_another_spelling_counts() -> None:
    assert not rules({"Dockerfile": BAD, "./dlint.toml": 'preset = "none"\n'})


@pytest.mark.parametrize("path", ["/etc/Dockerfile", "../Dockerfile", "."])
def test_what_lies_in_no_project_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not the path of a file inside the project"):
        dlint.lint_files({path: BAD})
    with pytest.raises(ValueError, match="not the path of a file inside the project"):
        dlint.lint_files({"Dockerfile": BAD}, targets=[path])


def test_absolute_paths_in_files_are_no_files_of_the_project() -> None:
    compose = "services:\n  a:\n    build: /abs\n    env_file: /etc/env\n"
    assert rules({"Dockerfile": "FROM debian:12\nCOPY /etc/passwd /x\n", "compose.yaml": compose})


def test_one_path_need_not_be_in_a_list(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(BAD)
    wanted = [str(one) for one in dlint.lint_paths([str(tmp_path)]).visible]
    assert wanted
    for given in (str(tmp_path), tmp_path, [tmp_path]):
        assert [str(one) for one in dlint.lint_paths(given).visible] == wanted


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such file or folder"):
        dlint.lint_paths([tmp_path / "nowhere"])
