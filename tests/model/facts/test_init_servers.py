"""Tests of a database's health that the server for its first scripts answers as well."""

from __future__ import annotations

import pytest

from dlint.model.facts.init_servers import asks_socket


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("postgres", "pg_isready"),
        ("postgis/postgis", "pg_isready -U app -d app -p 5432"),
        ("postgres", "/usr/bin/pg_isready -h /var/run/postgresql"),
        ("mysql", "mysqladmin ping"),
        ("mysql", "mysqladmin ping -h localhost -u root"),
        ("mariadb", "mariadb-admin -hlocalhost ping"),
    ],
)
def test_without_a_host_the_socket_is_asked(image: str, command: str) -> None:
    assert asks_socket(image, command.split())


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("postgres", "pg_isready -h localhost"),
        ("postgres", "pg_isready --host=127.0.0.1"),
        ("postgres", "pg_isready -d host=db"),
        ("postgres", "pg_isready -d postgres://db/app"),
        ("postgres", "psql -c select"),
        ("redis", "pg_isready"),
        ("mysql", "mysqladmin ping -h 127.0.0.1"),
        ("mysql", "mysqladmin ping -h localhost --protocol=tcp"),
        ("mariadb", "mariadb-admin ping -P 3306"),
        ("mysql", "mysqladmin version"),
        ("mysql", "pg_isready"),
    ],
)
def test_a_host_means_tcp_and_other_commands_are_not_known(image: str, command: str) -> None:
    assert not asks_socket(image, command.split())


def test_no_words_ask_nobody() -> None:
    assert not asks_socket("postgres", [])
