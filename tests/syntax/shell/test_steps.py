"""Scripts as steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.syntax.shell import steps, tree_steps
from dlint.syntax.shell.chain import chain

WORDS = "apt-get update install -y git a=b x sudo -E env V=1 exec echo /usr/bin/make sh cd if true time export".split()


def read(text: str) -> steps.Step | None:
    try:
        return tree_steps.read(text)
    except steps.UnclearError:
        return None


def by_the_tree(text: str, monkeypatch: pytest.MonkeyPatch) -> steps.Step | None:
    with monkeypatch.context() as patch:
        patch.setattr(tree_steps, "plain_chain", lambda text: None)
        patch.setattr(tree_steps, "chain", lambda text: None)
        return read(text)


def without_ends(step: steps.Step | None) -> steps.Step | None:
    """Without the places where constructs end: the grammar counts a redirect now to the command, now to the list."""
    if step is None:
        return None
    parts = [without_ends(part) for part in step.parts]
    return step._replace(parts=tuple(part for part in parts if part is not None), end=0)


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=4))
def test_a_plain_chain_is_what_the_tree_gives(parts: list[list[str]]) -> None:
    text = " && ".join(" ".join(part) for part in parts)
    plain = steps.plain_chain(text)
    if plain is not None:
        assert plain == by_the_tree(text, pytest.MonkeyPatch())


@pytest.mark.parametrize(
    "text",
    [
        "apt-get update",
        "  apt-get update   &&  apt-get install -y git ",
        "sudo apt-get install git && rm -rf /var/lib/apt/lists/x",
        "exec yum install -y git",
        "env A=1 make all",
        "make\t-j 4&&make install",
    ],
)
def test_these_are_read_without_the_grammar(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = steps.plain_chain(text)
    assert plain is not None
    assert plain == by_the_tree(text, monkeypatch)


JOINED = [*WORDS, ">x", "2>&1", "'a b'", '"$X"', "$Y", "-c", "A=1", "set", "-e", "|| true", "| b", "; b", "&& b"]


@given(st.lists(st.lists(st.sampled_from(JOINED), min_size=1, max_size=5), min_size=1, max_size=4))
def test_simple_commands_are_what_the_tree_gives(parts: list[list[str]]) -> None:
    text = " ; ".join(" ".join(part) for part in parts)
    if chain(text) is not None:
        assert without_ends(read(text)) == without_ends(by_the_tree(text, pytest.MonkeyPatch()))


@pytest.mark.parametrize(
    "text",
    [
        "set -eux; curl -fsSL x | sha256sum -c -; chmod 0755 /x",
        "a || b && c | d > e",
        "A=1 B=2",
        "A=1 sudo b",
        "export A=1; b",
        "A=1 export B; c",
        "sh -c 'a; b' | tee c",
        "echo 'if true; then' && b 2>/dev/null || c",
    ],
)
def test_these_need_no_grammar_either(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chain(text) is not None
    assert without_ends(read(text)) == without_ends(by_the_tree(text, monkeypatch))


@pytest.mark.parametrize(
    "text", ["", "a; b", "a || b", "if true", "A=1 b", "sh -c x", "a | b", "a &", "'a'", "a\nb", "trap x EXIT && b"]
)
def test_these_need_it(text: str) -> None:
    assert steps.plain_chain(text) is None
