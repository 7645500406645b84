"""What a whole run rests on is asked once, and a later run shows its report only if all of it is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.cache.results import Results
from dlint.cli.main import call
from dlint.config.folders import FolderConfigs
from dlint.lint.many import ManyRuns
from dlint.lint.trace import SettingsHashes, Trace
from dlint.project.files import ProjectFiles
from dlint.project.questions import Answers, AskedFiles
from dlint.session import Session

TEXT = "FROM debian\nRUN cd /x\n"
CONFIGS = FolderConfigs(ProjectFiles.from_files({}), {}, None, trusted=False, plugins=False)


def asked(files: ProjectFiles, *paths: str) -> tuple[Answers, dict[str, object]]:
    answers = Answers(files, {})
    seen = AskedFiles(files, answers.listings)
    for path in paths:
        seen.read(path)
    questions, digest = answers.learn(seen)
    return answers, {"asked": questions, "answers": digest, "configs": ["sub"], "day": ""}


def test_questions_that_many_groups_ask_are_kept_once() -> None:
    files = ProjectFiles.from_files({"a": "1", "b": "2"})
    answers, record = asked(files, "a", "b")
    trace = Trace(answers)
    trace.take(record, ["sub/Dockerfile", "other/Dockerfile"])
    trace.take(record)
    found = trace.record(SettingsHashes(CONFIGS))
    assert found is not None
    assert found["asked"] == ["ra", "rb"]
    assert found["configs"] == ["sub", "other"]


def test_a_file_that_two_groups_have_seen_otherwise_makes_a_run_unsure() -> None:
    answers, record = asked(ProjectFiles.from_files({"a": "1"}), "a")
    answers.check(["ra"], str(record["answers"]))
    assert answers.agree
    other = AskedFiles(ProjectFiles.from_files({"a": "changed meanwhile"}), {})
    other.read("a")
    answers.learn(other)
    assert not answers.agree
    assert Trace(answers).record(SettingsHashes(CONFIGS)) is None


def test_what_another_process_was_told_is_held_to_what_is_there() -> None:
    answers, _ = asked(ProjectFiles.from_files({"a": "1"}), "a")
    _, elsewhere = asked(ProjectFiles.from_files({"a": "changed meanwhile"}), "a")
    answers.check(["ra"], str(elsewhere["answers"]))
    assert not answers.agree


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    for number in range(30):
        (root / f"n{number}").mkdir()
        (root / f"n{number}" / "Dockerfile").write_text(TEXT)
    monkeypatch.chdir(root)
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "this one")
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call(["check", "--config=shellcheck=false", *arguments])
    return capsys.readouterr().out


def test_an_unchanged_tree_is_asked_without_the_records_of_its_groups(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    line = Results.line

    def noted(results: Results, name: str, key: str) -> str:
        names.append(name.partition("\0")[0])
        return line(results, name, key)

    first = run(capsys)
    monkeypatch.setattr(Results, "line", noted)
    assert run(capsys) == first
    assert names == ["", "report"]
    (project / "n3" / "Dockerfile").write_text(TEXT + "RUN cd /y\n")
    assert run(capsys) == run(capsys, "--no-cache") != first
    assert "n4/Dockerfile" in names


def test_a_file_that_changes_while_a_run_lasts_is_not_taken_for_known(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint = ManyRuns.lint

    def slow(runs: ManyRuns, *arguments: object) -> None:
        lint(runs, *arguments)  # type: ignore[arg-type]
        (project / "n3" / "Dockerfile").write_text(TEXT * 2)

    with monkeypatch.context() as patched:
        patched.setattr(ManyRuns, "lint", slow)
        first = run(capsys)
    assert run(capsys) == run(capsys, "--no-cache") != first


def test_how_many_processes_there_may_be_changes_no_report(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(capsys, "--jobs=1")
    monkeypatch.setattr(Session, "lint_all", None)
    assert run(capsys, "--jobs=2") == first
