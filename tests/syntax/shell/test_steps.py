"""Scripts as steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.syntax.shell import steps, tree_steps

WORDS = "apt-get update install -y git a=b x sudo -E env V=1 exec echo /usr/bin/make sh cd if true time export".split()


def by_the_tree(text: str, monkeypatch: pytest.MonkeyPatch) -> steps.Step | None:
    with monkeypatch.context() as patch:
        patch.setattr(tree_steps, "plain_chain", lambda text: None)
        try:
            return tree_steps.read(text)
        except steps.UnclearError:
            return None


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


@pytest.mark.parametrize(
    "text", ["", "a; b", "a || b", "if true", "A=1 b", "sh -c x", "a | b", "a &", "'a'", "a\nb", "trap x EXIT && b"]
)
def test_these_need_it(text: str) -> None:
    assert steps.plain_chain(text) is None
