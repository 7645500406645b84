"""Values as YAML writes them."""

from __future__ import annotations

import json

from dlint.lazy import pattern
from dlint.syntax.yaml.scalars import plain_kind

_UNPRINTABLE = pattern(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN = pattern(r"(?:[A-Za-z0-9_./~+(\\^$]|--?[A-Za-z])[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*")
_NOT_PLAIN = pattern(r": |:$| #|\s$|^(?:y|n|yes|no|on|off)$|^[0-9]+:", 2)


def quoted(text: str) -> str:
    """Text as YAML writes it: bare where it reads back as the same text, else in double quotes."""
    if _PLAIN.fullmatch(text) and not _NOT_PLAIN.search(text) and plain_kind(text) == "str":
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """Text as YAML writes it in double quotes."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
