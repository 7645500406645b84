"""Comments for Semgrep and KICS hide findings in Compose files, or are said not to be read."""

from __future__ import annotations

import pytest

from dlint.library import lint_files

TEXT = "services:\n  web:\n    image: a:1\n{}    privileged: true{}\n"


def lines(text: str, rule: str) -> list[int]:
    findings = lint_files({"compose.yaml": text}, config={"preset": "all", "shellcheck": False})
    return [finding.line for finding in findings if finding.rule.name == rule]


@pytest.mark.parametrize(
    ("above", "behind", "hidden"),
    [
        ("", "", False),
        ("    # kics-scan ignore-line\n", "", True),
        ("    # kics-scan ignore-line: why\n", "", False),
        ("    # nosemgrep: privileged-service\n", "", True),
        ("", "  # nosemgrep: yaml.docker-compose.security.privileged-service.privileged-service", True),
        ("", "  # nosemgrep", True),
        ("    # nosemgrep: something-else\n", "", False),
        ("    # kics-scan ignore\n", "", True),
    ],
)
def test_comments(above: str, behind: str, hidden: bool) -> None:
    assert (not lines(TEXT.format(above, behind), "service-privileged")) == hidden


def test_a_block_is_hidden_whole() -> None:
    one = "    image: a:1\n    privileged: true\n"
    text = f"services:\n  # kics-scan ignore-block\n  web:\n{one}  api:\n{one}"
    assert lines(text, "service-privileged") == [8]


def test_queries_by_number_are_said_not_to_be_read() -> None:
    text = "# kics-scan disable=ae5b6871-7f45-42e0-bb4c-ab300c4d2026\nservices:\n  web:\n    image: a:1\n"
    assert lines(text, "suppression-malformed") == [1]


@pytest.mark.parametrize(
    "comment",
    ["# hadolint ignore=hadolint/DL3011", "# nosemgrep", "# kics-scan ignore-line", "# hadolint ignore=DL3011"],
)
def test_forms_that_count_in_a_dockerfile(comment: str) -> None:
    text = f"FROM debian:13\n{comment}\nEXPOSE 80000\n"
    config = {"preset": "all", "shellcheck": False}
    found = {f.rule.name for f in lint_files({"Dockerfile": text}, config=config)}
    assert not found & {"suppression-malformed", "invalid-port"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("FROM debian:13\n# dlint ignore=DL3006\nRUN x\n", "a colon is missing"),
        ("FROM debian:13\nRUN a && \\\n    # hadolint ignore=DL3008\n    b\n", "inside an instruction"),
        ("FROM debian:13\nRUN a && \\\n    # tally ignore=max-lines\n    b\n", "inside an instruction"),
    ],
)
def test_comments_that_do_nothing_are_said(text: str, says: str) -> None:
    found = lint_files({"Dockerfile": text}, config={"shellcheck": False})
    assert [says in f.message for f in found if f.rule.name == "suppression-malformed"] == [True]
