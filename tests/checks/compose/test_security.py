"""What the rules about Compose security promise beyond the examples on their pages."""

from __future__ import annotations

import pytest

import dlint
from dlint.rule.finding import Finding
from dlint.rule.severity import Severity

TOKEN = "ghp_" + "aZ3kQ9mX7bR2tY5wL8cV1nD4fG6hJ0pSuE"


def found(rule: str, text: str, **more: str) -> list[Finding]:
    files = {"compose.yaml": text, **{name.replace("_", "."): body for name, body in more.items()}}
    return list(dlint.lint_files(files, targets=["compose.yaml"], config={"select": [rule], "shellcheck": False}))


def service(*lines: str) -> str:
    return "services:\n  app:\n    image: example.org/app:3.1\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("secret-in-service-environment", ("environment:", "  API_TOKEN: tr0ub4dor-3")),
        ("secret-in-service-environment", ("environment:", f"  ANY: {TOKEN}xx")),
        ("password-in-service-url", ("environment:", "  URL: amqp://app:tr0ub4dor-3@mq")),
        ("secret-in-service-command", ("command: serve --token tr0ub4dor-3",)),
        ("secret-in-service-command", ("command: [serve, --token=tr0ub4dor-3]",)),
        ("secret-in-service-build-argument", ("build:", "  context: .", "  args: [NPM_TOKEN=tr0ub4dor-3]")),
        ("secret-in-service-label", ("labels:", "  url: https://bot:tr0ub4dor-3@example.org")),
    ],
)
def test_no_message_repeats_a_credential(rule: str, lines: tuple[str, ...]) -> None:
    findings = found(rule, service(*lines))
    assert len(findings) == 1
    assert "tr0ub4dor" not in findings[0].message and TOKEN not in findings[0].message
    assert findings[0].rule.about_secrets


def test_a_value_from_dotenv_is_not_written_in_the_file() -> None:
    text = service("environment:", "  DB_PASSWORD: ${DB_PASSWORD}", "command: serve --token ${DB_PASSWORD}")
    rules = ("secret-in-service-environment", "secret-in-service-command", "default-credential-in-environment")
    for rule in rules:
        assert not found(rule, text, _env="DB_PASSWORD=tr0ub4dor-3\n")


@pytest.mark.parametrize("rule", ["capabilities-not-dropped", "root-filesystem-writable", "memory-not-limited"])
def test_a_piece_of_an_override_file_lacks_nothing(rule: str) -> None:
    files = {"deploy/prod.yaml": "services:\n  app:\n    restart: always\n"}
    config = {"select": [rule], "shellcheck": False}
    assert not list(dlint.lint_files(files, targets=["deploy/prod.yaml"], config=config))


def test_what_an_override_adds_is_not_missing() -> None:
    override = "services:\n  app:\n    read_only: true\n"
    assert found("root-filesystem-writable", service())
    files = {"compose.yaml": service(), "compose.override.yaml": override}
    config = {"select": ["root-filesystem-writable"], "shellcheck": False}
    assert not list(dlint.lint_files(files, targets=["compose.yaml"], config=config))


def test_no_fix_where_an_anchor_would_spread_it() -> None:
    text = "services:\n  a: &a\n    image: example.org/a:1\n  b: *a\n"
    findings = found("root-filesystem-writable", text)
    assert len(findings) == 2
    assert all(finding.fix is None for finding in findings)


def test_no_fix_inside_a_flow_mapping() -> None:
    findings = found("root-filesystem-writable", "services: {a: {image: 'example.org/a:1'}}\n")
    assert [finding.fix for finding in findings] == [None]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("/var/run/docker.sock", "docker-socket-mounted"),
        ("/run/../var/run/docker.sock", "docker-socket-mounted"),
        ("/run/user/1000/docker.sock", "docker-socket-mounted"),
        ("//etc/", "sensitive-host-path-writable"),
        ("/etc/../root", "sensitive-host-path-writable"),
        ("~", "sensitive-host-path"),
        ("/home/ada/.ssh/id_ed25519", "sensitive-host-path"),
        ("~/.docker", "sensitive-host-path"),
        ("~/.docker/config.json", "sensitive-host-path"),
        ("~/.docker/database/postgres", None),
        ("./etc", None),
        ("/etcetera", None),
        ("/srv/var/run", None),
        ("${DATA}", None),
    ],
)
def test_one_host_path_has_one_finding(source: str, rule: str | None) -> None:
    text = service("volumes:", f"  - {source}:/x")
    rules = ("docker-socket-mounted", "sensitive-host-path-writable", "sensitive-host-path")
    assert [name for name in rules if found(name, text)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("/run/dbus/system_bus_socket", Severity.WARNING),
        ("/var/run/libvirt", Severity.WARNING),
        ("/run/app/agents", Severity.INFO),
        ("/var/run/postgresql", Severity.INFO),
    ],
)
def test_the_socket_of_one_program_is_information(path: str, severity: Severity) -> None:
    text = f"services:\n  web:\n    image: a:1\n    volumes: ['{path}:/x']\n"
    found = [one for one in dlint.lint_files({"compose.yaml": text}) if one.rule.name == "sensitive-host-path"]
    assert [one.severity for one in found] == [severity]
