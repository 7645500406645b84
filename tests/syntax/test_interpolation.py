"""Compose's ``${VAR…}``: what it stands for, what is refused, what stays unknown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.source import Source
from dlint.syntax.compose import dotenv
from dlint.syntax.interpolation import MAX_DEPTH, MOST_FILLED_IN, assume, interpolate, variables

ENV = {"SET": "value", "EMPTY": "", "_x1": "ok"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$SET", "value"),
        ("${SET}/x", "value/x"),
        ("$_x1-$SET.", "ok-value."),
        ("$$SET $${SET}", "$SET ${SET}"),
        ("$1 $(date) $ 5", "$1 $(date) $ 5"),
        ("$MISSING|", "|"),
        ("${EMPTY:-d} ${EMPTY-d} ${MISSING-d}", "d  d"),
        ("${SET:+yes} ${EMPTY:+yes} ${EMPTY+yes} ${MISSING+yes}", "yes  yes "),
        ("${SET:?no} ${EMPTY?no}", "value "),
        ("${MISSING:-${SET}}", "value"),
        ("${MISSING:-a${EMPTY:-b${SET}}c}d", "abvaluecd"),
        ('${MISSING:-{"k": 1}}', '{"k": 1}'),
        ("${MISSING:--1}", "-1"),
        ("${MISSING:-$$}", "$"),
    ],
)
def test_values(text: str, value: str) -> None:
    result = interpolate(text, ENV.get)
    assert (result.value, result.error) == (value, None)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a ${}", "${}", "no variable"),
        ("a ${ SET}", "${ SET}", "no variable"),
        ("${1}", "${1}", "no variable"),
        ("${SET!}", "${SET!}", "`!`"),
        ("${SET/a/b}", "${SET/a/b}", "`/`"),
        ("x${SET", "${SET", "closing brace"),
        ("${MISSING:-a\nb}", "${MISSING:-a\nb}", "on its line"),
        ("${MISSING:?is needed} y", "${MISSING:?is needed}", "is needed"),
        ("${EMPTY:?}", "${EMPTY:?}", "EMPTY has no value"),
    ],
)
def test_what_is_refused_is_one_sentence_about_its_place(text: str, place: str, words: str) -> None:
    result = interpolate(text, ENV.get)
    assert result.value is None
    assert result.error is not None and words in result.error
    start, end = result.error_span
    assert text[start:end] == place


def test_unknown_is_a_value_of_its_own() -> None:
    assert assume("a${X}") is None
    assert assume("a${X:-b}") == "ab"
    assert assume("a${X:+b}") == "a"
    assert assume("a${X:-${Y}}") is None
    required = interpolate("${X:?why}", ENV.get, unset=None)
    assert required.value is None and required.error is None
    assert [use.name for use in required.required] == ["X"]


def test_all_variables_are_named_also_those_in_parts_not_taken() -> None:
    text = "$A ${SET:-${B}} ${C:+$D} $$E"
    uses = variables(text)
    assert [(use.name, use.operator, use.depth) for use in uses] == [
        ("A", "", 0),
        ("SET", ":-", 0),
        ("B", "", 1),
        ("C", ":+", 0),
        ("D", "", 1),
    ]
    assert [text[use.start : use.end] for use in uses] == ["$A", "${SET:-${B}}", "${B}", "${C:+$D}", "$D"]
    assert {use.name for use in interpolate(text, ENV.get).uses} == {"A", "SET", "B", "C", "D"}


def test_nesting_is_bounded() -> None:
    text = "${A:-" * (MAX_DEPTH * 50) + "}" * (MAX_DEPTH * 50)
    error = interpolate(text, ENV.get).error
    assert error is not None and "nests" in error


PIECES = st.lists(st.sampled_from(["$", "{", "}", "SET", "M", ":-", "-", "+", ":?", "?", "$$", "\n", " ", "1", "é"]))


@settings(max_examples=500)
@given(st.one_of(st.text(), PIECES.map("".join)))
def test_any_text_gives_a_value_or_an_error(text: str) -> None:
    result = interpolate(text, ENV.get)
    assert (result.value is None) == (result.error is not None)
    for use in result.uses:
        assert text[use.start] == "$" and use.name in text[use.start : use.end]
    if "$" not in text:
        assert result.value == text
    assert interpolate(text.replace("$", "$$"), ENV.get).value == text


def test_variables_made_of_variables_do_not_explode() -> None:
    known = {"a": "x" * MOST_FILLED_IN}
    assert interpolate("y$a", known.get).value == "y" + known["a"]
    assert interpolate("$a$a", known.get).value is None
    assert len(interpolate("$a" * 1000, known.get).uses) == 1000
    doubled = "a0=x\n" + "".join(f"a{n + 1}=$a{n}$a{n}\n" for n in range(60))
    values = dotenv.parse(Source(".env", doubled)).values
    assert values["a12"] == "x" * 4096
    assert values["a13"] is None and values["a60"] is None
