"""Credentials written into a Compose file: in variables, URLs, commands, build arguments and labels.

Values from ``.env`` or the environment are not written in the file, so they are never looked at: only literal text
and the defaults of ``${VAR:-default}`` count. No message repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.api import (
    Node,
    Problem,
    Problems,
    Related,
    check,
    connection_password,
    is_placeholder,
    lazy,
    looks_secret_name,
    pattern,
    secret_value,
)
from dlint.api.compose import (
    BuildConfig,
    ComposeModel,
    DotEnvEntry,
    EnvVar,
    KeyValue,
    Label,
    Service,
    YamlScalar,
    assume,
    parse_dotenv,
    variables,
)  # fmt: skip

# What stands for a variable without a value in the text that is searched.
_UNKNOWN = "\0"
_MOST_CHARACTERS = 262_144
_EXAMPLE = pattern(r"(?:example|sample|template|dist)", re.I)
_SWITCHES = frozenset("true false yes no on off y n 0 1 none null enabled disabled auto default".split())
_URL = pattern(r"(?<![a-zA-Z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]{0,40}://([^\s/:@'\"\0]*):([^\s/@'\"]+)@[^\s/]")
_POINTERS = pattern(r"(?:/|\./|~/|[A-Za-z]:\\|file:|vault:|op://|arn:|env:|projects/|\{\{|ENC\[)")
_DEFAULTS = frozenset(
    "admin administrator root guest user postgres mysql mariadb mongo mongodb redis rabbitmq minio minioadmin"
    " airflow elastic keycloak grafana wordpress drupal django symfony laravel sa pass passwd passw0rd p@ssw0rd"
    " p@ssword letmein welcome qwerty abc abc123 demo local localhost docker app db database".split()
)
_ABOUT_ITSELF = pattern(r"pass(?:word|wd|phrase)?(?:$|[^a-z])|password|secret|secure|strong|hackme|dbpass")
_MYSQL = frozenset("mysql mysqladmin mysqldump mysqlcheck mariadb mariadb-admin mariadb-dump mariadb-check".split())
_ASSIGNED = pattern(r"-{0,2}([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.S)


def _written(text: str) -> str:
    """The text with defaults filled in and every variable without one turned into a mark."""
    if "$" not in text:
        return text
    whole = assume(text)
    if whole is not None:
        return whole
    pieces: list[str] = []
    at = 0
    for use in variables(text):
        if use.depth or use.start < at:
            continue
        pieces.append(text[at : use.start].replace("$$", "$"))
        default = assume(text[use.start : use.end])
        pieces.append(_UNKNOWN if default is None else default)
        at = use.end
    pieces.append(text[at:].replace("$$", "$"))
    return "".join(pieces)


def _is_value(text: str) -> bool:
    """Whether a text under the name of a credential can be one: no reference, switch, small number or path."""
    bare = text.strip().strip("\"'")
    if not bare or _UNKNOWN in bare or bare[0] == "$" or bare.lower() in _SWITCHES or _POINTERS.match(bare):
        return False
    return not (bare.isascii() and bare.isdigit() and len(bare) < 4)


def _is_default(text: str, name: str = "", known: frozenset[str] = frozenset()) -> bool:
    """Whether the value is one that everybody can guess.

    A placeholder, a product's default, a run of digits, one character over and over, words about passwords
    (``MyStrongPassword``), a part of the variable's name, or one of ``known``: what else the service is called.
    """
    bare = text.strip().strip("\"'").lower()
    stem = bare.rstrip("0123456789!")
    if bare in known or bare in name.lower().split("_") or bare in "01234567890" or len(set(bare)) == 1:
        return True
    if any(is_placeholder(word) or word in _DEFAULTS for word in (bare, stem)):
        return True
    if _ABOUT_ITSELF.search(bare) and not any(c.isdigit() for c in stem):
        return True
    user, colon, password = bare.partition(":")
    return bool(colon) and (user == password or _is_default(password))


class _Known:
    """What is known of a service while its variables are looked at."""

    def __init__(self, service: Service) -> None:
        self.service = service

    @lazy
    def words(self) -> frozenset[str]:
        """Words a guesser tries first: the service's name, its image's, and the values of its other variables."""
        return _words(self.service)


def _words(service: Service) -> frozenset[str]:
    image = service.image
    words = {service.name.lower()}
    if image is not None and image.literal:
        words.add(image.literal.rpartition("/")[2].partition(":")[0].lower())
    for variable in service.environment:
        if variable.assigned and len(variable.text) < 40 and not looks_secret_name(variable.name):
            words.add(_written(variable.text).strip("\"'").lower())
    return frozenset(words)


def _is_secret(text: str, name: str = "", known: frozenset[str] = frozenset()) -> bool:
    return _is_value(text) and not _is_default(text, name, known)


def _holds_password(text: str) -> str | None:
    """What kind of address with a password written out the text is, or None."""
    for match in _URL.finditer(text) if "://" in text else ():
        if _UNKNOWN not in match.group(2) and match.group(2)[0] not in "$<{*":
            return "URL"
    found = connection_password(text)
    return "connection string" if found is not None and _is_value(text[found.start : found.end]) else None


def _place(pair: KeyValue) -> Node:
    """Where the pair stands: at its key, so that nobody prints the value."""
    return pair.key


def _credential(pair: KeyValue) -> list[Node]:
    """What no report may repeat: the value, which stands beside the key that is reported."""
    return [pair.value or pair]


@check(on=Service)
def secret_in_service_environment(service: Service) -> Problems:
    """A credential as the value of an environment variable."""
    known = _Known(service)
    for variable in service.environment:
        text = _written(variable.text)
        kind = secret_value(text) if variable.assigned else None
        if kind is not None and kind.label != "a password in a URL":
            yield Problem(
                _place(variable),
                f"The variable {variable.name} of service {service.name} holds {kind.label}; revoke it and pass"
                " it as a secret",
                hides=_credential(variable),
            )
        elif not variable.assigned or not looks_secret_name(variable.name) or _holds_password(text):
            continue
        elif _is_secret(text, variable.name, known.words):
            yield Problem(
                _place(variable),
                f"The variable {variable.name} of service {service.name} holds a credential; pass it as a secret or"
                " from the environment",
                hides=_credential(variable),
            )


@check(on=Service)
def default_credential_in_environment(service: Service) -> Problems:
    """A password that everybody knows, as the value of an environment variable."""
    known = _Known(service)
    for variable in service.environment:
        if not variable.assigned or not looks_secret_name(variable.name) or "LICENSE" in variable.name.upper():
            continue
        text = _written(variable.text)
        if (
            _is_value(text)
            and secret_value(text) is None
            and not _holds_password(text)
            and _is_default(text, variable.name, known.words)
        ):
            yield Problem(
                _place(variable),
                f"The variable {variable.name} of service {service.name} holds a password everybody can guess; pass one"
                " from outside",
                hides=_credential(variable),
            )


@check(on=EnvVar)
def password_in_service_url(variable: EnvVar, service: Service) -> Problems:
    """``scheme://user:password@host``, or ``host=…;password=…``, in an environment variable."""
    text = variable.text
    kind = _holds_password(_written(text)) if variable.assigned and ("://" in text or "=" in text) else None
    if kind is not None:
        yield Problem(
            _place(variable),
            f"The {kind} in the variable {variable.name} of service {service.name} holds a password; pass the password"
            " as a secret or from the environment",
            hides=_credential(variable),
        )


def _commands(service: Service) -> Iterator[tuple[str, YamlScalar]]:
    """Every scalar of the command, the entry point and the health test, with the key it stands under."""
    health = service.healthcheck
    lines = (
        ("command", service.command),
        ("entrypoint", service.entrypoint),
        ("healthcheck", health.test if health is not None else None),
    )
    for name, line in lines:
        for word in line.words if line is not None else ():
            yield name, word


def _arguments(words: list[str]) -> Iterator[tuple[bool, str]]:
    """Every argument whose value is a credential: whether anybody can guess it, and the argument's name."""
    client = False
    for at, word in enumerate(words):
        client = (client or word.rpartition("/")[2] in _MYSQL) and word.rstrip(";") not in ("&&", "||", "|", "")
        if client and word.startswith("-p") and _is_value(word[2:]):
            yield _is_default(word[2:]), "-p"
        match = _ASSIGNED.fullmatch(word)
        if match is not None:
            if looks_secret_name(match.group(1)) and _is_value(match.group(2)):
                yield _is_default(match.group(2)), match.group(1)
            continue
        name = word.lstrip("-")
        if not word.startswith("-") or not (looks_secret_name(name) or name in ("requirepass", "masterauth")):
            continue
        if at + 1 < len(words) and not words[at + 1].startswith("-") and _is_value(words[at + 1]):
            yield _is_default(words[at + 1]), name


@check(on=Service)
def secret_in_service_command(service: Service) -> Problems:
    """A credential as an argument of a command, an entry point or a health check."""
    words: dict[str, list[str]] = {}
    found: set[tuple[str, str]] = set()
    for name, scalar in _commands(service):
        before = words.setdefault(name, [])
        before.extend(word.strip("\"'") for word in _written(scalar.value).split())
        guessable, argument = min(_arguments(before), default=(False, ""))
        if argument:
            before.clear()
            if (name, argument) not in found:
                found.add((name, argument))
                why = "with a value everybody can guess" if guessable else "which every process list shows"
                yield Problem(
                    scalar.place,
                    f"The {name} of service {service.name} carries the credential {argument}, {why}; read it from a"
                    " file or a variable",
                    doubtful=guessable,
                )
        elif len(before) > 50:
            del before[:-50]


@check(on=BuildConfig)
def secret_in_service_build_argument(build: BuildConfig, service: Service) -> Problems:
    """A credential as a build argument."""
    for argument in build.args:
        text = _written(argument.text) if argument.assigned else ""
        string = connection_password(text)
        known = secret_value(text) is not None or (string is not None and _is_secret(text[string.start : string.end]))
        if known or (looks_secret_name(argument.name) and _is_secret(text, argument.name)):
            yield Problem(
                _place(argument),
                f"The build argument {argument.name} of service {service.name} holds a credential, which the image's"
                " history keeps; use a build secret",
                hides=_credential(argument),
            )


@check(on=Label)
def secret_in_service_label(label: Label, service: Service) -> Problems:
    """A credential of known shape in a label."""
    kind = secret_value(_written(label.text)) if label.assigned else None
    if kind is not None:
        yield Problem(
            _place(label),
            f"The label {label.name} of service {service.name} holds {kind.label}, which docker inspect"
            " shows; take it out",
            hides=_credential(label),
        )


@check(on=Service)
def secret_in_env_file(service: Service, model: ComposeModel) -> Problems:
    """A credential in an environment file that git keeps."""
    for file in service.env_files:
        written = file.path.literal if file.path is not None else None
        source = model.read(file, written) if written else None
        if source is None or not written or len(source.text) > _MOST_CHARACTERS or _EXAMPLE.search(written):
            continue
        entries = [entry for entry in parse_dotenv(source).entries if entry.value and _is_credential(entry)]
        if entries and not model.is_private(file, written):
            names = ", ".join(entry.name for entry in entries[:3]) + (" and more" if len(entries) > 3 else "")
            related = [Related(entry.key, "A credential stands here") for entry in entries[:10]]
            message = (
                f"{source.path}, which service {service.name} reads, holds credentials ({names}), and git does not"
                " ignore it; keep it out of the repository, or use secrets"
            )
            yield Problem(file, message, related=related)


def _is_credential(entry: DotEnvEntry) -> bool:
    text = entry.value or ""
    kind = secret_value(text)
    if kind is not None or _holds_password(text):
        return True
    return looks_secret_name(entry.name) and _is_secret(text, entry.name)
