"""What a credential looks like: names that promise one, values of known shape, and values that are none.

One classifier for everything that dlint reads, for what it reports and for what no report may repeat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from dlint.lazy import pattern
from dlint.model.facts.placeholders import is_placeholder, is_public, is_stand_in, says_placeholder
from dlint.source import Node, Source


class SecretKind:
    """A recognised credential: ``label`` names its kind for a message; the value itself is never kept.

    ``start`` and ``end`` are the half-open indexes of the credential in the text that was searched.
    """

    __slots__ = ("label", "start", "end")

    def __init__(self, label: str, start: int, end: int) -> None:
        self.label = label
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"SecretKind({self.label!r})"


# Whole words of a name that promise a credential; a name is cut at underscores, hyphens, dots and changes of case.
_NAME_WORDS = frozenset(
    "password passwd passwort passphrase passcode pwd secret secrets token tokens apikey apitoken apisecret accesskey "
    "secretkey privatekey authtoken credential credentials creds htpasswd mypasswd dbpass dbpassword userpass "
    "storepass keypass requirepass masterauth sshpass rootpw pgpassword mysqlpassword pass pw".split()
)
# Such a word promises a credential only as the last of several: DB_PASS, LDAP_BIND_PW.
_ONLY_LAST = frozenset(("pass", "pw"))
_GLUED = ("password", "passwd", "passphrase", "apikey", "secretkey", "privatekey", "authtoken", "accesstoken")
# Names a program reads a password from, which say nothing of it to others (redis.io/docs/latest/develop/tools/cli,
# neo4j.com/docs/operations-manual/current/docker).
_OF_PROGRAMS = frozenset(("REDISCLI_AUTH", "NEO4J_AUTH"))
# What joins machines into a cluster is their common name (etcd: --initial-cluster-token). Confluent's images take the
# name of a file with the password, below /etc/kafka/secrets (docs.confluent.io, "Docker Configuration Parameters").
_NAMES = (
    "clustertoken", "cluster-token", "cluster_token", "cluster.token", "_ssl_key_credentials",
    "_ssl_keystore_credentials", "_ssl_truststore_credentials",
)  # fmt: skip
# `key` promises a credential only behind one of these words.
_KEYED = frozenset(
    "api access secret private auth encryption signing ssh deploy account license master app service jwt session "
    "shared storage subscription client cookie fernet".split()
)
_KEYS = frozenset(("key", "keys"))
# A last word that says the value is about the credential: a path, a switch, a length, the name of it.
_ABOUT = frozenset(
    "file files path paths dir directory folder location mount id ids name names ref reference arn url uri endpoint "
    "host port type kind format length len size min max ttl expiry expires expiration expire expired timeout lifetime "
    "duration age days hours minutes seconds enabled enable enabled disabled disable required require requires policy "
    "policies prefix suffix header headers algorithm algo alg hash hashing hasher version versions count limit limits "
    "issuer audience provider providers manager store backend env var variable field column table rotation rounds "
    "validation validator reset cache command cmd helper strategy mode engine driver class regex pattern public "
    "fingerprint realm language locale hostname ring keyring store truststore alias usage budget budgets window bucket"
    " username user users stdin fd".split()
)
# Words that turn the meaning: `PUBLIC_KEY`, `TOKENIZERS_PARALLELISM`, `NO_PASSWORD`, `ALLOW_EMPTY_PASSWORD`.
_TURNED = frozenset(
    "public no without skip allow disable disabled enable enabled has use max min num number random generate permit"
    " require is change show hide ask prompt ignore empty".split()
)
# What Bundler logs in with at a server of gems: the name of the host, with two underscores for each dot.
_BUNDLER = pattern(r"BUNDLE_(?!(?:MIRROR|LOCAL|BUILD|GEM|DISABLE)__)[A-Z0-9]+(?:___?[A-Z0-9]+)*__[A-Z]{2,6}")
_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


IN_NAMES = ("pass", "key", "secret", "token", "pw", "cred", "auth", "bundle_")
"""What stands in every name that promises a credential: most names have none of it, and are not cut into words."""


def looks_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a credential: ``DB_PASSWORD``, ``githubToken``, not ``TOKEN_FILE``."""
    return len(name) <= 200 and _looks_secret(name)


@lru_cache(maxsize=4096)
def _looks_secret(name: str) -> bool:
    low = name.lower()
    if not any(map(low.__contains__, IN_NAMES)):
        return False
    if (name.startswith("BUNDLE_") and _BUNDLER.fullmatch(name)) or name in _OF_PROGRAMS:
        return True
    if low.endswith(_NAMES):
        return False
    words = _words(name, low)
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    if not words or words[-1] in _ABOUT or any(word in _TURNED for word in words[:-1]):
        return False
    for at, word in enumerate(words):
        if word in _NAME_WORDS or word.removesuffix("s").endswith(_GLUED):
            return word not in _ONLY_LAST or (at == len(words) - 1 and at > 0)
        if word in _KEYS and at and words[at - 1] in _KEYED:
            return True
    return False


# What these tools take from the build they put into the pages that every browser loads (vite.dev/guide/env-and-mode,
# nextjs.org/docs, create-react-app.dev, nuxt.com, docs.expo.dev, gatsbyjs.com, cli.vuejs.org, docs.astro.build).
_OF_PAGES = ("VITE_", "NEXT_PUBLIC_", "REACT_APP_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_", "VUE_APP_", "PUBLIC_")
# Keys that are given to everybody: Supabase's, Stripe's and Clerk's, reCAPTCHA's.
_GIVEN_OUT = ("ANON_KEY", "PUBLISHABLE_KEY", "SITE_KEY")
_KEPT = ("SECRET", "PRIVATE", "ENCRYPTION", "SIGNING")


def is_for_browsers(name: str) -> bool:
    """Whether a key or a token of this name goes to whoever opens the page, and so is no secret of the image."""
    upper = name.upper()
    if upper.endswith(_GIVEN_OUT):
        return True
    told = upper.startswith(_OF_PAGES) and upper.endswith(("_KEY", "_TOKEN"))
    return told and not any(word in upper for word in _KEPT)


def _words(name: str, low: str) -> list[str]:
    """The words of a name in lower case; most names are in capitals with underscores between them."""
    if (name.isupper() or name == low) and name.isascii() and name.replace("_", "").isalpha():
        return [word for word in low.split("_") if word]
    return [word.lower() for word in _CAMEL.split(name) if word]


_LONGEST_SCHEME = 21
_SHORT = 200
_RUN = pattern(r"\S+")
# Of one text: more of the same kind says nothing new.
_MOST_SHAPES = 50
# The signs of each shape, by its name: every text that has the shape has one of them.
_SIGNS = {
    name: tuple(signs.split())
    for name, signs in {
        "aws": "AKIA ASIA",
        "github": "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        "gitlab": "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- gloas- glagent-",
        "npm": "npm_",
        "pypi": "pypi-",
        "dockerhub": "dckr_",
        "slack": "xox hooks.slack",
        "stripe": "k_live_",
        "google": "AIza",
        "sendgrid": "SG.",
        "vault": "hvs. hvb. hvr.",
        "huggingface": "hf_",
        "anthropic": "sk-",
        "openai": "sk-",
        "digitalocean": "_v1_",
        "mailchimp": "-us0 -us1 -us2 -us3 -us4 -us5 -us6 -us7 -us8 -us9",
        "square": "sq0",
        "mws": "amzn.mws",
        "jwt": "eyJ",
        "pem": "-----BEGIN",
        "azure": "AccountKey AccessKey",
        "authtoken": "_auth _password",
        "bearer": "uthorization",
    }.items()
}
_OF_NPMRC = _SIGNS["authtoken"]
# Cheap signs that a shape other than a URL's password can be there at all.
_HINTS = tuple(dict.fromkeys(sign for signs in _SIGNS.values() for sign in signs if sign not in _OF_NPMRC))
_STARTS = [tuple(hints) for _, hints in groupby(sorted((*_HINTS, *_OF_NPMRC)), key=lambda hint: hint[:2])]
# Hints by what all of them start with; a longer text is found to be missing in less time.
_BY_START = {hints[0] if len(hints) == 1 else hints[0][:2]: hints for hints in _STARTS}
# The same with the rarest character of each start, which a text is found to lack in hardly any time: those that most
# Compose files have, rare ones first; others are rarer.
_COMMON = "xSAfw_hyk01bvdpunacgslromiet-."
_LOOKED_FOR = [(min(start, key=_COMMON.find), start, hints) for start, hints in _BY_START.items()]
_NPMRC = pattern(r"_(?:authToken|auth|password)\s?[= ]")
_LABELS = {
    "aws": "an AWS access key",
    "github": "a GitHub token",
    "gitlab": "a GitLab token",
    "npm": "an npm token",
    "pypi": "a PyPI token",
    "dockerhub": "a Docker Hub token",
    "slack": "a Slack token",
    "stripe": "a Stripe key",
    "google": "a Google API key",
    "sendgrid": "a SendGrid key",
    "vault": "a Vault token",
    "huggingface": "a Hugging Face token",
    "anthropic": "an Anthropic key",
    "openai": "an OpenAI key",
    "digitalocean": "a DigitalOcean token",
    "mailchimp": "a Mailchimp key",
    "square": "a Square token",
    "mws": "an Amazon MWS token",
    "jwt": "a JSON web token",
    "pem": "a private key",
    "azure": "an Azure access key",
    "authtoken": "an npm registry token",
    "bearer": "an Authorization header",
    "url": "a password in a URL",
    "urltoken": "a token in a URL",
}


_LONGEST_LOGIN = 301
_SHORTEST_TOKEN = 20
_SHORTEST = 15
"""Characters that the shortest of the shapes has, but for a URL's."""


def _has_login(text: str) -> bool:
    """Whether a URL in the text may have a password or a token, as the pattern for those wants it."""
    for rest in text.split("://")[1:]:
        user = rest[:_LONGEST_LOGIN].partition("/")[0].rpartition("@")[0]
        if ":" in user or len(user) >= _SHORTEST_TOKEN:
            return True
    return False


def _has_hint(text: str) -> bool:
    if len(text) < _SHORTEST or not any(map(text.__contains__, _BY_START)):
        return False
    if any(map(text.__contains__, _HINTS)):
        return True
    return any(map(text.__contains__, _OF_NPMRC)) and _NPMRC.search(text) is not None


def may_hold_secret(text: str) -> bool:
    """Whether ``secret_value`` can find something in ``text``: a cheap look for many texts at once."""
    return _has_hint(text) or ("@" in text and _has_login(text))


def file_may_hold_secret(source: Source) -> bool:
    """The same for a whole file; looked for once."""
    return file_may_hold_shape(source) or source.asked(_may_log_in)


def _may_log_in(text: str) -> bool:
    return "@" in text and "://" in text


def file_may_hold_shape(source: Source) -> bool:
    """The same without passwords in URLs."""
    return bool(hints_of(source))


def hints_of(source: Source) -> list[str]:
    """What in a file tells that it may hold a shape."""
    return source.asked(_hints_in)


def _hints_in(text: str) -> list[str]:
    """The hints that stand in a text."""
    return [
        hint for sign, start, hints in _LOOKED_FOR if sign in text and start in text for hint in hints if hint in text
    ]


def secret_value(text: str, shaped: bool = True) -> SecretKind | None:
    """The first credential of a known shape in ``text``, or None; vendors' documentation keys are none.

    ``shaped`` is false where it is known that there can be none but a password in a URL.
    """
    if shaped and _has_hint(text):
        matches = _shapes_in(text)
    elif "@" in text and _has_login(text):
        matches = _urls_in(text)
    else:
        return None
    for match in matches:
        found = _known(match)
        if found is not None:
            return found
    return None


def _shapes_in(text: str) -> Iterator[re.Match[str]]:
    """The matches of all shapes; in a long text they are only looked for in lines with a hint and some after them."""
    from dlint.model.facts.credential_shapes import shapes_of

    hints = _hints_in(text)
    names = [name for name, signs in _SIGNS.items() if not set(signs).isdisjoint(hints)]
    shapes = shapes_of(tuple(names), "@" in text)
    if len(text) <= _SHORT:
        yield from shapes.finditer(text)
        return
    from dlint.model.facts.hint_lines import with_hints

    for start, end in with_hints(text, (*hints, "://") if "@" in text else hints):
        yield from shapes.finditer(text, start, end)


def _urls_in(text: str) -> Iterator[re.Match[str]]:
    """The matches of the pattern for URLs, which is only asked around each ``://``: none has a blank in it."""
    from dlint.model.facts.credential_shapes import shapes_of

    urls = shapes_of((), True)
    at, past = text.find("://"), 0
    while at >= 0:
        end = _RUN.match(text, at).end()  # type: ignore[union-attr] # It has "://" at least.
        if text.find("@", at, end) >= 0:
            for match in urls.finditer(text, max(past, at - _LONGEST_SCHEME), end):
                yield match
                past = match.end()
        at = text.find("://", end)


_TELLING_PART = {"url": "urlpass", "urltoken": "urluser"}


def _known(match: re.Match[str]) -> SecretKind | None:
    """The credential that a match of the shapes stands for, None if it is no secret."""
    kind = match.lastgroup or ""
    if kind == "pem":
        return SecretKind(_LABELS[kind], match.start(kind), _end_of_key(match.string, match.end(kind)))
    value = match[_TELLING_PART.get(kind, kind)]
    if kind == "url":
        if value == "x-oauth-basic":
            return _token_as_user(match)
        if _PORT.match(value) or "$" in value or is_stand_in(value) or says_placeholder(value):
            return None
        if _is_default(value, match.group(kind)):
            return None
        return SecretKind(_LABELS[kind], *match.span("urlpass"))
    if is_placeholder(value) or _repeats(value):
        return None
    if kind == "urltoken":
        start, end = match.span("urluser")
        if is_public(match.string, match.start(kind)):
            return None
        return SecretKind(_LABELS[kind], start, end) if _HEX_TOKEN.match(value) or is_random(value) else None
    return SecretKind(_LABELS[kind], *match.span(kind))


# ``https://host:443@8443`` of a proxy is no login.
_PORT = pattern(r"\d{2,5}$")


def _token_as_user(match: re.Match[str]) -> SecretKind | None:
    """GitHub's way to log in with a token: it is the user, and ``x-oauth-basic`` the password."""
    start = match.string.index("://", match.start("url")) + 3
    end = match.start("urlpass") - 1
    value = match.string[start:end]
    return None if "$" in value or is_placeholder(value) else SecretKind(_LABELS["urltoken"], start, end)


_HEX_TOKEN = pattern(r"(?=[a-f]*[0-9])[0-9a-f]{32,64}$")
_LONGEST_KEY = 20_000


def _end_of_key(text: str, start: int) -> int:
    """Where a private key ends that begins before ``start``."""
    mark = text.find("-----END", start, start + _LONGEST_KEY)
    end = text.find("-----", mark + 8, mark + 60) if mark >= 0 else -1
    return end + 5 if end >= 0 else min(len(text), start + _LONGEST_KEY)


def secret_values(text: str, shaped: bool = True) -> Iterator[SecretKind]:
    """All credentials of known shape in ``text``, the first fifty; ``shaped`` as for ``secret_value``."""
    at = 0
    for _ in range(_MOST_SHAPES):
        kind = secret_value(text[at:] if at else text, shaped)
        if kind is None:
            return
        yield SecretKind(kind.label, at + kind.start, at + kind.end)
        at += kind.end


def values_in(node: Node) -> Iterator[SecretKind]:
    """The same of a part of a file, by indexes into its text; only what tells in the file is looked for."""
    hints, text = hints_of(node.source), node.raw
    shaped = any(map(text.__contains__, hints))
    if shaped or "@" in text:
        yield from secret_values(text, shaped)


# ``Password=…``, and the parts of a connection string beside it.
_BEFORE = r"(?:^|[;\s?&'\"])"
_PAIR = pattern(_BEFORE + r"(?:password|passwd|pwd)\s*=\s*('[^']*'|\"[^\"]*\"|[^;&\s'\"]+)", re.I)
_BESIDE = pattern(
    _BEFORE + r"(?:server|host|hostaddr|data source|initial catalog|user(?:name|[ _]id)?|uid|dbname|database)\s*=",
    re.I,
)


def connection_password(text: str) -> SecretKind | None:
    """The password of a connection string (``Server=db;User Id=app;Password=…``) in ``text``, or None.

    One that is a variable or a mark such as ``<password>`` is none; one that only holds a place is.
    """
    lowered = text.lower()
    if "=" not in text or not any(word in lowered for word in ("password", "passwd", "pwd")):
        return None
    pair = _PAIR.search(text)
    if pair is None or pair.group(1)[0] in "$<{*" or _BESIDE.search(text) is None:
        return None
    return SecretKind("a password in a connection string", pair.start(1), pair.end(1))


def _is_default(password: str, url: str) -> bool:
    """A password equal to the user name is a default of the kind ``postgres:postgres``: no secret to protect."""
    return url.split("://", 1)[1].split(":", 1)[0] == password


def _repeats(value: str) -> bool:
    """Whether the value is made of hardly any characters (``ghp_aaaa…``) or counts on (``0123456789``)."""
    tail = value[-16:].lower()
    return len(set(tail)) < 5 or "123456789012" in value or "abcdefghijkl" in value.lower()


_HEX = pattern(r"[0-9a-fA-F]+$")
_NO_SECRET = pattern(
    r"""
    (?:sha(?:1|256|512)[:-])?[0-9a-fA-F]{40}$ | (?:sha(?:256|512)|md5)[:-] | [0-9a-fA-F]{64}$
    | [0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$
    | v?\d+(?:\.\d+)+ | [a-z][a-z0-9+.-]*:// | \.{0,2}/ | ~/ | [A-Za-z]:\\
    """,
    re.X,
)


def is_random(text: str) -> bool:
    """Whether a value looks random, for names that promise a credential.

    At least 16 characters without blanks, and as many bits a character as a key has; never a digest, a commit, an
    UUID, a version, a path or a URL.
    """
    text = text.strip("\"'")
    if not 16 <= len(text) <= 4096 or any(c.isspace() for c in text) or is_placeholder(text):
        return False
    if _NO_SECRET.match(text):
        return False
    from math import log2

    bits = -sum(n / len(text) * log2(n / len(text)) for n in Counter(text).values())
    return bits >= (3.0 if _HEX.match(text) else 3.5)


_VERSION = pattern(r"v?\d+(?:\.\d+)+")
_CLASSES = (pattern("[a-z]"), pattern("[A-Z]"), pattern("[0-9]"), pattern("[^A-Za-z0-9]"))


def is_strong(text: str) -> bool:
    """Whether a value is random, or of the kind people choose when they are told to choose a good password."""
    if is_random(text):
        return True
    if not 8 <= len(text) <= 64 or any(c in text for c in " $/\\<>{}") or is_placeholder(text):
        return False
    return sum(1 for kind in _CLASSES if kind.search(text)) >= 3 and not _VERSION.match(text)
