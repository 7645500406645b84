"""The same answer through every door: what is found in a file does not depend on how dlint was called."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlint.library import report_files
from dlint.project.kinds import is_workflow, kind_by_name
from dlint.rule.finding import Finding, Report
from dlint.rule.load import builtin
from dlint.session import Session
from places import ROOT, TESTS

SETTINGS = {"preset": "all", "shellcheck": False}
Row = tuple[Any, ...]


def row(finding: Finding) -> Row:
    fix = finding.fix
    edits = tuple((edit.span, edit.text) for edit in fix.edits) if fix is not None else ()
    related = tuple((one.where.source.path, one.where.span, one.message) for one in finding.related)
    shown = (finding.rule.name, finding.span, finding.severity, finding.message, related, finding.key)
    return (*shown, finding.suppressed is not None, fix and (fix.title, fix.safe), edits)


def by_file(report: Report) -> dict[str, list[Row]]:
    """The findings of each file by its path; what only shows because a target causes it elsewhere is left out."""
    assert not report.failures
    found: dict[str, list[Row]] = {path: [] for path in report.linted}
    for finding in report.findings:
        if finding.path in found:
            found[finding.path].append(row(finding))
    return {path: sorted(rows, key=repr) for path, rows in found.items()}


def session(root: Path, *paths: str, **more: Any) -> Session:
    return Session(paths, root=str(root), overrides=SETTINGS, **more)


def _is_ours(path: str) -> bool:
    return kind_by_name(path) is not None or is_workflow(path) or "/" not in path


def examples_of_pages() -> Iterator[tuple[str, dict[str, str]]]:
    for rule in builtin().values():
        for example in rule.page.examples():
            if len(example.files) > 1 and all(map(_is_ours, example.files)):
                yield f"{rule.name}:{example.line}", example.files


PAGES = dict(examples_of_pages())
FOLDERS = [*sorted((TESTS / "fixtures" / "projects").iterdir()), ROOT / "examples" / "shop", ROOT / "examples" / "tidy"]


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shutil.copytree(request.param, tmp_path / "p")
    (tmp_path / "p" / ".git").mkdir()
    return tmp_path / "p"


def test_each_file_alone_has_what_the_whole_run_has(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    whole = by_file(session(project, ".").lint())
    assert whole
    for path in whole:
        for written in (path, f"./{path}", str(project / path), f"../p/{path}"):
            assert by_file(session(project, written).lint()) == {path: whole[path]}, written


def test_each_folder_has_what_the_whole_run_has(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    whole = by_file(session(project, ".").lint())
    for folder in {os.path.dirname(path) for path in whole} - {""}:
        monkeypatch.chdir(project / folder)
        below = {path: rows for path, rows in whole.items() if path.startswith(folder + "/")}
        assert by_file(Session(["."], overrides=SETTINGS).lint()) == below
        monkeypatch.chdir(project)
        assert by_file(session(project, folder).lint()) == below


def test_a_text_on_standard_input_has_what_its_file_has(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    whole = by_file(session(project, ".").lint())
    for path in whole:
        report = session(project, stdin=(path, (project / path).read_bytes())).lint()
        caused = [finding for finding in report.findings if finding.message.startswith("In `")]
        own = sorted(map(row, (f for f in report.findings if f not in caused)), key=repr)
        # Two findings that differ only in the number of equal ones before them keep their places.
        assert [r[:4] for r in own] == [r[:4] for r in whole[path] if not r[3].startswith("In `")], path


@pytest.mark.parametrize("files", PAGES.values(), ids=PAGES.keys())
def test_the_files_of_a_page_are_found_alike_one_by_one(files: dict[str, str]) -> None:
    whole = by_file(report_files(files, config=SETTINGS, complete=True))
    for path in whole:
        alone = by_file(report_files(files, targets=[path], config=SETTINGS, complete=True))
        assert alone == {path: whole[path]}


def test_a_file_that_an_edge_reaches_is_linted_whatever_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = TESTS / "fixtures" / "projects" / "names-say-nothing"
    monkeypatch.chdir(folder)
    here = session(folder, ".")
    assert here.targets == {
        "common/worker.yaml": "compose",
        "compose.yaml": "compose",
        "metrics/image.txt": "dockerfile",
        "parts/metrics.yaml": "compose",
    }
    found = {(finding.path, finding.rule.name) for finding in here.lint().findings}
    assert {
        ("common/worker.yaml", "service-privileged"),
        ("metrics/image.txt", "base-image-untagged"),
        ("parts/metrics.yaml", "host-pid-namespace"),
    } <= found


def test_one_graph_a_build_and_the_service_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = TESTS / "fixtures" / "projects" / "one-dockerfile-many-builds"
    monkeypatch.chdir(folder)
    (finding,) = (f for f in session(folder, ".").lint().findings if f.rule.name == "copy-ignored-file")
    assert finding.message.endswith("(in the build of b)")
    assert {related.where.source.path for related in finding.related} == {".dockerignore", "compose.yaml"}


def test_a_named_context_is_no_image_of_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = TESTS / "fixtures" / "projects" / "contexts"
    monkeypatch.chdir(folder)
    found = {f.rule.name for f in session(folder, ".").lint().findings if f.path == "web/Dockerfile"}
    assert not found & {"base-image-untagged", "no-user", "copy-from-unknown-stage", "healthcheck-missing"}


@pytest.mark.parametrize(
    ("name", "changed", "rule", "place"),
    [
        ("one-dockerfile-many-builds", ".dockerignore", "copy-ignored-file", "Dockerfile"),
        ("inline", ".dockerignore", "copy-ignored-file", "sub/Dockerfile"),
    ],
)
def test_a_changed_file_shows_what_it_causes(
    monkeypatch: pytest.MonkeyPatch, name: str, changed: str, rule: str, place: str
) -> None:
    folder = TESTS / "fixtures" / "projects" / name
    monkeypatch.chdir(folder)
    found = [f for f in session(folder, changed).lint().findings if f.rule.name == rule and f.path == place]
    assert found
    assert all(any(related.where.source.path == changed for related in f.related) for f in found)


def test_standard_input_shows_a_caused_finding_at_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = TESTS / "fixtures" / "projects" / "one-dockerfile-many-builds"
    monkeypatch.chdir(folder)
    report = session(folder, stdin=(".dockerignore", b"out\n")).lint()
    (finding,) = (f for f in report.findings if f.rule.name == "copy-ignored-file")
    assert (finding.path, finding.line) == (".dockerignore", 1)
    assert finding.message.startswith("In `Dockerfile`, line 3: ")


def test_paths_are_those_of_who_stands_in_a_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = session(project, ".")
    folder = next((path.rpartition("/")[0] for path in here.targets if "/" in path), None)
    if folder is None:
        pytest.skip("no folder in it")
    monkeypatch.chdir(project / folder)
    assert here.shown(f"{folder}/x") == "x"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
@pytest.mark.parametrize("target", ["real", "real/app"])
def test_a_link_to_a_project_or_a_folder_of_it_is_that_folder(tmp_path: Path, target: str) -> None:
    (tmp_path / "real" / ".git").mkdir(parents=True)
    (tmp_path / "real" / "app").mkdir()
    (tmp_path / "real" / "app" / "Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\n", encoding="utf-8")
    (tmp_path / "link").symlink_to(target)
    found = Session([str(tmp_path / "link")], root=str(tmp_path / "real"), overrides=SETTINGS)
    assert (found.errors, list(found.targets)) == ([], ["app/Dockerfile"])
    (tmp_path / "out").mkdir()
    (tmp_path / "away").symlink_to("out")
    assert Session([str(tmp_path / "away")], root=str(tmp_path / "real")).errors
