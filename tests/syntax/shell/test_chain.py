"""Chains of simple commands are read without the grammar, and read as the grammar reads them."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dlint.source import Source, Span, Text
from dlint.syntax.shell import chain as shellchain
from dlint.syntax.shell import walk as shellwalk

NAMES = st.sampled_from(
    "apt-get curl true cd sudo env xargs sh bash set exec command nice pip python3 test : echo rm ./run /usr/bin/x 7z "
    "npm a.b @x su gosu dnf conda yes sleep timeout".split()
)
PLAIN = (
    "update install -y --no-cache=1 foo=bar a* ? /var/lib/apt/lists/* . - -- ~/x 1 A=1 sh -c bash set -eo pipefail "
    "-u+x -m pip if done in rm -rf"
).split()
QUOTED = [
    "$X",
    "x$Y.z",
    "''",
    '""',
    "'a&&b'",
    '"a;b"',
    '"$X/y"',
    "x'y'\"z\"",
    '"é|"',
    "'sudo apt-get -y'",
    '"cd $X"',
    "${X}",
    "a${X}/b",
    '"${X}-${Y}"',
    "'${X}'",
]
WORDS = st.sampled_from(PLAIN + QUOTED)
JOINTS = st.sampled_from([" && ", "&&", ";", "; ", " || ", "||", " ;", "\t&& ", " | ", "|", " |& "])
ASSIGNMENTS = st.sampled_from(["A=1", "B=", "C=$X", 'D="${X} y"', "E_1='a b'", "PATH=$PATH:/x", "F=a=b"])
REDIRECTS = st.sampled_from([" > f", ">f", " >> /x/$Y", " 2>&1", " 2>/dev/null", " < 'a b'", " &> f", " >&2", " 1> f"])
DECLARED = st.builds(
    lambda name, words: " ".join([name, *words]),
    st.sampled_from(["export", "readonly"]),
    st.lists(st.one_of(ASSIGNMENTS, st.sampled_from(["A", "PATH"])), min_size=1, max_size=3),
)
SIMPLE = st.builds(
    lambda before, name, words, after: " ".join([*before, name, *words]) + "".join(after),
    st.lists(ASSIGNMENTS, max_size=2),
    NAMES,
    st.lists(WORDS, max_size=5),
    st.lists(REDIRECTS, max_size=2),
)
COMMANDS = st.one_of(SIMPLE, SIMPLE, DECLARED, st.lists(ASSIGNMENTS, min_size=1, max_size=2).map(" ".join))
CHAINS = st.builds(
    lambda first, others: first + "".join(joint + command for joint, command in others),
    COMMANDS,
    st.lists(st.tuples(JOINTS, COMMANDS), max_size=4),
)


def shown(text: str) -> Any:
    source = Source("Dockerfile", text)
    script = shellwalk.parse(Text.plain(source, Span(0, len(text))))
    commands = [
        (
            *(c.name, c.span, c.name_node.span, c.index, c.via, c.conditional, c.operator_before, c.verb),
            tuple((w.text, w.span, w.literal, w.quoted) for w in c.words),
            script.pipes.index(c.pipe) if c.pipe is not None else None,
            tuple((a.name, a.value, a.span) for a in c.assignments),
            tuple((r.operator, r.fd, r.span, r.target.text if r.target is not None else None) for r in c.redirects),
        )
        for c in script.commands
    ]
    separators = [(separator.operator, separator.span) for separator in script.separators]
    pipes = [(pipe.span, pipe.pipefail, [[c.index for c in stage] for stage in pipe.stages]) for pipe in script.pipes]
    return commands, separators, pipes, script.has_error, script.sets_pipefail, script.sets_errexit


def beyond_the_grammar(text: str) -> bool:
    """Whether the grammar takes it apart wrongly; what is right for these is tested one by one below."""
    commands = shellchain.chain(text) or []
    behind_pipe = {i for i, command in enumerate(commands) if command.joint in ("|", "|&")}
    piped = behind_pipe | {i - 1 for i in behind_pipe}
    return (
        bool(re.search(r"=[|&;]", text))
        or any(i + 1 in behind_pipe for i in behind_pipe)
        or any(
            (command.behind > command.end and (i in piped or text[: command.end].endswith(" -")))
            or (piped and (command.name > command.start or command.name == command.name_end))
            for i, command in enumerate(commands)
        )
    )


@given(CHAINS)
@example("a")
@example("apt-get A=1>f")
@example("apt-get 2>&1>f")
@example(" sudo -u x apt-get install -y 'b c' && echo \"$X\" ; set -e")
@example("sh -c 'a && b' || true && c")
@example("set -o pipefail && curl ${X} | sh -c 'a | b' >f 2>&1")
@settings(max_examples=300)
def test_a_chain_is_read_as_the_grammar_reads_it(text: str) -> None:
    assert shellchain.chain(text) is not None
    assume(not beyond_the_grammar(text))
    quick = shown(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shellchain, "chain", lambda code: None)
        assert quick == shown(text)


@pytest.mark.parametrize(
    ("text", "names", "pipes"),
    [
        ("a && b 2>/dev/null | c", ["a", "b", "c"], [[[1], [2]]]),
        ("a | b | c && d", ["a", "b", "c", "d"], [[[0], [1], [2]]]),
        ("a | A=1 B=2 b | c", ["a", "b", "c"], [[[0], [1], [2]]]),
        ("A=||b", ["", "b"], []),
        ("export A=|b", ["export", "b"], [[[0], [1]]]),
        ("A=1 B= | c", ["", "c"], [[[0], [1]]]),
    ],
)
def test_what_the_grammar_takes_apart_wrongly_is_read_rightly(
    text: str, names: list[str], pipes: list[list[list[int]]]
) -> None:
    commands, _, found, has_error, *_ = shown(text)
    assert [command[0] for command in commands] == names
    assert [stages for _, _, stages in found] == pipes
    assert not has_error


def test_redirects_and_assignments_of_a_chain_are_found() -> None:
    commands, *_ = shown("A=1 B=$X cat 'a b' 2>>/log < in && C='d e'")
    assert commands[0][0] == "cat" and commands[1][0] == ""
    assert commands[0][-2:] == (
        (("A", "1", Span(0, 3)), ("B", None, Span(4, 8))),
        ((">>", 2, Span(19, 26), "/log"), ("<", None, Span(27, 31), "in")),
    )
    assert commands[1][-2] == (("C", "d e", Span(35, 42)),)


@pytest.mark.parametrize(
    "text",
    ["", "A=(1) b", "if a", "a |", "a > ", "a <<b", "a > b c", "a &", "a;", "a $(b)", "a ${B:-c}", "a `b`", "a\nb",
     "a # b", "(a)", "a \\ b", "export A-b", "declare A", "A=1 > b", "a <(b)", "! a", "a {b,c}", "a 'b", 'a "b',
     "a \"$(b)\"", "$X a", "'a' b", "a &&", "[ a ]", "a[1]", "é"],
)  # fmt: skip
def test_what_is_no_chain_is_left_to_the_grammar(text: str) -> None:
    assert shellchain.chain(text) is None


def test_a_run_of_chains_has_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlint.syntax.shell.script.tree_walk", None)
    commands, *_ = shown("apt-get update && apt-get install -y 'a b' $X")
    assert [command[0] for command in commands] == ["apt-get", "apt-get"]
    assert [word[0] for word in commands[1][8]] == ["install", "-y", "a b", "${X}"]
