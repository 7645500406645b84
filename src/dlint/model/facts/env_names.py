"""Names that people give to variables of an image, and that it does not read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# hub.docker.com/_/postgres, /_/mysql, /_/mariadb, /_/mongo and rabbitmq.com/docs/configure have the right names.
# The others are those that images of other publishers or clients have for the same.
_POSTGRES: Final = {
    "POSTGRES_USERNAME": "POSTGRES_USER", "POSTGRES_PASS": "POSTGRES_PASSWORD", "POSTGRES_PWD": "POSTGRES_PASSWORD",
    "POSTGRES_DATABASE": "POSTGRES_DB", "POSTGRES_DBNAME": "POSTGRES_DB", "POSTGRES_DB_NAME": "POSTGRES_DB",
    "POSTGRESQL_USER": "POSTGRES_USER", "POSTGRESQL_PASSWORD": "POSTGRES_PASSWORD",
    "POSTGRESQL_DATABASE": "POSTGRES_DB", "POSTGRESQL_DB": "POSTGRES_DB", "POSTGRESQL_USERNAME": "POSTGRES_USER",
}  # fmt: skip
_MYSQL: Final = {
    "MYSQL_USERNAME": "MYSQL_USER", "MYSQL_PASS": "MYSQL_PASSWORD", "MYSQL_DB": "MYSQL_DATABASE",
    "MYSQL_DBNAME": "MYSQL_DATABASE", "MYSQL_DB_NAME": "MYSQL_DATABASE", "MYSQL_DATABASE_NAME": "MYSQL_DATABASE",
    "MYSQL_ROOT_PASS": "MYSQL_ROOT_PASSWORD",
}  # fmt: skip
_MARIADB: Final = {
    "MARIADB_USERNAME": "MARIADB_USER", "MARIADB_PASS": "MARIADB_PASSWORD", "MARIADB_DB": "MARIADB_DATABASE",
    "MARIADB_ROOT_PASS": "MARIADB_ROOT_PASSWORD",
}  # fmt: skip
_MONGO: Final = {
    **dict.fromkeys(
        ("MONGO_INITDB_USERNAME", "MONGO_ROOT_USERNAME", "MONGODB_ROOT_USERNAME", "MONGO_INITDB_ROOT_USER"),
        "MONGO_INITDB_ROOT_USERNAME",
    ),
    **dict.fromkeys(
        ("MONGO_INITDB_PASSWORD", "MONGO_ROOT_PASSWORD", "MONGODB_ROOT_PASSWORD"), "MONGO_INITDB_ROOT_PASSWORD"
    ),
}
_RABBITMQ: Final = {
    **dict.fromkeys(("RABBITMQ_USER", "RABBITMQ_USERNAME", "RABBITMQ_DEFAULT_USERNAME"), "RABBITMQ_DEFAULT_USER"),
    **dict.fromkeys(("RABBITMQ_PASSWORD", "RABBITMQ_PASS", "RABBITMQ_DEFAULT_PASSWORD"), "RABBITMQ_DEFAULT_PASS"),
}
_BY_IMAGE: Final = {
    "postgres": _POSTGRES, "postgis/postgis": _POSTGRES, "pgvector/pgvector": _POSTGRES,
    "timescale/timescaledb": _POSTGRES, "mysql": _MYSQL, "mariadb": {**_MYSQL, **_MARIADB}, "mongo": _MONGO,
    "rabbitmq": _RABBITMQ,
}  # fmt: skip


def right_name(image: str, name: str) -> str | None:
    """The variable that an image, by its familiar name, reads in place of another; None if none is known."""
    return _BY_IMAGE.get(image, {}).get(name)
