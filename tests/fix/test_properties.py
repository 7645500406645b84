"""What mending with all real rules never does to a file, whatever the rules' own examples are mixed into."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dlint
from dlint.fix.fixer import FixResult, fix
from dlint.fix.keeps import accepts, comments
from dlint.library import report_files
from dlint.rule.finding import Finding
from dlint.source import Source

CONFIG = {"preset": "all", "shellcheck": False}
KEEPSAKES = ("# keep me", "# and me: 'quoted' \\ é 🐳", "#!not a shebang")
HEREDOC = "RUN <<EOT\n  # in a heredoc  \n\tapt-get install x\nEOT\n"


@cache
def examples(name: str) -> list[str]:
    """The bad blocks of all pages that are one file called ``name``."""
    return [
        next(iter(example.files.values()))
        for rule in dlint.rules()
        for example in rule.page.examples()
        if example.verdict == "bad" and list(example.files) == [name] and not example.settings
    ]


def lint(sources: Mapping[str, Source]) -> list[Finding]:
    return report_files({path: source.encode() for path, source in sources.items()}, config=CONFIG).visible


def mend(source: Source, unsafe: bool) -> FixResult:
    return fix(
        {source.path: source}, lint, unsafe=unsafe, wanted=lambda finding: True, accepts=accepts, comments=comments
    )


def dressed(text: str, draw: st.DrawFn, *more: str) -> str:
    """``text`` with comments between some of its lines."""
    lines = text.split("\n")
    for comment in (*KEEPSAKES, *more):
        at = draw(st.integers(0, len(lines) - 1))
        lines.insert(at, comment)
    return "\n".join(lines)


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(st.sampled_from(examples("Dockerfile")), min_size=1, max_size=2))
    text = "".join(block if block.endswith("\n") else block + "\n" for block in blocks)
    return dressed(text + draw(st.sampled_from(["", HEREDOC])), draw)


@st.composite
def compose_files(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(examples("compose.yaml")))
    anchors = "x-kept: &kept\n  a: [1, 2]   # three blanks before\nx-again: *kept\n"
    return dressed(text, draw) + ("" if text.endswith("\n") else "\n") + anchors


def nothing_lost(text: str, path: str, newline: str, bom: bool, unsafe: bool) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + text.replace("\n", newline).encode()
    before = Source.from_bytes(path, data)
    found = lint({path: before})
    result = mend(before, unsafe)
    after = result.sources[path]

    # It is as valid as it was, no worse in the eyes of any rule, and says what a fresh look says.
    fresh = lint({path: Source.from_bytes(path, after.encode())})
    assert accepts(after) or not accepts(before)
    assert [finding.identity for finding in result.findings] == [finding.identity for finding in fresh]
    assert len(fresh) <= len(found)

    # Byte order mark and line ends stay as they are.
    assert after.encode().startswith(b"\xef\xbb\xbf") == bom
    if newline == "\r\n":
        assert not re.search(r"(?<!\r)\n", after.text)
    else:
        assert "\r" not in after.text

    # Comments stay, but for those a fix is there to take away.
    lost = Counter(comments(before)) - Counter(comments(after))
    assert not [comment for comment in lost if any(comment.strip("# ") == kept.strip("# ") for kept in KEEPSAKES)]

    # A second run finds no work.
    again = mend(after, unsafe)
    assert again.sources[path].text == after.text
    assert not again.applied


SOME = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@SOME
@given(dockerfiles(), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_a_dockerfile_loses_nothing(text: str, newline: str, bom: bool, unsafe: bool) -> None:
    nothing_lost(text, "Dockerfile", newline, bom, unsafe)


@SOME
@given(compose_files(), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_a_compose_file_loses_nothing(text: str, newline: str, bom: bool, unsafe: bool) -> None:
    nothing_lost(text, "compose.yaml", newline, bom, unsafe)


@SOME
@given(dockerfiles())
def test_the_body_of_a_heredoc_stays(text: str) -> None:
    text += HEREDOC
    after = mend(Source("Dockerfile", text), unsafe=False).sources["Dockerfile"].text
    assert "  # in a heredoc" in after


@SOME
@given(dockerfiles(), st.booleans())
def test_what_no_edit_covers_stays_byte_for_byte(text: str, unsafe: bool) -> None:
    """The first fix alone: all that its edits do not cover is in the new text, in order."""
    before = Source("Dockerfile", text)
    first = next((f for f in lint({"Dockerfile": before}) if f.fix is not None and (f.fix.safe or unsafe)), None)
    if first is None or first.fix is None:
        return
    key = first.identity
    result = fix(
        {"Dockerfile": before}, lint,
        unsafe=unsafe, wanted=lambda finding: finding.identity == key, accepts=accepts, comments=comments,
    )  # fmt: skip
    if result.passes != 1 or sum(result.applied.values()) != 1:
        return
    at = 0
    after = result.sources["Dockerfile"].text
    for edit in sorted(first.fix.edits, key=lambda edit: edit.span):
        kept = text[at : edit.span[0]]
        assert kept in after
        after = after[after.index(kept) + len(kept) :]
        at = edit.span[1]
    assert after.endswith(text[at:])


def test_the_examples_are_there() -> None:
    assert len(examples("Dockerfile")) > 100
    assert len(examples("compose.yaml")) > 50


def test_a_loss_would_be_seen() -> None:
    source = Source("Dockerfile", "# keep me\nFROM a\n")
    assert Counter(comments(source)) - Counter(comments(source.with_text("FROM a\n"))) == Counter(["keep me"])
