"""Servers that say on their command line what they listen on: their options, and what they do without.

Each line has its source. A server for which settings or variables may say something else names them, and whoever asks
has to see that there are none.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"
# What servers take for an address: a host and a port, or one of them.
_BIND = pattern(
    r"(?:tcp://|http://)?(?:(?P<alone>\d{1,5})|(?P<host>\[[\da-fA-F:.]*\]|[\w.*-]*)(?::(?P<port>\d{1,5}))?)"
)
_OPERAND = pattern(r"(?:[\w.*-]+|\[[\da-fA-F:.]*\])?:?\d{1,5}")


class Server:
    """A server by its options.

    ``host``, ``port`` and ``bind`` (an address with or without a port) are names of options that take a value;
    ``default`` is the address it listens on without, None if that depends. ``operand``: the address is an operand.
    ``variables`` and files that are called ``files`` and hold what ``says`` matches may change what is not on the
    command line, the port only where they hold what ``says_port`` matches, if that is given; ``elsewhere`` are words
    with which it listens on something else, or not at all.
    """

    __slots__ = ("bind", "default", "elsewhere", "files", "host", "operand", "port", "says", "says_port", "variables")

    def __init__(
        self, default: tuple[str | None, int | None], *, host: str = "--host", port: str = "--port", bind: str = "",
        operand: bool = False, variables: str = "", files: str = "", says: str = "", says_port: str = "",
        elsewhere: str = "",
    ) -> None:  # fmt: skip
        self.default = default
        self.host = host.split()
        self.port = port.split()
        self.bind = bind.split()
        self.operand = operand
        self.variables = variables.split()
        self.files = files.split()
        self.says = says
        self.says_port = says_port or says
        self.elsewhere = elsewhere.split()


_VITE_FILES: Final = "vite.config.js vite.config.ts vite.config.mjs vite.config.mts vite.config.cjs"
# What is not written in the file itself may be anything.
_VITE_APART: Final = r"mergeConfig|\b(?:server|preview)\s*(?:,|:\s*[^{\s])|\.\.\."
_VITE: Final = rf"\bhost\b|{_VITE_APART}"
_VITE_PORT: Final = rf"\bport\b|{_VITE_APART}"
# By what is called, with its verb; several ways to call one are separated by commas.
_TABLE: Final = {
    # docs.gunicorn.org/en/stable/settings.html#bind
    "gunicorn": Server(
        (LOOPBACK, 8000), bind="-b --bind", variables="PORT GUNICORN_CMD_ARGS", files="gunicorn.conf.py", says="bind",
        elsewhere="-c --config",
    ),
    # uvicorn.dev/settings: options of the command line are read from UVICORN_* too
    "uvicorn": Server(
        (LOOPBACK, 8000), variables="UVICORN_HOST UVICORN_PORT UVICORN_UDS UVICORN_FD",
        elsewhere="--uds --fd",
    ),
    # hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
    "hypercorn": Server((LOOPBACK, 8000), bind="-b --bind", elsewhere="-c --config --insecure-bind --quic-bind"),
    # github.com/django/daphne, daphne/cli.py
    "daphne": Server(
        (LOOPBACK, 8000), host="-b --bind", port="-p --port", elsewhere="-u --unix-socket --fd -e --endpoint"
    ),
    # github.com/emmett-framework/granian
    "granian": Server((LOOPBACK, 8000), variables="GRANIAN_HOST GRANIAN_PORT GRANIAN_UDS"),
    # flask.palletsprojects.com/en/stable/cli
    "flask run": Server(
        (LOOPBACK, 5000), host="-h --host", port="-p --port", variables="FLASK_RUN_HOST FLASK_RUN_PORT",
        files=".flaskenv .env", says="FLASK_RUN",
    ),
    # fastapi.tiangolo.com/fastapi-cli
    "fastapi run": Server(
        (EVERYWHERE, 8000), variables="HOST PORT UVICORN_HOST UVICORN_PORT", elsewhere="--uds"
    ),
    "fastapi dev": Server((LOOPBACK, 8000), variables="HOST PORT UVICORN_HOST UVICORN_PORT"),
    # docs.djangoproject.com/en/stable/ref/django-admin/#runserver
    "manage.py runserver, django-admin runserver": Server((LOOPBACK, 8000), operand=True),
    # docs.python.org/3/library/http.server.html#command-line-interface
    "http.server": Server((EVERYWHERE, 8000), host="-b --bind", operand=True),
    # docs.pylonsproject.org/projects/waitress/en/stable/runner.html
    "waitress-serve": Server((EVERYWHERE, 8080), bind="--listen", elsewhere="--unix-socket"),
    # docs.streamlit.io/develop/api-reference/configuration/config.toml
    "streamlit run": Server(
        (EVERYWHERE, 8501), host="--server.address", port="--server.port",
        variables="STREAMLIT_SERVER_PORT STREAMLIT_SERVER_ADDRESS", files="config.toml", says="server",
    ),
    # mlflow.org/docs/latest/cli.html#mlflow-server
    "mlflow server, mlflow ui": Server(
        (LOOPBACK, 5000), host="-h --host", port="-p --port", variables="MLFLOW_HOST MLFLOW_PORT"
    ),
    # github.com/tensorflow/tensorboard, tensorboard/plugins/core/core_plugin.py
    "tensorboard": Server(("localhost", 6006), elsewhere="--bind_all"),
    # www.mkdocs.org/user-guide/cli
    "mkdocs serve": Server((LOOPBACK, 8000), bind="-a --dev-addr", files="mkdocs.yml mkdocs.yaml", says="dev_addr"),
    # php.net/manual/en/features.commandline.webserver.php
    "php": Server((None, None), bind="-S"),
    # github.com/laravel/framework, src/Illuminate/Foundation/Console/ServeCommand.php
    "artisan serve": Server(
        (LOOPBACK, 8000), variables="SERVER_HOST SERVER_PORT", files=".env", says="SERVER_"
    ),
    # guides.rubyonrails.org/command_line.html: the address depends on RAILS_ENV
    "rails server, rails s": Server(
        (None, 3000), host="-b --binding", port="-p --port", variables="PORT BINDING", files="puma.rb", says="port"
    ),
    # gohugo.io/commands/hugo_server
    "hugo server, hugo serve": Server(
        (LOOPBACK, 1313), host="--bind", port="-p --port", variables="HUGO_BIND HUGO_PORT"
    ),
    # jekyllrb.com/docs/configuration/options/#serve-command-options
    "jekyll serve, jekyll s, jekyll server": Server(
        (LOOPBACK, 4000), host="-H --host", port="-P --port", files="_config.yml", says="host"
    ),
    # nextjs.org/docs/app/api-reference/cli/next
    "next start, next dev": Server((EVERYWHERE, 3000), host="-H --hostname", port="-p --port", variables="PORT"),
    # vite.dev/config/server-options#server-host
    "vite, vite dev, vite serve": Server(
        ("localhost", 5173), files=_VITE_FILES, says=_VITE, says_port=_VITE_PORT, elsewhere="-c --config build optimize"
    ),
    "vite preview": Server(
        ("localhost", 4173), files=_VITE_FILES, says=_VITE, says_port=_VITE_PORT, elsewhere="-c --config"
    ),
    # angular.dev/cli/serve
    "ng serve, ng s, ng dev": Server(("localhost", 4200), files="angular.json", says='"host"|"port"'),
    # github.com/facebook/create-react-app, packages/react-scripts/scripts/start.js: it takes no options
    "react-scripts start": Server(
        (EVERYWHERE, 3000), host="", port="", variables="PORT HOST",
        files=".env .env.local .env.development .env.development.local", says="PORT|HOST",
    ),
    # github.com/vuejs/vue-cli, packages/@vue/cli-service/lib/commands/serve.js
    "vue-cli-service serve": Server(
        (EVERYWHERE, 8080), variables="PORT HOST", files="vue.config.js .env .env.local .env.development",
        says="devServer|PORT|HOST",
    ),
    # github.com/facebook/docusaurus, packages/docusaurus/src/server/getHostPort.ts
    "docusaurus start": Server(("localhost", 3000), host="-h --host", port="-p --port"),
    # docs.astro.build/en/reference/cli-reference: the port is 3000 before version 3
    "astro dev, astro preview": Server(
        ("localhost", None), files="astro.config.mjs astro.config.js astro.config.ts astro.config.mts", says="server",
        elsewhere="--config --root",
    ),
    # github.com/typicode/json-server, src/bin.ts: version 1 listens on every address
    "json-server": Server(
        (None, 3000), host="-H -h --host", port="-p --port", variables="PORT HOST", files="json-server.json",
        says="port", elsewhere="-c --config",
    ),
    # github.com/http-party/http-server
    "http-server": Server((EVERYWHERE, 8080), host="-a", port="-p --port", variables="PORT"),
    # redis.io/docs/latest/operate/oss_and_stack/management/config
    "redis-server, valkey-server": Server((None, None), elsewhere="--tls-port"),
    # dev.mysql.com/doc/refman/en/server-system-variables.html#sysvar_port
    "mysqld, mariadbd": Server((None, None), port="-P --port"),
    # postgresql.org/docs/current/app-postgres.html
    "postgres": Server((None, None), port="-p --port"),
    # mongodb.com/docs/manual/reference/program/mongod
    "mongod": Server((None, None)),
}  # fmt: skip
_SERVERS: Final = {name: server for names, server in _TABLE.items() for name in names.split(", ")}
NAMES: Final = tuple(sorted({name.partition(" ")[0] for name in _SERVERS}))
"""The names of the programs."""

# Programs that run the command in their words, and the word before it.
_RUNNERS: Final = {
    "poetry": ("run",), "pipenv": ("run",), "pdm": ("run",), "hatch": ("run",), "uv": ("run",), "rye": ("run",),
    "bundle": ("exec",), "bundler": ("exec",), "npx": (), "bunx": (), "pnpx": (), "npm": ("exec",), "pnpm": ("exec",),
    "yarn": ("exec", "run"), "bun": ("x", "run"), "opentelemetry-instrument": (), "ddtrace-run": (),
    "newrelic-admin": ("run-program",), "dotenv": (), "dotenvx": ("run",), "env-cmd": (), "doppler": ("run",),
    "infisical": ("run",), "chamber": ("exec",),
}  # fmt: skip
# Those whose own options take values; the command stands behind `--`.
_DASHED: Final = frozenset("chamber doppler dotenv dotenvx env-cmd infisical uv".split())
_MOST_WORDS: Final = 100


class Listening(NamedTuple):
    """What a server listens on.

    ``host`` and ``port`` are None if they are unknown. ``server`` says by its ``variables`` and ``files`` what may
    change those that are defaults, for which ``host_given`` and ``port_given`` are false.
    """

    program: str
    server: Server
    host: str | None
    port: int | None
    host_given: bool
    port_given: bool


def given_by(server: Server, name: str, value: str) -> tuple[str, int] | None:
    """The host and the port that a variable of a server gives it, empty and 0 if none; None if that is not known."""
    if name.endswith("PORT"):
        # gunicorn listens on every address of the machine if it is told the port this way.
        host = EVERYWHERE if server.bind and name == "PORT" else ""
        return (host, int(value)) if value.isdecimal() and len(value) < 6 else None
    return (value, 0) if value and name.endswith(("HOST", "ADDRESS", "BIND", "BINDING")) else None


def is_loopback(host: str) -> bool:
    """Whether an address is that of the machine itself (RFC 1122, 4291 and 6761)."""
    return host in ("localhost", "::1", "[::1]") or (host.startswith("127.") and host.count(".") == 3)


def may_name_one(text: str) -> bool:
    """Whether a text may name a server: a cheap look before it is parsed."""
    return any(map(text.__contains__, NAMES))


def listening(words: Sequence[str]) -> Listening | None:
    """What the server that a command line starts listens on; None if it is none that is known, or cannot be told.

    ``words`` are those of one command as its program gets them, the program first.
    """
    found = _started([*words[:_MOST_WORDS]]) if words else None
    if found is None:
        return None
    program, server, rest = found
    if any(word.partition("=")[0] in server.elsewhere for word in rest):
        return None
    addresses = [_address(kind, value) for kind, value in _given(server, rest)]
    hosts = {host for host, _ in addresses if host != ""}
    ports = {port for _, port in addresses if port != 0}
    # Of several addresses one that others reach is enough.
    host = next((one for one in hosts if one is None or not is_loopback(one)), next(iter(hosts), server.default[0]))
    port = next(iter(ports), server.default[1]) if len(ports) < 2 else None
    return Listening(program, server, host, port, bool(hosts), bool(ports))


def _started(words: list[str]) -> tuple[str, Server, list[str]] | None:
    """The server that is started, by its name, and the words behind it and its verb."""
    words = _interpreted(_unwrapped(words))
    name = _name(words)
    for at, word in enumerate(words[1:8], 1):
        server = _SERVERS.get(f"{name} {word}")
        if server is not None:
            return f"{name} {word}", server, words[at + 1 :]
    server = _SERVERS.get(name)
    return (name, server, words[1:]) if server is not None else None


def _name(words: Sequence[str]) -> str:
    return words[0].rpartition("/")[2] if words else ""


def _unwrapped(words: list[str]) -> list[str]:
    """The command without programs before it that run it, such as ``poetry run``; options of these pass for none."""
    for _ in range(4):
        verbs = _RUNNERS.get(_name(words))
        if verbs is None or (verbs and words[1:2] and words[1] not in verbs):
            break
        rest = words[2:] if verbs or words[1:2] == ["run"] else words[1:]
        if _name(words) in _DASHED and "--" in rest:
            rest = rest[rest.index("--") :]
        words = [*rest[next((at for at, word in enumerate(rest) if not word.startswith("-")), len(rest)) :]]
    return words


def _interpreted(words: list[str]) -> list[str]:
    """The command behind an interpreter: a module of Python, or a script; options of the interpreter pass for none."""
    if _name(words).rstrip("0123456789.") not in ("python", "php", "ruby"):
        return words
    for at, word in enumerate(words[1:6], 1):
        if word == "-m":
            return words[at + 1 :]
        if not word.startswith("-"):
            return words[at:]
        if word in ("-S", "-c", "-r", "-e"):
            break
    return ["php", *words[1:]] if _name(words).startswith("php") else words


def _given(server: Server, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The addresses on a command line: what kind each is, ``host``, ``port`` or ``bind``, and its text."""
    kinds = {name: kind for kind in ("host", "port", "bind") for name in getattr(server, kind)}
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        name, equals, value = word.partition("=")
        if name in kinds and equals:
            yield kinds[name], value
        elif word in kinds:
            # An option without its value means every address (Vite's --host); a word of an option is none.
            following = words[at] if at < len(words) and not words[at].startswith("-") else ""
            at += bool(following)
            yield kinds[word], following
        elif word[:2] in kinds and not word.startswith("--"):
            yield kinds[word[:2]], word[2:]
        elif server.operand and not word.startswith("-") and _OPERAND.fullmatch(word):
            yield "bind", word


def _address(kind: str, text: str) -> tuple[str | None, int | None]:
    """The host and the port of what is given: an empty one and 0 if it says nothing of them, None if unknown."""
    if kind == "host":
        return (text or EVERYWHERE) if "$" not in text else None, 0
    if kind == "port":
        return "", int(text) if text.isdecimal() and len(text) < 6 else None
    match = _BIND.fullmatch(text)
    if match is None:
        return None, None
    host, port = match["host"] or "", match["port"] or match["alone"]
    # Django takes 0 for every address, and all of them an empty host before a port.
    return (EVERYWHERE if host == "0" or (not host and ":" in text) else host), int(port or 0)
