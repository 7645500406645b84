"""Files that linters are known to misread: each one builds, and nothing is said about it that is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

import dlint
from dlint.rule.load import builtin
from places import TESTS

FILES = sorted((TESTS / "fixtures" / "reproductions").glob("*.Dockerfile"))


def found(path: Path, **config: object) -> list[str]:
    files = {"Dockerfile": path.read_text(encoding="utf-8")}
    return [f"{f.rule.name}:{f.line}: {f.message}" for f in dlint.lint_files(files, config=config)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_false_is_said(path: Path) -> None:
    assert found(path) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_builder_would_take_it(path: Path) -> None:
    validity = [rule.name for rule in builtin(("dockerfile",)).values() if rule.category == "validity"]
    assert found(path, select=validity) == []


def test_there_are_files_and_they_are_looked_at() -> None:
    names = {path.stem for path in FILES}
    assert {"heredoc-for-bash", "stage-by-architecture", "escaped-heredoc-name"} <= names
    broken = FILES[0].read_text(encoding="utf-8").replace("USER 1000", "USRE 1000")
    assert [f.rule.name for f in dlint.lint_files({"Dockerfile": broken}) if f.rule.category == "validity"]


@pytest.mark.parametrize(
    ("stem", "code"),
    [
        ("heredoc-for-bash", "hadolint/DL4006"),
        ("bash-then-env", "hadolint/DL4006"),
        ("stage-by-architecture", "hadolint/DL3006"),
        ("digest-in-arg", "hadolint/DL3006"),
        ("escaped-heredoc-name", "buildkit/UndefinedVar"),
        ("newer-flags", "hadolint/DL3042"),
        ("names-about-keys", "buildkit/SecretsUsedInArgOrEnv"),
    ],
)
def test_the_rule_that_others_get_wrong_is_silent(stem: str, code: str) -> None:
    path = next(path for path in FILES if path.stem == stem)
    assert found(path, select=[code]) == []
