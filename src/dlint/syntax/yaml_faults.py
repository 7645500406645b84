"""What a YAML reader refuses, in one clear sentence each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dlint.source import Source, Span
from dlint.syntax.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.syntax.yaml_events import StopError


def explain(source: Source, text: str, stop: StopError) -> Fault:
    """The fault for the place where the parser stopped."""
    at = stop.index
    end = min(at + 1, len(text))
    return Fault(source, Span(min(at, end), end), "yaml-syntax", f"YAML: {stop.problem}")


def bad_characters(source: Source, pattern: re.Pattern[str]) -> list[Fault]:
    """One fault for the first character that no YAML reader takes."""
    match = pattern.search(source.text)
    assert match is not None
    return [Fault(source, Span(*match.span()), "bad-character", "A character YAML does not allow: remove it")]


def unknown_alias(source: Source, span: Span, name: str, anchors: Iterable[str]) -> Fault:
    """The fault for an alias without an anchor before it."""
    return Fault(source, span, "bad-alias", f"No anchor `&{name}` stands before this alias: define it above")
