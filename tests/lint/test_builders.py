"""Findings in files of other builders: where they stand, what hides them, what is left of their fixes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.fixing import fix
from dlint.library import lint_files, report_files
from dlint.session import Session

STEP = "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n"
STAGES = "FROM alpine:3.22 AS build\nFROM build AS run\nUSER 1000\n"
SETTINGS = {"preset": "all", "shellcheck": False, "ignore": ("suppression-without-reason",)}


def places(files: Mapping[str, str | bytes]) -> list[tuple[str, int, str]]:
    findings = lint_files(files, complete=True, config=SETTINGS)
    return [(one.path, one.line, one.rule.name) for one in findings if one.path not in ("Dockerfile", "compose.yaml")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-bake.hcl", '# dlint: ignore=build-target-missing -- later\ntarget "a" {\n  target = "x"\n}\n'),
        ("docker-bake.hcl", 'target "a" {\n  // dlint: ignore=build-target-missing\n  target = "x"\n}\n'),
        ("docker-bake.hcl", 'target "a" {\n  target = "x" # dlint: ignore=build-target-missing\n}\n'),
        ("docker-bake.hcl", '/* dlint: ignore-file=build-target-missing */\n\ntarget "a" {\n  target = "x"\n}\n'),
        (
            ".devcontainer.json",
            '{\n  // dlint: ignore=build-target-missing\n  "build": {"dockerfile": "Dockerfile", "target": "x"}\n}\n',
        ),
        (".github/workflows/a.yml", STEP + "          # dlint: ignore=build-target-missing\n          target: x\n"),
        (".github/workflows/a.yml", STEP + "          target: x  # dlint: ignore=build-target-missing\n"),
    ],
)
def test_comments_hide(path: str, text: str) -> None:
    report = report_files({"Dockerfile": STAGES, path: text}, complete=True, config=SETTINGS)
    hidden = [(one.path, one.rule.name) for one in report.findings if one.suppressed]
    assert (path, "build-target-missing") in hidden
    assert not places({"Dockerfile": STAGES, path: text})


def test_a_comment_that_hides_nothing_is_told() -> None:
    files = {"Dockerfile": STAGES, "docker-bake.hcl": '# dlint: ignore=build-target-missing\ntarget "a" {}\n'}
    assert places(files) == [("docker-bake.hcl", 1, "suppression-unused")]


def test_in_a_workflow_stands_only_what_it_links_to() -> None:
    text = STEP + "          context: .\n          network: shop\n          allow: security.insecure\n"
    text += "          build-args: A=1\n"
    files = {
        "Dockerfile": STAGES + "RUN --mount=type=secret,id=t,required=true true\n",
        ".github/workflows/a.yml": text,
    }
    assert places(files) == [(".github/workflows/a.yml", 9, "build-argument-undeclared")]
    told = lint_files(files, complete=True, config=SETTINGS)
    (secret,) = [one for one in told if one.rule.name == "build-secret-not-given"]
    assert (secret.path, secret.line) == ("Dockerfile", 4)
    assert secret.related[0].where.source.path == ".github/workflows/a.yml"


def test_nothing_else_is_said_of_a_builders_file() -> None:
    files = {"docker-bake.hcl": '\ttarget  "a"{}  \r\n\n\n', "Dockerfile": STAGES, ".devcontainer.json": "{}"}
    assert not places(files)


def test_a_dockerfile_in_a_bake_file_is_linted() -> None:
    text = 'target "a" {\n  dockerfile-inline = <<EOT\nFROM alpine:3.22\nRUN cd /x && true\nEOT\n}\n'
    assert ("docker-bake.hcl", 4, "cd-instead-of-workdir") in places({"docker-bake.hcl": text})
    json = '{"target": {"a": {\n "dockerfile-inline": "FROM alpine:3.22\\nRUN cd /x && true\\n"}}}\n'
    assert ("docker-bake.json", 2, "cd-instead-of-workdir") in places({"docker-bake.json": json})


def test_no_fix_changes_a_builders_file(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    text = '{"target": {"a": {"target": "0", "dockerfile-inline": "from alpine:3.22 AS x\\n"}}}\n'
    (tmp_path / "docker-bake.json").write_text(text)
    session = Session([str(tmp_path)], root=str(tmp_path), overrides=SETTINGS)
    report = fix(session, unsafe=True).report
    assert (tmp_path / "docker-bake.json").read_text() == text
    assert not any(one.fix for one in report.findings)


def test_credentials_are_not_shown() -> None:
    text = 'target "a" {\n  args = {\n    NPM_TOKEN = "npm_f3H9s8Kq2LmPz7RtVw4XyBnC6dJgQh1kTe0a"\n  }\n}\n'
    report = report_files({"Dockerfile": STAGES, "docker-bake.hcl": text}, complete=True, config=SETTINGS)
    spans = report.hidden.spans["docker-bake.hcl"]
    assert any("npm_" in text[start:end] for start, end in spans)
    assert any(one.rule.name == "secret-in-service-build-argument" for one in report.visible)


BAD: list[tuple[str, str | bytes]] = [
    ("docker-bake.hcl", 'target "a" { inherits = ["b"] }\ntarget "b" { inherits = ["a"] }\n'),
    ("docker-bake.hcl", 'group "g" { targets = ["h"] }\ngroup "h" { targets = ["g"] }\ntarget "a" {}\n'),
    ("docker-bake.hcl", "x = " + "[" * 5000),
    ("docker-bake.hcl", "x = " + '"${' * 3000),
    ("docker-bake.hcl", b"\xff\xfet\x00a\x00"),
    ("docker-bake.hcl", bytes(range(256))),
    ("docker-bake.hcl", '\ufefftarget "a" {}\n'),
    ("docker-bake.hcl", "\n".join(f'variable "A{n}" {{ default = "${{A{n + 1}}}${{A{n + 1}}}" }}' for n in range(60))),
    ("docker-bake.hcl", 'target "a" { matrix = { x = ["${matrix}"] }\n name = x }'),
    ("docker-bake.hcl", 'target "a" {\n contexts = { "alpine:3.22" = "target:a" }\n}\n'),
    ("docker-bake.json", "[" * 50_000),
    ("docker-bake.json", '{"target": {"a": [1, {"args": [], "tags": {}, "secret": [{}], "inherits": {}}], "b": null}}'),
    ("docker-bake.json", " " * 1_100_000),
    (".devcontainer.json", '{"build": {"dockerfile": "../../../etc/passwd", "context": "/"}}'),
    (".devcontainer.json", '{"dockerComposeFile": ["../../x", "", 3]}'),
    (".github/workflows/a.yml", "&a [*a] # docker/bake-action"),
    (".github/workflows/a.yml", STEP + "          context: ../..\n          file: /etc/passwd\n          tags: [a]\n"),
]


@pytest.mark.parametrize(("path", "text"), BAD)
def test_bad_input_is_unknown(path: str, text: str | bytes) -> None:
    report = report_files({"Dockerfile": STAGES, path: text}, complete=True, config=SETTINGS)
    assert not [one for one in report.failures if one.rule]
    assert not [one for one in report.visible if one.path == path]
