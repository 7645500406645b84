"""What a service's environment tells it of a database: host, user, password and database, by a URL or by variables."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.model.compose.environment import environment_of
from dlint.model.compose.first_start import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.service import Service

_OF_URLS: Final = ("URL", "URI", "DSN")
_OF_USERS: Final = ("USER", "USERNAME")
_OF_PASSWORDS: Final = ("PASSWORD", "PASS", "PASSWD", "PWD")
_OF_DATABASES: Final = ("DATABASE", "DB", "DBNAME", "DB_NAME", "NAME")


class Client(NamedTuple):
    """What is told of one database by a variable at ``where``; what is None is not told.

    ``scheme`` and ``options`` (what stands behind "?") are those of the URL, "" if there is none.
    """

    where: Node
    scheme: str
    options: str
    host: str
    user: Value | None
    password: Value | None
    database: Value | None
    related: Node | None


def clients_of(service: Service, model: ComposeModel) -> Iterator[Client]:
    """What a service is told of each database that it asks."""
    given = environment_of(service, model)
    values = {name.upper(): Value(None, one.where) for name, one in given.values.items()}
    values.update((one.name.upper(), Value(one.value, one.where)) for one in given.known)
    for one in given.urls:
        written = _parts(one.value) if "\0" not in one.value else None
        if written is not None:
            user, password, database = (Value(part, one.where) if part else None for part in written[3:])
            stem = _stem(one.name, _OF_URLS)
            if password is None and stem:
                user, password = user or _beside(values, stem, _OF_USERS), _beside(values, stem, _OF_PASSWORDS)
            yield Client(one.where, *written[:3], user, password, database, one.line)
    for one in given.hosts:
        stem = given.stem(one.name)
        if stem:
            user, password = _beside(values, stem, _OF_USERS), _beside(values, stem, _OF_PASSWORDS)
            database = _beside(values, stem, _OF_DATABASES)
            yield Client(one.where, "", "", one.value.partition(":")[0], user, password, database, one.line)


def _parts(url: str) -> tuple[str, str, str, str, str, str] | None:
    """The scheme without a driver (``postgresql+asyncpg``), options, host, user, password and database of a URL."""
    scheme, sign, rest = url.partition("://")
    rest, _, options = rest.partition("?")
    login, _, place = rest.rpartition("@")
    host, _, database = place.partition("/")
    user, _, password = login.partition(":")
    if not sign or not host or any(blank in url for blank in " \t\n") or "@" in login:
        return None
    kind = scheme.lower().partition("+")[0]
    return kind, options, host.partition(":")[0], _decoded(user), _decoded(password), _decoded(database)


def _stem(name: str, words: tuple[str, ...]) -> str:
    upper = name.upper()
    return next((upper.removesuffix(word).rstrip("_") for word in words if upper.endswith(word)), "")


def _beside(values: dict[str, Value], stem: str, words: tuple[str, ...]) -> Value | None:
    """The value of the variable beside one of a host or a URL."""
    names = (f"{stem}{dash}{word}" for word in words for dash in ("_", ""))
    return next((values[name] for name in names if name in values), None)


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)
