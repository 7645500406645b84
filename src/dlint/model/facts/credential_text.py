"""The credentials in a text, whatever it is: URLs, statements of SQL, lines of settings, known shapes."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import NamedTuple, pattern
from dlint.model.facts.secrets import IN_NAMES, connection_password, is_strong, looks_secret_name, secret_values
from dlint.model.facts.worth import Worth, worth
from dlint.source import Node, Source


class Credential(NamedTuple):
    """A credential in a command. ``where`` is the place of the credential and of nothing else.

    ``what`` says for a message where it stands, ``known`` whether its shape alone tells that it is one. ``through`` is
    the variable that brings it; ``where`` is then the place of the variable. ``login``: a password of a user of the
    system.
    """

    where: Node
    what: str
    worth: Worth
    known: bool = False
    through: str = ""
    login: bool = False


class Found(NamedTuple):
    """A credential in a text: where it starts and ends, what it is, and whether its shape alone tells."""

    start: int
    end: int
    what: str
    worth: Worth
    known: bool


# Cheap signs that a text may hold a credential: a word of a name, or a URL.
_NAMING = (*IN_NAMES, "identified", "login")
_SIGNS = frozenset((*_NAMING, "://"))


def may_name_credential(text: str) -> bool:
    """Whether a text may hold a credential under the name of one: a cheap look for many texts at once."""
    if any(map(text.lower().__contains__, _NAMING)):
        return True
    # A URL has it before the host or among its parameters.
    return "://" in text and ("@" in text or ("=" in text and any(map(text.__contains__, "?&;"))))


def file_may_name_credential(source: Source) -> bool:
    """The same for a whole file; looked for once."""
    return source.mentions_in_any_case(_SIGNS)


def is_drawn(text: str) -> bool:
    """Whether a value looks like a key that somebody was given: twelve characters or more, digits among them."""
    return len(text) >= 12 and any(c.isdigit() for c in text) and " " not in text


_QUERY = pattern(r"[?&;]([A-Za-z][\w.-]{0,40})=([^&\s'\"#;<>\\]{4,400})")
_QUERY_NAMES = frozenset("key token auth sig signature code pwd pass apikey".split())
_SQL = pattern(
    r"\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?\\*['\"]([^'\"\\]{1,100})"
    r"|\b(?:USER|ROLE|LOGIN|SUPERUSER)\b[^;]{0,200}?\bPASSWORD\s*=?\s*\(?\\*'([^'\\]{1,100})"
    r"|\bPASSWORD\s*\(\s*\\*'([^'\\]{1,100})",
    2,
)
_SQL_USER = pattern(r"\b(?:USER|ROLE|TO|FOR)\s+(?:IF\s+NOT\s+EXISTS\s+)?[`'\"\\]*([\w.-]+)", 2)
# ftp(1), curl.se/docs: .netrc; debconf-set-selections(1).
_NETRC = pattern(
    r"\b(?:machine\s{1,9}[^\s\\]{1,200}|default)(?:\s|\\n){1,9}login(?:\s|\\n){1,9}[^\s\\]{1,200}(?:\s|\\n){1,9}"
    r"password(?:\s|\\n){1,9}([^\s\\'\"]{1,400})"
)
_DEBCONF = pattern(r"(?<!\S)\S{1,80}[ \t]{1,9}\S{0,80}pass\S{0,80}[ \t]{1,9}password[ \t]{1,9}([^\s'\"]{1,400})")

# With what stands in each of them, and which group has the credential.
_LINES = ((_NETRC, "login", 1, "a line of .netrc"), (_DEBCONF, "password", 1, "an answer for debconf"))


def in_text(text: str, shaped: bool = True) -> Iterator[Found]:
    """The credentials that tell by themselves in a text: known shapes, URLs, connection strings, SQL, ``.netrc``.

    ``shaped`` is false where it is known that the text has none of the known shapes but a URL.
    """
    for kind in secret_values(text, shaped) if shaped or "@" in text else ():
        yield Found(kind.start, kind.end, kind.label, Worth.SECRET, True)
    if "=" in text:
        yield from _of_pairs(text)
    lowered = text.lower()
    if "password" in lowered or "identified" in lowered:
        yield from _of_statements(text)


def _of_pairs(text: str) -> Iterator[Found]:
    if "://" in text:
        for match in _QUERY.finditer(text):
            name, value = match[1], match[2]
            named = looks_secret_name(name)
            if (named or name.lower() in _QUERY_NAMES) and "$" not in value and (is_drawn(value) or named):
                yield Found(*match.span(2), f"the parameter {name} of a URL", worth(value, "token"), False)
    found = connection_password(text)
    if found is not None:
        password = text[found.start : found.end].strip("'\"")
        if "$" not in password:
            value = Worth.GUESSABLE if text.count(password) > 1 else worth(password, "password")
            yield Found(found.start, found.end, found.label, value, False)


def _of_statements(text: str) -> Iterator[Found]:
    for match in _SQL.finditer(text) if "'" in text or '"' in text else ():
        group = match.lastindex or 1
        value = match[group]
        if "$" in value or "%" in value:
            continue
        users = {user[1].lower() for user in _SQL_USER.finditer(text, max(0, match.start() - 200), match.end())}
        yield Found(*match.span(group), "a statement of SQL", worth(value, "password", users), False)
    for shape, sign, group, what in _LINES:
        for match in shape.finditer(text) if sign in text else ():
            if "$" not in match[group]:
                yield Found(*match.span(group), what, worth(match[group], "password"), False)


_LINE = pattern(
    r"(?:^|\\n|\n)[ \t]*(?:export[ \t]+|-[ \t]+|SetEnv[ \t]+)?[\"']?([A-Za-z_][\w./:-]{0,80})[\"']?"
    r"[ \t]*(?:=|:[ \t])[ \t]*[\"']?([^\s\"';,\\]+)",
    8,
)
# Files of programs that take a password from them and nothing else to hide.
_KEEPERS = pattern(r"(?:\.pypirc|\.npmrc|\.yarnrc(?:\.yml)?|\.my\.cnf|\.s3cfg|\.env|credentials|\.netrc|auth\.json)$")


def keeps_credentials(path: str) -> bool:
    """Whether a file of this name is where a program keeps the credentials it logs in with."""
    return _KEEPERS.search(path) is not None


def in_settings(text: str, kept: bool = False) -> Iterator[Found]:
    """The credentials in lines ``NAME=value`` or ``name: value`` of a text that a command writes to a file.

    Only values that nobody takes for words; all of them if the file is one that keeps credentials, ``kept``.
    """
    if "=" not in text and ": " not in text:
        return
    for match in _LINE.finditer(text):
        name, value = match[1], match[2]
        if looks_secret_name(name) and "$" not in value and (kept or is_strong(value)):
            yield Found(*match.span(2), f"the setting {name}", worth(value, name), False)
