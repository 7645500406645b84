"""Environment files as Compose reads them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.source import Source
from dlint.syntax.compose import dotenv

ENV = {"HOST": "outside"}


def parse(text: str) -> dotenv.DotEnv:
    return dotenv.parse(Source(".env", text), ENV.get, unset="")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1\nB = 2\nC: 3\n", {"A": "1", "B": "2", "C": "3"}),
        ("# note\n\n  A=1 # note\n", {"A": "1"}),
        ("A=x#y\n", {"A": "x#y"}),
        ("export A=1\nexportB=2\n", {"A": "1", "exportB": "2"}),
        ("A='$HOST # \\n it\\'s'\n", {"A": "$HOST # \\n it's"}),
        ('A="a\\tb \\"q\\" $HOST"\n', {"A": 'a\tb "q" outside'}),
        ('A="one\ntwo"\nB=3\n', {"A": "one\ntwo", "B": "3"}),
        ("A=1\nB=$A-${C:-d}\n", {"A": "1", "B": "1-d"}),
        ('A="\\$HOST $$HOST"\n', {"A": "$HOST $HOST"}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("HOST\nMISSING\nA=1", {"HOST": "outside", "A": "1"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A-B.c[0]=1", {"A-B.c[0]": "1"}),
        ("A=\n", {"A": ""}),
        ("", {}),
    ],
)
def test_values(text: str, values: dict[str, str]) -> None:
    found = parse(text)
    assert found.faults == []
    assert found.values == values


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        ("A=1\nB C=2\n", 2, "B C"),
        ('A="x\n', 1, '"'),
        ("A='x\"\n", 1, "'"),
        ("A%B=1", 1, "%"),
        ("A=${B\n", 1, "${B"),
        ("A=1\nB=${C:?needed}\n", 2, "${C:?needed}"),
    ],
)
def test_the_first_fault_has_its_place(text: str, line: int, place: str) -> None:
    (fault,) = parse(text).faults
    assert (fault.kind, fault.line, fault.raw) == ("bad-dotenv", line, place)


def test_places_of_keys_and_values() -> None:
    found = parse('# c\nexport NAME = "a b" # c\nOTHER=x y # c\nALONE\n')
    assert [(entry.name, entry.value_node and entry.value_node.raw) for entry in found.entries] == [
        ("NAME", "a b"),
        ("OTHER", "x y"),
        ("ALONE", None),
    ]
    assert [entry.raw for entry in found.entries] == ['export NAME = "a b"', "OTHER=x y", "ALONE"]


def test_what_depends_on_the_environment_is_unknown() -> None:
    found = dotenv.parse(Source(".env", "A=$X\nB=${X:-d}\nC=$A\nD=${A:-e}\nX\n"))
    assert found.values == {"A": None, "B": "d", "C": None, "D": None}


@settings(max_examples=400)
@given(st.one_of(st.text(), st.text(alphabet="AB=:'\"\\ \n#$!{}\t\r")))
def test_any_text_parses(text: str) -> None:
    found = parse(text)
    for node in [*found.entries, *found.faults]:
        assert 0 <= node.span.start <= node.span.end <= len(text)
    assert len(found.faults) <= 1
