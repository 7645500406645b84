"""Credentials written into a Compose file: in variables, URLs, commands, build arguments and labels.

Values from ``.env`` or the environment are not written in the file: in it only literal text and the defaults of
``${VAR:-default}`` count. No message repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.api import (
    Node,
    Problem,
    Problems,
    Related,
    Severity,
    Source,
    Worth,
    check,
    connection_password,
    is_placeholder,
    lazy,
    looks_secret_name,
    pattern,
    secret_value,
    worth,
)
from dlint.api.compose import (
    BuildConfig,
    ComposeModel,
    DotEnvEntry,
    EnvFile,
    EnvVar,
    KeyValue,
    Label,
    Service,
    assume,
    credentials_of_service,
    is_database,
    parse_dotenv,
    variables,
)  # fmt: skip

# What stands for a variable without a value in the text that is searched.
_UNKNOWN = "\0"
_MOST_CHARACTERS = 262_144
_EXAMPLE = pattern(r"(?:example|sample|template|dist)", re.I)
_URL = pattern(r"(?<![a-zA-Z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]{0,40}://([^\s/:@'\"]{0,200}):([^\s/@'\"]+)@[^\s/]")
# What another service gave out: a word in its place is no password that opens anything.
_GIVEN = ("token", "api", "access", "client", "license", "licence", "webhook", "oauth")


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


def _worth(text: str, name: str, known: frozenset[str] = frozenset()) -> Worth:
    """What a text under the name of a credential is worth: nothing if a part of it is unknown."""
    return Worth.NOTHING if _UNKNOWN in text else worth(text, name, known)


def _holds_password(text: str) -> str | None:
    """What kind of address with a password written out the text is, or None."""
    for match in _URL.finditer(text) if _may_have_login(text) else ():
        if _UNKNOWN not in match.group(2) and match.group(2)[0] not in "$<{*":
            return "URL"
    found = connection_password(text)
    if found is None or _worth(text[found.start : found.end], "password") is Worth.NOTHING:
        return None
    return "connection string"


def _may_have_login(text: str) -> bool:
    """Whether a URL of the text may name a user and a password: a cheap look."""
    return ":" in text.rpartition("@")[0].partition("://")[2]


def _is_guessable_url(text: str) -> bool:
    """Whether every password in URLs of the text is one that everybody can guess, such as the name of the user."""
    logins = _URL.findall(text) if _may_have_login(text) else []
    return bool(logins) and all(
        worth(password, "password", frozenset((user.lower(),))) is not Worth.SECRET for user, password in logins
    )


def _is_default(text: str) -> bool:
    """Whether the value is the default of a variable, which counts where nobody gives another one."""
    return "$" in text and _UNKNOWN not in _written(text) and "$" not in _written(text)


def _is_given(name: str) -> bool:
    """Whether a variable of this name holds what another service gave out."""
    low = name.lower()
    return low.startswith("aws_") or any(map(low.__contains__, _GIVEN))


def _place(pair: KeyValue) -> Node:
    """Where the pair stands: at its key, so that nobody prints the value."""
    return pair.key


def _credential(pair: KeyValue) -> list[Node]:
    """What no report may repeat: the value, which stands beside the key that is reported."""
    return [pair.value or pair]


@check(on=Service, keys=("environment",))
def secret_in_service_environment(service: Service) -> Problems:
    """A credential as the value of an environment variable."""
    known = _Known(service)
    for variable in service.environment:
        kind = secret_value(_written(variable.text)) if variable.assigned else None
        if kind is not None and kind.label != "a password in a URL":
            yield Problem(
                _place(variable),
                f"The variable {variable.name} of service {service.name} holds {kind.label}; revoke it and pass"
                " it as a secret",
                hides=_credential(variable),
            )
        elif variable.assigned and _of_variable(variable, known) is Worth.SECRET:
            yield Problem(
                _place(variable),
                f"The variable {variable.name} of service {service.name} holds a credential; pass it as a secret or"
                " from the environment",
                hides=_credential(variable),
                at_most=Severity.WARNING,
            )


def _of_variable(variable: EnvVar, known: _Known) -> Worth:
    """What the value of a variable with the name of a credential is worth; a default everybody can read, no more."""
    if not looks_secret_name(variable.name):
        return Worth.NOTHING
    text = _written(variable.text)
    if _holds_password(text):
        return Worth.NOTHING
    found = _worth(text, variable.name)
    if found is Worth.SECRET:
        found = _worth(text, variable.name, known.words)
    if found is Worth.GUESSABLE and is_placeholder(text, variable.name) and _is_given(variable.name):
        return Worth.NOTHING
    return min(found, Worth.GUESSABLE) if _is_default(variable.text) else found


@check(on=Service, keys=("environment",))
def default_credential_in_environment(service: Service) -> Problems:
    """A password that everybody knows, as the value of an environment variable."""
    known = _Known(service)
    for variable in service.environment:
        if not variable.assigned or not looks_secret_name(variable.name) or "LICENSE" in variable.name.upper():
            continue
        if _of_variable(variable, known) is Worth.GUESSABLE and secret_value(_written(variable.text)) is None:
            yield Problem(
                _place(variable),
                f"The variable {variable.name} of service {service.name} holds a {_noun(variable.name)} everybody can"
                " guess; pass one from outside",
                hides=_credential(variable),
                minor=not _is_reached(variable.name, service),
            )


def _noun(name: str) -> str:
    """What to call what a variable of this name holds."""
    last = name.upper().rpartition("_")[2]
    return last.lower() if last in ("KEY", "SECRET", "TOKEN") else "password"


_SERVERS = frozenset(
    "DB DBPASS DBPASSWORD DATABASE JDBC MYSQL MARIADB PG POSTGRES POSTGRESQL MONGO MONGODB REDIS CLICKHOUSE"
    " SMTP".split()
)


def _is_reached(name: str, service: Service) -> bool:
    """Whether others reach what the password opens: the service publishes a port, and it is its own password."""
    words = name.upper().replace(".", "_").split("_")
    own = _SERVERS.isdisjoint(words) or is_database(service.image_ref)
    return own and _is_published(service)


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
            minor=_is_default(variable.text) or _is_guessable_url(text),
        )


@check(on=Service, keys=("command", "entrypoint", "healthcheck"))
def secret_in_service_command(service: Service) -> Problems:
    """A credential as an argument of a command, an entry point or a health check."""
    found: set[tuple[str, str]] = set()
    for key, credential in credentials_of_service(service):
        if (key, credential.what) in found:
            continue
        found.add((key, credential.what))
        guessable = credential.worth is Worth.GUESSABLE or credential.where.raw.startswith("${")
        why = "with a value everybody can guess" if guessable else "which every process list shows"
        yield Problem(
            credential.where,
            f"In the {key} of service {service.name} {credential.what} carries a credential, {why}; read it from a file"
            " or a variable",
            hides=(credential.where,),
            doubtful=guessable and not credential.known,
            at_most=None if credential.known else Severity.WARNING,
        )


@check(on=BuildConfig)
def secret_in_service_build_argument(build: BuildConfig, service: Service) -> Problems:
    """A credential as a build argument."""
    for argument in build.args:
        text = _written(argument.text) if argument.assigned else ""
        known = secret_value(text) is not None
        if known or _of_argument(argument.name, text) is Worth.SECRET:
            yield Problem(
                _place(argument),
                f"The build argument {argument.name} of {service.noun} {service.name} holds a credential, which the"
                " image's history keeps; use a build secret",
                hides=_credential(argument),
                at_most=None if known else Severity.WARNING,
            )


def _of_argument(name: str, text: str) -> Worth:
    """What a build argument is worth: by its name, or for the password in a connection string."""
    found = connection_password(text)
    if found is not None:
        return _worth(text[found.start : found.end], "password")
    return _worth(text, name) if looks_secret_name(name) else Worth.NOTHING


@check(on=Label)
def secret_in_service_label(label: Label, service: Service) -> Problems:
    """A credential in a label: one of known shape, or a literal value under the name of one."""
    text = _written(label.text) if label.assigned else ""
    kind = secret_value(text)
    if kind is not None or (looks_secret_name(label.name) and _worth(text, label.name) is Worth.SECRET):
        yield Problem(
            _place(label),
            f"The label {label.name} of service {service.name} holds {kind.label if kind else 'a credential'}, which"
            " docker inspect shows; take it out",
            hides=_credential(label),
            at_most=None if kind else Severity.WARNING,
        )


@check(on=Service, keys=("env_file",))
def secret_in_env_file(service: Service, model: ComposeModel) -> Problems:
    """A credential in an environment file that git keeps."""
    for file, source, readers in _kept_files(service, model):
        entries = [entry for entry in parse_dotenv(source).entries if entry.value and _is_credential(entry)]
        if entries:
            message = (
                f"{_that_is_read(source, service, readers)} holds credentials ({_names(entries)}), and git does not"
                " ignore it; keep it out of the repository, or use secrets"
            )
            yield Problem(file, message, related=_entries(entries, "A credential stands here"), hides=())


@check(on=Service, keys=("env_file",))
def default_credential_in_env_file(service: Service, model: ComposeModel) -> Problems:
    """A password that everybody knows, in an environment file that git keeps."""
    for file, source, readers in _kept_files(service, model):
        entries = [entry for entry in parse_dotenv(source).entries if entry.value and _is_default_entry(entry)]
        if entries:
            by = [one for one in model.services if one.name in readers]
            reached = any(_is_reached(entry.name, one) for entry in entries for one in by)
            message = (
                f"{_that_is_read(source, service, readers)} holds credentials everybody can guess ({_names(entries)});"
                " pass others from outside"
            )
            related = _entries(entries, "This can be guessed")
            yield Problem(file, message, related=related, hides=(), minor=not reached)


@check(on=ComposeModel, words=("$",))
def default_credential_in_dotenv(model: ComposeModel) -> Problems:
    """A password that everybody knows in the ``.env`` of a project, where git keeps it and a service gets it."""
    place = model.services[0].key if model.services else None
    source = model.read(place, ".env") if place is not None else None
    if place is None or source is None or len(source.text) > _MOST_CHARACTERS:
        return
    if source.path in model.env_file_readers or model.is_private(place, ".env"):
        return
    entries = {one.name: one for one in parse_dotenv(source).entries if one.value and _is_default_entry(one)}
    uses = [*_uses(entries, model)] if entries else []
    if uses:
        services = list(dict.fromkeys(service.name for service, _, _ in uses))
        others = f" and {len(services) - 1} more" if len(services) > 1 else ""
        used = [entry for name, entry in entries.items() if any(name == one for _, _, one in uses)]
        yield Problem(
            uses[0][1],
            f"{source.path} gives service {services[0]}{others} credentials everybody can guess ({_names(used)}); pass"
            " others from outside",
            related=_entries(used, "This can be guessed"),
            hides=(),
            minor=not any(_is_reached(name, service) for service, _, name in uses),
        )


def _uses(entries: dict[str, DotEnvEntry], model: ComposeModel) -> Iterator[tuple[Service, Node, str]]:
    """Where services get a variable of the ``.env``: the service, the place and the variable."""
    for service in model.services:
        nodes: list[tuple[Node, str]] = [(one, one.text) for one in service.environment]
        nodes += [(word, word.value) for word in (service.command.words if service.command is not None else ())]
        for node, text in nodes:
            for use in variables(text) if "$" in text else ():
                # A default that is written there is what is judged there.
                if use.name in entries and use.operator not in (":-", "-"):
                    yield service, node, use.name


def _kept_files(service: Service, model: ComposeModel) -> Iterator[tuple[EnvFile, Source, list[str]]]:
    """The environment files of which a service is the first reader and that git does not ignore, with all readers."""
    for file in service.env_files:
        written = file.path.literal if file.path is not None else None
        source = model.read(file, written) if written else None
        if source is None or not written or len(source.text) > _MOST_CHARACTERS or _EXAMPLE.search(written):
            continue
        readers = model.env_file_readers.get(source.path, [service.name])
        if readers[0] == service.name and not model.is_private(file, written):
            yield file, source, list(readers)


def _that_is_read(source: Source, service: Service, readers: list[str]) -> str:
    others = f" and {len(readers) - 1} more read" if len(readers) > 1 else " reads"
    return f"{source.path}, which service {service.name}{others},"


def _names(entries: list[DotEnvEntry]) -> str:
    return ", ".join(entry.name for entry in entries[:3]) + (" and more" if len(entries) > 3 else "")


def _entries(entries: list[DotEnvEntry], what: str) -> list[Related]:
    return [Related(entry.key, what) for entry in entries[:10]]


def _is_default_entry(entry: DotEnvEntry) -> bool:
    text = entry.value or ""
    if not looks_secret_name(entry.name) or "$" in text or "LICENSE" in entry.name.upper():
        return False
    is_of_others = _is_given(entry.name) and is_placeholder(text, entry.name)
    return worth(text, entry.name) is Worth.GUESSABLE and not is_of_others


def _is_published(service: Service) -> bool:
    return any(not (port.host_ip and (port.host_ip.literal or "").startswith("127.")) for port in service.ports)


def _is_credential(entry: DotEnvEntry) -> bool:
    text = entry.value or ""
    kind = secret_value(text)
    if kind is not None or _holds_password(text):
        return True
    return looks_secret_name(entry.name) and worth(text, entry.name) is Worth.SECRET
