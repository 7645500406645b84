"""What a value is worth that stands where a credential is taken: a path is none, and some everybody can guess."""

from __future__ import annotations

import re
from functools import lru_cache

from dlint.lazy import pattern
from dlint.model.facts.placeholders import bare, is_placeholder, is_public
from dlint.model.facts.secrets import secret_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set
    from typing import ClassVar

_SWITCH = frozenset(
    "true false yes no on off y n none null nil auto default enable enabled disable disabled required optional"
    " invalid".split()
)
_NUMBER = pattern(r"\d{1,3}|-?\d+\.\d+|\d{1,6}(?:ms|[smhdw]|[kmg]b?)", re.I)
_PLACE = pattern(
    r"""
    \.{0,2}/[^/] | ~/ | [A-Za-z]:[\\/] | \\\\ | %[\w.()-]+%?[/\\] | \$\{?\w+\}?/
    | (?:file|vault|op|env|ssm|sm|gcp|aws|secret|secrets|ref|keyring):(?://)?[^\s@]+$ | arn: | projects/ | \{\{
    | ENC\[ | %env\(
    | (?:[\w.-]+/){0,8}[\w.-]+\.(?:pem|key|crt|cer|der|p12|pfx|jks|ppk|asc|gpg|pub|json|ya?ml|toml|ini|conf|cfg|env
        |txt|xml)$
    | (?:[a-z_.-]{2,20}/){1,8}[a-z_.-]{2,30}$
    """,
    re.X,
)
_URL_ALONE = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s@?]*(?:\?[^\s@=]{0,40}=?[\w.,-]{0,12})?$")
_VERSION = pattern(r"v?\d+(?:\.\d+)+(?:[-+][\w.]+)?$")
_DIGEST = pattern(r"(?:sha(?:1|256|512)|md5)[:-][0-9a-fA-F]+$|(?:0x)?(?:[0-9A-Fa-f]{4} *){10}$|[0-9a-fA-F]{64}$")
# Characters of the shortest digest that does not say which it is.
_BARE_DIGEST = 40
_NO_FINGERPRINT = pattern(r"secret|token|passw|pwd|credential", re.I)


@lru_cache(maxsize=256)
def is_harmless(text: str, name: str = "") -> bool:
    """Whether a value that is known cannot be a credential.

    It is empty, a switch, a small number, a duration, a version, a path (also a relative one), the name of something
    in a store of secrets, a URL without a password, or a key that is published on purpose; for a ``name`` that only
    speaks of a key also a fingerprint.
    """
    text = bare(text)
    if not text or text.lower() in _SWITCH or _is_number(text):
        return True
    if secret_value(text) is not None:
        return False
    if _PLACE.match(text) or ("://" in text and _URL_ALONE.match(text)) or is_public(text):
        return True
    if len(text) < _BARE_DIGEST and not text.startswith(("sha", "md5")):
        return False
    return _DIGEST.match(text) is not None and _NO_FINGERPRINT.search(name) is None


def _is_number(text: str) -> bool:
    """Whether a value is a small number, a duration, a size or a version: no password is made of so little."""
    if not text.lstrip("-v")[:1].isdecimal():
        return False
    return _NUMBER.fullmatch(text) is not None or ("." in text and _VERSION.match(text) is not None)


# No password is longer.
_LONGEST = 4096
# What products come with, and what people take first.
_DEFAULTS = frozenset(
    "admin administrator root guest user postgres mysql mariadb mongo mongodb redis rabbitmq minio minioadmin"
    " airflow elastic keycloak grafana wordpress drupal django symfony laravel sa pass passwd passw0rd p@ssw0rd"
    " p@ssword letmein welcome qwerty abc abc123 demo local localhost docker app db database changeit changeme".split()
)
# Of digits alone what is longer was drawn, unless somebody counted.
_LONGEST_PIN = 10
_COUNTED = "1234567890" * 8
_ABOUT_ITSELF = pattern(r"pass(?:word|wd|phrase)?(?:$|[^a-z])|password|secret|secure|strong|hackme|dbpass")
_CUT = pattern(r"[_.-]")


def is_guessable(text: str, name: str = "", known: Set[str] = frozenset()) -> bool:
    """Whether the value is one that everybody can guess.

    A placeholder, a product's default, a run of digits, one character over and over, words about passwords
    (``MyStrongPassword``), a part of the variable's name, or one of ``known``: what else stands beside it.
    """
    value = bare(text[:_LONGEST])
    return value.lower() in known or _is_guessable(value, name)


@lru_cache(maxsize=256)
def _is_guessable(value: str, name: str) -> bool:
    low = value.lower()
    stem = low.rstrip("0123456789!")
    if low in _CUT.split(name.lower()) or low in "01234567890" or len(set(low)) == 1:
        return True
    if low.isdecimal():
        return len(low) <= _LONGEST_PIN or low in _COUNTED
    if is_placeholder(value, name) or any(is_placeholder(word, name) or word in _DEFAULTS for word in (low, stem)):
        return True
    if _ABOUT_ITSELF.search(low) and not any(c.isdigit() for c in stem):
        return True
    user, colon, password = low.rpartition(":")
    return bool(colon) and (user == password or is_guessable(password))


# Variables that hold a user and a password, `neo4j/secret` (https://neo4j.com/docs/operations-manual/current/docker/).
_OF_LOGINS = frozenset(("NEO4J_AUTH",))


# No enum: making one takes a seven-hundredth of a short run.
class Worth(int):
    """What a value under the name of a credential is worth: nothing, what everybody can guess, or a secret."""

    __slots__ = ()
    NOTHING: ClassVar[Worth]
    GUESSABLE: ClassVar[Worth]
    SECRET: ClassVar[Worth]


Worth.NOTHING, Worth.GUESSABLE, Worth.SECRET = map(Worth, range(3))


def worth(text: str, name: str = "", known: Set[str] = frozenset()) -> Worth:
    """What the value of a variable, an option or a setting called ``name`` is worth, if the name promises a secret."""
    value = bare(text)
    if name in _OF_LOGINS:
        value = value.partition("/")[2]
    if is_harmless(value, name) or value[:1] == "$":
        return Worth.NOTHING
    return Worth.GUESSABLE if is_guessable(value, name, known) else Worth.SECRET
