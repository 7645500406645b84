"""What stands in files, and in their names, is never obeyed and never unseen, whatever a report is put into."""

from __future__ import annotations

import json
import subprocess
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import nursery
from dlint.library import report_files
from dlint.report import formats, render
from dlint.report._escape import visible
from dlint.rule.finding import Failure, Report

ESCAPE, TURN, C1 = "\x1b[31m", "\u202e", "\x9b31m"
COMMANDS = ("::error::x", "::stop-commands::x", "##vso[task.complete]", "##[command]x", "##teamcity[buildStop]")
PARTS = {
    "an escape sequence": ESCAPE,
    "a turned direction": TURN,
    "a C1 control": C1,
    **{each: each for each in COMMANDS},
}
JSON = {"gitlab", "json", "rdjson", "sarif", "sonar"}
XML = {"checkstyle", "junit"}


def hostile(part: str) -> Report:
    """A report in which ``part`` begins a file's name, and stands in messages, excerpts, fixes and notes."""
    path = f"{part}.Dockerfile"
    lines = (f"FROM debian AS {part}", f"COPY --from=b{part} /a {part}", f"RUN echo {part} && cd {part}", f"{part} x")
    text = "".join(f"{line}\n" for line in (*lines, f"ENV {part} {part}"))
    made = report_files({path: text}, targets=[path], config={"preset": "all", "shellcheck": False})
    assert made.visible and any(part in finding.message or part in finding.path for finding in made.visible)
    made.failures = [Failure(path, f"{part} failed")]
    made.notes = [f"{part} was left out"]
    return made


def unseen(text: str) -> list[str]:
    return sorted({c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"})


def obeyed(text: str) -> list[str]:
    """Lines that a service which shows the log would take for a command."""
    marks = ("##vso[", "##[", "##teamcity[")
    return [row for row in text.splitlines() if row.lstrip().startswith("::") or any(mark in row for mark in marks)]


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_nothing_is_unseen_and_nothing_is_obeyed(name: str, part: str) -> None:
    text = render(name, hostile(part), width=100, quiet=False)
    assert unseen(text) == []
    if name == "github":
        assert all(line.startswith(("::error ", "::warning ", "::notice ", "dlint: ")) for line in text.splitlines())
    elif name not in JSON | XML:
        assert obeyed(text) == [], "a format whose lines are meant as commands needs a branch above, as github has"


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_reports_for_programs_stay_what_they_are(part: str) -> None:
    made = hostile(part)
    path = f"{part}.Dockerfile"
    data = {name: json.loads(render(name, made)) for name in JSON}
    assert {one["path"] for one in data["json"]["findings"]} == {path}
    assert {one["location"]["path"] for one in data["gitlab"]} == {path}
    assert any(part in (one["message"] or "") for one in data["json"]["errors"])
    for name in XML:
        ET.fromstring(render(name, made))


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_row_of_a_message_begins_with_a_command(width: int) -> None:
    made = hostile("::error::x")
    made.notes = ["::warning::y " * 30]
    assert obeyed(render("text", made, width=width, quiet=False)) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Net.ServicePointManager]::SecurityProtocol", "[Net.ServicePointManager]::SecurityProtocol"),
        ("listen on ::1 or [::]", "listen on ::1 or [::]"),
        ("## a heading", "## a heading"),
        ("::add-mask::x", "\\x3a:add-mask::x"),
        ("a ::x", "a \\x3a:x"),
        ("a##VSO[x", "a#\\x23VSO[x"),
        ("\u00fc ##[group]", "\u00fc #\\x23[group]"),
    ],
)
def test_only_commands_are_broken_up(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tree with hostile names, a configuration of another linter with a hostile key, and a file that is not read."""
    (tmp_path / ".git").mkdir()
    for part in (ESCAPE, TURN, "::stop-commands::word", "##vso[task.x]y"):
        (tmp_path / f"{part}.Dockerfile").write_text("FROM debian\nMAINTAINER Ada\n")
    (tmp_path / f"{ESCAPE}big.Dockerfile").write_bytes(b"FROM debian\n" + b"# x\n" * 300_000)
    (tmp_path / ".hadolint.yaml").write_text('"\\e[31mx": 1\n"::error::y": 2\n')
    return tmp_path


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return nursery.run(cwd, "--config", "shellcheck=false", *arguments)


@pytest.mark.parametrize(
    "arguments", [(".",), ("--format", "compact", "."), ("--format", "json", "."), ("no\x1b[31m",)]
)
def test_standard_error_is_fit_to_be_seen(project: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, cwd=project)
    assert done.stderr and unseen(done.stderr) == unseen(done.stdout) == []
    assert obeyed(done.stderr) == []


def test_a_diff_for_a_program_is_left_as_it_is(project: Path) -> None:
    done = run("--diff", "--quiet", ".", cwd=project)
    assert TURN in done.stdout


def test_github_obeys_nothing_of_the_report_for_people(project: Path) -> None:
    lines = run("--format", "github", ".", cwd=project).stdout.splitlines()
    word = lines[0].removeprefix("::stop-commands::")
    assert len(word) >= 32
    end = lines.index(f"::{word}::")
    assert all(line.startswith(("::error ", "::warning ", "::notice ", "dlint: ")) for line in lines[end + 1 :])
    assert run("--format", "github", ".", cwd=project).stdout.splitlines()[0] != lines[0]
