"""What services wait for when they start: the words that name it, and where these are found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths
from dlint.model.facts.waiting import awaited, listed_in


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("./wait-for-it.sh db:5432 -- npm start", [("db", 5432)]),
        ("wait-for-it -t 0 -s db:5432", [("db", 5432)]),
        ("/bin/wait-for-it.sh -h db -p 5432 -- npm start", [("db", 5432)]),
        ("wait-for-it.sh --host=db --port=5432", [("db", 5432)]),
        ("./wait-for http://web:80/x -- true", [("web", 80)]),
        ("./wait-for-it.sh db.example.org:5432", []),
        ("./wait-for-it.sh $ -- x db:5432", []),
        ("dockerize -wait tcp://db:5432 -wait=http://web/health -timeout 5s", [("db", 5432), ("web", 80)]),
        ("dockerize -wait file:///x", []),
        ("wait4x tcp db:5432 --timeout 5s -- tcp other:1", [("db", 5432)]),
        ("wait4x http http://web:81/x", [("web", 81)]),
        ("wait-on tcp:db:5432 http-get://web:82/", [("db", 5432), ("web", 82)]),
        ("nc -z db 5432", [("db", 5432)]),
        ("nc -vz -w 3 db 5432", [("db", 5432)]),
        ("nc -zw3 db 5432", [("db", 5432)]),
        ("nc -l -p 80", []),
        ("nc db 5432", []),
        ("nc -z 10.0.0.1 5432", []),
        ("pg_isready -h db -p 5432 -U app", [("db", 5432)]),
        ("pg_isready -hdb", [("db", None)]),
        ("pg_isready", []),
        ("pg_isready -h /run/postgresql", []),
        ("mysqladmin ping --host=db -P 3306", [("db", 3306)]),
        ("redis-cli -h cache ping", [("cache", None)]),
        ("npm start db:5432", []),
    ],
)
def test_a_command_says_for_what_it_waits(line: str, found: list[tuple[str, int | None]]) -> None:
    assert [(one.host, one.port) for one in awaited(line.split())] == found


def test_a_list_of_hosts_is_read() -> None:
    assert [*listed_in("db:5432, cache:6379 a.b:1 http://x:2")] == [("db", 5432), ("cache", 6379)]


SERVICES = "  db:\n    image: postgres:17\n    ports: ['5433:5432']\n"
BUILT = "FROM debian:12\nWORKDIR /app\nCOPY . .\n"


def messages(folder: Path, web: str, files: Mapping[str, str]) -> list[str]:
    """What the rule says of a service beside a database."""
    compose = f"services:\n  web:\n    {web}\n{SERVICES}"
    for path, text in {"compose.yaml": compose, **files}.items():
        (folder / path).write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return [one.message for one in report.visible if one.rule.name == "awaited-address-wrong"]


@pytest.mark.parametrize(
    ("web", "files"),
    [
        ("image: a/b:1\n    command: ./wait-for-it.sh dbs:5432 -- x", {}),
        ("image: a/b:1\n    entrypoint: ./wait-for-it.sh db:5433 -- x", {}),
        ("image: a/b:1\n    command: sh -c 'while ! nc -z dbs 5432; do sleep 1; done; x'", {}),
        ("image: a/b:1\n    command: sh -c 'until psql -h dbs -c 1; do sleep 1; done && x'", {}),
        ("image: a/b:1\n    command: /a.sh\n    volumes: ['./a.sh:/a.sh']", {"a.sh": "nc -z dbs 1"}),
        ("build: .", {"Dockerfile": f"{BUILT}CMD ./wait-for-it.sh dbs:5432 -- x\n"}),
        ("build: .", {"Dockerfile": f'{BUILT}ENTRYPOINT ["./a.sh"]\n', "a.sh": "#!/bin/bash\nwait-for-it dbs:5432\n"}),
        ("build: .", {"Dockerfile": f'{BUILT}CMD ["sh", "a.sh"]\n', "a.sh": "dockerize -wait tcp://db:5433\n"}),
        ("build: .", {"Dockerfile": f"{BUILT}ENV H=dbs\nENTRYPOINT /app/a.sh\n", "a.sh": "#!/bin/sh\nnc -z $H 1\n"}),
        ("build: .\n    environment: [H=dbs]", {"Dockerfile": f"{BUILT}CMD sh a.sh\n", "a.sh": "pg_isready -h $H\n"}),
        ("build: .\n    command: wait-for-it db:5432 -- ./a.sh", {"Dockerfile": BUILT, "a.sh": "nc -z dbs 1\n"}),
        ("image: a/b:1\n    environment: {SERVICE_PRECONDITION: 'dbs:5432 db:5432'}", {}),
    ],
)  # fmt: skip
def test_a_wait_that_nothing_ends_is_reported(tmp_path: Path, web: str, files: Mapping[str, str]) -> None:
    assert len(messages(tmp_path, web, files)) == 1


@pytest.mark.parametrize(
    ("web", "files"),
    [
        ("image: a/b:1\n    command: ./wait-for-it.sh db:5432 -- x", {}),
        ("image: a/b:1\n    command: ./wait-for-it.sh $HOST:5432 -- x", {}),
        ("image: a/b:1\n    command: ./wait-for-it.sh localhost:80 -- x", {}),
        ("image: a/b:1\n    command: ./wait-for-it.sh dbs:5432 -- x\n    external_links: ['x:dbs']", {}),
        ("image: a/b:1\n    command: ./wait-for-it.sh dbs:5432 -- x\n    extra_hosts: ['dbs:10.0.0.1']", {}),
        ("image: a/b:1\n    command: ./wait-for-it.sh dbs:5432 -- x\n    network_mode: host", {}),
        ("image: a/b:1\n    command: sh -c 'if [ -n \"$$X\" ]; then nc -z dbs 1; fi; x'", {}),
        ("build: .", {"Dockerfile": f"{BUILT}CMD sh a.sh\n", "a.sh": "H=$1\nnc -z $H 1\nwait() { nc -z dbs 1; }\n"}),
        ("build: .\n    command: x", {"Dockerfile": f"{BUILT}CMD ./wait-for-it.sh dbs:5432 -- x\n"}),
        ("build: .", {"Dockerfile": f"{BUILT}CMD sh a.sh\n", "a.sh": ". ./env\nnc -z $H 1\n"}),
    ],
)  # fmt: skip
def test_what_may_answer_is_not_reported(tmp_path: Path, web: str, files: Mapping[str, str]) -> None:
    assert not messages(tmp_path, web, files)
