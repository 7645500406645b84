"""Databases that create a user and a database of variables, when they start for the first time."""

from __future__ import annotations

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class Family(NamedTuple):
    """Images with the same variables: of the user, of its password and of the database; the first that is set counts.

    ``schemes`` begin URLs of clients, drivers left out. ``default_user`` is created where no variable names one, with
    all rights. ``root`` is a user that is always there, with a password of its own. ``databases`` are always there.
    With a variable of ``open_by`` any password will do, or nobody knows which. ``users_in`` is the database that has
    the users, if clients must say so. ``option`` of the command sets a password that everybody has to give. Files below
    ``settings`` may make more users, and so may a command with one of the words ``more``.
    """

    images: frozenset[str]
    schemes: frozenset[str]
    user: tuple[str, ...]
    password: tuple[str, ...]
    database: tuple[str, ...]
    default_user: str = ""
    root: str = ""
    root_password: tuple[str, ...] = ()
    databases: frozenset[str] = frozenset()
    open_by: tuple[str, ...] = ()
    default_password: str = ""
    users_in: str = ""
    option: str = ""
    settings: str = ""
    more: tuple[str, ...] = ()


FAMILIES: Final = (
    # hub.docker.com/_/postgres, "Environment Variables"; the others are built on it.
    Family(
        frozenset(("postgres", "postgis/postgis", "pgvector/pgvector", "timescale/timescaledb")),
        frozenset(("postgres", "postgresql", "postgis", "psql", "pgsql", "jdbc:postgresql")),
        user=("POSTGRES_USER",),
        password=("POSTGRES_PASSWORD",),
        database=("POSTGRES_DB",),
        default_user="postgres",
        databases=frozenset(("postgres", "template1")),
        open_by=("POSTGRES_HOST_AUTH_METHOD",),
        # postgresql.org/docs/current/runtime-config-file-locations.html: another file may let everybody in.
        more=("hba_file",),
    ),
    # hub.docker.com/_/mysql and hub.docker.com/_/mariadb, "Environment Variables"
    Family(
        frozenset(("mysql", "mariadb", "percona")),
        frozenset(("mysql", "mysql2", "mariadb", "jdbc:mysql", "jdbc:mariadb")),
        user=("MARIADB_USER", "MYSQL_USER"),
        password=("MARIADB_PASSWORD", "MYSQL_PASSWORD"),
        database=("MARIADB_DATABASE", "MYSQL_DATABASE"),
        root="root",
        root_password=("MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"),
        databases=frozenset(("mysql", "information_schema", "sys", "performance_schema")),
        open_by=(
            *("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "MARIADB_RANDOM_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD_HASH"),
            *("MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD", "MARIADB_PASSWORD_HASH"),
        ),
        # dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_init_file
        more=("init-file", "init_file", "skip-grant-tables", "skip_grant_tables"),
    ),
    # hub.docker.com/_/mongo, "Environment Variables": without both nobody has to log in, and nobody can.
    # mongodb.com/docs/manual/reference/connection-string-options/: without authSource the path is meant.
    Family(
        frozenset(("mongo",)),
        frozenset(("mongodb", "mongo")),
        user=("MONGO_INITDB_ROOT_USERNAME",),
        password=("MONGO_INITDB_ROOT_PASSWORD",),
        database=(),
        users_in="admin",
    ),
    # rabbitmq.com/docs/access-control#default-state, hub.docker.com/_/rabbitmq
    Family(
        frozenset(("rabbitmq",)),
        frozenset(("amqp", "amqps")),
        user=("RABBITMQ_DEFAULT_USER",),
        password=("RABBITMQ_DEFAULT_PASS",),
        database=(),
        default_user="guest",
        default_password="guest",
        # rabbitmq.com/docs/definitions, rabbitmq.com/docs/configure: default_user, load_definitions
        settings="/etc/rabbitmq",
        more=("load_definitions",),
    ),
    # redis.io/docs/latest/operate/oss_and_stack/management/security/#authentication
    Family(
        frozenset(("redis", "valkey/valkey")),
        frozenset(("redis", "rediss", "valkey")),
        user=(),
        password=(),
        database=(),
        option="--requirepass",
        # redis.io/docs/latest/operate/oss_and_stack/management/security/acl: users of their own
        more=("--aclfile", "--user"),
    ),
)
