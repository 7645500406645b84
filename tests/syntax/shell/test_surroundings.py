"""The constructs around a command, and what they make of its failure."""

from __future__ import annotations

import pytest

from dlint.source import Source, Span, Text
from dlint.syntax.shell.script import Script
from dlint.syntax.shell.surroundings import Surroundings
from dlint.syntax.shell.walk import parse


def script_of(text: str) -> Script:
    return parse(Text.plain(Source("", text), Span(0, len(text))), dialect="bash")


def around(text: str, name: str = "make") -> Surroundings | None:
    """What is around the only command of that name."""
    (command,) = [command for command in script_of(text).commands if command.name == name]
    return command.surroundings


def kinds(text: str) -> list[str]:
    found = around(text)
    assert found is not None
    return [part.step.kind for part in found.parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make", ["seq"]),
        ("cd /x && make", ["seq", "chain"]),
        ("if true; then make; fi", ["seq", "if", "seq"]),
        ("if true; then :; elif make; then :; fi", ["seq", "if", "seq"]),
        ("case $A in x) make;; esac", ["seq", "case", "seq"]),
        ("for i in 1 2; do make; done", ["seq", "for", "seq"]),
        ("while read x; do make; done", ["seq", "while", "seq"]),
        ("build() { make; }", ["seq", "function", "seq"]),
        ("(make)", ["seq", "subshell", "seq"]),
        ("{ make; }", ["seq", "seq"]),
        ("! make", ["seq", "not"]),
        ("make &", ["seq", "background"]),
        ("make | tee log", ["seq", "pipe"]),
        ("A=1 sudo -E make -j2 > log", ["seq"]),
        ("cd /x; make", ["seq"]),
        ('sh -c "cd x && make"', ["seq", "script", "seq", "chain"]),
        ("true \\\n && if [ -d x ]; \\\n then make; fi", ["seq", "chain", "if", "seq"]),
        ("bash -c 'if true; then make; fi' || exit 1", ["seq", "chain", "script", "seq", "if", "seq"]),
    ],
)
def test_each_construct_is_seen(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "echo 'if true; then' && make",
        'echo "( case x in" && make',
        "x=$(pwd) && make",
        "# for x in\nmake",
        "cat <<EOF\nwhile if (\nEOF\nmake",
        "if true; then :; fi; make",
        "(true) && make",
    ],
)
def test_words_and_constructs_that_do_not_hold_it_count_for_nothing(text: str) -> None:
    found = around(text)
    assert found is not None and found.on_top and not found.answered


@pytest.mark.parametrize(
    ("text", "nested"),
    [
        ("make", False),
        ("cd /x && make | tee log", False),
        ("! make", False),
        ("{ cd /x && make; }", True),
        ("(make)", True),
        ("for i in a; do make; done", True),
        ("echo 'if (' && make # for", False),
    ],
)
def test_what_stands_in_a_group_or_a_loop_is_nested(text: str, nested: bool) -> None:
    found = around(text)
    assert found is not None and found.nested is nested


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("make || true", True),
        ("{ cd /x && make; } || true", True),
        ("false || make", False),
        ("cd /x && make && ls", False),
        ("if make; then ls; fi", True),
        ("if true; then make; else make2; fi", False),
        ("while ! make; do sleep 1; done", True),
        ("until make; do sleep 1; done", True),
        ("! make", True),
        ("sh -c 'make || true'", True),
        ("sh -c 'make' || true", True),
        ("make # || true", False),
        ("make '||' true", False),
    ],
)
def test_what_deals_with_its_failure(text: str, answered: bool) -> None:
    found = around(text)
    assert found is not None and found.answered is answered


@pytest.mark.parametrize(
    "text",
    ["echo $(make)", "x=`make`", "cat <<EOF\n$(make)\nEOF", "trap 'rm x' EXIT; make", "su -c 'make' app", "make; if"],
)
def test_unknown_where_its_steps_are_not_known(text: str) -> None:
    commands = [command for command in script_of(text).commands if command.name == "make"]
    assert all(command.surroundings is None for command in commands)
    assert commands or text.startswith("make;")


def test_a_list_ends_at_a_group_and_not_at_a_pipe() -> None:
    one, two, three = (
        command.surroundings for command in script_of("a | b && c && { d; }").commands if command.name in "acd"
    )
    assert one is not None and two is not None and three is not None
    assert one.list is two.list is not three.list


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("for x in $(a | b); do c; done", True),
        ('echo "for x in $(date)"; a | b', False),
        ("case $(a | b) in x) ;; esac", True),
        ("echo 'for x in ' | b", False),
        ("diff <(a | b) c", True),
        ("a | b $(c)", False),
    ],
)
def test_a_pipe_that_makes_a_word(text: str, word: bool) -> None:
    assert script_of(text).pipes[0].makes_word is word
