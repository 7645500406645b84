"""Values by themselves: those that hold the place of one that somebody is to fill in, and those that are published."""

from __future__ import annotations

import re
from functools import lru_cache

from dlint.lazy import pattern

_CUT = pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
# A value that says that another one belongs here.
_MARKS = pattern(
    r"""
    $ | [*x.\-_#?]{2,}$ | <.*>$ | \[.*\]$ | \{\{.*\}\}$ | %.*%$ | @.*@$ | \(.*\)$
    | (?:null|none|nil|undefined|empty|unset|blank|tbd|na|n/a|placeholder|replaceme|redacted|todo|changeit|default)$
    """,
    re.I | re.X,
)
# The same where it stands within the value, on its first line, and what has to be there for that.
_SAYING = tuple(
    "change replace place dummy your insert put todo fixme redacted not to xxxx **** fake set fill < example "
    "sample".split()
)
_INNER_MARKS = pattern(
    r"""
    .*(?:change[-_. ]?(?:me|this|it)|replace[-_. ]?(?:me|this|with|by)|place[-_ ]?holder|dummy|your[-_. ]
        |insert[-_. ]|put[-_. ].*[-_. ]here|todo|fixme|redacted|not[-_. ]?(?:a[-_. ])?(?:real|secret|used|needed)
        |to[-_. ]be[-_. ]|xxxx|\*\*\*\*|fake[-_.]|set[-_. ]?me|fill[-_. ]?(?:me|in)|<[a-z_ -]+>|example|sample)
    """,
    re.I | re.X,
)
# Words that stand for a value and may well be the one in use.
_STAND_INS = frozenset(
    "true false yes no on off fake test testing foo bar baz foobar string value secret password passwd token key dev "
    "development 0".split()
)
# Of several words one of these says that somebody else's value is meant.
_MEANT = frozenset("change replace your my here example dummy test sample todo insert placeholder".split())
# A word of its own, anywhere in a value, says that nothing is behind it; Stripe's test keys open something.
_SAID = frozenset("test testing dummy fake mock".split())
_OPENS = ("sk_test_", "rk_test_", "whsec_test")
# Words about the value itself: "SomeRandomStringOf32CharsExactly".
_ABOUT = frozenset("string random chars characters key secret token password here your some long exactly value".split())
_WORD = pattern(r"[A-Z][a-z]{1,20}|[a-z]{2,20}|[A-Z]{2,20}")
_OF_TOKENS = pattern(r"TOKEN|KEY|SECRET|CREDENTIAL", re.I)
_VOWEL = pattern(r"[aeiouyAEIOUY]")
# As keys of Laravel are written, with a prefix.
_BASE64 = pattern(r"(?:base64:)?((?:[A-Za-z0-9+/]{4}){4,100}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$")


def is_placeholder(text: str, name: str = "") -> bool:
    """Whether a value only holds the place of one: empty, ``changeme``, ``<token>``, ``xxxx``, ``${VAR}``.

    So do several plain words (``MyDnsProviderToken``), and words of ``name``, the variable's own.
    """
    return says_placeholder(text, name) or is_stand_in(text)


def is_stand_in(text: str) -> bool:
    """Whether a value is a word such as ``test`` or ``secret``, which may well be the one in use."""
    return bare(text).lower() in _STAND_INS


@lru_cache(maxsize=256)
def says_placeholder(text: str, name: str = "") -> bool:
    """Whether a value says that it is none: unlike ``is_placeholder``, never a word that can be the value in use."""
    text = bare(text)
    if text[:1] == "$" or "${" in text or "$(" in text or _is_marked(text[:400]):
        return True
    if _is_name(text, name) or _is_marked(_behind_base64(text)[:400] or "?"):
        return True
    words = _plain_words(text)
    if len(words) > 2 or (len(words) == 2 and not _MEANT.isdisjoint(words)):
        return True
    return not words and _says_what_it_is(text, name)


def _is_marked(text: str) -> bool:
    if _MARKS.match(text) is not None:
        return True
    return any(map(text.lower().__contains__, _SAYING)) and _INNER_MARKS.match(text) is not None


def _says_what_it_is(text: str, name: str) -> bool:
    """Whether words inside a value tell that it is none: a token with ``TEST`` in it, or words about a value."""
    if len(text) > 100 or text.startswith(_OPENS):
        return False
    words = [word.lower() for word in _CUT.split(text) if word and not word.isdecimal()]
    spoken = [word.strip("0123456789") for word in words]
    about = sum(word in _ABOUT for word in spoken)
    if about > 1 and len(spoken) > 2 and all(map(_WORD.fullmatch, spoken)):
        return True
    return len(words) > 1 and not _SAID.isdisjoint(words) and _OF_TOKENS.search(name) is not None


def _behind_base64(text: str) -> str:
    """The plain text that a value is in base64; empty if it is none."""
    match = _BASE64.match(text)
    if match is None:
        return ""
    from binascii import a2b_base64

    plain = a2b_base64(match[1])
    return plain.decode("ascii") if plain.isascii() else ""


def _is_name(text: str, name: str) -> bool:
    """Whether the text is made of words of a name, and of more than one."""
    words = [word.lower() for word in _CUT.split(text[:100]) if word]
    return len(words) > 1 and {word.lower() for word in _CUT.split(name)}.issuperset(words)


def bare(text: str) -> str:
    """The value without blanks and quotes around it."""
    return text.strip().strip("\"'").strip()


def _plain_words(text: str) -> list[str]:
    """The words, in lower case, of a text that has nothing but words: most have a vowel, and digits are at its end."""
    if len(text) > 100:
        return []
    words = [word for word in _CUT.split(text.rstrip("0123456789!.")) if word]
    letters = sum(map(len, words))
    if letters < 3 * len(words) or not all(map(_WORD.fullmatch, words)):
        return []
    unspoken = [word for word in words if not _VOWEL.search(word)]
    if 3 * len(unspoken) > len(words) or any(len(word) > 4 for word in unspoken):
        return []
    return [word.lower() for word in words]


# Keys that their vendors have made for browsers and apps: Stripe, "API keys" (publishable keys); PostHog, "Project API
# key"; Mapbox, "Access tokens" (public tokens); Sentry, "DSN: is it safe to keep it public?".
_PUBLIC = pattern(
    r"""
    (?: pk_(?:live|test)_[0-9A-Za-z]{10,250}
      | phc_[0-9A-Za-z]{20,80}
      | pk\.eyJ[0-9A-Za-z_-]{10,400}\.[0-9A-Za-z_-]{10,80}
      | https?://[0-9a-f]{32}@(?:[\w-]{1,60}\.){0,6}sentry\.[\w.-]{1,60}(?::\d{1,5})?/\d{1,20}/?
    )(?=["'\s]|\Z)""",
    re.X,
)


def is_public(text: str, start: int = 0) -> bool:
    """Whether the word that begins at ``start`` is a key that is published on purpose."""
    return text.startswith(("pk_", "pk.", "phc", "http"), start) and _PUBLIC.match(text, start) is not None
