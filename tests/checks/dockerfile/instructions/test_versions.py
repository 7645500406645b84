"""The version of the syntax that a file pins, and frontends that are not Docker's."""

from __future__ import annotations

import pytest

import dlint
from dlint.syntax.dockerfile.features import Pinned, is_official, pinned
from dlint.syntax.dockerfile.grammar import FEATURES, FLAGS
from syntax_table import PAGE, markdown


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run python tests/syntax_table.py"


@pytest.mark.parametrize(
    ("syntax", "version"),
    [
        ("docker/dockerfile:1.7", Pinned(7, False)),
        ("docker/dockerfile:1.7.0", Pinned(7, False)),
        ("docker.io/docker/dockerfile:1.14-labs", Pinned(14, True)),
        ("mirror.example.org:5000/hub/docker/dockerfile-upstream:1.4@sha256:00", Pinned(4, False)),
        ("docker/dockerfile:1", None),
        ("docker/dockerfile:latest", None),
        ("docker/dockerfile:1-labs", None),
        ("docker/dockerfile:1.1-experimental", None),
        ("docker/dockerfile@sha256:00", None),
        ("docker/dockerfile", None),
        ("example.org/mydocker/dockerfile:1.4", None),
        (None, None),
    ],
)
def test_what_a_directive_pins(syntax: str | None, version: Pinned | None) -> None:
    assert pinned(syntax) == version


def test_whose_frontend_it_is() -> None:
    assert is_official("docker/dockerfile:1") and is_official("ghcr.io/a/docker/dockerfile-upstream:master")
    assert not is_official("docker/dockerfile2:1") and not is_official("example.org/frontend")


def told(version: str, text: str) -> list[str]:
    files = {"Dockerfile": f"# syntax=docker/dockerfile:{version}\nFROM debian:12\n{text}\n"}
    found = dlint.lint_files(files, config={"select": ["syntax-version-too-old"]})
    return [f.message.partition(" needs syntax ")[2].partition(" ")[0] for f in found]


USES = {
    "several-args": "ARG A B",
    "mount-variable": "RUN --mount=type=cache,target=$D true",
    "heredoc": "RUN <<EOF\ntrue\nEOF",
    "git-source": "ADD https://example.org/a.git /a",
    "plain-modifier": "ENV A=${B-c}",
    "pattern-modifier": "ENV A=${B%.*}",
    "secret-env": "RUN --mount=type=secret,id=a,env=A true",
    "chmod-variable": "COPY --chmod=$M a /a",
    "onbuild-from": "ONBUILD COPY --from=a b /b",
    "target-stage": "ARG TARGETSTAGE",
    "os-version": "ARG TARGETOSVERSION",
    "symbolic-chmod": "COPY --chmod=u=rwX a /a",
    "git-checksum": "ADD --checksum=0123abcd https://example.org/a.git /a",
    "git-query": "ADD https://example.org/a.git?ref=v1 /a",
}


@pytest.mark.parametrize("key", sorted(USES))
def test_each_feature_is_known_by_its_use(key: str) -> None:
    since = FEATURES[key].since
    minor = int(since.partition(".")[2])
    assert since in told(f"1.{minor - 1}", USES[key])
    assert told(since, USES[key]) == []


def test_features_of_the_top_of_a_file() -> None:
    assert set(FEATURES) == {*USES, "check-directive", "source-date"}
    text = "# syntax=docker/dockerfile:1.7\n# check=skip=all\nARG SOURCE_DATE_EPOCH=context\nFROM debian:12\n"
    found = dlint.lint_files({"Dockerfile": text}, config={"select": ["syntax-version-too-old"]})
    assert [(f.line, f.message.partition(" needs")[0]) for f in found] == [
        (2, FEATURES["check-directive"].what),
        (3, FEATURES["source-date"].what),
    ]


def test_flags_are_told_by_the_channel_that_is_pinned() -> None:
    assert told("1.6", "COPY --parents a /b\nCOPY --exclude=c a /b") == ["1.20", "1.19"]
    assert told("1.6-labs", "COPY --parents a /b") == ["1.7-labs"]
    assert told("1.7-labs", "COPY --parents a /b") == []
    assert told("1.13-labs", "RUN --device=a true") == told("1.20", "RUN --device=a true") == ["1.14-labs"]
    for name, rules in FLAGS.items():
        for flag, rule in rules.items():
            if rule.since is not None and rule.since != "labs":
                minor = int(rule.since.partition(".")[2])
                use = f"{name} --{flag}{'' if rule.kind == 'bool' else '=1'} a b"
                assert rule.since in told(f"1.{minor - 1}", use), use


def test_faults_are_information_where_somebody_elses_frontend_reads_the_file() -> None:
    text = "# syntax=example.org/frontend\nFROM a\nCOPPY b /c\nCOPY --from=9 d /e\n"
    found = [f for f in dlint.lint_files({"Dockerfile": text}) if f.rule.category == "validity"]
    assert [(f.rule.name, f.severity.label) for f in found] == [
        ("unknown-instruction", "info"),
        ("invalid-stage-reference", "info"),
    ]
    official = dlint.lint_files({"Dockerfile": text.replace("example.org/frontend", "docker/dockerfile:1")})
    assert {f.severity.label for f in official if f.rule.category == "validity"} == {"error"}
