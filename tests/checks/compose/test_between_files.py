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
    ],
)
def test_what_is_right_or_not_known_is_not(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert found(tmp_path, files) == set()
