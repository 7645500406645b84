"""What rules about package managers see: versioned names, exec forms, lines before FROM; and how far they look."""

from __future__ import annotations

import pytest

import dlint
from dlint.checks.dockerfile.scripts import certificates

RULE = "tls-verification-disabled-in-env"


def found(text: str, rule: str, **config: object) -> list[int]:
    """The lines on which one rule speaks, with every rule on."""
    settings = {"preset": "all", "shellcheck": False, **config}
    findings = dlint.lint_files({"Dockerfile": text}, targets=["Dockerfile"], config=settings)
    return [finding.line for finding in findings if finding.rule.name == rule]


@pytest.mark.parametrize(
    "command",
    ["pip3 install x", "pip3.12 install x", "python3 -m pip install x", "sudo pip install x", "/usr/bin/pip install x"],
)
def test_a_tool_is_known_by_each_of_its_names(command: str) -> None:
    assert found(f"FROM a\nRUN {command}\n", "pip-without-no-cache-dir") == [2]


def test_exec_forms_triggers_and_lines_before_from_are_read() -> None:
    text = 'RUN apk add a\nFROM b\nRUN ["apk", "add", "c"]\nONBUILD RUN apk add d\n'
    assert found(text, "apk-without-no-cache") == [1, 3, 4]


@pytest.mark.parametrize(
    ("cleaning", "lines"),
    [
        ("rm -rf /var/lib/apt/lists/*", []),
        ("rm -r /var/lib/apt/lists", []),
        ("rm -rf /tmp/* /var/lib/{dpkg,apt}/lists/*", []),
        ("find /var/lib/apt/lists -type f -delete", []),
        ("rm -rf /var/lib/apt/lists/partial", [2]),
        ("rm -rf /var/lib/apt/listsaside", [2]),
        ("rm -rf /tmp/*", [2]),
        ("apt-get clean", [2]),
    ],
)
def test_only_what_empties_the_directory_of_the_lists_counts(cleaning: str, lines: list[int]) -> None:
    assert found(f"FROM a\nRUN apt-get update && apt-get install -y b && {cleaning}\n", "apt-get-lists-left") == lines


@pytest.mark.parametrize(
    ("flag", "lines"),
    [
        ("--mount=type=cache,target=/var/lib/apt", []),
        ("--mount=type=cache,target=/var/lib/apt/lists/", []),
        ("--mount=type=tmpfs,target=/var", []),
        ("--mount=type=cache,target=/var/lib/aptitude", [2]),
        ("--mount=type=bind,target=/var/lib/apt", [2]),
    ],
)
def test_a_cache_mount_keeps_its_directory_out_of_the_layer(flag: str, lines: list[int]) -> None:
    assert found(f"FROM a\nRUN {flag} apt-get update\n", "apt-get-lists-left") == lines


def test_an_environment_variable_reaches_as_far_as_the_builder_takes_it() -> None:
    text = (
        "FROM a AS base\nRUN pip install early\nENV PIP_NO_CACHE_DIR=1\nRUN pip install b\n"
        "FROM base\nRUN pip install c\nFROM d\nRUN pip install e\n"
    )
    assert found(text, "pip-without-no-cache-dir") == [2, 8]


@pytest.mark.parametrize("command", ["apt-get install a$B", "dnf install a-${B}", "pip install a", "apk add a && rm b"])
def test_scripts_of_any_length_are_read(command: str) -> None:
    text = "FROM a\nRUN " + " && ".join([command] * 2000) + "\n"
    assert dlint.lint_files({"Dockerfile": text}, targets=["Dockerfile"], config={"preset": "all", "shellcheck": False})


def test_a_rule_about_runs_sees_each_once_whatever_the_number_of_commands_and_names() -> None:
    text = (
        "FROM debian:12.5\nRUN apt-get update && apt update && apt-get update\nRUN echo none\nONBUILD RUN apt update\n"
    )
    assert found(text, "apt-get-lists-left") == [2, 4]


@pytest.mark.parametrize("name", [*certificates._VARIABLES, *certificates._LOWER])
def test_every_variable_that_switches_checks_off_is_looked_for(name: str) -> None:
    """Files that hold none of a few words are passed over: each name has one of them."""
    lines = {line for value in ("0", "false", "x") for line in found(f"FROM a\nENV {name}={value}\n", RULE)}
    assert lines == {2}
