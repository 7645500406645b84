"""What a Compose file says together with the files around it: what it extends, builds, mounts and reads."""

from __future__ import annotations

from pathlib import Path

import pytest

import dlint
from dlint.library import report_files
from dlint.rule.finding import Finding

EXTENDS = "services:\n  web:\n    extends:\n      file: base.yml\n      service: base\n"
BASE = "services:\n  base:\n    image: nginx:1.27\n    privileged: true\n"


def found(
    files: dict[str, str], *rules: str, targets: list[str] | None = None, exclude: tuple[str, ...] = ()
) -> list[Finding]:
    config = {"select": list(rules), "shellcheck": False, "exclude": list(exclude)}
    report = report_files(files, targets=targets, config=config)
    assert not report.failures
    return report.visible


def test_what_a_file_that_is_left_out_brings_is_shown_where_it_is_extended() -> None:
    files = {"compose.yaml": EXTENDS, "base.yml": BASE}
    (finding,) = found(files, "service-privileged", exclude=("base.yml",))
    assert (finding.path, finding.line, finding.fix) == ("compose.yaml", 3, None)
    assert finding.message.startswith("In `base.yml`, line 4: ")
    assert [(related.where.source.path, related.where.line) for related in finding.related] == [("base.yml", 4)]


def test_what_another_file_brings_is_not_shown_with_the_file_that_extends_it() -> None:
    files = {"compose.yaml": EXTENDS, "base.yml": BASE}
    assert found(files, "service-privileged", targets=["compose.yaml"]) == []


def test_what_a_linted_file_brings_stays_there() -> None:
    findings = found({"compose.yaml": EXTENDS, "base.yml": BASE}, "service-privileged")
    assert {(finding.path, finding.line) for finding in findings} == {("base.yml", 4)}


def test_what_services_share_by_an_anchor_is_told_once() -> None:
    text = (
        "x-env: &env\n  API_TOKEN: 9f8c1b7a2e\nservices:\n"
        + "".join(f"  s{number}:\n    image: nginx:1.27\n    environment: *env\n" for number in range(3))
        + "  own:\n    image: nginx:1.27\n    environment: {API_TOKEN: 9f8c1b7a2e}\n"
    )
    findings = found({"compose.yaml": text}, "secret-in-service-environment")
    assert [finding.anchor for finding in findings] == ["s0", "own"]
    assert [finding.message.endswith("(and 2 more services)") for finding in findings] == [True, False]


def test_a_service_that_is_excused_does_not_excuse_the_others() -> None:
    text = "x-p: &p\n  privileged: true\nservices:\n" + "".join(
        f"  {name}:\n    image: nginx:1.27\n    <<: *p\n" for name in ("one", "two")
    )
    excuse = {"names": ["one"], "ignore": ["service-privileged"], "reason": "runs Docker"}
    config = {"select": ["service-privileged"], "services": [excuse]}
    report = report_files({"compose.yaml": text}, config=config)
    assert [finding.anchor for finding in report.visible] == ["two"]


def test_a_comment_at_extends_hides_what_it_brings() -> None:
    text = EXTENDS.replace("    extends:", "    # dlint: ignore=service-privileged -- needs it\n    extends:")
    assert not found({"compose.yaml": text, "base.yml": BASE}, "service-privileged", targets=["compose.yaml"])


def test_a_dockerfile_in_place_answers_for_its_service() -> None:
    text = (
        "services:\n  api:\n    build:\n      context: .\n      args: [KNOWN=1, OTHER=2]\n"
        "      dockerfile_inline: |\n        FROM debian:12\n        ARG KNOWN\n        HEALTHCHECK CMD true\n"
    )
    rules = ("build-argument-undeclared", "healthcheck-not-set")
    assert [finding.line for finding in found({"compose.yaml": text}, *rules)] == [5]


def test_files_are_missing_on_disk_only_where_git_does_not_leave_them_out(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    build: ./web\n    volumes: ['./a.conf:/a.conf', './b.conf:/b.conf', './data:/data']\n"
    )
    (tmp_path / ".gitignore").write_text("b.conf\n")
    rules = ["context-missing", "mounted-file-missing"]
    config = {"select": rules, "shellcheck": False}
    names = [finding.rule.name for finding in dlint.lint_paths([str(tmp_path)], config=config).visible]
    assert names == rules


def test_in_memory_nobody_knows_what_lies_beside_the_file() -> None:
    text = "services:\n  web:\n    build: .\n    volumes: ['./a.conf:/a.conf']\n"
    assert not found({"compose.yaml": text}, "dockerfile-missing", "mounted-file-missing")


def test_the_value_of_an_environment_file_is_never_repeated() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: nginx:1.27\n    env_file: web.env\n",
        "web.env": "API_TOKEN=9f8c1b7a2e\n",
    }
    (finding,) = found(files, "secret-in-env-file")
    texts = [finding.message, *(related.message for related in finding.related)]
    assert "API_TOKEN" in finding.message
    assert not any("9f8c1b7a2e" in text for text in texts)


def test_an_environment_file_counts_as_shared_in_a_repository_only(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: nginx:1.27\n    env_file: web.env\n")
    (tmp_path / "web.env").write_text("API_TOKEN=9f8c1b7a2e\n")
    config = {"select": ["secret-in-env-file"], "shellcheck": False}
    root = str(tmp_path)
    assert not dlint.lint_paths([root], root=root, config=config).visible
    (tmp_path / ".git").mkdir()
    assert len(dlint.lint_paths([root], root=root, config=config).visible) == 1


@pytest.mark.parametrize(
    ("rule", "lines", "line"),
    [
        ("no-new-privileges-missing", ["security_opt:", "  - apparmor:custom"], 4),
        ("no-new-privileges-missing", ["tty: true"], 2),
        ("capabilities-not-dropped", ["tty: true", "cap_drop: [NET_RAW]"], 5),
        ("memory-not-limited", ["deploy:", "  resources:", "    limits:", '      cpus: "1"'], 6),
        ("memory-not-limited", ["deploy:", "  resources:", "    reservations:", '      cpus: "1"'], 5),
        ("memory-not-limited", ["deploy:", "  replicas: 1", "mem_limit: 0"], 6),
        (
            "mount-propagation-shared",
            ["volumes: [{type: bind, source: /a, target: /a,", "  bind: {propagation: shared}}]"],
            5,
        ),
    ],
)
def test_what_is_missing_is_shown_where_a_person_adds_it(rule: str, lines: list[str], line: int) -> None:
    text = "services:\n  web:\n    image: x:1\n" + "".join(f"    {text}\n" for text in lines)
    assert [finding.line for finding in found({"compose.yaml": text}, rule)] == [line]


def test_a_list_that_a_base_adds_to_is_shown_where_the_service_writes_it() -> None:
    base = BASE + "    cap_drop: [MKNOD]\n"
    text = EXTENDS + "    cap_drop: [NET_RAW]\n"
    (finding,) = found({"compose.yaml": text, "base.yml": base}, "capabilities-not-dropped", targets=["compose.yaml"])
    assert (finding.path, finding.line) == ("compose.yaml", 6)


def test_a_key_in_another_file_is_not_where_a_person_adds() -> None:
    base = BASE + "    security_opt: [apparmor:custom]\n    deploy: {resources: {limits: {cpus: 1}}}\n"
    rules = ("no-new-privileges-missing", "memory-not-limited")
    findings = found({"compose.yaml": EXTENDS + "    image: x:1\n", "base.yml": base}, *rules, targets=["compose.yaml"])
    assert [(finding.path, finding.line, finding.fix) for finding in findings] == [("compose.yaml", 2, None)] * 2


PIECES = {
    "compose.yaml": """\
include:
  - path: [infra/compose.yaml, compose-more.yaml]
    project_directory: .
services:
  app:
    extends: {file: compose-common.yaml, service: hardened}
    image: x:1
""",
    "infra/compose.yaml": "services:\n  db:\n    image: x:1\n    env_file: db.env\n    privileged: true\n",
    "compose-more.yaml": "services:\n  db:\n    ports: ['5432:5432']\n",
    "compose-common.yaml": "services:\n  hardened:\n    privileged: true\n",
    "db.env": "A=b\n",
}


def test_pieces_of_a_project_are_judged_as_such() -> None:
    rules = ("env-file-missing", "service-without-image", "service-privileged", "port-on-all-interfaces")
    findings = found(PIECES, *rules)
    assert {(finding.path, finding.line, finding.rule.name) for finding in findings} == {
        ("infra/compose.yaml", 5, "service-privileged"),
        ("compose-more.yaml", 3, "port-on-all-interfaces"),
        ("compose-common.yaml", 3, "service-privileged"),
    }
    for path in ("infra/compose.yaml", "compose-more.yaml", "compose-common.yaml"):
        alone = found(PIECES, *rules, targets=[path])
        assert [(one.path, one.line) for one in alone] == [
            (one.path, one.line) for one in findings if one.path == path
        ], path


def test_included_files_may_need_each_other() -> None:
    files = {
        "compose.yaml": "include: [a/compose.yaml, b/compose.yaml]\n",
        "a/compose.yaml": "services:\n  api: {image: 'x:1', networks: [shared]}\nnetworks: {shared: {name: shared}}\n",
        "b/compose.yaml": "services:\n  web: {image: 'x:1', depends_on: [api], privileged: true}\n",
    }
    findings = found(files, "service-undefined", "network-unused", "service-privileged")
    assert [(finding.path, finding.rule.name) for finding in findings] == [("b/compose.yaml", "service-privileged")]


def test_a_file_that_nobody_uses_is_a_project_of_its_own() -> None:
    files = {path: text for path, text in PIECES.items() if path != "compose.yaml"}
    findings = found(files, "env-file-missing", "service-without-image")
    assert {(finding.path, finding.rule.name) for finding in findings} == {
        ("infra/compose.yaml", "env-file-missing"),
        ("compose-more.yaml", "service-without-image"),
        ("compose-common.yaml", "service-without-image"),
    }


def test_a_project_that_another_extends_stays_one() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    tty: true\n",
        "compose.override.yaml": "services:\n  web:\n    image: x:1\n    privileged: true\n",
        "prod.yaml": "services:\n  web:\n    image: x:2\n    extends: {file: compose.yaml, service: web}\n",
    }
    findings = found(files, "service-privileged", "service-without-image")
    assert [(finding.path, finding.line) for finding in findings] == [("compose.override.yaml", 4)]


OVERLAY = {
    "docker-compose.yml": "services: {app: {build: .}, db: {image: x}}\nnetworks: {back: {}}\nvolumes: {data: {}}\n",
    "docker-compose.prod.yml": "services:\n  app:\n    image: x:2\n    networks: [back]\n    depends_on: [db]\n",
    "docker-compose.tools.yml": "services:\n  admin:\n    image: x:3\n    volumes: ['data:/data', 'date:/d']\n",
}
UNDEFINED = ("network-undefined", "service-undefined", "volume-undefined")


def test_a_file_that_names_what_another_defines_is_laid_over_it() -> None:
    findings = found(OVERLAY, *UNDEFINED)
    assert [(one.path, one.line, one.message) for one in findings] == [
        ("docker-compose.tools.yml", 4, "No volume is called `date`: did you mean `data`?")
    ]


def test_a_file_that_names_what_nobody_defines_stands_alone() -> None:
    files = {**OVERLAY, "docker-compose.yml": "services: {app: {build: .}}\n"}
    assert len(found(files, *UNDEFINED)) == 4


def test_unrelated_files_in_a_folder_are_not_laid_over_each_other() -> None:
    files = {
        "one-compose.yml": "services:\n  a: {image: 'x:1', networks: [proxy]}\n",
        "two-compose.yml": "services:\n  b: {image: 'x:1', networks: [proxy]}\nnetworks: {proxy: {}}\n",
    }
    assert [one.path for one in found(files, *UNDEFINED)] == ["one-compose.yml"]


@pytest.mark.parametrize(
    ("below", "alone"),
    [
        ("services:\n  t: {image: 'x:1', depends_on: [db], networks: [back]}\n", []),
        (
            "services:\n  t: {image: 'x:1', depends_on: [db], networks: [gone]}\n",
            ["network-undefined", "service-undefined"],
        ),
        ("services:\n  t: {image: 'x:1', networks: [back]}\n", ["network-undefined"]),
    ],
)
def test_a_file_below_is_laid_over_one_above_if_that_has_the_services_it_lacks(below: str, alone: list[str]) -> None:
    above = "services:\n  db: {image: 'x:1', networks: [back]}\nnetworks: {back: {}}\n"
    findings = found({"compose.yaml": above, "tests/compose.yaml": below}, *UNDEFINED)
    assert sorted(one.rule.name for one in findings) == alone


def test_a_base_and_the_fragment_that_it_needs_are_one_project() -> None:
    files = {
        "compose.yaml": "services:\n  db:\n    image: postgres:17\n  app:\n    depends_on: [db]\n",
        "compose.develop.yaml": "services:\n  app:\n    build: ./app\n    depends_on: [db]\n    links: [nobody]\n",
        "compose.deploy.yaml": "services:\n  app:\n    image: example.org/app:1.4\n    links: [nobody, db]\n",
    }
    rules = ("service-without-image", "service-undefined")
    assert {(one.path, one.rule.name) for one in found(files, *rules)} == {
        ("compose.develop.yaml", "service-undefined"),
        ("compose.deploy.yaml", "service-undefined"),
    }
    assert {one.path for one in found({"compose.yaml": files["compose.yaml"]}, *rules)} == {"compose.yaml"}


def test_a_fragment_over_one_file_is_laid_over_the_one_that_defines_the_rest_too() -> None:
    files = {
        "compose.yaml": "services:\n  db:\n    image: postgres:17\n",
        "compose.dev.yaml": "services:\n  web.dev:\n    image: example.org/web:2\n",
        "compose.migrate.yaml": "services:\n  web.dev:\n    depends_on: [db, nobody]\n",
    }
    (finding,) = found(files, "service-undefined")
    assert "`nobody`" in finding.message
    files["compose.migrate.yaml"] = files["compose.migrate.yaml"].replace(", nobody", "")
    assert not found(files, "service-undefined", "service-without-image")


@pytest.mark.parametrize(
    ("dockerfile", "meant"),
    [
        ("api/Dockerfile", ", did you mean api/Dockerfile?"),
        ("Dockerfile.production", ", did you mean api/Dockerfile?"),
        ("jobs/Dockerfile.nightl", ", did you mean api/jobs/Dockerfile.nightly?"),
        ("jobs/Dockerfile", ""),
        ("Dockers/Dockerfile", ""),
    ],
)
def test_a_dockerfile_that_is_missing_may_be_another(dockerfile: str, meant: str) -> None:
    image = "FROM debian:13\n"
    files = {
        "compose.yaml": f"services:\n  api:\n    build: {{context: api, dockerfile: {dockerfile}}}\n",
        "api/Dockerfile": image,
        "api/jobs/Dockerfile.nightly": image,
        "api/jobs/Dockerfile.weekly": image,
        "api/api/main.py": "",
        "api/Dockers/main.py": "",
    }
    (finding,) = found(files, "dockerfile-missing")
    assert finding.message.partition("does not exist")[2] == meant


def test_a_file_of_definitions_alone_belongs_to_those_beside_it_that_need_them() -> None:
    files = {
        "compose/docker-compose.media.yml": "services:\n  web:\n    image: example.org/web\n    networks: [lab, b]\n",
        "compose/docker-compose.network.yml": "networks:\n  lab:\n    driver: bridge\n",
    }
    assert [one.message.split("`")[1] for one in found(files, "network-undefined")] == ["b"]


def test_a_windows_image_that_is_built_here_makes_the_project_one_for_windows() -> None:
    compose = "services:\n  web:\n    build: .\n  queue:\n    image: example.org/queue:3.1\n"
    base = "mcr.microsoft.com/windows/servercore:ltsc2022"
    for image, expected in ((base, set()), ("debian:12", {"web", "queue"})):
        findings = found({"compose.yaml": compose, "Dockerfile": f"FROM {image}\n"}, "capabilities-not-dropped")
        assert {one.anchor for one in findings} == expected


def test_root_for_a_job_that_others_wait_for_is_information() -> None:
    text = (
        "services:\n  owner:\n    image: example.org/app:3.1\n    user: root\n  app:\n    image: example.org/app:3.1\n"
        "    user: root\n    depends_on:\n      owner: {condition: service_completed_successfully}\n"
    )
    findings = found({"compose.yaml": text}, "service-runs-as-root")
    assert {(one.anchor, one.severity.name) for one in findings} == {("owner", "INFO"), ("app", "WARNING")}
