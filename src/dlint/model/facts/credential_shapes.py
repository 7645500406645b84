"""What credentials of a known form look like, wherever they stand."""

from __future__ import annotations

import re
from functools import lru_cache

# The name may be a variable; a password that is one is left out later.
URL = (
    r"(?P<url>\b[A-Za-z][A-Za-z0-9+.-]{1,20}://(?:[^\s/:@'\x22<>$%{}]|\$\w{1,60}(?!\w)|\$?\$\{[^\s{}]{1,80}\}|%[0-9A-Fa-f]{2}){0,80}"
    r":(?P<urlpass>[^\s/@'\x22<>]{3,200})@(?:[A-Za-z0-9\[]|\$))"
    r"|(?P<urltoken>\bhttps?://(?P<urluser>[A-Za-z0-9_]{20,200})@[A-Za-z0-9\[])"
)
_ALONE = r"(?<![A-Za-z0-9])"
# By the name of its group. What .npmrc has is told from names that only end alike by what follows.
_SHAPES = {
    "aws": _ALONE + "(?P<aws>(?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9])",
    "github": _ALONE + "(?P<github>gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})",
    "gitlab": _ALONE + "(?P<gitlab>gl(?:pat|dt|rt|cbt|ptt|ft|soat|oas|agent)-[A-Za-z0-9_-]{20,300})",
    "npm": _ALONE + "(?P<npm>npm_[A-Za-z0-9]{36})(?![A-Za-z0-9])",
    "pypi": _ALONE + "(?P<pypi>pypi-AgE[A-Za-z0-9_-]{50,300})",
    "dockerhub": _ALONE + "(?P<dockerhub>dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64})",
    "slack": _ALONE + r"(?P<slack>xox[abeoprs]-[A-Za-z0-9-]{10,250}"
    r"|https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{30,80})",
    "stripe": _ALONE + "(?P<stripe>[sr]k_live_[A-Za-z0-9]{20,250})",
    "google": _ALONE + "(?P<google>AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])",
    "sendgrid": _ALONE + r"(?P<sendgrid>SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64})",
    "vault": _ALONE + r"(?P<vault>hv[sbr]\.[A-Za-z0-9_-]{24,300})",
    "huggingface": _ALONE + "(?P<huggingface>hf_[A-Za-z0-9]{30,60})(?![A-Za-z0-9])",
    "anthropic": _ALONE + "(?P<anthropic>sk-ant-[A-Za-z0-9_-]{32,200})",
    "openai": _ALONE + "(?P<openai>sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,250}|sk-[A-Za-z0-9]{32,64})(?![A-Za-z0-9])",
    "digitalocean": _ALONE + "(?P<digitalocean>do[opr]_v1_[a-f0-9]{64})",
    "mailchimp": _ALONE + "(?P<mailchimp>[0-9a-f]{32}-us[0-9]{1,2})(?![A-Za-z0-9])",
    "square": _ALONE + "(?P<square>sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43})(?![A-Za-z0-9_-])",
    "mws": _ALONE + r"(?P<mws>amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    "jwt": _ALONE + r"(?P<jwt>eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000})",
    "pem": "(?P<pem>-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)",
    "azure": "(?:AccountKey|SharedAccessKey)=(?P<azure>[A-Za-z0-9+/]{40,100}={0,2})",
    "authtoken": _ALONE
    + r"_(?:authToken|auth|password)\s?[= ]\s?[\x22']?(?P<authtoken>[A-Za-z0-9_.+/-]{16,400}={0,2})",
    "bearer": r"[Aa]uthorization:\s{0,3}(?:Bearer|Basic|token)\s{1,3}(?P<bearer>[A-Za-z0-9_.~+/-]{16,2000}={0,2})",
}


@lru_cache(maxsize=100)
def shapes_of(names: tuple[str, ...], with_urls: bool) -> re.Pattern[str]:
    """The pattern for some of the shapes: one for all takes long to compile, and longer to search."""
    shapes = [_SHAPES[name] for name in names]
    return re.compile("|".join([*shapes, URL] if with_urls else shapes) or "(?!)")
