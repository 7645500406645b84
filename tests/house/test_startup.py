"""What a run imports: a hook starts dlint for every commit, so nothing is imported that the run does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dlint.cli import check, main
from dlint.cli.run import PLAIN
from dlint.lazy import pattern

SHOWN = (
    "import sys; from dlint.cli.main import call; code = call(sys.argv[1:])\n"
    "print(*sys.modules, file=sys.stderr); sys.exit(code)"
)


def imported(cwd: Path, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SHOWN, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_a_dockerfile_needs_neither_click_nor_yaml(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text('FROM debian:12\nRUN apt-get update && cd /x\nCMD ["sh"]\n')
    modules = imported(tmp_path, "Dockerfile")
    assert "dlint.lint.dockerfile" in modules
    assert not modules & {
        "click", "ruamel", "ruamel.yaml", "jsonschema", "tomllib", "importlib.resources", "tempfile", "shutil",
        "subprocess", "inspect", "dataclasses", "dlint.lint.compose", "dlint.model.compose.model",
    }  # fmt: skip


def test_a_compose_file_needs_no_shell_grammar(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text("services: {web: {image: 'nginx:1.27'}}\n")
    modules = imported(tmp_path, "compose.yaml")
    assert "dlint.lint.compose" in modules
    assert not modules & {"click", "jsonschema", "tree_sitter", "dlint.lint.dockerfile", "inspect"}


def test_the_version_needs_nothing(tmp_path: Path) -> None:
    assert not imported(tmp_path, "--version") & {"click", "dlint.rule", "dlint.config"}


def test_a_plain_call_has_the_options_that_click_would_give() -> None:
    context = check.command.make_context("dlint check", ["a", "b"])
    assert context.params == {**PLAIN, "paths": ("a", "b")}


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (["Dockerfile"], ["Dockerfile"]),
        (["check", "a", "b"], ["a", "b"]),
        (["check"], []),
        ([], None),
        (["help"], None),
        (["rules"], None),
        (["a", "--fix"], None),
        (["-"], None),
        (["--", "a"], ["a"]),
        (["check", "--", "a", "--fix.Dockerfile"], ["a", "--fix.Dockerfile"]),
        (["check", "a", "--", "--"], ["a", "--"]),
        (["--fix", "--", "a"], None),
        (["--", "-"], None),
    ],
)
def test_only_calls_without_options_are_plain(arguments: list[str], paths: list[str] | None) -> None:
    assert main.plain(arguments) == paths


def test_a_pattern_is_compiled_once_and_then_as_fast_as_any() -> None:
    lazy = pattern("(a)(b)?")
    assert lazy.groups == 2
    found = lazy.fullmatch("ab")
    assert found is not None and found.group(2) == "b"
    assert vars(lazy)["fullmatch"] is lazy.fullmatch


def test_a_compose_file_beside_it_that_builds_nothing_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    compose = tmp_path / "compose.yaml"
    compose.write_text("services: {web: {image: 'nginx:1.27'}}\n")
    assert "dlint.lint.compose" not in imported(tmp_path, "Dockerfile")
    compose.write_text("services: {web: {build: .}}\n")
    assert "dlint.lint.compose" in imported(tmp_path, "Dockerfile")
