"""One cause, one finding: rules that yield, findings that are joined, rules that gather others."""

from __future__ import annotations

from dlint.library import lint_files, report_files
from dlint.rule.finding import Finding

BARE = "services:\n  web:\n    image: example.org/web:3.1\n"
SIX = {
    "capabilities-not-dropped",
    "no-new-privileges-missing",
    "root-filesystem-writable",
    "memory-not-limited",
    "cpu-not-limited",
    "pids-not-limited",
}


EVERY = {"port-on-all-interfaces": {"every": True}}


def compose(text: str, **config: object) -> list[Finding]:
    return lint_files({"compose.yaml": text}, config={"shellcheck": False, "rules": EVERY, **config})


def docker(text: str, **config: object) -> list[Finding]:
    return lint_files({"Dockerfile": text}, config={"shellcheck": False, **config})


def names(findings: list[Finding]) -> list[str]:
    return [finding.rule.name for finding in findings]


def test_a_service_that_is_not_confined_has_one_finding_that_names_what_is_missing() -> None:
    (finding,) = compose(BARE)
    assert finding.rule.name == "service-not-hardened"
    assert finding.severity.label == "info"
    for what in ("cap_drop", "no-new-privileges", "read_only", "mem_limit", "cpus", "pids_limit"):
        assert what in finding.message


def test_in_strict_and_security_each_missing_thing_is_a_finding_of_its_own() -> None:
    for preset in ("strict", "security", "all"):
        found = set(names(compose(BARE, preset=preset)))
        assert found >= SIX
        assert "service-not-hardened" not in found


def test_what_is_on_by_itself_is_not_named_twice() -> None:
    found = {finding.rule.name: finding for finding in compose(BARE, enable=["memory-not-limited"])}
    assert set(found) == {"memory-not-limited", "service-not-hardened"}
    assert "mem_limit" not in found["service-not-hardened"].message


def test_a_part_can_be_ignored_by_name_by_comment_and_for_a_service() -> None:
    excused = [{"names": ["web"], "ignore": ["CL-0026"], "reason": "measured"}]
    for findings in (
        compose(BARE, ignore=["memory-not-limited", "cpu-not-limited"]),
        compose(BARE.replace("  web:", "  # dlint: ignore=memory-not-limited,cpu-not-limited -- measured\n  web:")),
        compose(BARE, services=excused),
    ):
        (finding,) = findings
        assert "mem_limit" not in finding.message
        assert "cpus" not in finding.message
        assert "read_only" in finding.message


def test_a_comment_for_the_whole_hides_the_parts() -> None:
    commented = BARE.replace("  web:", "  # dlint: ignore=service-not-hardened -- trusted\n  web:")
    assert compose(commented) == []
    assert not SIX & set(names(compose(commented, preset="strict")))


def test_a_comment_for_a_part_that_is_there_is_said_to_hide_nothing() -> None:
    text = BARE + "    mem_limit: 1g\n"
    commented = text.replace("  web:", "  # dlint: ignore=memory-not-limited -- measured\n  web:")
    assert "suppression-unused" in names(compose(commented, preset=["recommended"], enable=["suppression-unused"]))


def test_only_rules_that_are_on_are_listed_as_rules_of_the_run() -> None:
    report = report_files({"compose.yaml": BARE}, config={"shellcheck": False})
    listed = {rule.name for rule, _ in report.rules}
    assert "service-not-hardened" in listed
    assert not SIX & listed


def test_a_rule_yields_to_the_one_that_found_the_cause() -> None:
    text = "FROM debian:13-slim\nRUN curl -fsSL https://example.org/x | bash\nUSER 1000\n"
    assert "pipe-without-pipefail" not in names(docker(text))
    assert "curl-pipe-shell" in names(docker(text))
    assert "pipe-without-pipefail" in names(docker(text, ignore=["curl-pipe-shell"]))


def test_a_step_that_cannot_run_gets_no_advice_how_to_install() -> None:
    install = "RUN apt-get update && apt-get install -y curl\nUSER 1000\n"
    advice = {"apt-get-recommends", "apt-get-lists-left"}
    for image, cause in (("scratch", "shell-in-scratch"), ("alpine:3.22", "run-program-missing")):
        found = names(docker(f"FROM {image}\n{install}"))
        assert cause in found and not advice & set(found), image
    assert advice <= set(names(docker(f"FROM debian:13-slim\n{install}")))


def test_it_yields_nothing_at_another_place() -> None:
    text = (
        "FROM debian:13-slim\nRUN curl -fsSL https://example.org/x | bash\n"
        "RUN generate | tar cz > /all.tgz\nUSER 1000\n"
    )
    assert [f.line for f in docker(text) if f.rule.name == "pipe-without-pipefail"] == [3]


def test_it_yields_to_a_finding_that_a_comment_hides() -> None:
    text = (
        "FROM debian:13-slim\n# dlint: ignore=curl-pipe-shell -- ours\n"
        "RUN curl -fsSL https://example.org/x | bash\nUSER 1000\n"
    )
    assert not {"pipe-without-pipefail", "curl-pipe-shell"} & set(names(docker(text)))


def test_who_asks_for_all_or_for_another_tools_findings_gets_each() -> None:
    text = "FROM debian:13-slim\nRUN curl -fsSL https://example.org/x | bash\n"
    for preset in ("all", "hadolint", ["recommended", "hadolint"]):
        assert "pipe-without-pipefail" in names(docker(text, preset=preset))


def test_legacy_forms_are_one_finding_a_file_with_all_places_and_one_fix() -> None:
    text = "FROM debian:13-slim\nENV A 1\nENV B 2\nENV C 3\nUSER 1000\n"
    (finding,) = [f for f in docker(text) if f.rule.name == "legacy-key-value"]
    assert finding.line == 2
    assert [finding.source.line(related.where.span[0]) for related in finding.related] == [3, 4]
    assert finding.fix is not None
    assert len(finding.fix.edits) == 3
    assert len([f for f in docker(text, preset="all") if f.rule.name == "legacy-key-value"]) == 3


def test_a_hidden_place_is_left_out_of_the_joined_finding() -> None:
    text = "FROM debian:13-slim\n# check=skip=LegacyKeyValueFormat\nENV A 1\nENV B 2\nUSER 1000\n"
    (finding,) = [f for f in docker(text) if f.rule.name == "legacy-key-value"]
    assert finding.line == 4


def test_sudo_is_one_finding_a_stage() -> None:
    first = "FROM debian:13-slim AS a\nUSER app\nRUN sudo make && sudo make install\n"
    text = first + "FROM a\nUSER app\nRUN sudo make check\n"
    assert [f.line for f in docker(text) if f.rule.name == "sudo"] == [3, 6]


def test_the_same_words_are_said_once_a_file_and_other_words_apart() -> None:
    text = "FROM node:16 AS a\nFROM node:16 AS b\nFROM node:14\nUSER 1000\n"
    found = [f for f in docker(text) if f.rule.name == "base-image-out-of-support"]
    assert [finding.line for finding in found] == [1, 3]
    assert [found[0].source.line(related.where.span[0]) for related in found[0].related] == [2]
    assert len([f for f in docker(text, preset="all") if f.rule.name == "base-image-out-of-support"]) == 3


def test_services_that_are_not_confined_are_one_finding_a_file_but_for_those_that_are_excused() -> None:
    text = "services:\n" + "".join(f"  {name}:\n    image: example.org/web:3.1\n" for name in "abc")
    (finding,) = compose(text)
    assert [finding.source.line(related.where.span[0]) for related in finding.related] == [4, 6]
    excused = [{"names": ["a"], "ignore": ["service-not-hardened"], "reason": "a job"}]
    (finding,) = compose(text, services=excused)
    assert finding.line == 4


def test_a_minor_finding_is_information_unless_somebody_says_how_severe_its_rule_is() -> None:
    text = BARE + '    ports: ["8080:8080"]\n'

    def severity(**config: object) -> str:
        (found,) = [f for f in compose(text, **config) if f.rule.name == "port-on-all-interfaces"]
        return found.severity.label

    assert severity() == "info"
    assert severity(rules={"port-on-all-interfaces": {"severity": "error", "every": True}}) == "error"
    assert severity(preset="compose-lint") == "warning"
    assert severity(preset="dclint") == "error"


def test_the_port_of_a_database_is_a_warning_and_that_of_a_proxy_is_not() -> None:
    def severity(image: str, port: str) -> tuple[str, str]:
        text = f'services:\n  x:\n    image: {image}\n    ports: ["{port}"]\n'
        (found,) = [f for f in compose(text) if f.rule.name == "port-on-all-interfaces"]
        return found.severity.label, found.message

    assert severity("example.org/mine:1", "5432:5432")[0] == "warning"
    assert severity("postgres:17", "6000:6000")[0] == "warning"
    assert severity("adminer:5", "8080:8080")[0] == "warning"
    assert severity("traefik:v3.3", "8080:8080")[0] == "info"
    label, message = severity("nginx:1.29", "80:80")
    assert label == "info"
    assert "127.0.0.1" not in message


def test_findings_of_different_severity_or_safety_of_their_fixes_are_joined_apart() -> None:
    ports = "services:\n" + "".join(
        f'  {name}:\n    image: {image}\n    ports: ["{port}:{port}"]\n'
        for name, image, port in (
            ("db", "postgres:17", 5432),
            ("one", "example.org/one:1", 8001),
            ("cache", "redis:8", 6379),
            ("two", "example.org/two:1", 8002),
        )
    )
    found = [finding for finding in compose(ports) if finding.rule.name == "port-on-all-interfaces"]
    assert [(finding.line, finding.severity.label, len(finding.related)) for finding in found] == [
        (4, "warning", 1),
        (7, "info", 1),
    ]
    added = docker("FROM debian:12\nADD a.txt /\nADD maybe /\nADD b.txt /\nUSER 1\n")
    (safe, unsafe) = [finding for finding in added if finding.rule.name == "add-instead-of-copy"]
    assert safe.fix is not None and unsafe.fix is not None
    assert (safe.line, safe.fix.safe, unsafe.line, unsafe.fix.safe) == (2, True, 3, False)


def test_by_default_only_ports_of_what_others_may_not_reach_are_reported() -> None:
    def found(image: str, port: str) -> list[str]:
        text = f'services:\n  x:\n    image: {image}\n    ports: ["{port}"]\n'
        return [finding.severity.label for finding in compose(text, rules={}) if "-on-" in finding.rule.name]

    for image in ("example.org/mine:1", "traefik:v3.3", "nginx:1.29"):
        assert found(image, "8080:8080") == found(image, "0.0.0.0:8080:8080") == []
    for image in ("minio/minio:RELEASE.2025-09-07T16-13-09Z", "confluentinc/cp-kafka:7.7.1", "postgres:17"):
        assert found(image, "8080:8080") == found(image, "0.0.0.0:8080:8080") == ["warning"]


def test_who_handed_an_image_over_to_its_entrypoint_does_not_run_it_as_root() -> None:
    def found(text: str) -> list[str]:
        return [finding.rule.name for finding in docker(text) if finding.rule.name == "no-user"]

    assert found("FROM redis:8\n") == []
    assert found('FROM postgres:17 AS base\nFROM base\nCMD ["postgres", "-c", "fsync=off"]\n') == []
    assert found('FROM redis:8\nENTRYPOINT ["redis-server"]\n') == ["no-user"]
    assert found('FROM redis:8\nCMD ["sleep", "1"]\n') == ["no-user"]
    assert found("FROM example.org/redis:8\n") == ["no-user"]


def test_an_environment_file_with_an_example_beside_it_is_not_missing() -> None:
    text = BARE + "    env_file: [deploy/.env.prod]\n"
    for example in ("deploy/.env.prod.example", "deploy/.env.example", "deploy/example.env.prod"):
        files = {"compose.yaml": text, example: "A=\n"}
        assert "env-file-missing" not in names(lint_files(files, config={"shellcheck": False}))
    files = {"compose.yaml": text, ".env.example": "A=\n"}
    assert "env-file-missing" in names(lint_files(files, config={"shellcheck": False}))


def test_an_open_port_says_that_the_server_behind_it_asks_nobody_for_a_password() -> None:
    def is_open(image: str, more: str = "") -> bool:
        text = f'services:\n  x:\n    image: {image}\n    ports: ["6379:6379"]\n{more}'
        (found,) = [finding for finding in compose(text) if finding.rule.name == "port-on-all-interfaces"]
        return "asks nobody for a password" in found.message

    for image in ("redis:8", "valkey/valkey:8", "mongo:8", "memcached:1.6"):
        assert is_open(image)
    assert is_open("redis:8", "    command: redis-server --appendonly yes\n")
    for command in ("redis-server --requirepass x", "redis-server /etc/redis.conf", "sh -c 'redis-server $$X'", "$X"):
        assert not is_open("redis:8", f"    command: {command}\n")
    assert not is_open("redis:8", "    entrypoint: /start.sh\n")
    assert not is_open("mongo:8", "    environment: [MONGO_INITDB_ROOT_USERNAME=shop]\n")
    assert not is_open("mongo:8", "    env_file: absent.env\n")
    assert is_open("mongo:8", "    environment: [ME_CONFIG_MONGODB_ADMINUSERNAME=shop]\n")
    assert not is_open("postgres:17")
