"""Comments for other linters hide findings in dlint just as far as they do there."""

from __future__ import annotations

import pytest

from dlint.library import report_files

CONFIG = {"preset": "all", "shellcheck": False}


def found(text: str, rule: str, **config: object) -> list[int]:
    """The lines on which ``rule`` still speaks."""
    report = report_files({"Dockerfile": text}, config={**CONFIG, "select": [rule], **config})
    assert not report.failures
    return [finding.line for finding in report.visible]


AS = "from-as-casing"
PORT = "invalid-port"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# check=skip=FromAsCasing\nFROM a as b\n", []),
        ("# check=skip=all\nFROM a as b\n", []),
        ("# CHECK=skip=X,FromAsCasing;error=true // why\nFROM a as b\n", []),
        ("# check=skip=fromascasing\nFROM a as b\n", [2]),
        ("# check=skip=ALL\nFROM a as b\n", [2]),
        ("  # check=skip=all\nFROM a as b\n", [2]),
        ("ARG A\n# check=skip=FromAsCasing\nFROM a as b\nFROM a as c\n", [4]),
        ("ARG A\n# check=skip=FromAsCasing\n\n# more\nFROM a as b\n", []),
        ("ARG A\n# check=skip=FromAsCasing\n#\nFROM a as b\n", [4]),
        ("ARG A\n# check=bogus\n# check=skip=FromAsCasing\nFROM a as b\n", [4]),
    ],
)
def test_check_comments(text: str, lines: list[int]) -> None:
    assert found(text, AS) == lines


def test_the_build_argument_takes_the_place_of_the_directive() -> None:
    text = "# check=skip=all\nFROM a as b\n"
    assert found(text, AS, **{"build-args": {"BUILDKIT_DOCKERFILE_CHECK": "skip=StageNameCasing"}}) == [2]


def test_some_checks_can_be_skipped_for_the_file_only() -> None:
    skip = "check=skip=DuplicateStageName"
    assert found(f"FROM a AS b\n# {skip}\nFROM a AS b\n", "duplicate-stage-name") == [3]
    assert found(f"# {skip}\nFROM a AS b\nFROM a AS b\n", "duplicate-stage-name") == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a\n# hadolint ignore=DL3011\nEXPOSE 80000\nEXPOSE 90000\n", [4]),
        ("FROM a\n#hadolint ignore = DL3008 , DL3011 # why\nEXPOSE 80000\n", []),
        ("FROM a\n# hadolint ignore=DL3011\n\nEXPOSE 80000\n", [4]),
        ("FROM a\n# hadolint ignore=DL3011\n# more\nEXPOSE 80000\n", [4]),
        ("FROM a\n# hadolint ignore=DL3011 because\nEXPOSE 80000\n", [3]),
        ("FROM a\nEXPOSE 80000\n# hadolint global ignore=DL3011\n", []),
        ("FROM a\nEXPOSE 80000\n# hadolint stage ignore=DL3011\nFROM a\nEXPOSE 80000\nFROM a\nEXPOSE 80000\n", [2, 7]),
        ("FROM a\n# hadolint stage ignore=DL3011\nEXPOSE 80000\nEXPOSE 80000\n", [3]),
        ("# hadolint stage ignore=DL3011\n\nFROM a\nEXPOSE 80000\n", [4]),
        ("FROM a\nEXPOSE \\\n# hadolint ignore=DL3011\n80000\n", [4]),
        ("FROM a\n# tally ignore=hadolint/DL3011;reason=it is so\nEXPOSE 80000\n", []),
        ("# tally global ignore=DL3011\nFROM a\nEXPOSE 80000\n", []),
        ("FROM a\n#trivy:ignore:AVD-DS-0008\nEXPOSE 80000\nEXPOSE 80000\n", [4]),
        ("FROM a\n# trivy:ignore:DS008\nEXPOSE 80000\n", []),
        ("FROM a\n# nosemgrep: dockerfile.correctness.invalid-port.invalid-port\nEXPOSE 80000\n", []),
    ],
)
def test_pragmas(text: str, lines: list[int]) -> None:
    assert found(text, PORT) == lines


def test_checkov_skips_for_the_whole_file() -> None:
    text = "FROM a AS b\nFROM a AS b\n# checkov:skip=CKV_DOCKER_11: it is meant so\n"
    assert found(text, "duplicate-stage-name") == []
    assert found(text.replace("11", "12"), "duplicate-stage-name") == [2]


def test_who_forbids_comments_forbids_these_too() -> None:
    assert found("# check=skip=all\nFROM a as b\n", AS, **{"inline-ignores": False}) == [2]


def test_a_comment_that_cannot_be_read_is_said_to_hide_nothing() -> None:
    text = "FROM a\n# hadolint ignore=DL3011, please\nEXPOSE 80\n# check=skap=all\nEXPOSE 81\n"
    assert found(text, "suppression-malformed") == [2, 4]


def test_comments_for_others_need_no_reason_and_may_be_idle() -> None:
    text = "FROM a\n# hadolint ignore=DL3011,SC2086\nEXPOSE 80\n"
    for rule in ("suppression-unused", "suppression-without-reason", "suppression-unknown-rule"):
        assert found(text, rule) == []
