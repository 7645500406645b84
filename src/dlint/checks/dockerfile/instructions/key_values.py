"""ENV and LABEL in the form without an equals sign."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check, pattern
from dlint.api.dockerfile import Env, Label

_QUOTED = pattern(r'"[^"]*"|\'[^\']*\'')
_QUOTES = frozenset("\"'\\")
_BLANK = pattern(r"\s")


@check(on=(Env, Label), onbuild=True, having=("legacy",))
def legacy_key_value(pairs: Env | Label) -> Problems:
    """``ENV name value``, the form without ``=``."""
    if not pairs.words or _stray_equals(pairs):
        return
    name = pairs.words[0].value
    yield Problem(pairs.words[0], f"Write {pairs.name} {name}=… with an equals sign", fix=_with_equals(pairs))


def _stray_equals(pairs: Env | Label) -> bool:
    """Whether the value begins with the equals sign, as in ``ENV name = value``."""
    value = pairs.pairs[0].value if pairs.legacy and pairs.pairs else None
    return value is not None and value.text.startswith("=")


@check(on=(Env, Label), onbuild=True, having=("legacy",))
def equals_after_blank(pairs: Env | Label) -> Problems:
    """``ENV name = value``, whose value begins with the equals sign."""
    if _stray_equals(pairs):
        key = pairs.words[0]
        message = f"A blank stands before '=', so the value of {key.value} begins with it; write {key.value}=…"
        yield Problem(key, message, fix=_closed_up(pairs))


def _closed_up(pairs: Env | Label) -> Fix | None:
    """The fix that takes the blanks around the equals sign away."""
    key, value = pairs.pairs[0].key, pairs.pairs[0].value
    if value is None or value.raw != value.text or "\n" in pairs.raw:
        return None
    text = value.text[1:].strip()
    written = text if _QUOTED.fullmatch(text) else _quoted(text)
    if written is None or pairs.escape in text:
        return None
    title = f"Set {key.value} to what stands behind the equals sign; the value no longer begins with '='"
    whole = pairs.part(key.span[0], value.span[1])
    return Fix(title, whole.replace(f"{key.text}={written}"), safe=False)


def _quoted(text: str) -> str | None:
    """A value in quotes if it has blanks; None where quotes in it are in the way."""
    if not _QUOTES.isdisjoint(text):
        return None
    return f'"{text}"' if _BLANK.search(text) else text


def _with_equals(pairs: Env | Label) -> Fix | None:
    """The form with ``=``, where the value is sure to stay the same."""
    if len(pairs.pairs) != 1 or pairs.pairs[0].value is None:
        return None
    key, value = pairs.pairs[0].key, pairs.pairs[0].value
    text = value.text
    whole = pairs.part(key.span[0], value.span[1])
    if "\n" in whole.raw or value.raw != text or pairs.escape in text:
        return None
    if not _QUOTES.isdisjoint(key.text):
        return None
    if not _QUOTES.isdisjoint(text):
        if not _QUOTED.fullmatch(text):
            return None
        written = text
    else:
        written = f'"{text}"' if _BLANK.search(text) or not text else text
    return Fix("Use the form with an equals sign", whole.replace(f"{key.text}={written}"))
