"""What a service asks of itself, of the engine and of a database: what is found, and twins that are right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

NAMES = {
    "healthcheck-port-wrong", "healthcheck-port-kept", "shared-network-refuses-key", "address-not-in-subnet",
    "address-taken-twice", "host-port-of-several-replicas", "container-variable-replaced", "database-login-wrong",
    "upstream-on-loopback", "colon-in-environment-item", "healthcheck-program-missing",
}  # fmt: skip
DB = "  db:\n    image: postgres:17\n    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: one}\n"
API = "services:\n  api:\n    image: acme/api:1\n    environment: {DATABASE_URL: 'postgres://app:%s@db/x'}\n" + DB
LAN = "networks:\n  lan:\n    ipam: {config: [{subnet: 10.5.0.0/24}]}\n"
EXTERNAL = "networks: {lan: {external: true}}\n"
ONE = "services:\n  one:\n    image: acme/one:1\n"
PORTED = 'FROM alpine:3.22\nENV APP_PORT=80\nCOPY a /a\nHEALTHCHECK CMD wget -q http://localhost:80/\nCMD ["/a"]\n'
MOVED = "services:\n  a:\n    build: .\n    environment: {%s: '90'}\n"
PROXY = (
    "services:\n  p:\n    image: nginx:1.29\n    volumes: ['./n.conf:/etc/nginx/conf.d/n.conf']\n"
    "  api:\n    image: a/b:1\n"
)
OTHER = API.replace("app:%s", "more:one")
COMMAND = "    command: sh -c 'echo $A'\n"
QUEUE = (
    "services:\n  api:\n    image: acme/api:1\n    environment: {AMQP_URL: 'amqp://app:one@mq'}\n"
    "  mq:\n    image: rabbitmq:4\n"
)
SEARCH = (
    "services:\n  api:\n    image: acme/api:1\n    environment: {REDIS_URL: 'redis://app:one@redis'}\n"
    "  redis:\n    image: redis:8\n    command: redis-server --requirepass two"
)
CLIENT = 'FROM debian:13-slim\nRUN apt-get update && apt-get install -y %s\nCMD ["sleep", "9"]\n'
READY = "services:\n  a:\n    build: .\n    healthcheck: {test: [CMD, pg_isready, -h, db]}\n"


def found(folder: Path, files: Mapping[str, str]) -> set[str]:
    """The rules of these that have findings in a project on disk."""
    for name, text in files.items():
        (folder / name).write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return {one.rule.name for one in report.visible} & NAMES


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"compose.yaml": API % "two"}, "database-login-wrong"),
        ({"compose.yaml": API.replace("app:%s", "root:one")}, "database-login-wrong"),
        ({"compose.yaml": f"{ONE}    network_mode: service:two\n    hostname: one\n  two:\n    image: a/b:1\n"},
         "shared-network-refuses-key"),
        ({"compose.yaml": f"{ONE}    networks: {{lan: {{ipv4_address: 10.6.0.1}}}}\n{LAN}"}, "address-not-in-subnet"),
        ({"compose.yaml": f"{ONE}    ports: ['80:80']\n    scale: 2\n"}, "host-port-of-several-replicas"),
        ({"compose.yaml": f"{ONE}    environment: {{A: b}}\n    command: sh -c 'echo $A'\n"},
         "container-variable-replaced"),
        ({"compose.yaml": QUEUE}, "database-login-wrong"),
        ({"compose.yaml": SEARCH + "\n"}, "database-login-wrong"),
        ({"compose.yaml": OTHER + "  second:\n    image: postgres:17\n    command: -c max_connections=9\n"},
         "database-login-wrong"),
        ({"compose.yaml": f"{ONE}    env_file: one.env\n{COMMAND}", "one.env": "A=1\n", ".env": "B=1\n"},
         "container-variable-replaced"),
        ({"compose.yaml": f"{ONE}    networks: &n {{lan: {{ipv4_address: 10.5.0.9}}}}\n"
                          f"  two:\n    image: a/b:1\n    networks: *n\n{LAN}"}, "address-taken-twice"),
        ({"compose.yaml": f"{ONE}    environment: ['A:b']\n"}, "colon-in-environment-item"),
        ({"compose.yaml": MOVED % "APP_PORT", "Dockerfile": PORTED, "a": ""}, "healthcheck-port-kept"),
        ({"compose.yaml": PROXY, "n.conf": "server { listen 80; location / { proxy_pass http://localhost:8000; } }"},
         "upstream-on-loopback"),
        ({"compose.yaml": READY, "Dockerfile": CLIENT % "curl"}, "healthcheck-program-missing"),
    ],
)  # fmt: skip
def test_what_surely_fails_is_reported(tmp_path: Path, files: Mapping[str, str], rule: str) -> None:
    assert found(tmp_path, files) == {rule}


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yaml": API % "one"},
        {"compose.yaml": (API % "two").replace("POSTGRES_PASSWORD: one", "POSTGRES_PASSWORD: '${PW}'")},
        {"compose.yaml": (API % "two") + "    entrypoint: /start\n"},
        {"compose.yaml": API.replace("app:%s", "more:one") + "    volumes: ['./s:/docker-entrypoint-initdb.d']\n"},
        {"compose.yaml": f"{ONE}    network_mode: host\n    hostname: one\n"},
        {"compose.yaml": f"{ONE}    networks: {{lan: {{ipv4_address: 10.5.0.9}}}}\n{LAN}"},
        {"compose.yaml": f"{ONE}    networks: {{lan: {{ipv4_address: 10.6.0.1}}}}\n{EXTERNAL}"},
        {"compose.yaml": f"{ONE}    ports: ['80-81:80']\n    scale: 2\n"},
        {"compose.yaml": f"{ONE}    environment: {{A: b}}\n    command: sh -c 'echo $$A $PATH ${{A:-c}}'\n"},
        {"compose.yaml": f"{ONE}    environment: {{A: b}}\n    command: sh -c 'echo $A'\n", ".env": "A=c\n"},
        {"compose.yaml": MOVED % "DB_PORT", "Dockerfile": PORTED, "a": ""},
        {"compose.yaml": PROXY, "n.conf": "server { listen 81; location / { proxy_pass http://127.0.0.1:81; } }"},
        {"compose.yaml": READY, "Dockerfile": CLIENT % "postgresql-client-17"},
        {"compose.yaml": (MOVED % "APP_PORT") + "    command: /a --port 80\n", "Dockerfile": PORTED, "a": ""},
        {"compose.yaml": MOVED % "APP_PORT", "Dockerfile": PORTED.replace("ENV ", "ENV PORT=80 "), "a": ""},
        {"compose.yaml": f"{ONE}    ports: ['9:9']\n    deploy: {{replicas: 2, update_config: {{delay: 1s}}}}\n"},
        # Another service, settings, options or a volume of others may make users.
        {"compose.yaml": OTHER + "  setup:\n    image: postgres:17\n    command: psql -h db -f /setup.sql\n"},
        {"compose.yaml": OTHER + "  setup:\n    build: .\n", "Dockerfile": 'FROM postgres:17\nCMD ["/setup"]\n'},
        {"compose.yaml": OTHER + "    volumes: ['data:/var/lib/postgresql/data']\nvolumes: {data: {external: true}}\n"},
        {"compose.yaml": OTHER + "    command: postgres -c hba_file=/hba.conf\n"},
        {"compose.yaml": QUEUE + "    volumes: ['./mq.conf:/etc/rabbitmq/rabbitmq.conf']\n", "mq.conf": ""},
        {"compose.yaml": SEARCH + " --aclfile /users.acl\n"},
        # The caller is to give the variable.
        {"compose.yaml": f"{ONE}    environment: {{A: '${{A:-b}}'}}\n{COMMAND}"},
        {"compose.yaml": f"{ONE}    env_file: one.env\n    ports: ['$P:80']\n{COMMAND}", "one.env": "A=1\nP=8080\n"},
        {"compose.yaml": f"{ONE}    env_file: one.env\n{COMMAND}", "one.env": "A=1\n", ".env.example": "A=1\n"},
        # Another Compose file gives the network its subnet; a service has no containers.
        {"compose.yaml": f"{ONE}    networks: {{lan: {{ipv4_address: 10.5.0.9}}}}\nnetworks: {{lan: {{}}}}\n",
         "compose.prod.yaml": LAN},
        {"compose.yaml": f"{ONE}    networks: &n {{lan: {{ipv4_address: 10.5.0.9}}}}\n"
                         f"  two:\n    image: a/b:1\n    scale: 0\n    networks: *n\n{LAN}"},
    ],
)  # fmt: skip
def test_what_is_right_or_not_known_is_not(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert found(tmp_path, files) == set()
