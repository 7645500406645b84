"""No pattern takes more than linear time, whatever it is asked about: files are written by others.

Each pattern is attacked with texts made from its own loops (see ``patterns.py``), and what is compared is the growth of
the processor time, never the time itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from patterns import Used, all_patterns, slow


@pytest.mark.parametrize("part", range(8))
def test_no_pattern_is_slower_than_linear(part: int) -> None:
    assert [why for used in all_patterns()[part::8] if (why := slow(used))] == []


def test_all_patterns_are_found() -> None:
    """As many as there are at the time, and the ways they are asked."""
    assert len(all_patterns()) > 400
    known = {used.where: used for used in all_patterns()}
    assert known["dlint.report._escape._COMMAND"].methods == {"finditer", "search"}
    assert "lsp/complete.py" in known, "patterns in functions count"


@pytest.mark.parametrize(
    ("text", "flags", "method"),
    [
        (r"(\S.*?)[ \t]+(#.*)$", 0, "match"),
        (r"(a+)+b", 0, "match"),
        (r"(?:#[^\n]*\r?\n)*x", 0, "match"),
        (r"[\w.]*$", 0, "search"),
        (r"[a-z]+=", 0, "findall"),
        (r"\{([^{}]*,[^{}]*)\}", 0, "search"),
        (r"^\s*path\s*=", re.M, "findall"),
        (r"(?:\S+=\S+ )*x", 0, "fullmatch"),
    ],
)
def test_the_search_finds_what_is_slow(text: str, flags: int, method: str) -> None:
    # On a loaded machine a single measurement may miss the growth.
    assert any(slow(Used("here", text, flags, frozenset((method,)))) for _ in range(4))


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (r"[a-z]+=", "match"),
        (r"(?<![a-z])[a-z]++=", "findall"),
        (r"(?:[a-z]++=\S++ ?)*+x", "fullmatch"),
        (r"a|b", "sub"),
    ],
)
def test_the_search_lets_pass_what_is_not(text: str, method: str) -> None:
    assert slow(Used("here", text, 0, frozenset((method,)))) == ""


def possessive_groups(items: Any) -> Iterator[Any]:
    """What a pattern repeats possessively and is more than one character."""
    for operator, given in items:
        inner = list(given) if isinstance(given, tuple | list) else [given]
        for part in [*inner, *(each for parts in inner if isinstance(parts, list) for each in parts)]:
            if isinstance(part, _parser.SubPattern):
                yield from possessive_groups(part)
                if operator is _constants.POSSESSIVE_REPEAT and (len(part) > 1 or part[0][0] in _LONGER):
                    yield part


_LONGER = {
    _constants.SUBPATTERN, _constants.BRANCH, _constants.MAX_REPEAT, _constants.MIN_REPEAT,
    _constants.POSSESSIVE_REPEAT, _constants.ATOMIC_GROUP, _constants.GROUPREF,
}  # fmt: skip


def test_groups_are_atomic_and_not_repeated_possessively() -> None:
    """Python before 3.11.5, which Debian 12 has, loses its place there: https://github.com/python/cpython/issues/106052.

    ``(?>(?:...)*)`` says the same.
    """
    wrong = [used for used in all_patterns() if [*possessive_groups(_parser.parse(used.text, used.flags))]]
    assert [(used.where, used.text) for used in wrong] == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        (r"(?:a|bc)*+d", True),
        (r"x(?:\./)++", True),
        (r"(?:[^\"]|(?:a\w*+)?+)", True),
        (r"(?P<word>(?:'[^']*+'?|b)++|.)", True),
        (r"[a-z]++\w*+.?+", False),
        (r"(?>(?:a|bc)*)d", False),
    ],
)
def test_the_search_finds_groups_repeated_possessively(text: str, is_wrong: bool) -> None:
    assert any(possessive_groups(_parser.parse(text))) is is_wrong
