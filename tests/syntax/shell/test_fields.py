"""The words that a program gets: values in place of variables, split at blanks, as far as they are known."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile.graph import build
from dlint.source import Source
from dlint.syntax.dockerfile.parser import Run, parse


def given(text: str) -> list[str]:
    """The words of the last command of the last RUN."""
    stage = build(parse(Source("Dockerfile", text))).stages[-1]
    script = stage.script(stage.of(Run)[-1])
    assert script is not None
    return [word.text for word in script.commands[-1].given]


SET = 'FROM debian:12\nARG ONE=git\nENV TWO="curl jq" NONE=""\nARG OPEN\n'


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("a $ONE", ["git"]),
        ("a lib${ONE}-dev", ["libgit-dev"]),
        ("a $TWO x", ["curl", "jq", "x"]),
        ('a "$TWO" x', ["curl jq", "x"]),
        ("a $NONE x", ["x"]),
        ('a "$NONE" x', ["", "x"]),
        ("a ${NONE:-d} x", ["d", "x"]),
        ("a '$ONE'", ["$ONE"]),
        ("a $OPEN x", ["${OPEN}", "x"]),
        ("a $OPEN-$ONE", ["${OPEN}-${ONE}"]),
        ("a $HOME $1 $@", ["${HOME}", "${1}", "${@}"]),
        ("v=zip; a $v", ["zip"]),
        ("v=zip && a $v", ["zip"]),
        ("ONE=zip; a $ONE", ["zip"]),
        ("false || v=zip; a $v", ["${v}"]),
        ("v=1; v=2; a $v", ["${v}"]),
        ("for v in 1 2; do a $v; done", ["${v}"]),
        ("read v; a $v", ["${v}"]),
        ("ONE=zip; ONE+=x; a $ONE", ["${ONE}"]),
        ("for ONE in 1 2; do a $ONE; done", ["${ONE}"]),
        ("x;read ONE; a $ONE", ["${ONE}"]),
        ("OTHER_ONE=zip; a $ONE", ["git"]),
        ("thread ONE; before ONES; a $ONE", ["git"]),
        ("v=1 a $v", ["${v}"]),
    ],
)
def test_known_values_stand_in_place_of_variables(run: str, words: list[str]) -> None:
    assert given(f"{SET}RUN {run}\n") == words


def test_a_later_value_is_no_value() -> None:
    assert given("FROM debian:12\nRUN a $X\nENV X=1\n") == ["${X}"]


def test_no_shell_expands_the_exec_form() -> None:
    assert given(f'{SET}RUN ["a", "$ONE"]\n') == ["$ONE"]


def test_a_trigger_has_the_arguments_of_another_build() -> None:
    stage = build(parse(Source("Dockerfile", f"{SET}ONBUILD RUN a $ONE\n"))).stages[-1]
    script = stage.script(next(iter(stage.runs)))
    assert script is not None
    assert [word.text for word in script.commands[-1].given] == ["${ONE}"]


def test_an_option_may_come_from_a_variable() -> None:
    stage = build(parse(Source("Dockerfile", "FROM debian:12\nARG Y=-yq\nRUN apt-get $Y install git\n"))).stages[-1]
    script = stage.script(stage.of(Run)[-1])
    assert script is not None
    (command,) = script.commands
    assert command.verb == "install"
    assert command.has_flag("-y") and command.has_flag("-q")
    flag = command.flag("-y")
    assert flag is not None and flag.word.raw == "$Y"
