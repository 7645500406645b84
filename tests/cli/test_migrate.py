"""Other linters' configuration files and the ``dlint.toml`` made from them mean the same; what is lost is named."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from dlint.cli.migrate import migrate
from dlint.cli.output import UserError
from dlint.library import report_files
from nursery import run

DOCKERFILE = """\
FROM docker.io/library/debian
MAINTAINER me
LABEL title="" created=yesterday odd=1
RUN apt-get update && apt-get install curl
RUN yum install foo
RUN cd /tmp && curl example.com | sh
# hadolint ignore=DL3020
ADD a /a
"""
COMPOSE = """\
version: "3"
services:
  web:
    image: nginx
    ports: [80:80, "8080:8080"]
    privileged: true
  dind:
    image: docker:dind
    privileged: true
    ports: ["2375:2375"]
"""
LABELS = "label-schema: {title: text, created: rfc3339, org.opencontainers.image.url: url}\n"
PEERS = {
    "nothing set": {".hadolint.yaml": "{}"},
    "codes ignored": {".hadolint.yaml": "ignored: [DL4000, DL3006, SC2086]"},
    "severities": {".hadolint.yaml": "override: {error: [DL3015], warning: [DL4000], info: [DL3030], style: [DL3034]}"},
    "registries": {".hadolint.yaml": "trustedRegistries: ['*.example.com']\nfailure-threshold: error"},
    "labels": {".hadolint.yaml": LABELS + "strict-labels: true"},
    "no comments": {".hadolint.yml": "disable-ignore-pragma: true\nno-fail: true"},
    "dclint": {
        ".dclintrc": '{"rules": {"no-version-field": 0, "require-quotes-in-ports": [2, {"quoteType": "single"}]}}'
    },
    "dclint leaves files out": {".dclintrc.yaml": "exclude: [compose]\nquiet: true"},
    "compose-lint": {
        ".compose-lint.yml": "rules:\n  CL-0002: {exclude_services: {dind: 'it runs Docker'}}\n"
        "  CL-0003: {enabled: false, reason: old}\n  CL-0005: {severity: low}\n"
    },
    "all three": {
        ".hadolint.yaml": "ignored: [DL3008]",
        ".hadolint.yml": "ignored: [DL4000]",
        ".dclintrc.json": '{"rules": {"no-version-field": 1}}',
        ".compose-lint.yaml": "rules: {CL-0002: {enabled: false}}",
    },
}  # fmt: skip


def findings(files: dict[str, str]) -> list[tuple[object, ...]]:
    report = report_files({"Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE, **files}, config={"shellcheck": False})
    assert not report.failures
    return [(f.path, f.line, f.rule.name, f.severity, f.suppressed is None) for f in report.findings]


@pytest.mark.parametrize("peers", PEERS.values(), ids=PEERS)
def test_the_new_file_gives_the_findings_that_the_old_ones_give(peers: dict[str, str], tmp_path: Path) -> None:
    for name, text in peers.items():
        (tmp_path / name).write_text(text)
    made = migrate(str(tmp_path))
    assert findings(peers) == findings({"dlint.toml": made.text})
    assert findings(peers) != findings({})


@pytest.mark.parametrize("value", ["never", "error"])
def test_the_threshold_is_taken_over(value: str, tmp_path: Path) -> None:
    text = "no-fail: true" if value == "never" else f"failure-threshold: {value}"
    (tmp_path / ".hadolint.yaml").write_text(text)
    assert tomllib.loads(migrate(str(tmp_path)).text)["fail-on"] == value


def test_reasons_and_codes_stand_beside_the_names(tmp_path: Path) -> None:
    (tmp_path / ".compose-lint.yml").write_text(
        "rules: {CL-0002: {enabled: false, reason: 'a # reason\n  in two lines'}}"
    )
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3030]")
    text = migrate(str(tmp_path)).text
    assert "# CL-0002: a # reason in two lines" in text
    assert '"rpm-install-without-yes",  # DL3030; also DL3034, DL3038' in text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".hadolint.yaml", "format: json", "format: --format on the command line"),
        (".hadolint.yaml", "ignored: [DL9999]", "DL9999: no rule"),
        (".hadolint.yaml", "trustedRegistries: docker.io", "trustedRegistries: is a list"),
        (".hadolint.yaml", "override: {ignore: [DL3008]}", "override.ignore"),
        (".hadolint.yaml", "ignored: [", "not a YAML mapping"),
        (".dclintrc", '{"rules": {"service-keys-order": [1, {"colour": 1}]}}', "no option colour"),
        (".hadolint.yaml", "ignored: [sc2086]\noverride: {style: [nope]}", "nope: no rule"),
        (".hadolint.yaml", "override: DL3008", "override: is a mapping"),
        (".tally.toml", "[rules]\ninclude = ['nope', 'foo/bar']", "foo/bar: no rule"),
        (".tally.toml", "[rules.tally.max-lines]\nmax = 'many'", "max is a number, not 'many'"),
        (".tally.toml", "[rules.tally.max-lines]\nseverity = 'loud'", "severity: loud is no severity"),
        (".dclintrc", '{"rules": {"service-keys-order": [1, {"groupOrder": {}}]}}', "groupOrder is a list of texts"),
        (".compose-lint.yml", "rules: {CL-0001: {severity: loud}}", "severity: loud is no severity"),
        (".dclintrc", '{"debug": true}', "debug"),
        (".compose-lint.yml", "fail_on: high", "fail_on: no key"),
    ],
)
def test_what_has_no_counterpart_is_named(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    made = migrate(str(tmp_path))
    assert any(said in sentence for sentence in made.left)
    assert said in made.text
    tomllib.loads(made.text)
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nUSER 1000\n")
    (tmp_path / "compose.yaml").write_text("services: {a: {image: 'nginx:1.27'}}\n")
    assert dlint(".", cwd=tmp_path).returncode != 2


def test_a_configuration_that_is_a_program_is_named(tmp_path: Path) -> None:
    (tmp_path / ".dclintrc").write_text("{}")
    (tmp_path / "dclint.config.mjs").write_text("")
    assert any("dclint.config.mjs" in sentence for sentence in migrate(str(tmp_path)).left)


def dlint(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(cwd, *arguments)


def test_a_run_says_whose_settings_count_and_what_in_them_does_not(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nUSER 1000\n")
    (tmp_path / ".hadolint.yaml").write_text("format: tty\nignored: DL3008\ncolour: no\n")
    counts = "dlint: .hadolint.yaml counts, as there is no dlint.toml; `dlint config migrate` writes one\n"
    lost = (
        "dlint: .hadolint.yaml: ignored: is a list in a file that hadolint reads\n"
        "dlint: .hadolint.yaml: colour: no key of hadolint\n"
    )
    assert dlint(".", cwd=tmp_path).stderr == counts + lost
    assert dlint("--quiet", ".", cwd=tmp_path).stderr == lost
    (tmp_path / ".hadolint.yaml").write_text("ignored: [")
    done = dlint(".", cwd=tmp_path)
    lost = "dlint: .hadolint.yaml: the file is not a YAML mapping, so nothing of it counts\n"
    assert (done.returncode, done.stderr) == (0, counts + lost)
    (tmp_path / "dlint.toml").write_text("")
    assert dlint(".", cwd=tmp_path).stderr == ""


def test_what_is_left_out_names_its_file(tmp_path: Path) -> None:
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL9999]\noverride: {error: [DL9998]}\nfoo: bar\n")
    (tmp_path / ".dclintrc.json").write_text('{"rules": {"no-such": 1}}')
    assert migrate(str(tmp_path)).left == [
        ".hadolint.yaml: foo: no key of hadolint",
        ".hadolint.yaml: DL9999: no rule of dlint's",
        ".hadolint.yaml: DL9998: no rule of dlint's",
        ".dclintrc.json: no-such: no rule of dlint's",
    ]


def test_the_command_writes_the_file_once(tmp_path: Path) -> None:
    (tmp_path / ".hadolint.yaml").write_text("format: tty\nignored: [DL3008]\n")
    shown = dlint("config", "migrate", "--stdout", cwd=tmp_path)
    assert not (tmp_path / "dlint.toml").exists()
    done = dlint("config", "migrate", cwd=tmp_path)
    assert done.returncode == 0
    assert "left out: .hadolint.yaml: format" in done.stdout
    assert (tmp_path / "dlint.toml").read_text() == shown.stdout
    again = dlint("config", "migrate", cwd=tmp_path)
    assert (again.returncode, "configures dlint already" in again.stderr) == (2, True)
    assert (tmp_path / "dlint.toml").read_text() == shown.stdout


@pytest.mark.parametrize("name", ["dlint.toml", ".dlint.toml", "pyproject.toml"])
def test_a_configuration_that_is_there_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / ".hadolint.yaml").write_text("{}")
    (tmp_path / name).write_text("[tool.other]\n" if name == "pyproject.toml" else "")
    if name == "pyproject.toml":
        assert migrate(str(tmp_path)).files == [".hadolint.yaml"]
        (tmp_path / name).write_text("[tool.dlint]\n")
    with pytest.raises(UserError, match="already"):
        migrate(str(tmp_path))


def test_a_folder_without_such_files_is_told(tmp_path: Path) -> None:
    done = dlint("config", "migrate", cwd=tmp_path)
    assert (done.returncode, "nothing to migrate" in done.stderr) == (2, True)


def test_init_sets_no_other_configuration_aside_unasked(tmp_path: Path) -> None:
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3008]\n")
    done = dlint("init", cwd=tmp_path)
    assert (done.returncode, "dlint config migrate" in done.stderr) == (2, True)
    assert not (tmp_path / "dlint.toml").exists()
    assert dlint("init", "--force", cwd=tmp_path).returncode == 0
