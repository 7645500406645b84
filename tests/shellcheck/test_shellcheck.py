"""ShellCheck over the scripts of a run: places, dialects, names, one reading for equal scripts, what goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import dlint
from dlint.config.keys import ConfigError
from dlint.library import report_files
from dlint.rule.finding import Finding, Report
from dlint.shellcheck import process as shellcheck

pytestmark = pytest.mark.skipif(not shellcheck.find(), reason="ShellCheck is not here")
posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")


@pytest.fixture(autouse=True)
def _nothing_said_before() -> Iterator[None]:
    shellcheck._said.clear()
    yield
    shellcheck._said.clear()


def linted(text: str, **config: object) -> Report:
    return report_files({"Dockerfile": text}, config={"preset": "strict", "select": ["shellcheck"], **config})


def found(text: str, **config: object) -> list[Finding]:
    report = linted(text, **config)
    assert not report.failures
    assert not report.notes
    return report.visible


def codes(text: str, **config: object) -> list[str]:
    return sorted(finding.rule.name for finding in found(text, **config))


SHAPES = {
    "one line": "FROM a\nRUN echo «$x»\n",
    "behind a flag": "FROM a\nRUN --network=none --mount=type=cache,target=/c echo «$x»\n",
    "keyword in lower case, blanks and tabs": "FROM a\n  run\t  echo\t«$x»  \n",
    "several in one instruction": 'FROM a\nRUN echo «$x» && echo a«${y}»b; echo "$z" «$1»\n',
    "continued": "FROM a\nRUN echo a && \\\n    echo «$x» \\\n  && echo «$y»\n",
    "a comment between continued lines": "FROM a\nRUN echo a && \\\n# $not $these\n  # nor $this\n    echo «$x»\n",
    "an empty line between continued lines": "FROM a\nRUN echo a && \\\n\n   \n    echo «$x»\n",
    "a word continued": "FROM a\nRUN echo ab\\\ncd «$x»\n",
    "blanks after the backslash": "FROM a\nRUN echo a && \\  \n\techo «$x»\n",
    "carriage returns": "FROM a\r\nRUN echo a && \\\r\n    echo «$x» \\\r\n  && echo «$y»\r\nRUN echo «$z»\r\n",
    "another escape character": (
        '# escape=`\nFROM a\nSHELL ["/bin/sh", "-c"]\nRUN echo a && `\n    echo «$x» `\n  && echo \\$n «$y»\n'
    ),
    "a heredoc": "FROM a\nRUN <<EOF\necho «$x»\nif true; then\n  echo «$y»\nfi\nEOF\nRUN echo «$z»\n",
    "a heredoc without tabs": "FROM a\nRUN <<-'EOF'\n\techo «$x»\n\t\techo a «$y»\n\tEOF\n",
    "a heredoc with carriage returns": "FROM a\r\nRUN <<EOF\r\necho «$x»\r\necho «$y»\r\nEOF\r\n",
    "a heredoc with its own shell": "FROM a\nRUN <<EOF\n#!/bin/bash\n\n# words\necho «$x»\nEOF\n",
    "a heredoc fed to a shell": "FROM a\nRUN <<'EOF' bash -x\necho «$x»\nEOF\nRUN /bin/sh <<-\"E\"\n\techo «$y»\n\tE\n",
    "a heredoc of a command": "FROM a\nRUN cat <<EOF > /f && echo «$x»\n$y\nEOF\n",
    "a JSON array for a shell": 'FROM a\nRUN [ "/bin/bash", "-exc", "echo \\"é\\" «$x»;\\t ls \\\\$y «$1»" ]\n',
    "a trigger": "FROM a\nONBUILD RUN echo a \\\n  «$x»\n",
    "letters of many bytes": "FROM a\nRUN echo 'é😀ü' «$x» \"ß\" «$y»\n",
    "bytes that are not UTF-8": "FROM a\nRUN echo '\udcff\udcfe' «$x»\n",
    "declared names before it": "FROM a\nARG v=1\nENV w=2\nRUN set -e; echo $v $w «$x»\n",
    "no newline at the end": "FROM a\nRUN echo «$x»",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_a_remark_stands_on_the_characters_it_is_about(text: str) -> None:
    wanted, plain = [], ""
    for part in text.split("«"):
        inside, closing, rest = part.partition("»")
        if closing:
            wanted.append((len(plain), len(plain) + len(inside)))
        plain += inside + rest
    spans = [tuple(finding.span) for finding in found(plain, select=["SC2086"])]
    assert spans == wanted


def test_a_remark_on_several_lines_ends_where_it_ends() -> None:
    text = "FROM a\nRUN x=1 && \\\n  for i in `ls \\\n    /etc`; do echo; done\n"
    (finding,) = [finding for finding in found(text) if finding.rule.name == "SC2006"]
    assert text[finding.span[0] : finding.span[1]] == "`ls \\\n    /etc`"
    assert (finding.start, finding.end) == ((3, 12), (4, 10))


def test_a_remark_in_a_dockerfile_inside_a_compose_file_stands_there() -> None:
    text = (
        "services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM a\n        RUN echo a && \\\n"
        "          echo $$x\n"
    )
    report = report_files({"compose.yaml": text}, config={"select": ["SC2086"]})
    (finding,) = report.visible
    assert finding.line == 7
    assert text[finding.span[0] : finding.span[1]].lstrip("$") == "x"


def test_healthchecks_of_compose_are_read_on_demand() -> None:
    text = "services:\n  web:\n    image: a\n    healthcheck:\n      test: [CMD-SHELL, 'ls $$x $Y']\n"
    assert report_files({"compose.yaml": text}, config={"preset": "strict"}).notes == []
    report = report_files({"compose.yaml": text}, config={"select": ["shellcheck-service"]})
    places = {(finding.rule.name, text[finding.span[0] : finding.span[1]].lstrip("$")) for finding in report.visible}
    assert places == {("SC2086", "x"), ("SC2154", "x")}


SERVICES = {
    "a text": '    command: sh -c "ls «$$x» \'a  b\' \\"$$PORT\\" «$$y»"\n',
    "a text in quotes of its own": "    entrypoint: 'bash -c ''echo «$$x»; echo \"a\" «$${y}»'''\n",
    "a folded text": "    command: >-\n      sh -c 'ls a\n      «$$x» &&\n        echo «$$y»'\n",
    "a list": "    command: [/bin/bash, -ec, 'ls «$$x»']\n",
    "a list of lines": "    command:\n      - sh\n      - -c\n      - |\n        ls a\n        echo «$$x» $$PORT\n",
    "the shell as entrypoint": "    entrypoint: [bash, -o, errexit, -c]\n    command:\n      - >\n        ls «$$x»\n",
    "a text as the entrypoint's script": "    entrypoint: sh -c\n    command: '\"ls «$$x»\" $$y'\n",
    "a variable of Compose": "    command: sh -c 'ls ${WIDE:-a b c} «$$x» $UNKNOWN'\n",
    "a health test": "    healthcheck:\n      test: [CMD, sh, -c, 'ls «$$x»']\n",
    "no shell": "    command: [ls, $$x]\n    entrypoint: run -c '$$x'\n",
    "PowerShell": "    command: pwsh -c 'ls $$x'\n",
    "a name": "    command: sh ./x.sh $$x\n",
}


@pytest.mark.parametrize("shape", SERVICES.values(), ids=SERVICES)
def test_a_remark_on_a_service_stands_at_the_exact_characters(shape: str) -> None:
    marked = "services:\n  web:\n    image: a\n    environment: {PORT: 80}\n" + shape
    text = marked.replace("«", "").replace("»", "")
    report = report_files({"compose.yaml": text}, config={"select": ["shellcheck-service"]})
    spans = sorted({finding.span for finding in report.visible if finding.rule.name == "SC2154"})
    for start, end in reversed(spans):
        text = f"{text[:start]}«{text[start:end]}»{text[end:]}"
    assert not report.failures
    assert text == marked


def test_names_that_a_trigger_declares_are_known_to_the_next() -> None:
    assert codes("FROM debian:12\nONBUILD ARG UID=1 who=me\nONBUILD RUN useradd -u $UID $who\n") == []
    assert codes("FROM debian:12\nONBUILD RUN useradd -u $UID $who\nONBUILD ARG UID=1 who=me\n") != []


def test_a_template_has_no_stages_to_judge() -> None:
    text = "{{ if a }}\nFROM debian:12\nCOPY --from=golang:{{ tag }} /a /b\nSTOPSIGNAL ${x\n"
    report = report_files({"Dockerfile": text}, config={"preset": "none", "select": ["invalid-image-reference"]})
    assert report.visible == []


def test_a_template_is_no_script() -> None:
    assert codes("FROM a\n{{ if b }}\nRUN cd {{ a }}; echo $x\n{{ end }}\n") == []


DIALECTS = [
    ("FROM scratch\n", ""),
    ("FROM debian:12\n", "SC3010:warning"),
    ("FROM python:3.13-slim-bookworm\n", "SC3010:warning"),
    ("FROM python:3.13\n", "SC3010:warning"),
    ("FROM openjdk:11\n", "SC3010:warning"),
    ("FROM openjdk:21-oracle\n", ""),
    ("FROM openjdk:21\n", ""),
    ("FROM registry.access.redhat.com/ubi9/ubi\n", ""),
    ("FROM photon:5.0\n", ""),
    ("FROM mcr.microsoft.com/azurelinux/base/core:3.0\n", ""),
    ("FROM example.org/base\n", ""),
    ("FROM example.org/base\nRUN apt-get install -y x\n", "SC3010:warning"),
    ("FROM example.org/base\nRUN dnf install -y x\n", ""),
    ("FROM example.org/base\nRUN apk add x\n", ""),
    ("FROM example.org/base\nRUN apk add x || apt-get install -y x\n", ""),
    ("FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\n", ""),
    ("FROM debian:12 AS b\nRUN rm /bin/sh && ln -s bash /bin/sh\nFROM b\n", ""),
    ("FROM fedora:42\nRUN ln -sf dash /bin/sh\n", "SC3010:warning"),
    ("FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\nRUN ln -sf dash /bin/sh\n", "SC3010:warning"),
    ("FROM alpine:3.22\n", ""),
    ("FROM node:22-alpine3.22\n", ""),
    ("FROM alpine AS base\nFROM base\n", ""),
    ("FROM fedora:42\n", ""),
    ("FROM registry.access.redhat.com/ubi9-minimal\n", ""),
    ('FROM debian:12\nSHELL ["/bin/bash", "-c"]\n', ""),
    ('FROM debian:12\nSHELL ["/bin/ash", "-c"]\n', ""),
    ("FROM debian:12\n# hadolint shell=bash\n", ""),
    ('FROM alpine:3.22\nSHELL ["/bin/dash", "-c"]\n', "SC3010:warning"),
]


@pytest.mark.parametrize(("head", "wanted"), DIALECTS)
def test_the_shell_is_the_one_that_reads_the_script(head: str, wanted: str) -> None:
    said = [f"{finding.rule.name}:{finding.severity.label}" for finding in found(head + "RUN [[ -n a$1 ]]\n")]
    assert [code for code in said if code.startswith("SC3")] == ([wanted] if wanted else [])


def test_every_sh_is_a_plain_one_where_that_is_wanted() -> None:
    text = "FROM alpine:3.22\nRUN [[ -n a$1 ]]\n"
    assert "SC3010" not in codes(text, preset="strict")
    assert "SC3010" in codes(text, preset="hadolint")
    assert "SC3010" in codes(text, rules={"shellcheck": {"plain-sh": True}})


@pytest.mark.parametrize(
    ("first", "wanted"),
    [("#!/bin/bash", []), ("#!/usr/bin/env -S bash -e", []), ("#!/bin/dash", ["SC3010"]), ("#!/bin/ash", [])],
)
def test_a_heredoc_brings_its_own_shell(first: str, wanted: list[str]) -> None:
    text = f"FROM debian:12\nRUN <<EOF\n{first}\n[[ -n a$1 ]]\nEOF\n"
    assert [code for code in codes(text) if code.startswith("SC3")] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nprint($x)\nEOF\n",
        'FROM a\nSHELL ["/bin/zsh", "-c"]\nRUN echo $x\n',
        'FROM a\nSHELL ["pwsh", "-Command"]\nRUN echo $x\n',
        "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN echo $x\n",
        'FROM a\nRUN ["echo", "$x"]\n',
        "FROM a\nRUN \n",
        "FROM a\nRUN <<EOF\n# nothing\nEOF\n",
        "FROM a\nRUN apt-get update && \\\n    apt-get install -y curl=7.1 && npm ci --omit=dev\n",
    ],
)
def test_nothing_is_asked_about_what_is_no_shell_or_says_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    add = shellcheck.ShellCheck.add
    monkeypatch.setattr(
        shellcheck.ShellCheck, "add", lambda self, scripts: add(self, asked.extend(s := list(scripts)) or s)
    )
    assert codes(text) == []
    assert [script for script in asked if "nothing" not in script] == []


def test_names_of_the_dockerfile_are_known() -> None:
    names = "ARG g=1\nFROM a AS base\nARG g\nENV e=1 f=2\nFROM base\nARG TARGETARCH\n"
    script = "RUN --mount=type=secret,id=a,env=token echo $g $e $f $TARGETARCH $http_proxy $HTTPS_PROXY $token\n"
    assert codes(names + script) == []
    assert codes("FROM a AS base\nENV e=1\nFROM a\nRUN echo $e\n") == ["SC2086", "SC2154"]
    assert codes("FROM a\nRUN echo $later\nENV later=1\n") == ["SC2086", "SC2154"]
    assert codes('FROM a\nARG n=1\nRUN bash -c true; echo $((n + 1)) "$n"\n') == []


def test_the_shells_own_options_count() -> None:
    assert codes("FROM debian:12\nRUN cd /x; ls\n") == ["SC2164"]
    assert codes('FROM debian:12\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN cd /x; ls\n') == []


def test_a_shell_of_its_own_has_options_of_its_own() -> None:
    shell = 'FROM debian:12\nSHELL ["/bin/bash", "-ec"]\n'
    assert codes(shell + "RUN <<E\ncd /x\nls\nE\n") == []
    assert codes(shell + "RUN <<E\n#!/bin/bash\ncd /x\nls\nE\n") == ["SC2164"]
    assert codes(shell + "RUN <<E\n#!/bin/bash -e\ncd /x\nls\nE\n") == []
    assert codes(shell + "RUN <<'E' bash\ncd /x\nls\nE\n") == ["SC2164"]
    assert codes(shell + "RUN <<'E' bash -e\ncd /x\nls\nE\n") == []
    assert codes(shell + "RUN <<E bash\ncd /x\nls\nE\n") == []


def test_a_shell_in_a_json_array_has_its_own_options_and_no_fix() -> None:
    said = found('FROM a\nRUN ["sh", "-c", "cd $1; ls"]\nRUN ["sh", "-o", "errexit", "-c", "cd /x; ls"]\n')
    assert [(finding.line, finding.rule.name, finding.fix) for finding in said] == [
        (2, "SC2164", None),
        (2, "SC2086", None),
    ]
    assert codes('FROM a\nRUN ["sh", "/x", "-c", "ls $1"]\nRUN ["sh", "-c"]\nRUN ["sudo", "-c", "ls $1"]\n') == []


def test_comments_for_shellcheck_work_in_heredocs() -> None:
    assert codes("FROM a\nRUN <<EOF\n# shellcheck disable=SC2086,SC2154\necho $x\necho $x\nEOF\n") == []
    text = "FROM a\nRUN <<EOF\necho $X\n# shellcheck disable=SC2086\necho $X\nEOF\n"
    assert [finding.line for finding in found(text)] == [3]


def test_commands_that_run_later_are_read_on_demand() -> None:
    text = "FROM a\nHEALTHCHECK CMD cd $1; ls\nENTRYPOINT ls $2\nCMD ls $3\n"
    assert codes(text) == []
    places = [finding.line for finding in found(text, rules={"shellcheck": {"commands": True}})]
    assert places == [2, 2, 3, 4]


# One reading


def files_for(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    batches: list[list[str]] = []
    make = shellcheck._Process.__init__

    def recorded(self: object, program: str, folder: str, scripts: list[str]) -> None:
        batches.append(scripts)
        make(self, program, folder, scripts)  # type: ignore[arg-type]

    monkeypatch.setattr(shellcheck._Process, "__init__", recorded)
    return batches


def test_equal_scripts_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = files_for(monkeypatch)
    text = (
        "FROM debian:12\nARG a\nRUN echo $x $a\nRUN echo $x $a\nFROM debian:13\nARG a\nRUN echo $x $a\nRUN ls $x $a\n"
    )
    assert len(found(text, select=["SC2086"])) == 4
    assert sum(map(len, batches)) == 2
    assert len(found(text, select=["SC2086"])) == 4
    assert sum(map(len, batches)) == 2


def test_many_scripts_are_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = files_for(monkeypatch)
    monkeypatch.setattr(shellcheck, "_cores", lambda: 2)
    text = (
        "FROM a\n"
        + "".join(f"RUN echo ${n}\n" for n in range(1, 1001) if n < 10)
        + "".join(f"RUN echo $x{n}\n" for n in range(400))
    )
    assert len(found(text, select=["SC2086"])) == 409
    assert len(batches) >= 5
    assert max(map(len, batches)) <= 100


# Selecting, hiding, explaining

TWO = "FROM a\nRUN echo $x; cd $y; ls\n"


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"preset": "recommended", "select": []}, {"SC2154", "SC2164"}),
        ({"preset": "strict", "select": []}, {"SC2154", "SC2164", "SC2086"}),
        ({"preset": "hadolint", "select": []}, {"SC2154", "SC2164", "SC2086"}),
        ({"preset": "none", "select": []}, set()),
        ({"preset": "none", "select": [], "enable": ["SC2086"]}, {"SC2086"}),
        ({"preset": "recommended", "select": [], "enable": ["hadolint/SC2086"]}, {"SC2154", "SC2164", "SC2086"}),
        ({"select": ["sc2086"]}, {"SC2086"}),
        ({"select": ["shellcheck/SC2164"]}, {"SC2164"}),
        ({"select": ["shellcheck"], "ignore": ["SC2154", "SC2086"]}, {"SC2164"}),
        ({"select": ["shellcheck"], "ignore": ["shellcheck"]}, set()),
        ({"select": ["shellcheck"], "rules": {"SC2164": "off"}}, {"SC2154", "SC2086"}),
        ({"select": ["shellcheck"], "rules": {"shellcheck": {"level": "warning"}}}, {"SC2154", "SC2164"}),
        ({"select": ["shellcheck"], "rules": {"shellcheck": {"quiet": ["SC2154", "SC2164"]}}}, {"SC2086"}),
        ({"select": ["shellcheck"], "shellcheck": False}, set()),
        ({"select": ["shellcheck"], "paths": [{"files": ["Docker*"], "ignore": ["SC2086"]}]}, {"SC2154", "SC2164"}),
        ({"preset": "recommended", "select": [], "rules": {"SC2086": "error"}}, {"SC2154", "SC2164", "SC2086"}),
    ],
)
def test_codes_are_chosen_like_rules(config: dict[str, object], wanted: set[str]) -> None:
    report = linted(TWO, **config)
    assert {finding.rule.name for finding in report.visible if finding.rule.name.startswith("SC")} == wanted


def test_a_code_has_the_severity_it_is_given() -> None:
    severities = {finding.rule.name: finding.severity.label for finding in found(TWO)}
    assert severities == {"SC2086": "info", "SC2154": "warning", "SC2164": "warning"}
    given = {"SC2164": "error", "shellcheck": {"severity": "style"}}
    severities = {finding.rule.name: finding.severity.label for finding in found(TWO, rules=given)}
    assert severities == {"SC2086": "style", "SC2154": "style", "SC2164": "error"}


def test_an_option_of_a_code_is_an_error() -> None:
    with pytest.raises(
        ConfigError, match=r"rules\.SC2086: unknown option 'level'; it is an option of rules\.shellcheck"
    ):
        linted(TWO, rules={"SC2086": {"level": "info"}})


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("# dlint: ignore=SC2086,SC2154", {"SC2164"}),
        ("# dlint: ignore=shellcheck -- legacy", set()),
        ("# hadolint ignore=SC2086,SC2164", {"SC2154"}),
        ("# dlint: ignore=SC2155", {"SC2086", "SC2154", "SC2164"}),
    ],
)
def test_comments_hide_codes(comment: str, wanted: set[str]) -> None:
    text = TWO.replace("RUN", f"{comment}\nRUN")
    assert {finding.rule.name for finding in found(text)} == wanted


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a\n# shellcheck disable=SC2164\n# why\n\nRUN cd /a; ls\nRUN cd /b; ls\n", [6]),
        ("FROM a\n# shellcheck disable=SC2154,SC2164 # why\nRUN cd /a; \\\n  cd /b; ls\n", []),
        ("FROM a\nRUN cd /a; \\\n# shellcheck disable=SC2164\n# why\n  cd /b; \\\n  cd /c; ls\n", [2, 6]),
        ("# shellcheck disable=SC2164\nFROM a\nRUN cd /a; ls\nRUN cd /b; ls\n", []),
        ("FROM a\n# shellcheck source=/x disable=all\nRUN cd /a; ls\nRUN cd /b; ls\n", [4]),
        ("FROM a\n# shellcheck disable=SC2164 it is\nRUN cd /a; ls\n# shellcheck disabled\nRUN cd /b; ls\n", [5]),
        ("FROM a\nRUN cd /a; ls\n# shellcheck disable=SC2164\n", [2]),
        ("FROM a\nRUN cd /a; \\\n# shellcheck disable=SC2164\n", [2]),
    ],
)
def test_shellchecks_own_comments_hide_its_remarks(text: str, lines: list[int]) -> None:
    assert [finding.line for finding in found(text)] == lines


@pytest.mark.parametrize(
    ("config", "comment", "told"),
    [
        ({"preset": "strict"}, "ignore=SC2086", True),
        ({"preset": "strict"}, "ignore=SC9999", True),
        ({"preset": "strict"}, "ignore=shellcheck", True),
        ({"preset": "recommended"}, "ignore=SC2164", True),
        ({"preset": "recommended"}, "ignore=SC2086", False),
        ({"preset": "recommended"}, "ignore=SC2046", False),
        ({"preset": "recommended"}, "ignore=SC9999", False),
        ({"preset": "recommended", "enable": ["SC2086"]}, "ignore=SC2086", True),
        ({"preset": "strict", "ignore": ["SC2086"]}, "ignore=SC2086", False),
        ({"preset": "strict", "shellcheck": False}, "ignore=SC2086", False),
        ({"preset": "strict", "shellcheck": "/none/shellcheck"}, "ignore=SC2086", False),
    ],
)
def test_a_comment_that_hides_no_remark_is_told_where_one_would_be_shown(
    config: dict[str, object], comment: str, told: bool
) -> None:
    report = report_files({"Dockerfile": f"FROM a\n# dlint: {comment}\nRUN find a\n"}, config=config)
    assert ("suppression-unused" in {finding.rule.name for finding in report.findings}) == told


def test_hadolints_configuration_counts() -> None:
    files = {"Dockerfile": TWO, ".hadolint.yaml": "ignored: [SC2154]\noverride:\n  error: [SC2086]\n"}
    said = {f.rule.name: f.severity.label for f in report_files(files).visible if f.rule.name.startswith("SC")}
    assert said == {"SC2086": "error", "SC2164": "warning"}


def test_a_code_is_a_rule_to_reports() -> None:
    from dlint import report

    text = report.render("sarif", linted(TWO), color=False, width=100)
    assert '"id": "SC2086"' in text
    assert "https://www.shellcheck.net/wiki/SC2086" in text


def test_what_is_known_of_a_code() -> None:
    from dlint.config.catalogue import Catalogue
    from dlint.rule.load import builtin

    catalogue = Catalogue(builtin())
    (rule,) = catalogue.find("hadolint/sc2015")
    assert rule.name == "SC2015"
    assert rule.title.startswith("`A && B || C` is no if-then-else")
    assert rule.severity.label == "info"
    assert rule.references == ("https://www.shellcheck.net/wiki/SC2015",)
    assert sorted(rule.page.presets) == ["hadolint", "strict"]
    assert "dlint explain shellcheck" in rule.page.prose and "SC1090 and SC1091" not in rule.page.prose
    (unlisted,) = catalogue.find("SC9999")
    assert "SC9999" in unlisted.title
    assert catalogue.find("SC20866") == catalogue.find("trivy/SC2086") == []


def test_severities_are_those_of_the_page_and_none_is_an_error() -> None:
    """As reviewed, where ShellCheck's own are asked for with ``as-is``; shown by scripts that bring the codes about."""
    from dlint.rule.load import builtin

    rule = builtin()["shellcheck"]
    text = (
        "FROM a\nRUN cd x; export y=$(ls $z | grep a); echo `date`; read a; ls | xargs rm; [ x$a = xb ]\n"
        "RUN find / -name *.c | xargs rm; rm -rf $v/*; local q; [[ a == b ]]; exit -1; source x; echo -e '$a'\n"
        "RUN a && b || c; find -name x; egrep a b; ls {a,b} &> /dev/null; echo $RANDOM; printf $x; if true\n"
        "RUN a && b || c; find -name x; egrep a b; ls {a,b} &> /dev/null; echo $RANDOM; printf $x; ls */ *\n"
    )
    said = {finding.rule.name: finding.severity for finding in found(text)}
    listed = {code: one.severity for code in said if (one := rule.of_code(code)) is not None and code not in one.title}
    assert len(listed) > 15
    assert listed == {code: said[code] for code in listed}
    assert "error" not in {severity.label for severity in said.values()}
    plain = {f.rule.name: f.severity for f in found(text, rules={"shellcheck": {"as-is": True}})}
    assert "error" in {severity.label for severity in plain.values()}
    assert {code for code in listed if plain[code] != said[code]} >= {"SC2038", "SC2010", "SC2115"}
    assert all(plain[code] >= said[code] for code in listed)


# Fixes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a\nRUN ls $1$2 # c\n", 'FROM a\nRUN ls "$1$2" # c\n'),
        (
            "FROM a\nRUN ls \\\n# why\n  a$1 && \\\n  cd /x; ls\n",
            'FROM a\nRUN ls \\\n# why\n  a"$1" && \\\n  cd /x || exit; ls\n',
        ),
        (
            "FROM a\r\nRUN <<-E\r\n\tls a$1\r\n\tcd /x\r\n\tls\r\n\tE\r\n",
            'FROM a\r\nRUN <<-E\r\n\tls a"$1"\r\n\tcd /x || exit\r\n\tls\r\n\tE\r\n',
        ),
        (
            "FROM a\nRUN cd /x; make \\\n  && make install\nRUN a && cd /x; b\n",
            "FROM a\nRUN cd /x && make \\\n  && make install\nRUN a && cd /x || exit; b\n",
        ),
        (
            "FROM a\nRUN cd /x; b; c\nRUN cd /x;\n",
            "FROM a\nRUN cd /x || exit; b; c\nRUN cd /x || exit;\n",
        ),
        (
            "# escape=`\nFROM a\n# hadolint shell=sh\nRUN ls `\n  a$1\n",
            '# escape=`\nFROM a\n# hadolint shell=sh\nRUN ls `\n  a"$1"\n',
        ),
        ("FROM a\nRUN echo `date`\n", "FROM a\nRUN echo $(date)\n"),
        # Quotes beside quotes are taken away, but where a letter would then join the name, or the quote is a character.
        ('FROM a\nRUN B=$(id); sed "s/x "$B" y/"\n', 'FROM a\nRUN B=$(id); sed "s/x $B y/"\n'),
        ('FROM a\nRUN B=$(id); touch "a"${B}"_c"\n', 'FROM a\nRUN B=$(id); touch "a${B}_c"\n'),
        ('FROM a\nRUN B=$(id); touch "a"$B"_c"\n', 'FROM a\nRUN B=$(id); touch "a$B""_c"\n'),
        ('FROM a\nRUN B=$(id); touch \\"$B\n', 'FROM a\nRUN B=$(id); touch \\""$B"\n'),
        ("FROM a\nRUN set -e; ! grep -q a /b; id\n", "FROM a\nRUN set -e; grep -q a /b && exit 1; id\n"),
    ],
)
def test_what_shellcheck_proposes_is_an_unsafe_fix(tmp_path: Path, before: str, after: str) -> None:
    from dlint.fixing import fix
    from dlint.session import Session

    file = tmp_path / "Dockerfile"
    file.write_bytes(before.encode())
    overrides = {"preset": "strict", "select": ["shellcheck"]}
    fix(Session([str(file)], overrides=overrides), unsafe=False)
    assert file.read_bytes().decode() == before
    for _ in range(2):
        fix(Session([str(file)], overrides=overrides), unsafe=True)
        assert file.read_bytes().decode() == after


def test_no_fix_where_the_file_has_other_characters() -> None:
    """The escape character is not the shell's, so the backquotes of the command stand in two lines of their own."""
    text = "# escape=`\nFROM a\nRUN x=$(ls `\n  /etc); cd $x\n"
    for finding in found(text):
        for edit in finding.fix.edits if finding.fix else ():
            assert "`" not in text[edit.span[0] : edit.span[1]]


# What goes wrong


def stand_in(folder: Path, body: str) -> str:
    path = folder / "shellcheck"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


MANY = "FROM a\nRUN echo $x; cd a\nMAINTAINER me\n"


def noted(program: object) -> str:
    report = linted(MANY, select=[], shellcheck=program)
    assert not report.failures
    names = {finding.rule.name for finding in report.visible}
    assert "maintainer-deprecated" in names
    assert not any(name.startswith("SC") for name in names)
    (note,) = report.notes
    return note


def test_missing_is_said_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shellcheck, "find", lambda program="": "")
    assert noted(True) == "ShellCheck is not installed, so its rules are off"


def test_examples_hold_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlint.examples import failures
    from dlint.rule.load import builtin

    monkeypatch.setattr(shellcheck, "find", lambda program="": "")
    assert failures(builtin()["shellcheck"]) == []


@posix_only
def test_a_program_that_is_not_there_or_cannot_run_is_said_once(tmp_path: Path) -> None:
    assert "No such file" in noted(str(tmp_path / "none"))
    (tmp_path / "none").write_text("x", encoding="utf-8")
    assert "denied" in noted(str(tmp_path / "none")).lower()


@posix_only
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("echo oh no >&2; exit 3", "exit code 3: oh no"),
        ("echo '{'", "cannot be read"),
        ("echo '[]'", "cannot be read"),
        ("echo '{\"comments\": [{}]}'", "cannot be read"),
        ('echo \'{"comments": [{"file": "/x"}]}\'', "cannot be read"),
        ("kill -9 $$", "exit code -9"),
        ("exit 0", "cannot be read"),
    ],
)
def test_a_broken_program_is_said_once(tmp_path: Path, body: str, reason: str) -> None:
    note = noted(stand_in(tmp_path, body))
    assert note.startswith("ShellCheck does not work, so findings of its rules are missing")
    assert reason in note


@posix_only
def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign = tmp_path / "sign"

    def later() -> float:
        """No time goes by before the program works, and much after that."""
        return 1000.0 if sign.exists() else 0.0

    monkeypatch.setattr(shellcheck, "time", SimpleNamespace(monotonic=later, sleep=time.sleep))
    program = stand_in(tmp_path, f"echo $$ > {sign}.new; mv {sign}.new {sign}; sleep 600")
    assert "no answer within 60 seconds" in noted(program)
    pid = int(sign.read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@posix_only
def test_the_environment_stays_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELLCHECK_OPTS", "--exclude=SC2086")
    (tmp_path / ".shellcheckrc").write_text("disable=SC2086\n", encoding="utf-8")
    assert "SC2086" in codes(TWO)


@pytest.mark.parametrize("program", [True, "broken"])
def test_no_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: object) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    if program == "broken":
        monkeypatch.setattr(shellcheck._Process, "results", lambda self: (_ for _ in ()).throw(ValueError("x")))
    linted(MANY)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dlint.lint import dockerfile

    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def interrupted(*_: object) -> None:
        assert len(list(tmp_path.iterdir())) == 1
        raise KeyboardInterrupt

    monkeypatch.setattr(dockerfile, "walk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        linted(MANY)
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_the_files_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = shellcheck._private_folder()
    assert os.stat(folder).st_mode & 0o077 == 0
    assert Path(folder).parent == tmp_path


def test_a_script_that_is_too_long_is_said() -> None:
    report = linted("FROM a\nRUN echo $x " + "y " * 40_000 + "\nRUN echo $z\n", select=["SC2086"])
    assert [finding.line for finding in report.visible] == [3]
    assert ["is not shown to ShellCheck" in note for note in report.notes] == [True]


def test_a_path_in_the_configuration_is_relative_to_it(tmp_path: Path) -> None:
    from dlint.session import Session

    (tmp_path / "Dockerfile").write_text(MANY, encoding="utf-8")
    (tmp_path / "dlint.toml").write_text('shellcheck = "./none/shellcheck"\n', encoding="utf-8")
    session = Session([str(tmp_path)], root=str(tmp_path), trusts=lambda root: True)
    assert session.config_of("Dockerfile")["shellcheck"] == os.path.join(str(tmp_path), "./none/shellcheck")
    # A program that only the repository names is not run unless the user allows it.
    for wary in (
        Session([str(tmp_path)], root=str(tmp_path)),
        Session([str(tmp_path)], root=str(tmp_path), plugins=False, trusts=lambda root: True),
    ):
        assert wary.config_of("Dockerfile")["shellcheck"] is True
    with pytest.raises(ConfigError, match="shellcheck is true, false or the path"):
        linted(MANY, shellcheck=3)


def test_the_program_beside_python_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside, other = tmp_path / "a", tmp_path / "b"
    for folder in (beside, other):
        folder.mkdir()
        (folder / "shellcheck").write_text("", encoding="utf-8")
        (folder / "shellcheck").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(beside / "python"))
    monkeypatch.setenv("PATH", str(other))
    assert shellcheck.find() == str(beside / "shellcheck")
    (beside / "shellcheck").unlink()
    assert shellcheck.find() == str(other / "shellcheck")
    (other / "shellcheck").unlink()
    assert shellcheck.find() == ""


def test_the_api_gives_findings_too() -> None:
    found_names = {finding.rule.name for finding in dlint.lint_files({"Dockerfile": TWO})}
    assert {"SC2154", "SC2164"} <= found_names


@posix_only
def test_a_process_that_takes_long_is_looked_at_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    sleep, end = time.sleep, tmp_path / "end"

    def noting(pause: float) -> None:
        if pauses[-1:] == [pause]:
            end.touch()
        pauses.append(pause)
        sleep(pause)

    monkeypatch.setattr(time, "sleep", noting)
    noted(stand_in(tmp_path, f"while [ ! -e {end} ]; do sleep 0.01; done"))
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.0005, 0.02)


@posix_only
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_process_told_to_end_takes_its_processes_and_files_along(tmp_path: Path, name: str, code: int) -> None:
    sign, files = tmp_path / "sign", tmp_path / "files"
    files.mkdir()
    program = stand_in(tmp_path, f"sleep 600 & echo $$ $! > {sign}.new; mv {sign}.new {sign}; wait")
    (tmp_path / "Dockerfile").write_text(MANY, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "dlint", "--config", f"shellcheck={program}", "--output", "json=out.json", "."],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(files)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not sign.exists() and run.poll() is None:
        time.sleep(0.01)
    assert list(files.iterdir())
    run.send_signal(getattr(signal, name))
    out, err = run.communicate(timeout=30)
    assert (run.returncode, out, err) == (code, "", "")
    assert not list(files.iterdir())
    assert not (tmp_path / "out.json").exists()
    for pid in sign.read_text(encoding="utf-8").split():
        assert _gone(int(pid))


@posix_only
def test_a_signal_that_comes_while_a_process_starts_does_not_leave_it_behind(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    (tmp_path / "Dockerfile").write_text(MANY, encoding="utf-8")
    arguments = ["dlint", "--config", f"shellcheck={stand_in(tmp_path, 'exec sleep 10')}", "."]
    code = (
        "import os, signal, sys\nspawn = os.posix_spawn\n"
        "def told(*arguments, **options):\n"
        "    pid = spawn(*arguments, **options)\n"
        f"    open({str(sign)!r}, 'w').write(str(pid))\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return pid\n"
        f"os.posix_spawn, sys.argv = told, {arguments!r}\nfrom dlint.cli.main import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "")
    assert _gone(int(sign.read_text(encoding="utf-8")))


def _gone(pid: int) -> bool:
    """Whether a process has ended; one whose parent has not taken notice yet has."""
    for _ in range(6000):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as handle:
                if handle.read().rpartition(")")[2].split()[0] == "Z":
                    return True
            time.sleep(0.01)
        except FileNotFoundError:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
    return False
