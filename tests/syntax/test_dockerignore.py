"""Ignore files are read, refused and matched as moby does it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.source import Source
from dlint.syntax import dockerignore
from dlint.syntax.dockerignore import IgnoreFile


def read(text: str) -> IgnoreFile:
    return dockerignore.parse(Source(".dockerignore", text))


def test_lines_become_patterns_comments_and_nothing() -> None:
    file = read("# all\n\n  node_modules/ \r\n!/keep/../keep//me\n /\n #not a comment\n! \tx\n")
    assert [(p.text, p.negated, p.raw) for p in file.patterns] == [
        ("node_modules", False, "node_modules/"),
        ("keep/me", True, "!/keep/../keep//me"),
        ("/", False, "/"),
        ("#not a comment", False, "#not a comment"),
        ("x", True, "! \tx"),
    ]
    assert [comment.raw for comment in file.comments] == ["# all"]
    assert file.faults == []


def test_a_comment_ends_before_the_carriage_return() -> None:
    assert [comment.raw for comment in read("# a\r\nb\r\n").comments] == ["# a"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("!", "empty-exception"),
        ("!  ", "empty-exception"),
        ("[", "bad-pattern"),
        ("a[]b]", "bad-pattern"),
        ("a[-z]", "bad-pattern"),
        ("a[z-", "bad-pattern"),
        ("[^]", "bad-pattern"),
        ("[z-a]", "bad-pattern"),
        ("a\\", "bad-pattern"),
        ("[a\\", "bad-pattern"),
        ("x" * 70_000, "line-too-long"),
    ],
)
def test_refused_lines(line: str, kind: str) -> None:
    file = read(f"ok\n{line}\nok\n")
    assert [(fault.kind, fault.line) for fault in file.faults] == [(kind, 2)]
    assert len(file.patterns) == 2


MATCHES = [
    ("a", "a", True),
    ("a", "a/b/c", True),
    ("a", "b/a", False),
    ("a/b", "a", False),
    ("*.txt", "x.txt", True),
    ("*.txt", "d/x.txt", False),
    ("*.txt", "x.txt/below", True),
    ("a*c", "abc", True),
    ("a*c", "ac", True),
    ("a*c", "a/c", False),
    ("aba*aba", "aba", False),
    ("*/*.md", "d/x.md", True),
    ("*/*.md", "x.md", False),
    ("*/tmp/*", "tmp/hello.txt", False),
    ("**/*.md", "x.md", True),
    ("**/*.md", "a/b/x.md", True),
    ("**/x", "x", True),
    ("**/x", "a/x", True),
    ("**/x", "ax", False),
    ("**x", "ax", True),
    ("**", "a/b", True),
    ("**/", "a/b", True),
    ("a/**", "a/b/c", True),
    ("a/**", "a", False),
    ("a**", "abc/d", True),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b", "a/xb", False),
    ("a/**/**/b", "a/b", True),
    ("a**b", "a/x/b", True),
    ("a**b", "axb", False),
    ("?.py", "a.py", True),
    ("?", "/", False),
    ("a?b", "a/b", False),
    ("[a-c]x", "bx", True),
    ("[a-c]x", "dx", False),
    ("[^a-c]x", "dx", True),
    ("[\\]]x", "]x", True),
    ("a\\*", "a*", True),
    ("a\\*", "ab", False),
    ("a.b", "axb", False),
    ("a+(b)$", "a+(b)$", True),
    ("é*", "été", True),
    ("A", "a", False),
    ("..", "a", False),
    ("/", "a", False),
    (".", "a", False),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), MATCHES)
def test_what_a_pattern_matches(pattern: str, path: str, expected: bool) -> None:
    assert read(pattern).excludes(path) is expected


def test_the_last_match_decides() -> None:
    file = read("*\n!src\nsrc/*.tmp\n!src/keep.tmp\n")
    assert {path: file.excludes(path) for path in ("x", "src", "src/a/b", "src/a.tmp", "src/keep.tmp")} == {
        "x": True,
        "src": False,
        "src/a/b": False,
        "src/a.tmp": True,
        "src/keep.tmp": False,
    }
    deciding = file.matching("src/a.tmp")
    assert deciding is not None
    assert deciding.line == 3
    assert file.matching("nothing/matches") is not None
    assert read("a").matching("b") is None


def test_the_context_itself_is_never_left_out() -> None:
    assert not read("*\n**\n.\n").excludes(".")
    assert not read("*").excludes("")


def test_paths_may_be_written_in_any_way() -> None:
    file = read("a/b")
    assert file.excludes("./a//b/")
    assert file.excludes("x/../a/b/c")


@pytest.mark.parametrize(
    "pattern",
    ["a*" * 300 + "b", "**/a" * 300 + "b", "[a-z]*" * 200 + "0", "**/" * 5000 + "*x", "?*" * 500 + "b"],
)
def test_no_pattern_blows_up(pattern: str) -> None:
    # A backtracking matcher would not come back from these.
    file = read(pattern)
    assert not file.excludes("a" * 1000 + "/c")


def moby_regex(pattern: str) -> re.Pattern[str]:
    """The regular expression that moby's compile writes, for patterns without sets; its shortcuts apart."""
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*" and pattern[at : at + 1] == "*":
            at += 1
            at += pattern[at : at + 1] == "/"
            out += ".*" if at >= len(pattern) else "(.*/)?"
        elif char == "*":
            out += "[^/]*"
        elif char == "?":
            out += "[^/]"
        else:
            out += re.escape(char)
    return re.compile(out, re.S)


@given(
    st.text(st.sampled_from("ab/*?"), min_size=1, max_size=10), st.text(st.sampled_from("ab/"), min_size=1, max_size=8)
)
def test_matching_agrees_with_moby_s_expression(written: str, path: str) -> None:
    file = read("x" + written)
    path = "x" + path
    pattern = file.patterns[0].text
    plain = dockerignore._clean(path)
    parts = plain.split("/")
    parents = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    if pattern.count("*") == 2 and pattern.endswith("**") and "?" not in pattern:
        expected = any(parent.startswith(pattern[:-2]) for parent in parents)
    else:
        expected = any(moby_regex(pattern).fullmatch(parent) for parent in parents)
    assert file.excludes(path) is expected


@given(st.text(st.sampled_from("a![]\\-^*?/#. \t\r\n\u00a0é"), max_size=40), st.text(max_size=10))
def test_any_text_is_read_and_spans_lie_in_it(text: str, path: str) -> None:
    file = read(text)
    for node in [*file.patterns, *file.comments, *file.faults]:
        assert 0 <= node.span[0] < node.span[1] <= len(text)
        assert "\n" not in node.raw
    file.excludes(path)
    lines = [line for line in text.split("\n") if line.strip(dockerignore._BLANKS)]
    assert len(lines) == len(file.patterns) + len(file.comments) + len(file.faults)
