"""No pattern takes more than linear time, whatever it is asked about: files are written by others.

Each pattern is attacked with texts made from its own loops (see ``patterns.py``), and what is compared is the growth of
the processor time, never the time itself.
"""

from __future__ import annotations

import re

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
