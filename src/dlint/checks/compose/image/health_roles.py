"""Roles and databases that a health test of Postgres asks for, and that its image does not make."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.compose import CommandLine, ComposeModel, Service, ServiceEnvironment, environment_of
from dlint.api.databases import Logins, logins_of

_ASKS = pattern(r"(?:^|[;&|(\s])(?:/\S*/)?(pg_isready|psql)((?:[ \t]+(?:\"[^\"]*\"|'[^']*'|[^\s;&|<>()`\"']+))*)")
_WORD = pattern(r"\"[^\"]*\"|'[^']*'|[^\s\"']+")
_LONG = {"--username": "-U", "--dbname": "-d", "--host": "-h"}
_VARIABLE = pattern(r"\$\$(?:\{(\w+)\}|(\w+))")
_WITH_VALUE = ("-U", "-d", "-c", "-h", "-p", "-t", "--timeout", "--command", "--port")
_OTHERS = ("PGUSER", "PGDATABASE", "PGSERVICE", "PGHOST")


@check(on=Service, keys=("healthcheck",), words=("pg_isready", "psql"), blames=True)
def healthcheck_role_unknown(service: Service, model: ComposeModel) -> Problems:
    """A test that asks Postgres as a role, or for a database, that the image does not make at its first start."""
    health = service.healthcheck
    test = health.test if health is not None and not health.disabled else None
    found = _asked(test) if test is not None else None
    if test is None or found is None:
        return
    program, where, words = found
    given = environment_of(service, model)
    options = _options(words, given)
    logins = logins_of(service, model) if options is not None else None
    if (
        options is None
        or logins is None
        or "POSTGRES_USER" not in logins.family.user
        or any(map(given.may_have, _OTHERS))
    ):
        return
    role = options.get("-U") or _system_user(service, model)
    message = _wrong(role, "-U" in options, options.get("-d"), logins) if role is not None else None
    if message is not None:
        yield Problem(
            where,
            f"{message}; {_effect(program)}",
            related=[Related(logins.where, "What the image makes")],
            minor=program == "pg_isready",
        )


def _wrong(role: str, named: bool, database: str | None, logins: Logins) -> str | None:
    """What of a role and a database is not there; None if both may be."""
    users = [name for name in logins.users if name]
    made = logins.database.text if logins.database is not None else (users[0] if users else None)
    if not users or (named and logins.may_be_filled):
        return None
    if role not in users:
        how = "The check asks as" if named else "Without -U the check asks as"
        return f"{how} {role}, a role that Postgres does not have: name {users[0]}"
    wanted = database or role
    if logins.may_be_filled or made is None or wanted == made or wanted in logins.family.databases:
        return None
    how = "The check asks for" if database else "Without -d the check asks for"
    return f"{how} the database {wanted}, which Postgres does not have: name {made}"


def _effect(program: str) -> str:
    if program == "psql":
        return "it always fails"
    return "it passes, and the server logs an error each time"


def _system_user(service: Service, model: ComposeModel) -> str | None:
    """Whom a program is called as that names no role: the user of the container; None if not known."""
    if service.user is not None:
        text = service.user.literal or ""
        return text if _is_name(text) else None
    image = model.image_of(service)
    user = image.user if image is not None else None
    return "root" if user is not None and user.value in ("", "root", "0") else None


def _asked(test: CommandLine) -> tuple[str, Node, list[str]] | None:
    """The program of a test that is one call of Postgres's, its place, and its words; None where there is more."""
    if test.listed and test.words and test.words[0].value == "CMD":
        words = [word.value for word in test.words[1:]]
        program = words[0].rpartition("/")[2] if words else ""
        return (program, test.words[1], words[1:]) if program in ("pg_isready", "psql") else None
    listed = test.listed and len(test.words) == 2 and test.words[0].value == "CMD-SHELL"
    script = test.words[1] if listed else test.string
    found = list(_ASKS.finditer(script.value)) if script is not None else []
    if script is None or len(found) != 1:
        return None
    return found[0][1], script.at(*found[0].span(1)), _WORD.findall(found[0][2])


def _filled(word: str, given: ServiceEnvironment) -> str:
    """A word with the variables of the container."""
    if "$$" not in word:
        return word
    return _VARIABLE.sub(lambda match: given.value(match[1] or match[2]) or "$", word)


def _is_name(text: str) -> bool:
    """Whether a text may be a name, which a number is not."""
    return not text.startswith("-") and text.replace("-", "_").isidentifier()


def _options(words: list[str], given: ServiceEnvironment) -> dict[str, str] | None:
    """The role and the database that words name; None if a variable, a host or a word may say more."""
    options: dict[str, str] = {}
    rest = iter([_filled(word, given) for word in words])
    for word in rest:
        text = word.strip("\"'")
        name, _, value = text.partition("=") if text.startswith("--") else (text[:2], "", text[2:])
        name = _LONG.get(name, name)
        if name in _WITH_VALUE and not value:
            value = next(rest, "").strip("\"'")
        if "$" in word or "$" in value or not name.startswith("-"):
            return None
        if name in ("-U", "-d") and not _is_name(value):
            return None
        if name == "-h" and value not in ("localhost", "127.0.0.1"):
            return None
        options[name] = value
    return options
