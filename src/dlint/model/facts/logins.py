"""The user that a database makes at its first start, by the variables of its image.

Sources: the pages of postgres, mysql, mariadb and mongo on Docker Hub.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class Login(NamedTuple):
    """The variables for the name of a user and the password; ``name`` is the user's where none is given, or always."""

    users: tuple[str, ...]
    passwords: tuple[str, ...]
    name: str = ""


class Server(NamedTuple):
    """A database: the ``schemes`` of its URLs, and whom it makes. ``opens`` are variables that let everybody in."""

    schemes: tuple[str, ...]
    logins: tuple[Login, ...]
    opens: tuple[str, ...]


_POSTGRES: Final = Server(
    ("postgres", "postgresql", "postgis", "psql", "pgsql"),
    (Login(("POSTGRES_USER",), ("POSTGRES_PASSWORD",), "postgres"),),
    ("POSTGRES_HOST_AUTH_METHOD",),
)
_MYSQL: Final = Server(
    ("mysql", "mysql2", "mariadb"),
    (
        Login(("MYSQL_USER", "MARIADB_USER"), ("MYSQL_PASSWORD", "MARIADB_PASSWORD")),
        Login((), ("MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD"), "root"),
    ),
    (),
)
_MONGO: Final = Server(
    ("mongodb", "mongo"), (Login(("MONGO_INITDB_ROOT_USERNAME",), ("MONGO_INITDB_ROOT_PASSWORD",)),), ()
)
SERVERS: Final = {
    "postgres": _POSTGRES,
    "postgis/postgis": _POSTGRES,
    "pgvector/pgvector": _POSTGRES,
    "timescale/timescaledb": _POSTGRES,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "percona": _MYSQL,
    "mongo": _MONGO,
}
"""The databases by the names of their images."""
