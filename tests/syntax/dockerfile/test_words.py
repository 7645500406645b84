"""The builder's word language: expansion, splitting, unquoting, and where variables stand."""

from __future__ import annotations

import pytest

from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.patterns import shell_pattern
from dlint.syntax.dockerfile.words import UNSET

SET: dict[str, str | None] = {
    "a": "one",
    "empty": "",
    "path": "/usr/local/lib.tar.gz",
    "glob": "*/",
    "two": "x  y",
    "secret": None,
    "été": "summer",
    "stars": "a**b",
}


def lookup(name: str) -> str | words.Unset | None:
    return SET.get(name, UNSET)


VALUES = [
    ("plain", "plain"),
    ("$a", "one"),
    ("${a}s", "ones"),
    ("$nothing.", "."),
    ("x$", "x$"),
    ("$.x", "$.x"),
    ("$(a)", "$(a)"),
    ("`a`", "`a`"),
    ("$été!", "summer!"),
    ("$1a", "a"),
    ("$12a", "a"),
    ("$$a", "a"),
    ("${12:-d}", "d"),
    (r"\$a", "$a"),
    (r"a\ b", "a b"),
    (r"end\\", "end\\"),
    ("end\\", "end"),
    ("'$a'", "$a"),
    (r"'a\b'", r"a\b"),
    ('"$a"', "one"),
    ('"it\'s"', "it's"),
    (r'"a\tb"', r"a\tb"),
    (r'"\$a \" \\"', r"$a " + '" \\'),
    ("\"'$a'\"", "'one'"),
    ("${a:-d}", "one"),
    ("${empty:-d}", "d"),
    ("${empty-d}", ""),
    ("${no-d}", "d"),
    ("${no:-$a}", "one"),
    ("${no:-${nope:-deep}}", "deep"),
    ("${no:-'a b'}", "a b"),
    ("${no:-\\}}", "}"),
    ("${a:-x}}", "one}"),
    ("${a:+alt}", "alt"),
    ("${empty:+alt}", ""),
    ("${empty+alt}", "alt"),
    ("${no+alt}", ""),
    ("${a?never}", "one"),
    ("${empty?never}", ""),
    ("${path#*/}", "usr/local/lib.tar.gz"),
    ("${path##*/}", "lib.tar.gz"),
    ("${path%.*}", "/usr/local/lib.tar"),
    ("${path%%.*}", "/usr/local/lib"),
    ("${path#nothing}", "/usr/local/lib.tar.gz"),
    ("${path#}", "/usr/local/lib.tar.gz"),
    ("${path%?gz}", "/usr/local/lib.tar"),
    (r"${stars%\*b}", "a*"),
    (r"${stars##a\*}", "*b"),
    ("${a/n/N}", "oNe"),
    ("${path//l/L}", "/usr/LocaL/Lib.tar.gz"),
    (r"${path/\/usr/}", "/local/lib.tar.gz"),
    ("${path/*/x}", "x"),
    ("${path//*/x}", "x"),
    ("${a/$empty/x}", "xone"),
    ("${no/a/b}", ""),
    ("a b", "a b"),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_a_word_expands_as_the_builder_expands_it(text: str, expected: str) -> None:
    expansion = words.expand(text, lookup)
    assert (expansion.value, expansion.error) == (expected, None)
    assert words.check(text) is None


ERRORS = [
    ("'open", "unexpected end of statement while looking for matching single-quote"),
    ('"open', "unexpected end of statement while looking for matching double-quote"),
    ('x"$a', "unexpected end of statement while looking for matching double-quote"),
    ("${", "syntax error: missing '}'"),
    ("${a", "unsupported modifier (\ufffd) in substitution"),
    ("${a:", "syntax error: missing '}'"),
    ("${a:-d", "syntax error: missing '}'"),
    ("${a:-'d", "syntax error: missing '}'"),
    ("${a:-${b^", "syntax error: missing '}'"),
    ("${a/p", "syntax error: missing '/' in ${}"),
    ("${a/p/r", "syntax error: missing '}'"),
    ("${}", "syntax error: bad substitution"),
    ("${{a}}", "syntax error: bad substitution"),
    ("${:-x}", "syntax error: bad substitution"),
    ("${a^}", "unsupported modifier (^) in substitution"),
    ("${a,,}", "unsupported modifier (,) in substitution"),
    ("${a=x}", "unsupported modifier (=) in substitution"),
    ("${a:0:1}", "unsupported modifier (:0) in substitution"),
    ("${a:#x}", "unsupported modifier (:#) in substitution"),
    ("${#a}", "unsupported modifier (a) in substitution"),
    ("${!a}", "unsupported modifier (a) in substitution"),
    ("${.}", "unsupported modifier (.) in substitution"),
]


@pytest.mark.parametrize(("text", "reason"), ERRORS)
def test_a_word_the_builder_cannot_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    expansion = words.expand(text, lookup)
    assert (expansion.value, expansion.error) == (None, reason)
    assert words.check(text) == reason
    if reason != "unsupported modifier (:0) in substitution":
        assert words.literal(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${no?give it}", "no: give it"),
        ("${no?}", "no: is not allowed to be unset"),
        ("${empty:?}", "empty: is not allowed to be empty"),
        ("${empty:?say $a}", "empty: say one"),
        (r"${path#\x}", r"invalid pattern (\x) in substitution: invalid escape '\x'"),
    ],
)
def test_what_fails_only_for_some_values_is_no_lexical_error(text: str, reason: str) -> None:
    assert words.expand(text, lookup).error == reason
    assert words.check(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$secret", None),
        ("x${secret}y", None),
        ("${secret:-d}", None),
        ("${secret-d}", None),
        ("${secret:+alt}", None),
        ("${secret+alt}", "alt"),
        ("${no:-$secret}", None),
        ("${a:-$secret}", "one"),
        ("${secret:?never}", None),
        ("${secret%x}", None),
        ("${a/$secret/x}", None),
    ],
)
def test_an_unknown_value_makes_the_result_unknown_only_where_it_matters(text: str, value: str | None) -> None:
    expansion = words.expand(text, lookup)
    assert (expansion.value, expansion.error) == (value, None)


def test_used_and_unset_names_are_told_once_and_in_order() -> None:
    expansion = words.expand("$b$a${c:-$d}$b", lookup)
    assert expansion.used == ["b", "a", "d", "c"]
    assert expansion.unset == ["b", "d", "c"]


def test_the_escape_character_of_the_file_is_the_one_that_counts() -> None:
    assert words.expand("`$a\\$a", lookup, escape="`").value == "$a\\one"
    assert words.expand('"`"\\t"', lookup, escape="`").value == '"\\t'


def test_in_a_heredoc_quotes_are_text() -> None:
    assert words.expand('it\'s "$a" \\$a', lookup, quotes=False).value == 'it\'s "one" $a'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80 $a", ["80", "one"]),
        ("x${two}y", ["xx", "yy"]),
        ('x"${two}"y', ["xx  yy"]),
        ("'a b' c", ["a b", "c"]),
        (r"a\ b", ["a b"]),
        ("$no", []),
        ('""', []),
        ("$secret", None),
        ("${a^}", None),
    ],
)
def test_words_are_split_after_expansion_outside_quotes(text: str, expected: list[str] | None) -> None:
    assert words.expand_words(text, lookup) == expected


def test_variables_are_found_with_place_operator_and_argument() -> None:
    text = "x$a-${b:-${c##*/}}${d//x/y}'$no'\\$no${e:?}$"
    found = [(use.name, text[use.start : use.end], use.operator, use.argument) for use in words.variables(text)]
    assert found == [
        ("a", "$a", "", ""),
        ("b", "${b:-${c##*/}}", ":-", "${c##*/}"),
        ("c", "${c##*/}", "##", "*/"),
        ("d", "${d//x/y}", "//", "x/y"),
        ("e", "${e:?}", ":?", ""),
    ]


def test_a_use_that_is_not_closed_is_no_variable() -> None:
    assert [use.name for use in words.variables("$a${b:-$c")] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "value", "literal"),
    [
        ('"a b"', "a b", "a b"),
        (r"a\ b", "a b", "a b"),
        ('"$a"', "$a", None),
        ("'$a'", "$a", "$a"),
        (r"\$a", "$a", "$a"),
        ('${a:-"x"}', '${a:-"x"}', None),
        ("it's", "it's", None),
    ],
)
def test_unquoting_keeps_variables_and_a_literal_has_none(text: str, value: str, literal: str | None) -> None:
    assert words.unquote(text) == value
    assert words.literal(text) == literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cat <<A 'b c' d", ["cat", "<<A", "'b c'", "d"]),
        ('x"a b"y  z', ['x"a b"y', "z"]),
        (r"a\ b", [r"a\ b"]),
        ("${x:-a 'b c'}", ["${x:-a", "'b", "c'}"]),
        ('"${x:-a b}"', ['"${x:-a b}"']),
        ("it's", []),
        ("${x^}", []),
        ("${x:0:1} b", ["${x:0:1}", "b"]),
    ],
)
def test_raw_words_keep_their_quotes(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words.raw_words(text)] == expected


def test_a_pattern_is_refused_for_an_escape_of_an_ordinary_character() -> None:
    pattern, error = shell_pattern(r"a\b", True)
    assert pattern is None
    assert error == r"invalid escape '\b'"


@pytest.mark.parametrize("depth", [50, 10_000])
def test_nesting_of_any_depth_is_read_without_recursion(depth: int) -> None:
    text = "${no:-" * depth + "x" + "}" * depth
    assert words.expand(text, lookup).value == ("x" if depth == 50 else None)
    assert words.expand(text, lookup).error is None
    assert len(words.variables(text)) == depth


def test_a_value_too_long_for_any_program_is_unknown() -> None:
    big: dict[str, str] = {"x": "y" * 100_000}
    assert words.expand("$x$x", lambda name: big.get(name, UNSET)).value is None
    assert words.expand("z" * 200_000 + "$x", lambda name: big.get(name, UNSET)).value is None


def test_a_pattern_of_many_stars_does_not_explode() -> None:
    value = {"v": "a" * 900}
    text = "${v##" + "*a" * 300 + "b}"
    assert words.expand(text, lambda name: value.get(name, UNSET)).value == value["v"]


def test_a_pattern_that_fits_nowhere_is_not_tried_everywhere() -> None:
    value = {"v": "a" * 20_000}
    for pattern in ("*a" * 15 + "b", "a*b", "a*a*b"):
        assert words.expand(f"${{v/{pattern}/x}}", lambda name: value.get(name, UNSET)).value == value["v"]
    lines = {"v": "ac\nabc"}
    assert words.expand("${v/a*b/x}", lambda name: lines.get(name, UNSET)).value == "ac\nxc"
