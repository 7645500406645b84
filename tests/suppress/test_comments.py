"""Comments that hide findings: until when, and what is judged of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import dlint
from dlint.library import report_files
from dlint.session import Session

TEXT = "# dlint: ignore=base-image-untagged until=2026-11-30 -- the mirror has one tag\nFROM debian\nUSER 1\n"


@pytest.mark.parametrize(("today", "hidden"), [("2026-11-29", True), ("2026-11-30", True), ("2026-12-01", False)])
def test_a_suppression_holds_on_its_last_day_and_not_after(today: str, hidden: bool) -> None:
    report = report_files({"Dockerfile": TEXT}, config={"select": ["base-image-untagged"]}, today=today)
    (finding,) = report.findings
    assert (finding.suppressed is not None) == hidden


def test_a_comment_that_hides_nothing_is_found_whatever_else_is_wrong(tmp_path: Path) -> None:
    """Whether ShellCheck has read a script of another file says nothing about this one."""
    long = " && ".join(f"echo {number} | tr a b" for number in range(2000))
    files = {
        "a/Dockerfile": "FROM debian:12\n# dlint: ignore=SC2046 -- x\nRUN a && (b)\nUSER 1\n",
        "b/Dockerfile": f"FROM debian:12\nRUN {long}\nUSER 1\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)

    def found(*paths: str) -> list[str]:
        session = Session([str(tmp_path / path) for path in paths], root=str(tmp_path), overrides={"preset": "strict"})
        return [f.rule.name for f in session.lint().visible if f.path == "a/Dockerfile"]

    assert "suppression-unused" in found("a")
    assert found("a", "b") == found("a")


def test_nothing_is_hidden_without_a_rule_of_that_name() -> None:
    findings = dlint.lint_files({"Dockerfile": "# dlint: ignore=no-such-rule\nFROM debian\nUSER 1\n"})
    assert {"suppression-unknown-rule", "base-image-untagged"} <= {f.rule.name for f in findings}
