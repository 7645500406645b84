"""What a service's environment tells it of a database: host, user, password and database, by a URL or by variables."""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern
from dlint.model.compose.environment import environment_of
from dlint.model.compose.first_start import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.service import Service

_HOST = pattern(r"([A-Za-z0-9][A-Za-z0-9_-]*)(?::\d{1,5})?")
# A driver may stand behind the scheme: postgresql+asyncpg.
_URL = pattern(
    r"((?:jdbc:)?[a-z0-9]+)(?:\+[a-z0-9_]+)?://(?:([^:@/\s]*)(?::([^@/\s]*))?@)?"
    r"([A-Za-z0-9][A-Za-z0-9_-]*)(?::\d{1,5})?(?:/([^?/\s]*))?(\?\S*)?"
)
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
        match = _URL.fullmatch(one.value)
        if match is not None and "\0" not in one.value:
            user, password, database = (
                Value(_decoded(match[part]), one.where) if match[part] else None for part in (2, 3, 5)
            )
            stem = _stem(one.name, _OF_URLS)
            if password is None and stem:
                user, password = user or _beside(values, stem, _OF_USERS), _beside(values, stem, _OF_PASSWORDS)
            yield Client(one.where, match[1], match[6] or "", match[4], user, password, database, one.line)
    for one in given.hosts:
        match = _HOST.fullmatch(one.value)
        stem = given.stem(one.name) if match is not None else ""
        if match is not None and stem:
            user, password = _beside(values, stem, _OF_USERS), _beside(values, stem, _OF_PASSWORDS)
            yield Client(one.where, "", "", match[1], user, password, _beside(values, stem, _OF_DATABASES), one.line)


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
