"""The labels that an organisation asks for, and of which type each is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dlint.api import Problem, Problems, check, pattern
from dlint.api.dockerfile import Label, Stage, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

Schema = Mapping[str, str]
_NOTHING: Final[Schema] = {}
# More words than any licence expression has; the parser of expressions is recursive.
_MOST_WORDS = 100


@check(on=Stage, given=("schema",))
def label_missing(stage: Stage, *, schema: Schema = _NOTHING, every_stage: bool = False) -> Problems:
    """A shipped stage without one of the labels in ``schema``; with ``every_stage`` any stage nothing is built from."""
    if not (stage.shipped or (every_stage and not _used(stage))):
        return
    present: set[str] = set()
    for at in stage.lineage:
        present.update(pair.key.value for label in at.of(Label) for pair in label.pairs)
    for name in schema:
        if name not in present:
            yield Problem(stage.from_.image or stage.from_.keyword, f"Add the label {name}")


def _used(stage: Stage) -> bool:
    return bool(stage.children) or any(stage in other.copied_from for other in stage.graph.stages)


@check(on=Label, onbuild=True, given=("strict",))
def label_unknown(label: Label, *, schema: Schema = _NOTHING, strict: bool = False) -> Problems:
    """A label that is not in ``schema``, if ``strict`` allows no others."""
    for pair in label.pairs if strict else ():
        if pair.key.value not in schema:
            yield Problem(pair.key, f"Remove the label {pair.key.value}, or add it to the schema of labels")


@check(on=Label, onbuild=True, given=("schema",))
def label_empty(label: Label, stage: Stage, *, schema: Schema = _NOTHING) -> Problems:
    """A label of ``schema`` without a value."""
    for pair in label.pairs:
        if pair.key.value in schema and pair.value is not None and value_of(pair.value, label, stage) == "":
            yield Problem(pair.key, f"Give the label {pair.key.value} a value")


@check(on=Label, onbuild=True, given=("schema",))
def label_value_invalid(label: Label, stage: Stage, *, schema: Schema = _NOTHING) -> Problems:
    """A label whose value is not of the type that ``schema`` gives it."""
    for pair in label.pairs:
        kind = schema.get(pair.key.value, "")
        if kind in ("", "text") or pair.value is None:
            continue
        if kind not in _TYPES:
            known = ", ".join(("text", *_TYPES))
            yield Problem(pair.key, f"The schema has no known type for {pair.key.value}: {kind}; there are {known}")
            continue
        value = value_of(pair.value, label, stage)
        wanted, test = _TYPES[kind]
        if value is not None and not test(value):
            yield Problem(pair.value, f"Write {wanted} for the label {pair.key.value}, not {value or 'nothing'}")


def _matches(text: str) -> Callable[[str], bool]:
    found = pattern(text)
    return lambda value: found.fullmatch(value) is not None


_TIME = pattern(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]([01]\d|2[0-3]):?([0-5]\d))", re.ASCII
)


def _is_time(value: str) -> bool:
    """Whether ``value`` is a timestamp of RFC 3339 in the real calendar."""
    match = _TIME.fullmatch(value)
    if match is None:
        return False
    from datetime import datetime

    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    try:
        datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return False
    return second <= 60


def _is_license(value: str) -> bool:
    """Whether ``value`` is an SPDX licence expression, its identifiers spelled as in the list.

    The GNU licences' short names do not say whether later versions are meant; SPDX has given them up.
    """
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    def canonical(expression: str) -> str:
        try:
            return str(canonicalize_license_expression(expression))
        except InvalidLicenseExpression:
            return ""

    words = value.split()
    if not 0 < len(words) <= _MOST_WORDS or canonical(value) != " ".join(words).replace("( ", "(").replace(" )", ")"):
        return False
    bare = [word.strip("()").rstrip("+") for word in words]
    return not any(canonical(f"{name}-only") for name in bare if not name.startswith("LicenseRef-"))


# Address literals and comments of RFC 5322 are left out: nobody has them in a label.
_ATOM = r"[^\s@<>()\[\],:;.\"\\]+"
_HOST = r"[^\W_](?:(?:[^\W_]|-)*[^\W_])?"
_EMAIL = rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\]|\\.)*")@{_HOST}(?:\.{_HOST})*'
_TYPES: Final[Mapping[str, tuple[str, Callable[[str], bool]]]] = {
    "url": ("an absolute URL", _matches(r"[A-Za-z][A-Za-z0-9+.-]{0,40}:[^\s<>\"{}|\\^`]+")),
    "email": ("an e-mail address", _matches(_EMAIL)),
    "hash": ("a git commit of 7 or 40 digits", _matches(r"[0-9a-f]{7}|[0-9a-f]{40}")),
    "semver": ("a version like 1.2.3", _matches(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]*)?(?:\+[0-9A-Za-z.-]*)?")),
    "rfc3339": ("a time like 2024-05-31T12:00:00Z", _is_time),
    "spdx": ("an SPDX licence expression like MIT", _is_license),
}
