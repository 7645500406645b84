"""Findings go to other processes: pickled, with their rules, or as rows of plain values."""

from __future__ import annotations

import json
import pickle
from multiprocessing import get_context
from pathlib import Path

import pytest

import dlint
from dlint.library import report_files
from dlint.report import json as json_report
from dlint.report import sarif, text
from places import ROOT

FILES = {"Dockerfile": "FROM debian\nRUN apt-get update\nRUN echo $x\nENV PASSWORD=hunter2abc\n"}


@pytest.mark.parametrize("render", [json_report.render, sarif.render, text.render])
def test_a_report_that_was_sent_says_the_same(render) -> None:  # type: ignore[no-untyped-def]
    report = report_files(FILES, config={"preset": "all"})
    assert {finding.rule.name for finding in report.findings} >= {"SC2086", "base-image-untagged"}
    assert render(pickle.loads(pickle.dumps(report))) == render(report)


def test_other_processes_may_lint() -> None:
    files = [{"Dockerfile": f"FROM debian:{number}\nMAINTAINER Ada\n"} for number in range(3)]
    with get_context("spawn").Pool(1) as pool:
        found = pool.map(dlint.lint_files, files)
    assert [repr(one) for one in found] == [repr(dlint.lint_files(each)) for each in files]
    assert [one[0].key for one in found] == [dlint.lint_files(each)[0].key for each in files]


def test_a_rule_of_a_plugin_is_sent_with_its_page(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    config = {"plugins": [str(ROOT / "examples" / "plugin")], "select": ["base-image-not-from-mirror"]}
    (found,) = dlint.lint_paths([str(tmp_path)], root=str(tmp_path), config=config).visible
    assert pickle.loads(pickle.dumps(found)).rule.page.body == found.rule.page.body


def test_what_is_sent_is_small() -> None:
    """A finding costs its message and its place, whatever the file and the pages are."""
    found = dlint.lint_files({"Dockerfile": "FROM debian:12\n" + "RUN cd /srv && ls\n" * 100}, config={"preset": "all"})
    assert len(found) > 100
    assert len(pickle.dumps(found)) < 400 * len(found)
    assert len(pickle.dumps([finding.row() for finding in found])) < 400 * len(found)


def test_a_row_is_what_json_says() -> None:
    report = report_files(FILES)
    said = json.loads(json_report.render(report))["findings"]
    assert [finding.row() for finding in report.visible] == [
        {key: each[key] for key in finding.row()} for finding, each in zip(report.visible, said, strict=True)
    ]
    assert "hunter2abc" not in repr([finding.row() for finding in report.visible])
