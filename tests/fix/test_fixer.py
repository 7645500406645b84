"""The fix engine, over toy linters: it keeps what helps, takes back what hurts, and comes to rest."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.fix.diff import unified_diff
from dlint.fix.fixer import MAX_PASSES, MAX_TRIALS, FixResult, apart, fix
from dlint.fix.verify import moved
from dlint.rule.finding import Finding, Suppressed
from dlint.rule.rule import Fix, Rule
from dlint.source import Edit, Node, Source, Span, spliced
from sample_report import at, make_rule

Toy = Callable[[Source], Iterator[Finding]]
Lint = Callable[[Mapping[str, Source]], list[Finding]]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Rule:
    return RULES.setdefault(name, make_rule(name))


def replaces(name: str, pattern: str, new: str | Callable[[str], str], **how: bool) -> Toy:
    """A rule that finds ``pattern`` everywhere and replaces it."""

    def lint(source: Source) -> Iterator[Finding]:
        for match in re.finditer(pattern, source.text):
            node = Node(source, Span(*match.span()))
            text = new if isinstance(new, str) else new(match[0])
            yield at(rule(name), source, *match.span(), fix=Fix(f"to {text}", node.replace(text), **how))

    return lint


def every(name: str, pattern: str, new: str) -> Toy:
    """Finds ``pattern`` at every place, overlapping ones too."""

    def lint(source: Source) -> Iterator[Finding]:
        start = source.text.find(pattern)
        while start >= 0:
            node = Node(source, Span(start, start + len(pattern)))
            yield at(rule(name), source, *node.span, fix=Fix(new, node.replace(new)))
            start = source.text.find(pattern, start + 1)

    return lint


def finds(name: str, pattern: str) -> Toy:
    """A rule that finds ``pattern`` and has no fix."""

    def lint(source: Source) -> Iterator[Finding]:
        for match in re.finditer(pattern, source.text):
            yield at(rule(name), source, *match.span())

    return lint


def linter(*toys: Toy) -> Callable[[Mapping[str, Source]], list[Finding]]:
    return lambda sources: [finding for source in sources.values() for toy in toys for finding in toy(source)]


def hashes(source: Source) -> list[str]:
    return re.findall("#.*", source.text)


def run(text: str | dict[str, str], *toys: Toy, **options: object) -> FixResult:
    texts = {"Dockerfile": text} if isinstance(text, str) else text
    sources = {path: Source(path, content) for path, content in texts.items()}
    return mend(sources, linter(*toys), **options)


def mend(sources: Mapping[str, Source], lint: Lint, **options: object) -> FixResult:
    chosen = {"unsafe": False, "wanted": lambda _: True, "accepts": lambda _: True, "comments": hashes, **options}
    return fix(sources, lint, **chosen)  # type: ignore[arg-type]


def text_of(result: FixResult) -> str:
    return result.sources["Dockerfile"].text


def reasons(result: FixResult) -> list[tuple[str, str]]:
    return [(finding.rule.name, reason) for finding, reason in result.dropped]


UPPER = replaces("upper", "from", "FROM")
SQUEEZE = replaces("squeeze", "  +", " ")


def test_it_applies_fixes_and_reports_a_fresh_lint() -> None:
    seen: list[Mapping[str, Source]] = []

    def lint(sources: Mapping[str, Source]) -> list[Finding]:
        seen.append(sources)
        return linter(UPPER, SQUEEZE, finds("odd", "x"))(sources)

    other = Source("other", "nothing here")
    result = mend({"Dockerfile": Source("Dockerfile", "from  a\nfrom x\n"), "other": other}, lint)
    assert text_of(result) == "FROM a\nFROM x\n"
    assert result.applied == {"upper": 2, "squeeze": 1}
    assert (result.passes, result.dropped) == (1, [])
    assert [finding.rule.name for finding in result.findings] == ["odd"]
    assert result.findings[0].source is result.sources["Dockerfile"]
    assert result.sources["other"] is other and seen[-1]["other"] is other
    assert len(seen) == 2, "once before and once after"


def test_nothing_to_do_changes_nothing() -> None:
    source = Source("Dockerfile", "FROM a\n")
    result = mend({"Dockerfile": source}, linter(UPPER, finds("odd", "a")))
    assert result.sources["Dockerfile"] is source
    assert (result.applied, result.passes, result.dropped) == ({}, 0, [])


def test_unsafe_fixes_only_when_allowed() -> None:
    toy = replaces("unsafe", "old", "new", safe=False)
    assert text_of(run("old from", toy, UPPER)) == "old FROM"
    assert text_of(run("old from", toy, UPPER, unsafe=True)) == "new FROM"


def test_only_wanted_findings_and_none_that_is_suppressed() -> None:
    def hidden(source: Source) -> Iterator[Finding]:
        for finding in UPPER(source):
            if finding.line == 2:
                finding.suppressed = Suppressed("comment", "")
            yield finding

    assert text_of(run("from\nfrom\nfrom", hidden, wanted=lambda finding: finding.line != 3)) == "FROM\nfrom\nfrom"


def test_a_fix_whose_text_is_not_at_hand_is_left_out() -> None:
    def withheld(source: Source) -> Iterator[Finding]:
        for finding in replaces("a", "x+", "")(source):
            assert finding.fix is not None
            finding.fix.withheld = True
            yield finding

    result = run("xx y\n", withheld)
    assert text_of(result) == "xx y\n"
    assert reasons(result) == [("a", "what it writes is not at hand")]


def test_overlapping_fixes_take_turns() -> None:
    long, short = replaces("long", "a b", "AB"), replaces("short", "b c", "bc")
    result = run("a b c", long, short)
    assert text_of(result) == "AB c", "the first in the text wins; the other finding went with it"
    assert (result.applied, result.passes) == ({"long": 1}, 1)
    nested = run(
        "f(g(h))", every("outer", "f(g(h))", "F(g(h))"), every("inner", "g(h)", "G(h)"), every("core", "h", "H")
    )
    assert (text_of(nested), nested.passes) == ("F(G(H))", 3)


def test_two_insertions_at_one_point_go_in_two_passes() -> None:
    def flag(name: str, word: str) -> Toy:
        def lint(source: Source) -> Iterator[Finding]:
            for match in re.finditer("install", source.text):
                if word not in source.text:
                    node = Node(source, Span(*match.span()))
                    yield at(rule(name), source, *match.span(), fix=Fix("add", node.insert_after(f" {word}")))

        return lint

    result = run("apt install curl", flag("yes", "-y"), flag("quiet", "-q"))
    assert text_of(result) == "apt install -y -q curl"
    assert result.passes == 2


def test_a_fix_over_several_files_is_whole_or_not_at_all() -> None:
    def lint(sources: Mapping[str, Source]) -> list[Finding]:
        one, two = sources["Dockerfile"], sources["compose.yaml"]
        found = list(linter(replaces("mine", "old1", "my1"))(sources))
        if "old1" in one.text and "old2" in two.text:
            edits = [Node(source, Span(0, 4)).replace(new) for source, new in ((one, "new1"), (two, "new2"))]
            found.append(at(rule("both"), two, 0, 4, fix=Fix("both", *edits)))
        return found

    sources = {path: Source(path, text) for path, text in (("Dockerfile", "old1"), ("compose.yaml", "old2"))}
    whole = mend(sources, lint, wanted=lambda finding: finding.rule.name == "both")
    assert [whole.sources[path].text for path in sources] == ["new1", "new2"]
    none = mend(sources, lint)
    assert [none.sources[path].text for path in sources] in (["my1", "old2"], ["new1", "new2"])


def test_a_fix_that_brings_something_new_is_taken_back_and_the_others_stay() -> None:
    trap = replaces("trap", "bad", "worse")
    text = "from\n" * 5 + "bad\n" + "from\n" * 5
    result = run(text, trap, UPPER, finds("worst", "worse"))
    assert text_of(result) == text.replace("from", "FROM")
    assert result.applied == {"upper": 10}
    assert reasons(result) == [("trap", "worst would then find something at Dockerfile:6")]
    assert result.dropped[0].finding.source is result.sources["Dockerfile"]


def test_mending_what_cannot_be_read_may_bring_to_light_what_was_hidden() -> None:
    RULES["unreadable"] = make_rule("unreadable", category="validity")
    hidden = finds("hidden", "(?m)^FROM latest")
    assert text_of(run("FORM latest\n", replaces("unreadable", "FORM", "FROM"), hidden)) == "FROM latest\n"
    assert text_of(run("FORM latest\n", replaces("tidy", "FORM", "FROM"), hidden)) == "FORM latest\n"
    RULES["refused"] = make_rule("refused", category="validity")
    refused = finds("refused", "(?m)^FROM latest")
    assert text_of(run("FORM latest\n", replaces("unreadable", "FORM", "FROM"), refused)) == "FORM latest\n"


def test_a_fix_that_leaves_its_finding_is_taken_back() -> None:
    assert reasons(run("a b", replaces("still", "b", "bb"))) == [("still", "still still finds it afterwards")]
    other = run("a b", replaces("other", "b|c", "c"))
    assert reasons(other) == [("other", "other would then find something at Dockerfile:1")]


def test_one_of_two_equal_findings_can_be_mended() -> None:
    def lint(source: Source) -> Iterator[Finding]:
        places = [match.start() for match in re.finditer("twin", source.text)]
        for place in places:
            mended = Fix("drop", Node(source, Span(place, place + 4)).replace(""))
            yield at(rule("twin"), source, place, place + 4, fix=mended if place == places[0] else None)

    assert text_of(run("twin x twin y", lint)) == " x  y"


def test_two_fixes_that_clash_only_together_are_both_tried() -> None:
    """Either may go in; the other is then dropped for what it would bring."""
    result = run("a b", replaces("first", "a", "A"), replaces("second", "b", "B"), finds("clash", "A B"))
    assert text_of(result) == "A b"
    assert reasons(result) == [("second", "clash would then find something at Dockerfile:1")]


def test_a_fix_that_works_only_after_another_gets_its_chance() -> None:
    """``second`` clashes until ``first`` is through, and that one waits for ``zero``, which overlaps it."""
    zero, first, second = replaces("zero", "z a", "y a"), replaces("first", "a", "A"), replaces("second", "b", "B")
    result = run("z a b", zero, first, second, finds("clash", "a B"))
    assert (text_of(result), result.passes, result.dropped) == ("y A B", 3, [])


def test_going_back_and_forth_is_refused() -> None:
    result = run("ping", replaces("ping", "ping", "pong"), replaces("pong", "pong", "ping"))
    assert text_of(result) == "ping"
    assert reasons(result) == [("ping", "pong would then find something at Dockerfile:1")]


def test_a_finding_whose_text_a_fix_touches_is_not_new() -> None:
    """A finding on the whole instruction, or in a stage that is renamed, stays the same finding."""

    def stage(source: Source) -> Iterator[Finding]:
        name = re.search("AS (\\w+)", source.text)
        for match in re.finditer("root.*", source.text):
            finding = at(rule("root"), source, *match.span())
            finding.anchor = name[1] if name else ""
            yield finding

    result = run("from x AS Build\nroot from  y\nroot z", UPPER, SQUEEZE, replaces("name", "Build", "builder"), stage)
    assert text_of(result) == "FROM x AS builder\nroot FROM y\nroot z"
    assert result.dropped == []


def test_one_finding_that_falls_in_two_is_one_too_many() -> None:
    result = run("xyx", finds("run", "[xy]+"), replaces("gap", "y", " "))
    assert reasons(result) == [("gap", "run would then find something at Dockerfile:1")]


def test_a_finding_that_moves_elsewhere_is_new() -> None:
    def jump(source: Source) -> Iterator[Finding]:
        return finds("jump", "near" if "x" in source.text else "far")(source)

    result = run("x near\n\n\nfar", replaces("x", "x", "y"), jump)
    assert reasons(result) == [("x", "jump would then find something at Dockerfile:4")]
    RULES.update((name, make_rule(name, category="style")) for name in ("jump", "x"))
    assert text_of(run("x near\n\n\nfar", replaces("x", "x", "y"), jump)) == "y near\n\n\nfar"
    assert reasons(run("x near\n\n\nfar far", replaces("x", "x", "y"), jump)) == [
        ("x", "jump would then find something at Dockerfile:4")
    ]


def test_a_file_that_was_valid_stays_valid_and_a_broken_one_can_be_mended() -> None:
    def even(source: Source) -> bool:
        return source.text.count("(") == source.text.count(")")

    toy = replaces("open", r"\(x", "x")
    assert reasons(run("(x) from", toy, UPPER, accepts=even)) == [("open", "Dockerfile would no longer be valid")]
    assert text_of(run("(x) from", toy, UPPER, accepts=even)) == "(x) FROM"
    assert text_of(run("(x (( from", toy, UPPER, accepts=even)) == "x (( FROM"


def test_comments_survive_unless_the_fix_says_so() -> None:
    toy = replaces("drop", "drop.*\n", "")
    result = run("a\ndrop # why\nfrom\ndrop me\n", toy, UPPER)
    assert text_of(result) == "a\ndrop # why\nFROM\n"
    assert reasons(result) == [("drop", "a comment would be lost")]
    tidy = replaces("drop", "drop.*\n", "", removes_comments=True)
    assert text_of(run("a\ndrop # why\n", tidy)) == "a\n"
    swallow = replaces("swallow", "quote", "#quote")
    assert reasons(run("quote # kept\n", swallow)) == [("swallow", "a comment would be lost")]
    greedy = replaces("greedy", "quote", "#quote", removes_comments=True)
    assert reasons(run("quote # kept\n", greedy)) == [("greedy", "a comment would be lost")], "only what it covers"


def test_what_crashes_on_the_changed_text_speaks_against_the_fix() -> None:
    def crash(source: Source) -> Iterator[Finding]:
        if "BOOM" in source.text:
            raise ValueError("no such luck")
        return iter(())

    def careful(source: Source) -> bool:
        if "NO" in source.text:
            raise RecursionError("deep")
        return True

    bad, no = replaces("bad", "boom", "BOOM"), replaces("no", "no", "NO")
    result = run("from boom from no", UPPER, bad, no, crash, accepts=careful)
    assert text_of(result) == "FROM boom FROM no"
    assert reasons(result) == [
        ("bad", "linting the changed text failed: ValueError: no such luck"),
        ("no", "reading the changed Dockerfile failed: RecursionError: deep"),
    ]
    with pytest.raises(ValueError, match="no such luck"):
        run("BOOM", crash)


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([(0, 1, "b"), (0, 1, "c")], "its edits overlap"),
        ([(0, 3, "b"), (2, 4, "c")], "its edits overlap"),
        ([(2, 9, "b")], "its edits do not fit the text"),
        ([(3, 1, "b")], "its edits do not fit the text"),
        ([(-1, 1, "b")], "its edits do not fit the text"),
        ([(0, 1, "a")], "it changes nothing"),
        ([], "it changes nothing"),
    ],
)
def test_malformed_fixes_are_dropped_and_said(edits: list[tuple[int, int, str]], reason: str) -> None:
    def lint(source: Source) -> Iterator[Finding]:
        made = [Edit(source, Span(start, end), text) for start, end, text in edits]
        yield at(rule("odd"), source, 0, 1, fix=Fix("odd", *made))

    result = run("abcd", lint)
    assert (text_of(result), reasons(result)) == ("abcd", [("odd", reason)])


def test_a_fix_of_a_file_that_is_not_to_be_fixed_or_has_changed_is_dropped() -> None:
    for other, reason in (
        (Source("base.yaml", "abcd"), "it changes base.yaml, which is not among the files to fix"),
        (Source("Dockerfile", "abcX"), "its edits do not fit the text"),
    ):
        edit = Node(other, Span(0, 1)).replace("b")

        def lint(source: Source, edit: Edit = edit) -> Iterator[Finding]:
            yield at(rule("far"), source, 0, 1, fix=Fix("far", edit))

        result = run("abcd", lint)
        assert reasons(result) == [("far", reason)]


def test_new_lines_follow_the_style_of_the_file_and_the_rest_keeps_its_own() -> None:
    toy = replaces("split", " && ", "\nRUN ")
    assert text_of(run("RUN a && b\r\nx\ny\r\n", toy)) == "RUN a\r\nRUN b\r\nx\ny\r\n"
    assert text_of(run("RUN a && b\nx\r\n", toy)) == "RUN a\nRUN b\nx\r\n"
    assert text_of(run("\r\n && ", replaces("split", " && ", "\r\n"))) == "\r\n\r\n"


def test_passes_are_bounded_and_what_is_left_is_said() -> None:
    """A rule that can mend only the first of many places needs a pass for each."""

    def first(source: Source) -> Iterator[Finding]:
        for place, match in enumerate(re.finditer("x", source.text)):
            node = Node(source, Span(*match.span()))
            whole = Node(source, Span(0, len(source.text)))
            text = source.text[: match.start()] + "y" + source.text[match.end() :]
            yield at(rule("slow"), source, *node.span, f"number {place}", fix=Fix("one", whole.replace(text)))

    result = run("x" * (MAX_PASSES + 5), first)
    assert text_of(result) == "y" * MAX_PASSES + "x" * 5
    assert result.passes == MAX_PASSES
    assert {reason for _, reason in result.dropped} == {f"it was left after {MAX_PASSES} passes; run again to apply it"}


def test_many_bad_fixes_cannot_make_it_lint_for_ever() -> None:
    calls = 0
    toys = linter(replaces("bad", "bad", "worse"), finds("worst", "worse"), UPPER)

    def lint(sources: Mapping[str, Source]) -> list[Finding]:
        nonlocal calls
        calls += 1
        return toys(sources)

    # Each line differs, so that no two fixes look alike.
    text = "".join(f"bad{n}\n" for n in range(1000))
    result = mend({"Dockerfile": Source("Dockerfile", text)}, lint)
    assert calls <= MAX_TRIALS + 1
    assert text_of(result) == text and result.applied == {}
    assert "it was not tried, as too many other fixes failed" in {reason for _, reason in result.dropped}


def test_a_few_bad_fixes_among_many_are_found_by_halving() -> None:
    text = "".join("bad\n" if n in (17, 400, 777) else f"from{n}\n" for n in range(1000))
    result = run(text, replaces("bad", "bad", "worse"), finds("worst", "worse"), UPPER)
    assert text_of(result) == text.replace("from", "FROM")


def test_the_order_of_findings_does_not_matter() -> None:
    toys = (UPPER, SQUEEZE, replaces("trim", " +\n", "\n"), replaces("pair", "from  x", "FROM x"))
    text = "from  x \nfrom   y  \n" * 5
    made = set()
    for seed in range(10):

        def shuffled(sources: Mapping[str, Source], seed: int = seed) -> list[Finding]:
            found = linter(*toys)(sources)
            random.Random(seed).shuffle(found)
            return found

        made.add(text_of(mend({"Dockerfile": Source("Dockerfile", text)}, shuffled)))
    assert made == {"FROM x\nFROM y\n" * 5}


words = st.text("abc#\n ", min_size=1, max_size=3)


@settings(max_examples=300)
@given(
    st.text("abc#\n ", max_size=25),
    st.lists(st.tuples(words, st.text("abc#\n ", max_size=3)), min_size=1, max_size=4),
    st.integers(0, 3),
)
def test_whatever_the_rules_do_it_comes_to_rest_and_nothing_gets_worse(
    text: str, rewrites: list[tuple[str, str]], even: int
) -> None:
    """Rules that rewrite anything into anything."""
    toys = [every(f"rule-{'abcd'[n]}", pattern, new) for n, (pattern, new) in enumerate(rewrites)]

    def accepts(source: Source) -> bool:
        return not even or source.text.count("a") % even == 0

    before = Source("Dockerfile", text)
    found = linter(*toys)({"Dockerfile": before})
    result = run(text, *toys, accepts=accepts)
    after = result.sources["Dockerfile"]
    fresh = linter(*toys)(result.sources)

    def counted(findings: list[Finding]) -> dict[str, int]:
        return {name: sum(f.rule.name == name for f in findings) for name in {f.rule.name for f in found + fresh}}

    assert [finding.identity for finding in result.findings] == [finding.identity for finding in fresh]
    assert all(count <= counted(found)[name] for name, count in counted(fresh).items())
    assert len(fresh) <= len(found) - sum(result.applied.values())
    assert accepts(after) or not accepts(before)
    assert not Counter(map(str.strip, hashes(before))) - Counter(map(str.strip, hashes(after)))
    if result.passes < MAX_PASSES and not any("not tried" in reason for _, reason in result.dropped):
        again = run(after.text, *toys, accepts=accepts)
        assert again.sources["Dockerfile"].text == after.text
        assert again.applied == {}
        assert len(again.dropped) <= len(fresh)


# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────────────────

spans = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda ends: Span(*sorted(ends)))


@given(st.lists(st.lists(spans, min_size=1, max_size=2), max_size=12))
def test_fixes_taken_together_do_not_meet(fixes: list[list[Span]]) -> None:
    source = Source("x", "x" * 20)
    made = []
    for n, places in enumerate(fixes):
        if len(places) == 1 or not meets(*places):
            edits = [Edit(source, place, "") for place in places]
            made.append(at(rule("r"), source, n, n + 1, fix=Fix("", *edits)))
    chosen = apart(made)
    taken = [[edit.span for edit in finding.fix.edits] for finding in chosen if finding.fix]
    for n, one in enumerate(taken):
        assert not any(meets(a, b) for two in taken[n + 1 :] for a in one for b in two)
    left = [finding for finding in made if not any(finding is other for other in chosen)]
    for finding in left:
        places = [edit.span for edit in finding.fix.edits] if finding.fix else []
        assert any(meets(place, span) for place in places for spans in taken for span in spans), "left without need"


def meets(one: Span, other: Span) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


rewritten = st.lists(st.tuples(spans, st.text("XY", max_size=3)), max_size=4)


@given(st.text("abc", min_size=8, max_size=20), spans, rewritten)
def test_a_span_moves_with_its_text(text: str, span: Span, changes: list[tuple[Span, str]]) -> None:
    source = Source("x", text)
    span = Span(min(span.start, len(text)), min(span.end, len(text)))
    edits: list[Edit] = []
    for place, new in sorted(changes):
        if place.end <= len(text) and (not edits or edits[-1].span.end <= place.start):
            edits.append(Edit(source, place, new))
    after = spliced(text, edits)
    start, end = moved(span, edits)
    assert 0 <= start <= end <= len(after)
    touched = [edit for edit in edits if edit.span.start <= span.end and span.start <= edit.span.end]
    if not touched:
        assert after[start:end] == text[span.start : span.end]


# ── diffs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_diff_reads_as_people_know_it() -> None:
    before = Source("api/Dockerfile", "a\nb\nc\nd\ne\nf\ng")
    assert unified_diff(before, before) == ""
    assert unified_diff(before, before.with_text("a\nb\nc\nd\nE\nf\ng")) == (
        "--- a/api/Dockerfile\n+++ b/api/Dockerfile\n@@ -2,6 +2,6 @@\n b\n c\n d\n-e\n+E\n f\n g\n"
        "\\ No newline at end of file\n"
    )


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize("path", ["Dockerfile", "a b/Dockerfile.ü", 'q"uo\\te/x\ty'])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n", "a\nB\n"),
        ("a\r\nb\rc\r\n", "a\r\nb\rC\r\n"),
        ("a", "a\n"),
        ("a\n", "a"),
        ("x\x0cy\u2028z\n\n", "x\x0cY\u2028z\n\n"),
        ("", "new\n"),
        ("l\n" * 50 + "end", "first\n" + "l\n" * 49 + "end"),
    ],
)
@pytest.mark.parametrize("bom", [False, True])
def test_git_applies_a_diff_to_the_very_bytes(tmp_path: Path, path: str, before: str, after: str, bom: bool) -> None:
    old = Source(path, before, bom=bom)
    new = old.with_text(after)
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(old.encode())
    diff = unified_diff(old, new).encode("utf-8", "surrogateescape")
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == new.encode()


def test_a_fix_that_fails_in_one_group_costs_the_others_no_trial() -> None:
    bad = "".join(f"{name} " for name in "abcdefgh")
    texts = {"bad": bad, **{str(number): "x" for number in range(50)}}
    sources = {path: Source(path, text) for path, text in texts.items()}
    toys = (replaces("mends", "x", "y"), replaces("spoils", "[a-h]", str.upper), finds("hurt", "[A-H]"))
    asked: list[int] = []

    def lint(given: Mapping[str, Source]) -> list[Finding]:
        asked.append(len(given))
        return linter(*toys)(given)

    alone = mend(sources, lint, groups=[[path] for path in texts])
    assert alone.applied == {"mends": 50}
    assert len(alone.dropped) == 8
    assert len(asked) < 25, "the trials for the bad file; the others were mended in the first"
    assert all(source.text == "y" for path, source in alone.sources.items() if path != "bad")
    assert set(asked) == {51}, "each time the whole project is shown"


def test_what_cannot_be_linted_in_one_group_speaks_against_that_one_alone() -> None:
    sources = {path: Source(path, "x") for path in ("a", "b")}

    def lint(given: Mapping[str, Source]) -> list[Finding]:
        if given["a"].text != "x":
            raise RuntimeError("no")
        return linter(replaces("mends", "x", "y"))(given)

    result = mend(sources, lint, groups=[["a"], ["b"]])
    assert {path: source.text for path, source in result.sources.items()} == {"a": "x", "b": "y"}
    assert [(item.finding.path, item.reason) for item in result.dropped] == [
        ("a", "linting the changed text failed: RuntimeError: no")
    ]


def test_style_that_a_fix_disturbs_is_mended_after_it() -> None:
    RULES["tidy"] = make_rule("tidy", category="style")
    tidies = replaces("tidy", "x  +", "x ")
    result = run("ab", replaces("mends", "a", "x   "), tidies)
    assert text_of(result) == "x b"
    assert result.applied == {"mends": 1, "tidy": 1}


def test_style_is_fixed_in_valid_files_alone() -> None:
    RULES["tidy"] = make_rule("tidy", category="style")
    tidy = replaces("tidy", "A", "a")
    result = run("A BROKEN", tidy, accepts=lambda source: "BROKEN" not in source.text)
    assert text_of(result) == "A BROKEN"
    assert [why for _, why in reasons(result)] == ["Dockerfile is not valid yet"]
    mends = replaces("mends", "BROKEN", "fine")
    assert text_of(run("A BROKEN", tidy, mends, accepts=lambda source: "BROKEN" not in source.text)) == "a fine"


def test_style_gives_way_to_the_fix_of_a_defect_only_where_its_own_fix_may_follow() -> None:
    RULES["tidy"] = make_rule("tidy", category="style")
    for tidies in (finds("tidy", "x  +"), replaces("tidy", "x  +", "x ", safe=False)):
        assert text_of(run("ab", replaces("mends", "a", "x   "), tidies)) == "ab"
    assert text_of(run("ab", replaces("mends", "a", "x   "), tidies, unsafe=True)) == "x b"
    RULES["mends"] = make_rule("mends", category="style")
    assert text_of(run("ab", replaces("mends", "a", "x   "), finds("tidy", "x  +"))) == "ab"
