"""The credentials in a script of PowerShell that no option of a command takes: settings, headers, secure strings.

about_Environment_Provider, about_Hash_Tables, ConvertTo-SecureString, System.Net.NetworkCredential, on
learn.microsoft.com/powershell and /dotnet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.model.facts.credential_text import Found, is_drawn
from dlint.model.facts.secrets import looks_secret_name
from dlint.model.facts.worth import Worth, worth

_STRING = r"(?:'([^'\n]{1,4000})'|\"([^\"\n]{1,4000})\")"
_BARE = r"([A-Za-z0-9_./+=!@#%&*-]{1,4000})"
# A variable, one of the environment, a property or a key that is given a value, and pairs of names and values.
_SETTING = pattern(
    r"(?:\$(?:\{?env:)?(\w{1,80})\}?"
    r"|\[\s*['\"]([\w-]{1,80})['\"]\s*\]"
    r"|(?:SetEnvironmentVariable|\.Add)\s*\(\s*['\"]([\w-]{1,80})['\"]\s*(?=,)"
    r"|(?<![\w$.\\/:-])['\"]?([A-Za-z][\w-]{0,80})['\"]?(?=\s*=[^=]))"
    rf"\s*[=,]\s*{_STRING}",
    2,
)
_LOGIN = pattern(rf"NetworkCredential(?:\]::new)?\s*\(\s*['\"]([^'\"\n]{{0,200}})['\"]\s*,\s*{_STRING}", 2)
_SECURE = pattern(r"ConvertTo-SecureString\b([^;|\n(){}]{0,4000})", 2)
_PLAIN_TEXT = pattern(r"\s-AsP", 2)
_FED = pattern(rf"{_STRING}\s*\|\s*ConvertTo-SecureString\b(?=[^;|\n(){{}}]{{0,200}}\s-AsP)", 2)
_GIVEN = pattern(rf"(?<!\S)(?:-S(?:tring)?[\s:]\s*)?(?:{_STRING}|(?![-$]){_BARE})", 2)
_SCHEME = pattern(r"(?:Bearer|Basic|Token|ApiKey)\s+", 2)
_HEADER = pattern(r"(?:proxy-)?authorization$|\w+-[\w-]*(?:key|token|secret|auth)$", 2)


def in_powershell(text: str) -> Iterator[Found]:
    """The credentials in a script of PowerShell; what its variables hold elsewhere is not looked up."""
    for match in _SECURE.finditer(text):
        if _PLAIN_TEXT.search(match[1]):
            yield from _first(match[1], match.start(1))
    for match in _FED.finditer(text):
        yield from _found(text, *_place(match, 1), "password", "a secure string")
    for match in _LOGIN.finditer(text):
        for found in _found(text, *_place(match, 2), "password", "a login"):
            same = match[1] == text[found.start : found.end]
            yield found._replace(worth=min(found.worth, Worth.GUESSABLE)) if same else found
    for match in _SETTING.finditer(text):
        name = match[1] or match[2] or match[3] or match[4]
        yield from _setting(text, name, *_place(match, 5))


def _first(arguments: str, at: int) -> Iterator[Found]:
    """The string that ``ConvertTo-SecureString`` makes a secure one of."""
    match = _GIVEN.search(arguments)
    if match is not None:
        start, end = _place(match, 1) if match[3] is None else match.span(3)
        for found in _found(arguments, start, end, "password", "a secure string"):
            yield found._replace(start=found.start + at, end=found.end + at)


def _setting(text: str, name: str, start: int, end: int) -> Iterator[Found]:
    """What a setting of that name is given: a credential, or a header with one in it."""
    scheme = _SCHEME.match(text, start, end)
    if scheme is not None and _HEADER.match(name):
        yield from _found(text, scheme.end(), end, "token", f"the header {name}")
    elif looks_secret_name(name):
        yield from _found(text, start, end, name, f"the setting {name}")
    elif _HEADER.match(name) and is_drawn(text[start:end]):
        yield from _found(text, start, end, "token", f"the header {name}")


def _found(text: str, start: int, end: int, name: str, what: str) -> Iterator[Found]:
    value = text[start:end]
    if "$" not in value and "`" not in value:
        yield Found(start, end, what, worth(value, name), False)


def _place(match: re.Match[str], group: int) -> tuple[int, int]:
    """Where the text of a string stands that is in single quotes, ``group``, or in double ones, the next."""
    return match.span(group if match[group] is not None else group + 1)
