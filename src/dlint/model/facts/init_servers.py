"""Databases whose image starts a server for its first scripts alone, and tests that cannot tell it from the real one.

The entrypoints are those of github.com/docker-library/postgres and mysql, github.com/mysql/mysql-docker and
github.com/MariaDB/mariadb-docker; the images of PostGIS, pgvector and TimescaleDB are built on the first. The server
for the scripts has no network: ``listen_addresses=''`` there, ``--skip-networking`` here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_POSTGRES: Final = frozenset(
    "postgres postgis/postgis pgvector/pgvector timescale/timescaledb timescale/timescaledb-ha".split()
)
_MYSQL: Final = frozenset(("mysql", "mariadb", "mysql/mysql-server"))


def asks_socket(image: str, words: Sequence[str]) -> bool:
    """Whether a command only asks if a server answers, and asks by the socket that both servers have."""
    name = words[0].rpartition("/")[2] if words else ""
    if image in _POSTGRES and name == "pg_isready":
        # postgresql.org/docs/current/app-pg-isready.html: a connection string may name a host as well.
        host = _host_in(words)
        return not any("host=" in word or "://" in word for word in words) and (not host or host.startswith("/"))
    if image in _MYSQL and name in ("mysqladmin", "mariadb-admin") and "ping" in words[1:]:
        # dev.mysql.com/doc/refman/8.4/en/connecting.html: localhost is the socket, unless a protocol is named. With a
        # port, MariaDB's client takes TCP.
        tcp = any(word.startswith(("--proto", "--port", "-P")) for word in words)
        return not tcp and _host_in(words) in ("", "localhost")
    return False


def _host_in(words: Sequence[str]) -> str:
    for word, after in zip(words, (*words[1:], ""), strict=True):
        if word in ("-h", "--host"):
            return after
        if word.startswith("--host="):
            return word.removeprefix("--host=")
        if word.startswith("-h"):
            return word.removeprefix("-h")
    return ""
