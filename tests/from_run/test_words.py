"""Command lines to words: quoting, continuation, variables, placeholders, what no Compose file runs."""

from __future__ import annotations

import pytest

from dlint.from_run.fault import FromRunError
from dlint.from_run.words import MOST_CHARACTERS, read
from dlint.source import Source


def commands(text: str) -> list[list[str]]:
    return [[word.text for word in words] for words in read(Source("line", text)).commands]


def words(text: str) -> list[str]:
    (found,) = commands(text)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b  c", ["a", "b", "c"]),
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ("a'b'\"c\"d", ["abcd"]),
        ("a ''", ["a", ""]),
        (r"a\ b \"c\"", ["a b", '"c"']),
        (r'"\$x \" \\ \d"', [r'$$x " \ \d']),
        ("'$x `y`'", ["$$x `y`"]),
        ("$'a\\tb\\x41'", ["a\tbA"]),
        ("a \\\n  b", ["a", "b"]),
        ("a \\  \r\n  b", ["a", "b"]),
        ("a `\n  b", ["a", "b"]),
        ("a ^\n  b", ["a", "b"]),
        ("a # b c", ["a"]),
        ("a#b", ["a#b"]),
        ("a\u00a0b", ["a", "b"]),
        ("a > out 2>&1 b", ["a", "b"]),
        ("a <in b", ["a", "b"]),
        ("a <<'END' b\nno words\nEND\n", ["a", "b"]),
        ("50%", ["50%"]),
    ],
)
def test_words_are_those_of_a_shell(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('$A ${B} "$C"x', ["${A}", "${B}", "${C}x"]),
        ("${A:-b} ${A-$B} ${A:=c} ${A:?no}", ["${A:-b}", "${A-${B}}", "${A:-c}", "${A:?no}"]),
        ("${A%.x} ${A/b/c}", ["${A}", "${A}"]),
        ("$PWD $(pwd) `pwd` ${PWD} ${pwd} %cd%", ["${PWD}"] * 6),
        ("$env:HOME/x", ["${HOME}/x"]),
        ("$(id -u):$(id -g)", ["${UID}:${GID}"]),
        ("$(cat token)", ["${CAT_OUTPUT}"]),
        ("$((1 + 2))", ["${VALUE}"]),
        ("$1 a$ $", ["$$1", "a$$", "$$"]),
        ("<db-ip> x:<A B> %%IMAGE%%:1", ["${DB_IP}", "x:${A_B}", "${IMAGE}:1"]),
    ],
)
def test_variables_are_those_of_compose(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_commands_end_where_a_shell_ends_them() -> None:
    assert commands("a && b; c | d\ne & (f) || g") == [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]


def test_a_word_knows_its_place() -> None:
    text = "docker  run \\\n  -e 'A=b c' x"
    found = read(Source("line", text)).commands[0]
    assert [text[start:end] for _, (start, end), _ in found] == ["docker", "run", "-e", "'A=b c'", "x"]


def test_variables_that_need_a_value_are_known_with_their_places() -> None:
    text = "$A ${B:-x} $(c) <d>"
    found = read(Source("line", text)).variables
    assert [(name, text[start:end]) for name, (start, end) in found] == [
        ("A", "$A"),
        ("C_OUTPUT", "$(c)"),
        ("D", "<d>"),
    ]


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("a 'b", "single quote", 2),
        ('a "b', "double quote", 2),
        ("a `b", "backquote", 2),
        ("a $(b", "parenthesis", 3),
        ("a ${b", "brace", 3),
        ("a \0b", "NUL", 2),
        ("a \udc80", "not UTF-8", 2),
        ("${a:-" * 30 + "}" * 30, "nested", 80),
        ("a" * (MOST_CHARACTERS + 1), "characters", 0),
    ],
)
def test_what_is_no_command_line_is_refused_in_one_sentence(text: str, message: str, at: int) -> None:
    with pytest.raises(FromRunError) as error:
        read(Source("line", text))
    assert message in error.value.message
    assert "\n" not in error.value.message
    assert error.value.span[0] == pytest.approx(at, abs=5)
