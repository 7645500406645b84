"""Programs that wait until a host listens on a port, or that are run until it answers: which host and port they ask.

Sources: github.com/vishnubob/wait-for-it, github.com/eficode/wait-for, github.com/jwilder/dockerize, wait4x.dev,
github.com/jeffbski/wait-on, github.com/ufoscout/docker-compose-wait, nc(1), and of the clients their ``--help``.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Final


class Awaited(NamedTuple):
    """A host that is waited for, its port, None if none is given, and the index of the word that names it."""

    host: str
    port: int | None
    at: int


class _Client(NamedTuple):
    """A program that asks a server: its options for the host and the port."""

    host: tuple[str, ...]
    port: tuple[str, ...]


_MYSQL: Final = _Client(("-h", "--host"), ("-P", "--port"))
_CLIENTS: Final = {
    "mariadb": _MYSQL, "mariadb-admin": _MYSQL, "mysql": _MYSQL, "mysqladmin": _MYSQL,
    "pg_isready": _Client(("-h", "--host"), ("-p", "--port")), "psql": _Client(("-h", "--host"), ("-p", "--port")),
    "redis-cli": _Client(("-h",), ("-p",)), "valkey-cli": _Client(("-h",), ("-p",)),
}  # fmt: skip
_SCRIPTS: Final = ("wait-for-it", "wait-for", "wait_for_it", "wait_for", "waitforit", "wait-for-service")
_NETCATS: Final = ("nc", "ncat", "netcat", "nc.traditional", "nc.openbsd")
_NETCAT_VALUES: Final = ("-w", "-i", "-G", "-q", "-s", "-p", "-x", "-X")
WORDS: Final = (*_SCRIPTS, *_NETCATS[:3], "dockerize", "wait4x", "wait-on", *_CLIENTS)
"""What stands in a command line or a script that waits for a host."""

WAITING_VARIABLES: Final = ("WAIT_HOSTS", "SERVICE_PRECONDITION")
"""Variables that list hosts with ports for which an image waits: docker-compose-wait, and the images of Hadoop."""

_NAME = pattern(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_URL = pattern(r"[a-z0-9+]+://(?:[^@/\s]*@)?([A-Za-z0-9][A-Za-z0-9_-]*)(?::(\d{1,5}))?(?=$|[/?])")
_PAIR = pattern(r"(?<![\w.:/-])([A-Za-z0-9][A-Za-z0-9_-]*):(\d{1,5})(?![\w.-])")


def awaited(words: Sequence[str]) -> list[Awaited]:
    """The hosts for which a command waits, by its words, its name before them; what is not known has a ``$``."""
    name = words[0].rpartition("/")[2].removesuffix(".sh").removesuffix(".py") if words else ""
    reader, client = _READERS.get(name), _CLIENTS.get(name)
    found = reader(words) if reader is not None else _of_options(words, client) if client is not None else ()
    return [one for one in found if _NAME.fullmatch(one.host)]


def listed_in(value: str) -> Iterator[tuple[str, int]]:
    """The hosts and ports that a list of them names."""
    for match in _PAIR.finditer(value):
        yield match[1], int(match[2])


def _of_script(words: Sequence[str]) -> Iterator[Awaited]:
    """wait-for-it and its like: ``host:port``, or ``-h host -p port``; a command may follow behind ``--``."""
    end = next((at for at, word in enumerate(words) if word == "--"), len(words))
    found = [*_of_options(words[:end], _Client(("-h", "--host"), ("-p", "--port")))]
    if found:
        yield from found
        return
    for at in range(1, end):
        match = _PAIR.fullmatch(words[at])
        if match is not None:
            yield Awaited(match[1], int(match[2]), at)
            return
        yield from _of_url(words[at], at)


def _of_dockerize(words: Sequence[str]) -> Iterator[Awaited]:
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in ("-wait", "--wait") and (equals or at + 1 < len(words)):
            place = at if equals else at + 1
            yield from _of_url(value if equals else words[place], place)


def _of_url(text: str, at: int) -> Iterator[Awaited]:
    if "://" not in text or text.startswith(("file:", "unix:")):
        return
    match = _URL.match(text)
    if match is not None:
        implied = {"http": 80, "https": 443}.get(text.partition(":")[0])
        yield Awaited(match[1], int(match[2]) if match[2] else implied, at)


def _of_wait4x(words: Sequence[str]) -> Iterator[Awaited]:
    at = next((at for at, word in enumerate(words[1:], 1) if not word.startswith("-")), len(words))
    for place in range(at + 1, len(words)):
        if words[place] == "--":
            return
        if words[place].startswith("-"):
            continue
        if words[at] == "tcp" and (match := _PAIR.fullmatch(words[place])) is not None:
            yield Awaited(match[1], int(match[2]), place)
        yield from _of_url(words[place], place)


def _of_wait_on(words: Sequence[str]) -> Iterator[Awaited]:
    for at, word in enumerate(words[1:], 1):
        if word.startswith("tcp:") and "//" not in word:
            match = _PAIR.fullmatch(word[4:])
            yield from [Awaited(match[1], int(match[2]), at)] if match is not None else []
        elif word.startswith(("http", "tcp://")):
            yield from _of_url(word.replace("http-get:", "http:").replace("https-get:", "https:"), at)


def _of_netcat(words: Sequence[str]) -> Iterator[Awaited]:
    """``nc -z host port``; without ``-z`` it may be a server, or talk to one."""
    options = [word for word in words[1:] if word.startswith("-") and not word.startswith("--")]
    if not any("z" in word for word in options) or any("l" in word or "u" in word for word in options):
        return
    operands: list[int] = []
    skipped = False
    for at, word in enumerate(words[1:], 1):
        if skipped or word.startswith("-"):
            skipped = not skipped and (word in _NETCAT_VALUES or (word[-1:] in "wiG" and not word.startswith("--")))
        else:
            operands.append(at)
    if len(operands) == 2 and words[operands[1]].isdecimal() and len(words[operands[1]]) < 6:
        yield Awaited(words[operands[0]], int(words[operands[1]]), operands[0])


def _of_options(words: Sequence[str], client: _Client) -> Iterator[Awaited]:
    host = _option(words, client.host)
    if host is not None and "$" not in host[0]:
        port = _option(words, client.port)
        number = int(port[0]) if port is not None and port[0].isdecimal() and len(port[0]) < 6 else None
        yield Awaited(host[0], number, host[1])


def _option(words: Sequence[str], names: tuple[str, ...]) -> tuple[str, int] | None:
    """The value of an option, and the index of its word: ``-h value``, ``-hvalue``, ``--host=value``."""
    for at, word in enumerate(words[1:], 1):
        name, equals, value = word.partition("=")
        if word in names:
            return (words[at + 1], at + 1) if at + 1 < len(words) else None
        if equals and name in names:
            return value, at
        if word[:2] in names and not word.startswith("--") and len(word) > 2:
            return word[2:], at
    return None


_READERS: Final[dict[str, Callable[[Sequence[str]], Iterator[Awaited]]]] = {
    **dict.fromkeys(_SCRIPTS, _of_script), **dict.fromkeys(_NETCATS, _of_netcat),
    "dockerize": _of_dockerize, "wait4x": _of_wait4x, "wait-on": _of_wait_on,
}  # fmt: skip
