"""Presets that reproduce other tools, the threshold that comes with them, and the files that ask for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.cli.migrate import migrate
from dlint.config.layers import Config, Layer
from dlint.config.load import load
from dlint.library import lint_files, report_files

TEXT = "services:\n  db:\n    image: postgres:latest\n    network_mode: host\n    cap_add: [SYS_PTRACE]\n"


def found(text: str, preset: str) -> dict[str, str]:
    return {f.rule.name: f.severity.label for f in lint_files({"compose.yaml": text}, config={"preset": preset})}


def test_compose_lint_has_its_rules_with_its_severities() -> None:
    assert found(TEXT, "compose-lint") == {
        "capabilities-not-dropped": "warning",
        "capability-bypasses-checks": "warning",
        "cpu-not-limited": "warning",
        "host-network": "error",
        "memory-not-limited": "warning",
        "no-new-privileges-missing": "warning",
        "root-filesystem-writable": "info",
        "service-image-not-versioned": "warning",
    }


def test_dclint_has_its_rules_with_its_severities() -> None:
    assert found("version: '3'\n" + TEXT, "dclint") == {
        "project-name-missing": "warning",
        "service-image-not-versioned": "error",
        "version-obsolete": "error",
    }


@pytest.mark.parametrize(
    ("preset", "threshold"),
    [
        ("compose-lint", "error"),
        ("dclint", "error"),
        ("recommended", "warning"),
        (("recommended", "dclint"), "warning"),
    ],
)
def test_such_a_preset_alone_fails_a_run_where_its_tool_does(preset: str, threshold: str) -> None:
    assert Config([Layer("x", "", {"preset": preset})])["fail-on"] == threshold
    assert Config([Layer("x", "", {"preset": preset, "fail-on": "info"})])["fail-on"] == "info"


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "preset"),
    [
        (".compose-lint.yml", "rules: {CL-0007: {enabled: false}}\n", "compose-lint"),
        (".dclintrc", '{"rules": {"no-version-field": 0}}', "dclint"),
        ("package.json", '{"name": "x", "dclint": {"rules": {"no-version-field": 0}}}', "dclint"),
    ],
)
def test_a_file_brings_its_tools_preset_and_threshold(tmp_path: Path, name: str, text: str, preset: str) -> None:
    write(tmp_path, name, text)
    config = load(str(tmp_path), root=str(tmp_path))
    assert config["preset"] == ("recommended", preset)
    assert config["fail-on"] == "error"
    migrated = migrate(str(tmp_path)).text
    assert f'preset = ["recommended", "{preset}"]' in migrated
    assert 'fail-on = "error"' in migrated


def test_files_of_several_tools_bring_all_their_presets_and_the_lowest_threshold(tmp_path: Path) -> None:
    write(tmp_path, ".github/linters/.hadolint.yaml", "ignored: [DL3008]\n")
    write(tmp_path, ".compose-lint.yml", "rules: {}\n")
    config = load(str(tmp_path), root=str(tmp_path))
    assert config["preset"] == ("recommended", "hadolint", "compose-lint")
    assert config["fail-on"] == "warning"
    assert config["ignore"] == ("hadolint/DL3008",)


def test_a_package_without_dclint_says_nothing(tmp_path: Path) -> None:
    for text in ('{"name": "x"}', '{"dependencies": {"dclint": "3"}}', '{"dclint": [', "[" * 100_000):
        write(tmp_path, "package.json", text)
        assert not load(str(tmp_path), root=str(tmp_path)).peers


def test_a_configuration_that_is_a_program_is_named_and_not_read(tmp_path: Path) -> None:
    write(tmp_path, "dclint.config.cjs", "module.exports = {}\n")
    ((path, said),) = load(str(tmp_path), root=str(tmp_path)).peers.items()
    assert path.endswith("dclint.config.cjs")
    assert "not read" in said[0]


def test_tallys_configuration_is_taken_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        ".tally.toml",
        '[rules]\nexclude = ["hadolint/DL3006", "buildkit/*"]\n'
        "[rules.tally.max-lines]\nmax = 9\nskip-comments = false\n"
        '[rules.hadolint.DL3001]\nseverity = "error"\ninvalid-commands = ["htop"]\n[output]\nfail-level = "none"\n',
    )
    config = load(str(tmp_path), root=str(tmp_path))
    assert config["ignore"] == ("hadolint/DL3006",)
    assert config["rules"]["tally/max-lines"] == {"lines": 9, "skip-comments": False}
    assert config["rules"]["hadolint/DL3001"] == {"severity": "error"}
    assert config["fail-on"] == "never"
    (said,) = config.peers.values()
    assert any("invalid-commands" in sentence for sentence in said)
    assert any("buildkit/*" in sentence for sentence in said)
    report = report_files({".tally.toml": (tmp_path / ".tally.toml").read_text(), "Dockerfile": "FROM debian\n"})
    assert "base-image-untagged" not in {finding.rule.name for finding in report.visible}


def test_tallys_modes_and_counts_are_taken_over() -> None:
    layout = (
        '[rules.tally.eol-last]\nmode = "never"\n'
        '[rules.tally.newline-between-instructions]\nmode = "never"\n'
        "[rules.tally.newline-per-chained-call]\nmin-commands = 3\n"
        "[rules.tally.no-multiple-empty-lines]\nmax = 2\nmax-bof = 1\nmax-eof = 1\n"
    )
    secrets = '[rules.tally.require-secret-mounts.commands]\npip = { id = "pipconf", target = "/etc/pip.conf" }\n'
    text = "\nFROM debian:12@sha256:" + "0" * 64 + "\n\nRUN pip install a==1 && true\n"
    report = report_files({".tally.toml": layout + secrets, "Dockerfile": text})
    found = {finding.rule.name: finding for finding in report.visible}
    assert {"final-newline-missing", "instructions-not-spaced", "command-without-secret-mount"} <= set(found)
    assert "id=pipconf,target=/etc/pip.conf" in found["command-without-secret-mount"].message
    assert not {"blank-lines-in-a-row", "commands-share-line"} & set(found)


def test_groups_of_keys_are_taken_over_from_dclint() -> None:
    groups = '{"groups": {"Ports": ["ports"], "Rest": ["image"]}, "groupOrder": ["Ports", "Rest"]}'
    rules = f'"service-keys-order": [2, {groups}]'
    compose = "services:\n  web:\n    image: a/b:1\n    ports: ['80']\n"
    report = report_files({".dclintrc": f'{{"rules": {{{rules}}}}}', "compose.yaml": compose})
    assert "service-keys-unordered" in {finding.rule.name for finding in report.visible}
