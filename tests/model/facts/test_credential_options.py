"""That a command which may take a credential as the table says is not passed over by the cheap look at its text."""

from __future__ import annotations

import pytest

from dlint.model.facts.credential_options import TAKES
from dlint.model.facts.credentials import takers
from dlint.source import Source, Span, Text
from dlint.syntax.shell import walk as shell

VALUE = "k7Rw2pQz"
OPTIONS = [(tool, option) for tool, takes in TAKES.items() for option in takes.secret.split()]


def found(line: str) -> list[str]:
    """The names of the commands of a line that may take a credential."""
    source = Source("Dockerfile", line)
    return [command.name for command in takers(shell.parse(Text.plain(source, Span(0, len(line)))))]


@pytest.mark.parametrize(("tool", "option"), OPTIONS)
def test_an_option_of_the_table_is_looked_at(tool: str, option: str) -> None:
    assert found(f"{tool} {option} {VALUE}")
    assert found(f"{tool} '{option}' {VALUE}")


@pytest.mark.parametrize("tool", [tool for tool, takes in TAKES.items() if takes.operands])
def test_a_tool_with_operands_of_the_table_is_looked_at(tool: str) -> None:
    for form in TAKES[tool].operands:
        words = {"_": "x", "*": VALUE, "_:*": f"x:{VALUE}", "KEY": "x", "BASIC": "http-basic.x", "HOST": "x.org"}
        assert found(" ".join((tool.partition(" ")[0], *(words.get(word, word) for word in form.split()))))


@pytest.mark.parametrize(
    "line",
    [
        "curl -fsSLO https://h/f.tgz",
        "wget -q https://h/f.tgz",
        "git clone https://h/r.git",
        "npm install -g n",
        "unzip -q f.zip",
    ],
)
def test_what_takes_none_is_not_read_word_by_word(line: str) -> None:
    assert not found(line)


@pytest.mark.parametrize("line", ["curl $AUTH https://h", 'curl "$AUTH" https://h', f"wget https://a:{VALUE}@h/f"])
def test_a_variable_and_a_login_in_a_url_are_looked_at(line: str) -> None:
    assert found(line)


def test_a_tool_in_quotes_behind_a_path_or_another_command_is_looked_at_last_first() -> None:
    assert found(f"true && sudo 'curl' -u a:{VALUE} h") == ["curl"]
    assert found(f"curl -u a:{VALUE} h | wget --password={VALUE} h") == ["wget", "curl"]
