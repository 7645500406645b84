"""What people trip over with databases, brokers, mounts and names: what is found, and twins that are right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

NAMES = {
    "shell-words-dropped", "healthcheck-role-unknown", "kafka-advertises-loopback", "dollar-not-doubled",
    "mount-of-other-kind", "environment-name-unread", "host-name-unknown", "host-name-not-given",
    "blank-around-equals", "external-network-default", "localhost-in-environment", "port-in-environment-wrong",
    "command-goes-to-background",
}  # fmt: skip
PG = "services:\n  db:\n    image: postgres:17\n    environment: {POSTGRES_PASSWORD: x, POSTGRES_USER: app%s}\n"
TEST = "    healthcheck: {test: %s}\n"
ONE = "services:\n  one:\n    image: acme/one:1\n"
KAFKA = (
    "services:\n  kafka:\n    image: apache/kafka:4.0.0\n    environment: {KAFKA_ADVERTISED_LISTENERS: '%s',"
    " KAFKA_LISTENERS: 'A://:9092,B://:29092'}\n  app:\n    image: acme/app:1\n    environment: {BROKER: 'kafka:%s'}\n"
)
OWN = "services:\n  app:\n    build: .\n    volumes: ['%s']\n"
IMAGE = 'FROM alpine:3.22\nWORKDIR /app\nCOPY conf/ /etc/app/\nCOPY run /app/run\nCMD ["./run"]\n'


def found(folder: Path, files: Mapping[str, str]) -> set[str]:
    """The rules of these that have findings in a project on disk."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return {one.rule.name for one in report.visible} & NAMES


def compose(text: str) -> Mapping[str, str]:
    return {"compose.yaml": text}


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        (compose(ONE + TEST % "[CMD-SHELL, curl, -f, 'http://localhost/']"), "shell-words-dropped"),
        (compose(ONE + TEST % "[CMD, bash, -c, curl, -f]"), "shell-words-dropped"),
        (compose(f"{ONE}    entrypoint: [/bin/sh, -c, npm, start]\n"), "shell-words-dropped"),
        (compose(PG % "" + TEST % "pg_isready"), "healthcheck-role-unknown"),
        (compose(PG % "" + TEST % "[CMD, pg_isready, --username=root]"), "healthcheck-role-unknown"),
        (compose(PG % ", POSTGRES_DB: shop" + TEST % "[CMD-SHELL, pg_isready -Uapp || exit 1]"),
         "healthcheck-role-unknown"),
        (compose(PG % "" + TEST % "[CMD-SHELL, 'psql -U app -d shop -c \"select 1\"']"), "healthcheck-role-unknown"),
        (compose(KAFKA % ("A://localhost:9092", 9092)), "kafka-advertises-loopback"),
        (compose(KAFKA % ("A://kafka:9092,B://127.0.0.1:29092", 29092)), "kafka-advertises-loopback"),
        (compose(f"{ONE}    labels: ['traefik.http.middlewares.a.basicauth.users=a:$apr1$Ab$Cd']\n"),
         "dollar-not-doubled"),
        (compose(f"{ONE}    environment: ['HASH=$argon2id$v=19$m=1$abc$def']\n"), "dollar-not-doubled"),
        (compose(f"{ONE}    environment: {{API_TOKEN: 'abc$def'}}\n"), "dollar-not-doubled"),
        ({**compose(f"{ONE}    env_file: one.env\n"), "one.env": "DB_PASSWORD=abc$def\n"}, "dollar-not-doubled"),
        ({**compose(OWN % "./x.yaml:/etc/app"), "Dockerfile": IMAGE, "x.yaml": "", "run": "", "conf/a": ""},
         "mount-of-other-kind"),
        ({**compose(OWN % "./x:/app/run"), "Dockerfile": IMAGE, "x/a": "", "run": "", "conf/a": ""},
         "mount-of-other-kind"),
        (compose("services:\n  db:\n    image: mariadb:11\n    environment: {MARIADB_ROOT_PASSWORD: x, MYSQL_DB: a}\n"),
         "environment-name-unread"),
        (compose(f"{ONE}    environment: {{A: 'http://docker.host.internal:1'}}\n"), "host-name-unknown"),
        (compose(f"{ONE}    command: [a, '--b=http://host.docker.internal']\n"), "host-name-not-given"),
        (compose(f"{ONE}    environment:\n      - A= b\n"), "blank-around-equals"),
        (compose(f"{ONE}networks: {{default: {{external: true}}}}\n"), "external-network-default"),
        (compose(f"{ONE}    environment: {{SMTP_HOST: localhost}}\n  mail:\n    image: axllent/mailpit:v1\n"),
         "localhost-in-environment"),
        (compose(f"{ONE}    command: a --broker redis://localhost\n  r:\n    image: redis:8\n"),
         "localhost-in-environment"),
        (compose("services:\n  a:\n    image: nginx:1.29\n    command: [nginx]\n"), "command-goes-to-background"),
        (compose("services:\n  a:\n    image: httpd:2.4\n    command: sh -c 'rm -f /a; apachectl -k start'\n"),
         "command-goes-to-background"),
        (compose(f"{PG % ''}    ports: ['5433:5432']\n  a:\n    image: acme/a:1\n    environment: {{X_db__host: db,"
                 " X_db__port: 5433}\n"), "port-in-environment-wrong"),
    ],
)  # fmt: skip
def test_what_fails_is_reported(tmp_path: Path, files: Mapping[str, str], rule: str) -> None:
    assert found(tmp_path, files) == {rule}


@pytest.mark.parametrize(
    "files",
    [
        compose(ONE + TEST % "[CMD-SHELL, 'curl -f http://localhost/']"),
        compose(ONE + TEST % "[CMD, sh, -c, 'curl \"$$0\"', x]"),
        compose(f"{ONE}    entrypoint: [sh, -c, 'exec a \"$$@\"', name]\n"),
        compose(PG % "" + TEST % "pg_isready -U app -h db"),
        compose(PG % ", PGUSER: app" + TEST % "pg_isready"),
        compose(PG % "" + "    user: app\n" + TEST % "pg_isready"),
        compose(PG % "" + TEST % "[CMD-SHELL, 'pg_isready -U $$POSTGRES_USER']"),
        compose(PG % "" + "    volumes: ['./sql:/docker-entrypoint-initdb.d']\n" + TEST % "pg_isready -U other"),
        compose(PG % "" + TEST % "[CMD-SHELL, 'psql -U app -d postgres']"),
        compose(KAFKA % ("A://kafka:9092,B://localhost:29092", 9092)),
        compose(KAFKA % ("A://localhost:9092,B://kafka:29092", 29092)),
        compose(f"{ONE}    labels: ['a.users=a:$$apr1$$Ab$$Cd']\n"),
        compose(f"{ONE}    environment: {{API_TOKEN: 'abc-$TOKEN', URL: 'a$b', PASSWORD: '$pw'}}\n"),
        {**compose(f"{ONE}    env_file: one.env\n"), "one.env": "DB_PASSWORD='abc$def'\nA_SECRET=a$DB_PASSWORD\n"},
        {**compose(OWN % "./x.yaml:/etc/app/x.yaml"), "Dockerfile": IMAGE, "x.yaml": "", "run": "", "conf/a": ""},
        {**compose(OWN % "./x:/app"), "Dockerfile": IMAGE, "x/run": "", "run": "", "conf/a": ""},
        compose("services:\n  db:\n    image: mysql:8.4\n    environment: {MYSQL_ROOT_PASSWORD: x, MYSQL_DB: a,"
                " MYSQL_DATABASE: a, MYSQL_HOST: b}\n"),
        compose(f"{ONE}    environment: {{A: 'http://host.docker.internal'}}\n    network_mode: host\n"),
        compose(f"{ONE}    environment: {{A: 'http://host.docker.internal'}}\n"
                "    extra_hosts: ['host.docker.internal=host-gateway']\n"),
        compose(f"{ONE}    environment: ['A=b', 'C=', '\"D= e\"']\n"),
        compose(f"{ONE}networks: {{default: {{external: true, name: lan}}}}\n"),
        compose(f"{ONE}    command: a --broker redis://localhost\n"),
        compose("services:\n  a:\n    image: nginx:1.29\n    command: [nginx, -g, daemon off;]\n"),
        compose("services:\n  a:\n    image: nginx:1.29\n    command: sh -c 'nginx; sleep infinity'\n"),
        {**compose("services:\n  a:\n    image: nginx:1.29\n    command: nginx\n"
                   "    volumes: ['./n.conf:/etc/nginx/nginx.conf']\n"), "n.conf": "daemon off;\n"},
    ],
)  # fmt: skip
def test_what_may_be_right_is_silent(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert found(tmp_path, files) == set()
