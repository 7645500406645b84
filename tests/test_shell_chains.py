"""Chains of simple commands are read without the grammar, and read as the grammar reads them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlint.source import Source, Span, Text
from dlint.syntax import shell, shellplain

NAMES = st.sampled_from(
    "apt-get curl true cd sudo env xargs sh bash set exec command nice pip python3 test : echo rm ./run /usr/bin/x 7z "
    "npm a.b @x su gosu dnf conda yes sleep timeout".split()
)
PLAIN = (
    "update install -y --no-cache=1 foo=bar a* ? /var/lib/apt/lists/* . - -- ~/x 1 A=1 sh -c bash set -eo pipefail "
    "-u+x -m pip if done in rm -rf"
).split()
QUOTED = ["$X", "x$Y.z", "''", '""', "'a&&b'", '"a;b"', '"$X/y"', "x'y'\"z\"", '"é|"', "'sudo apt-get -y'", '"cd $X"']
WORDS = st.sampled_from(PLAIN + QUOTED)
JOINTS = st.sampled_from([" && ", "&&", ";", "; ", " || ", "||", " ;", "\t&& "])
COMMANDS = st.builds(lambda name, words: " ".join([name, *words]), NAMES, st.lists(WORDS, max_size=5))
CHAINS = st.builds(
    lambda first, others: first + "".join(joint + command for joint, command in others),
    COMMANDS,
    st.lists(st.tuples(JOINTS, COMMANDS), max_size=4),
)


def shown(text: str) -> Any:
    source = Source("Dockerfile", text)
    script = shell.parse(Text.plain(source, Span(0, len(text))))
    commands = [
        (
            *(c.name, c.span, c.name_node.span, c.index, c.via, c.conditional, c.operator_before, c.verb),
            tuple((w.text, w.span, w.literal, w.quoted) for w in c.words),
            *(c.pipe is not None, len(c.assignments), len(c.redirects)),
        )
        for c in script.commands
    ]
    separators = [(separator.operator, separator.span) for separator in script.separators]
    return commands, separators, script.has_error, script.sets_pipefail, script.sets_errexit


@given(CHAINS)
@example("a")
@example(" sudo -u x apt-get install -y 'b c' && echo \"$X\" ; set -e")
@example("sh -c 'a && b' || true && c")
@settings(max_examples=300, deadline=None)
def test_a_chain_is_read_as_the_grammar_reads_it(text: str) -> None:
    assert shellplain.is_chain(text)
    quick = shown(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shellplain, "is_chain", lambda code: False)
        assert quick == shown(text)


@pytest.mark.parametrize(
    "text",
    ["", "A=1 b", "if a", "a | b", "a > b", "a &", "a;", "a $(b)", "a ${B}", "a `b`", "a\nb", "a # b", "(a)", "a \\ b",
     "export A", "! a", "a {b,c}", "a 'b", 'a "b', "a \"$(b)\"", "$X a", "'a' b", "a &&", "[ a ]", "a[1]", "é"],
)  # fmt: skip
def test_what_is_no_chain_is_left_to_the_grammar(text: str) -> None:
    assert not shellplain.is_chain(text)


def test_a_run_of_chains_has_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellplain, "is_chain", lambda code: True)
    commands, _, _, _, _ = shown("apt-get update && apt-get install -y 'a b' $X")
    assert [command[0] for command in commands] == ["apt-get", "apt-get"]
    assert [word[0] for word in commands[1][8]] == ["install", "-y", "a b", "${X}"]
