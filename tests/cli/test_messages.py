"""What somebody reads in the first hour who gets something wrong: one sentence with the place and the remedy."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from nursery import run as dlint

CLEAN = "FROM debian:13-slim\nRUN true\nUSER 1000\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(CLEAN)
    return tmp_path


def said(project: Path, *arguments: str) -> str:
    """What is said of a wrong call, all of which end with 2."""
    done = dlint(project, *arguments)
    assert done.returncode == 2, done.stderr
    return done.stderr.partition("\n")[0]


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ('ignore = [\n  "no-user",\n  "no-usr",\n]\n', "dlint.toml:3: ignore"),
        ('preset = "strict"\n[rules]\nno-usr = "off"\n', "dlint.toml:3: rules"),
        ("[rules.no-usr]\nx = 1\n", "dlint.toml:1: rules"),
        ('[[paths]]\nfiles = ["x"]\nignore = ["no-usr"]\n', "dlint.toml:3: paths"),
        # On which of the two lines nobody can tell.
        ('enable = ["no-usr"]\n# not "no-usr"\n', "dlint.toml: enable"),
    ],
)
def test_a_wrong_name_of_a_rule_is_said_to_be_where_it_stands(project: Path, config: str, place: str) -> None:
    (project / "dlint.toml").write_text(config)
    assert (
        said(project, ".") == f"dlint: {place}: unknown rule 'no-usr' (did you mean no-user?); `dlint rules` lists them"
    )


def test_a_wrong_name_on_the_command_line_is_not_said_to_be_in_a_file(project: Path) -> None:
    (project / ".hadolint.yaml").write_text("ignored: [DL3008]\n")
    done = dlint(project, "--ignore", "no-usr", ".")
    assert "dlint: the command line: ignore: unknown rule 'no-usr'" in done.stderr


def test_a_table_that_is_for_another_file_is_told_from_a_slip(project: Path) -> None:
    (project / "dlint.toml").write_text('[tool.dlint]\npreset = "strict"\n')
    assert said(project, ".").endswith(
        "unknown key 'tool'; [tool.dlint] is for pyproject.toml, here its keys stand at the top"
    )


def test_a_table_without_a_key_like_it_says_what_it_has(project: Path) -> None:
    (project / "dlint.toml").write_text("[[services]]\nfoo = 1\n")
    assert said(project, ".").endswith("unknown key 'foo'; it has names, ignore, reason")


def test_an_option_that_takes_a_number_says_so_in_words(project: Path) -> None:
    for value in ("x", "-3", "1.5"):
        assert said(project, "--jobs", value, ".") == "dlint: --jobs takes a whole number from 0 on"


def test_what_is_no_line_is_not_looked_for_as_a_service(project: Path) -> None:
    assert (
        said(project, "why", "Dockerfile:abc")
        == "dlint: Dockerfile:abc: abc is no number of a line, as in Dockerfile:1"
    )


def test_a_plug_in_that_is_not_there_is_no_error_of_python(project: Path) -> None:
    assert said(project, "test", "nowhere") == "dlint: plug-in nowhere: there is no such folder and no such module"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_before_the_first_commit_there_is_nothing_to_compare_with(project: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    assert said(project, "--since", "HEAD", ".") == "dlint: --since 'HEAD': nothing has been committed here yet"


def test_a_run_that_fails_without_a_warning_says_why(project: Path) -> None:
    (project / "Dockerfile").write_text(CLEAN.replace("USER 1000\n", ""))
    assert "nothing here is a warning" not in dlint(project, ".").stderr
    (project / "dlint.toml").write_text('fail-on = "info"\n')
    done = dlint(project, ".")
    assert done.returncode == 1
    assert done.stderr == "dlint: nothing here is a warning, but dlint.toml has findings fail the run from info on\n"
    # A report for a program has its own words.
    assert not dlint(project, "--format", "json", ".").stderr


def test_what_is_said_of_one_code_of_many_is_short_and_of_that_code(project: Path) -> None:
    text = dlint(project, "explain", "SC2155").stdout
    assert "`mktemp`" in text or "mktemp" in text
    assert "dlint explain shellcheck" in text and "https://www.shellcheck.net/wiki/SC2155" in text
    assert len(text.splitlines()) < 25 < len(dlint(project, "explain", "shellcheck").stdout.splitlines())
