"""What clients are told of a database, in the spellings of their frameworks, against what its image makes."""

from __future__ import annotations

import pytest

import dlint

POSTGRES = {"POSTGRES_USER": "shop", "POSTGRES_PASSWORD": "right-one", "POSTGRES_DB": "store"}
MYSQL = {
    "MYSQL_ROOT_PASSWORD": "of-root",
    "MYSQL_USER": "shop",
    "MYSQL_PASSWORD": "right-one",
    "MYSQL_DATABASE": "store",
}


def _found(image: str, server: dict[str, str], client: dict[str, str], more: str = "") -> list[str]:
    """The messages for a client and a server with these variables."""
    lines = ["services:", "  api:", "    image: example/api:1", "    environment:"]
    lines += [f"      {name}: '{value}'" for name, value in client.items()]
    lines += ["  db:", f"    image: {image}", *([f"    {more}"] if more else [])]
    lines += ["    environment:", *(f"      {name}: '{value}'" for name, value in server.items())] if server else []
    found = dlint.lint_files({"compose.yaml": "\n".join(lines) + "\n"}, config={"select": ["database-login-wrong"]})
    return [finding.message for finding in found]


USER = "db makes no user other, but shop"
PASSWORD = "db makes the user shop with another password than this one"
DATABASE = "db makes the database store, not other"


@pytest.mark.parametrize(
    ("client", "message"),
    [
        ({"DATABASE_URL": "postgres://other:right-one@db/store"}, USER),
        ({"DATABASE_URL": "postgresql+psycopg2://other@db:5432/store?sslmode=disable"}, USER),
        ({"DATABASE_URL": "postgres://shop:wrong@db/store"}, PASSWORD),
        ({"DATABASE_URL": "postgres://shop:right-one@db/other"}, DATABASE),
        ({"DB_HOST": "db", "DB_USER": "other"}, USER),
        ({"DB_HOST": "db:5432", "DB_USERNAME": "shop", "DB_PASS": "wrong"}, PASSWORD),
        ({"DB_HOST": "db", "DB_USER": "shop", "DB_NAME": "other"}, DATABASE),
        ({"PGHOST": "db", "PGUSER": "shop", "PGPASSWORD": "wrong"}, PASSWORD),
        ({"PGHOST": "db", "PGUSER": "shop", "PGDATABASE": "other"}, DATABASE),
        ({"POSTGRES_HOST": "db", "POSTGRES_USER": "shop", "POSTGRES_DB": "other"}, DATABASE),
        ({"SPRING_DATASOURCE_URL": "jdbc:postgresql://db:5432/other"}, DATABASE),
        (
            {
                "SPRING_DATASOURCE_URL": "jdbc:postgresql://db:5432/store",
                "SPRING_DATASOURCE_USERNAME": "shop",
                "SPRING_DATASOURCE_PASSWORD": "wrong",
            },
            PASSWORD,
        ),
    ],
)
def test_what_a_client_is_told_is_held_to_what_the_database_makes(client: dict[str, str], message: str) -> None:
    found = _found("postgres:17", POSTGRES, client)
    assert len(found) == 1 and found[0].startswith(message)
    right = {name: value.replace("other", "shop" if message is USER else "store") for name, value in client.items()}
    assert (
        _found("postgres:17", POSTGRES, {name: value.replace("wrong", "right-one") for name, value in right.items()})
        == []
    )


def test_a_folder_with_data_has_the_same_password() -> None:
    mount = "volumes: ['./data:/var/lib/postgresql/data']"
    assert len(_found("postgres:17", POSTGRES, {"DATABASE_URL": "postgres://shop:wrong@db/store"}, mount)) == 1


def test_no_password_is_in_a_message() -> None:
    found = _found("postgres:17", POSTGRES, {"DATABASE_URL": "postgres://shop:wrong@db/other"})
    assert len(found) == 1 and "wrong" not in found[0] and "right-one" not in found[0]


@pytest.mark.parametrize(
    ("client", "messages"),
    [
        ({"DB_HOST": "db", "DB_USER": "root", "DB_PASSWORD": "right-one"}, ["db makes the user root with another"]),
        ({"DB_HOST": "db", "DB_USER": "root", "DB_PASSWORD": "of-root", "DB_NAME": "store"}, []),
        ({"DB_HOST": "db", "DB_USER": "shop", "DB_NAME": "other"}, ["db makes the database store, not other"]),
        ({"DB_URL": "mysql+pymysql://admin:x@db:3306/store"}, ["db makes no user admin, but shop and root"]),
        ({"DB_URL": "mysql://shop:right-one@db/information_schema"}, []),
    ],
)
def test_mysql_has_root_besides(client: dict[str, str], messages: list[str]) -> None:
    found = _found("mysql:8.4", MYSQL, client)
    assert len(found) == len(messages)
    assert all(one.startswith(message) for one, message in zip(found, messages, strict=True))


MONGO = {"MONGO_INITDB_ROOT_USERNAME": "root", "MONGO_INITDB_ROOT_PASSWORD": "right-one"}
RABBIT = {"RABBITMQ_DEFAULT_USER": "shop", "RABBITMQ_DEFAULT_PASS": "right-one"}
LOCKED = "command: redis-server --requirepass right-one"


@pytest.mark.parametrize(
    ("image", "server", "more", "client", "message"),
    [
        (
            "mongo:8",
            MONGO,
            "",
            {"MONGO_URL": "mongodb://root:right-one@db:27017/shop"},
            "db makes root in the database ad",
        ),
        ("mongo:8", MONGO, "", {"MONGO_URL": "mongodb://root:right-one@db/shop?authSource=admin"}, ""),
        ("mongo:8", MONGO, "", {"MONGO_URL": "mongodb://root:right-one@db/admin"}, ""),
        ("mongo:8", MONGO, "", {"MONGO_URL": "mongodb://shop:right-one@db"}, "db makes no user shop, but root"),
        ("mongo:8", {}, "", {"MONGO_URL": "mongodb://db/shop"}, ""),
        ("rabbitmq:4", RABBIT, "", {"BROKER_URL": "amqp://guest:guest@db:5672//"}, "db makes no user guest, but shop"),
        ("rabbitmq:4", RABBIT, "", {"BROKER_URL": "amqp://guest:guest@db:5672/"}, "db makes no user guest, but shop"),
        (
            "rabbitmq:4",
            RABBIT,
            "",
            {"RABBITMQ_HOST": "db", "RABBITMQ_USER": "guest"},
            "db makes no user guest, but shop",
        ),
        ("rabbitmq:4", {}, "", {"BROKER_URL": "amqp://guest:guest@db"}, ""),
        (
            "rabbitmq:4",
            {},
            "",
            {"BROKER_URL": "amqp://guest:wrong@db"},
            "db makes the user guest with another password",
        ),
        ("redis:8", {}, LOCKED, {"REDIS_URL": "redis://db:6379/0"}, "db asks for a password (--requirepass), and this"),
        ("redis:8", {}, LOCKED, {"REDIS_URL": "redis://:wrong@db:6379"}, "db asks for another password than this one"),
        ("redis:8", {}, LOCKED, {"REDIS_URL": "redis://default:right-one@db"}, ""),
        ("redis:8", {}, LOCKED, {"REDIS_URL": "redis://db", "REDIS_PASSWORD": "right-one"}, ""),
        ("redis:8", {}, LOCKED, {"REDIS_HOST": "db", "REDIS_PASSWORD": "wrong"}, "db asks for another password than"),
        ("redis:8", {}, LOCKED, {"REDIS_HOST": "db"}, ""),
        ("redis:8", {}, "", {"REDIS_URL": "redis://:any@db"}, ""),
        ("redis:8", {}, "command: redis-server --requirepass ${WHAT}", {"REDIS_URL": "redis://:any@db"}, ""),
        (
            "redis:8",
            {},
            "command: redis-server --requirepass ${WHAT}",
            {"REDIS_URL": "redis://db"},
            "db asks for a pass",
        ),
    ],
)
def test_other_servers_have_users_too(
    image: str, server: dict[str, str], more: str, client: dict[str, str], message: str
) -> None:
    found = _found(image, server, client, more)
    assert len(found) == (1 if message else 0) and all(one.startswith(message) for one in found)


@pytest.mark.parametrize(
    ("server", "client", "more"),
    [
        # Without the variables: the default user; any password where nobody is asked for one.
        ({"POSTGRES_PASSWORD": "right-one"}, {"DATABASE_URL": "postgres://postgres:right-one@db/any"}, ""),
        ({"POSTGRES_HOST_AUTH_METHOD": "trust"}, {"DATABASE_URL": "postgres://postgres:any@db/postgres"}, ""),
        # Not known: from a file, from the environment of whoever starts it, by scripts of the first start.
        ({"POSTGRES_USER_FILE": "/run/secrets/user"}, {"DATABASE_URL": "postgres://other@db/store"}, ""),
        ({"POSTGRES_USER": "${WHO}"}, {"DATABASE_URL": "postgres://other@db/store"}, ""),
        (POSTGRES, {"DATABASE_URL": "postgres://${WHO}:${WHAT}@db/store"}, ""),
        (POSTGRES, {"DATABASE_URL": "postgres://other@db/x"}, "volumes: ['./more:/docker-entrypoint-initdb.d']"),
        (POSTGRES, {"DATABASE_URL": "postgres://other@db/x"}, "command: ['sh', '-c', 'own-start']"),
        (POSTGRES, {"DATABASE_URL": "postgres://other@db/x"}, "volumes: ['./data:/var/lib/postgresql/data']"),
        # Another protocol, a percent-encoded password.
        (POSTGRES, {"CACHE_URL": "redis://other:any@db:6379/0"}, ""),
        ({**POSTGRES, "POSTGRES_PASSWORD": "a@b"}, {"DATABASE_URL": "postgres://shop:a%40b@db/store"}, ""),
    ],
)
def test_what_may_be_right_is_silent(server: dict[str, str], client: dict[str, str], more: str) -> None:
    assert _found("postgres:17", server, client, more) == []
