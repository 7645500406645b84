"""Reports where people use them: terminals, CI, an empty folder; lists of files; completion; wrong configurations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

import pytest

from dlint.cli import links
from dlint.cli.options import DEFAULTS
from dlint.cli.watch import _state
from dlint.report import formats
from nursery import run


def dlint(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI_", "FORCE_", "NO_COLOR"))}
    return run(folder, *arguments, environment={**environment, **env})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "Dockerfile").write_text('FROM debian:12.8\nMAINTAINER Ada\nCMD ["sleep", "9"]\n')
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    build: api\n")
    (tmp_path / "README.md").write_text("# x\n")
    return tmp_path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.mark.parametrize("form", formats())
def test_a_report_is_written_where_there_is_nothing_to_lint(empty: Path, form: str) -> None:
    done = dlint(empty, "--output", f"{form}=out", ".")
    assert done.returncode == 3 and "nothing to lint" in done.stderr and done.stdout == ""
    text = (empty / "out").read_text(encoding="utf-8")
    if form in ("junit", "checkstyle"):
        assert len(ET.fromstring(text)) == 0
    elif form in ("json", "sarif", "gitlab", "rdjson", "sonar"):
        assert "ruleId" not in json.dumps(json.loads(text))


def test_what_reads_standard_output_gets_a_report_too(empty: Path) -> None:
    assert json.loads(dlint(empty, "--format", "sarif", ".").stdout)["runs"][0]["results"] == []


def test_a_path_that_is_not_there_is_in_the_report(empty: Path) -> None:
    done = dlint(empty, "--format", "json", "nowhere/Dockerfile")
    assert done.returncode == 2 and "nowhere" in json.loads(done.stdout)["errors"][0]["message"]


def test_files_can_be_listed(project: Path) -> None:
    assert dlint(project, "--list-files", ".").stdout == "api/Dockerfile\ncompose.yaml\n"
    assert dlint(project / "api", "--list-files", "..").stdout == "Dockerfile\n../compose.yaml\n"
    assert dlint(project, "--list-files", "--exclude", "api/**", ".").stdout == "compose.yaml\n"


def test_junit_goes_by_the_threshold(project: Path) -> None:
    for threshold, failures in (("error", "0"), ("warning", "1")):
        config = ("--config", "rules.maintainer-deprecated=warning")
        done = dlint(project, "--format", "junit", "--fail-on", threshold, *config, "api")
        assert ET.fromstring(done.stdout).attrib["failures"] == failures
        assert done.returncode == int(failures)


def test_statistics_are_a_table_and_no_findings(project: Path) -> None:
    out = dlint(project, "--statistics", "--config", "rules.maintainer-deprecated=warning", ".").stdout
    assert "  1  warning  maintainer-deprecated  1 with --fix\n" in out and "│" not in out


def test_places_link_to_the_commit_in_ci(project: Path) -> None:
    gitlab = {"CI_PROJECT_URL": "https://gitlab.example/g/p", "CI_COMMIT_SHA": "abc"}
    out = dlint(project, "--format", "markdown", ".", **gitlab).stdout
    assert '<a href="https://gitlab.example/g/p/-/blob/abc/api/Dockerfile#L2">' in out
    assert "<a href" not in dlint(project, "--format", "markdown", ".").stdout


@pytest.mark.parametrize(
    ("environment", "opens"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7006"}, True),
        ({"VTE_VERSION": "4900"}, False),
        ({"KITTY_WINDOW_ID": "1"}, True),
        ({"KITTY_WINDOW_ID": "1", "SSH_CONNECTION": "a b"}, False),
        ({"KITTY_WINDOW_ID": "1", "TERM": "tmux-256color"}, False),
        ({"KITTY_WINDOW_ID": "1", "CI": "true"}, False),
        ({"KITTY_WINDOW_ID": "1", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_open_them(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], opens: bool
) -> None:
    monkeypatch.setattr(links.os, "environ", environment)
    assert links.opens_links() is opens


def test_a_link_is_the_address_of_the_file(project: Path) -> None:
    out = dlint(project, "--color", "always", ".", FORCE_HYPERLINK="1").stdout
    assert f"\033]8;;file://{project.resolve()}/api/Dockerfile\033\\" in out
    assert links.file_url("/a b/ü#?").endswith("/a%20b/%C3%BC%23%3F")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("preset = 'strict'\n\n[rules.no-user]\nseveritty = 'error'\n", ":4: rules.no-user: unknown option 'sever"),
        ('[rules]\n# DL3006\nDL3006 = { foo = 1 }\n', ":3: rules.base-image-untagged: unknown option 'foo'"),
        ("[rules.command-without-secret-mount.commands.pip]\nx = 1\n", ":1: rules.command-without-secret-mount"),
        ("[rules.shellcheck]\nlevel = 'info'\nquiet = [1]\n", ":3: rules.shellcheck.quiet[1] is a text"),
        ("[rules.shellcheck]\nlevel = 3\n", ":2: rules.shellcheck.level is a text"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_named_with_its_file_and_line(project: Path, text: str, says: str) -> None:
    (project / "dlint.toml").write_text(f'enable = ["command-without-secret-mount"]\n{text}')
    done = dlint(project, ".")
    number = int(says[1]) + 1
    assert done.returncode == 2 and f"dlint.toml:{number}{says[2:]}" in done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1


def test_a_word_of_several_is_guessed(project: Path) -> None:
    done = dlint(project, "--preset", "hadolnt", ".")
    assert done.returncode == 2 and "did you mean hadolint?" in done.stderr


def test_watching_lints_again_after_a_change(project: Path) -> None:
    command = [sys.executable, "-u", "-m", "dlint", "--watch", "--format", "compact", "."]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            first = until_summary(process.stdout)
            (project / "api" / "Dockerfile").write_text("FROM debian:12.8\nRUN true\n")
            second = until_summary(process.stdout)
        finally:
            process.kill()
    assert "maintainer-deprecated" in first and "maintainer-deprecated" not in second


def until_summary(lines: Iterable[str]) -> str:
    """What is printed up to the summary of a report."""
    shown = ""
    for line in lines:
        shown += line
        if " of 2 files: " in line:
            return shown
    return shown


def test_what_a_run_writes_itself_is_no_change(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    options = {**DEFAULTS, "paths": (".",), "output": ("sarif=out.sarif", "out.json")}
    before = _state(options)
    for name in ("out.sarif", "out.json"):
        (project / name).write_text("{}")
    with open("printed.txt", "w", encoding="utf-8") as printed:
        monkeypatch.setattr("sys.stdout", printed)
        printed.write("findings")
        printed.flush()
        assert _state(options) == before
        (project / "entrypoint.sh").write_text("")
        assert _state(options) != before


def test_watching_goes_without_fixing(project: Path) -> None:
    done = dlint(project, "--watch", "--fix", ".")
    assert done.returncode == 2 and "--watch goes without --fix" in done.stderr
