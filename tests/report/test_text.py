"""The report for people: what it looks like, that marks stand under what they mark, and that files cannot spoil it."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint import report
from dlint.report._escape import columns, visible
from dlint.report._excerpt import excerpt
from dlint.report.text import wrapped
from dlint.rule.finding import Failure, Finding, Report, Suppressed
from dlint.rule.rule import Fix, Related
from dlint.rule.secrets import Secrets
from dlint.source import Node, Source, Span
from sample_report import (
    CASING,
    COMPOSE,
    DOCKERFILE,
    LISTS,
    PIPE,
    SECRET,
    UNTAGGED,
    at,
    found,
    make_report,
    make_rule,
    sample,
)


def text(findings: list[Finding], **options: object) -> str:
    return report.render("text", make_report(findings), **options)


def test_what_a_person_sees() -> None:
    source = Source("api/Dockerfile", "FROM debian\nRUN apt-get update && \\\n    apt-get install -y curl\n")
    image = Node(source, Span(5, 11))
    service = Node(COMPOSE, Span(13, 16))
    made = make_report(
        [
            found(
                UNTAGGED,
                source,
                "debian",
                "Name a tag: without one the image is whatever was pushed last, and the build changes from day to day",
                fix=Fix("Use debian:12", image.replace("debian:12")),
                related=[Related(service, "built here")],
            ),
            at(LISTS, source, 12, len(source.text) - 1, fix=Fix("Use a cache mount", image.replace("x"), safe=False)),
        ],
        linted={"api/Dockerfile": "dockerfile", "web/Dockerfile": "dockerfile", "compose.yaml": "compose"},
    )
    assert report.render("text", made, width=80) == (
        "api/Dockerfile:1:6  warning  Name a tag: without one the image is whatever was\n"
        "                             pushed last, and the build changes from day to day\n"
        "                             [base-untagged]\n"
        "    1 │ FROM debian\n"
        "      │      ^^^^^^\n"
        "      ╰ see compose.yaml:2:3: built here\n"
        "      ╰ fix available (--fix): Use debian:12\n"
        "\n"
        "api/Dockerfile:2:1  info  Package lists stay in the layer [package-lists-kept]\n"
        "    2 │ RUN apt-get update && \\\n"
        "      │ ^^^^^^^^^^^^^^^^^^^^^^^…\n"
        "      ╰ unsafe fix (--unsafe-fixes): Use a cache mount\n"
        "\n"
        "Why, and what to do: dlint explain base-untagged\n"
        "2 findings (1 warning, 1 info) in 1 of 3 files: 2 Dockerfiles, 1 Compose file\n"
        "1 can be fixed with --fix, 1 more with --unsafe-fixes\n"
    )


SUMMARY = (
    "9 findings (3 errors, 1 warning, 4 info, 1 style) in 3 of 4 files: 2 Dockerfiles, 1 Compose file, 1 ignore file; "
    "2 suppressed"
)


SERVICES = """\
services:
  a:
    image: a:1.0
  b:
    image: b:1.0
"""
ABSENT = ["no-cap-drop", "no-limit", "writable-root"]


def lacking(service: str, severity: str = "info", absent: list[str] = ABSENT) -> list[Finding]:
    source = Source("compose.yaml", SERVICES)
    fix = Fix("Add it", Node(source, Span(12, 12)).replace("x"), safe=False)
    rules = [make_rule(name, severity, kind="compose") for name in absent]
    return [found(rule, source, service, f"Service {service} lacks it: {rule.name}", fix=fix) for rule in rules]


def test_what_was_explained_above_is_only_named_where_it_comes_several_times_at_once() -> None:
    page = text([*lacking("a"), *lacking("b")], quiet=True)
    assert page.count("lacks it") == 3
    assert page.partition("compose.yaml:4:3")[2] == (
        "  info  Here too: no-cap-drop, no-limit, writable-root\n"
        "    4 │   b:\n      │   ^\n      ╰ 3 unsafe fixes (--unsafe-fixes)\n"
    )


def test_what_is_new_among_what_was_explained_is_told_whole() -> None:
    page = text([*lacking("a"), *lacking("b", absent=["no-user", *ABSENT])], quiet=True)
    rest = page.partition("compose.yaml:4:3")[2]
    assert rest.startswith("  info  Service b lacks it: no-user [no-user]\n    4 │   b:\n")
    assert "compose.yaml:4:3  info  Here too: no-cap-drop, no-limit, writable-root\n" in rest
    assert rest.count("│") == 2


@pytest.mark.parametrize(("severity", "absent"), [("warning", ABSENT), ("info", ABSENT[:2])])
def test_warnings_and_single_things_are_told_each_time(severity: str, absent: list[str]) -> None:
    page = text([*lacking("a", severity, absent), *lacking("b", severity, absent)])
    assert page.count("lacks it") == 2 * len(absent)


def test_compact_is_one_line_each() -> None:
    assert report.render("compact", sample()).splitlines() == [
        "app dir/Dockerfile.ü:1:6: warning: Name a tag: 100% sure, see [docs](1), a:b,c [base-untagged]",
        "app dir/Dockerfile.ü:1:21: info: The line ends here [unused-stage]",
        "app dir/Dockerfile.ü:2:1: info: Package lists stay in the layer [package-lists-kept]",
        "app dir/Dockerfile.ü:4:11: error: The value of TOKEN looks like a credential [secret-in-env]",
        'app dir/Dockerfile.ü:5:25: error: What \\x1b[31mthe network <sends> is "run" & so on [curl-pipe-shell]',
        "app dir/Dockerfile.ü:6:1: style: Casing [casing]",
        "app dir/Dockerfile.ü:7:1: info: The file ends here [unused-stage]",
        "compose.yaml:3:5: error: The container is root on the host [privileged]",
        "sub/Dockerfile:1:1: info: The file is empty [unused-stage]",
        "other/Dockerfile: failed: the rule q failed here: ValueError; please report it",
        "note: ShellCheck is not installed, so its rules are off",
        SUMMARY,
    ]


@pytest.mark.parametrize(
    ("linted", "findings", "sentence"),
    [
        ({}, 0, "Nothing was linted"),
        ({"a": "dockerfile"}, 0, "No findings in 1 file: 1 Dockerfile"),
        (
            {"a": "dockerfile", "b": "env", "c": "compose", "d": "compose", "e": "dockerignore"},
            0,
            "No findings in 5 files: 1 Dockerfile, 2 Compose files, 1 ignore file, 1 env file",
        ),
        ({"Dockerfile": "dockerfile"}, 1, "1 finding (1 style) in 1 of 1 file: 1 Dockerfile"),
        ({"c": "compose"}, 1, "1 finding (1 style) in 0 of 1 file: 1 Compose file, and in 1 other file"),
    ],
)
def test_the_summary_counts_and_says_what_was_linted(linted: dict[str, str], findings: int, sentence: str) -> None:
    source = Source("Dockerfile", "from x\n")
    made = make_report([found(CASING, source, "from") for _ in range(findings)], linted=linted)
    assert report.render("text", made).rstrip("\n").split("\n")[-1] == sentence


def test_the_summary_tells_of_fixes_made() -> None:
    made = Report([], [], {"a": "dockerfile"}, [], fixed=3)
    assert report.render("text", made) == "No findings in 1 file: 1 Dockerfile\n3 fixed\n"


def test_failures_and_notes_stand_before_the_summary_and_quiet_leaves_only_that_out() -> None:
    made = Report([], [Failure("a/b", "it\nfailed")], {"x": "dockerfile"}, [], ["look"])
    assert report.render("text", made) == "failed  a/b: it failed\nnote  look\n\nNo findings in 1 file: 1 Dockerfile\n"
    assert report.render("text", made, quiet=True) == "failed  a/b: it failed\nnote  look\n"
    assert report.render("compact", made, quiet=True) == "a/b: failed: it failed\nnote: look\n"
    assert report.render("text", Report([], [], {"x": "dockerfile"}, []), quiet=True) == ""
    assert text([found(CASING, DOCKERFILE, "from")], quiet=True).endswith("^^^^\n")


def test_paths_can_be_shown_from_another_folder() -> None:
    source = Source("api/Dockerfile", "from x")
    made = make_report([found(CASING, source, "from")])
    for folder in ("", "../", "a/"):

        def shown(path: str, folder: str = folder) -> str:
            return folder + path

        assert report.render("text", made, shown=shown).startswith(f"{folder}api/Dockerfile:1:1  ")
        assert report.render("compact", made, shown=shown).startswith(f"{folder}api/Dockerfile:1:1: ")


def test_suppressed_findings_are_shown_with_their_reason_when_asked() -> None:
    hidden, silent = found(CASING, DOCKERFILE, "from"), found(CASING, DOCKERFILE, "AS")
    hidden.suppressed, silent.suppressed = Suppressed("comment", "as upstream"), Suppressed("config", "")
    assert "casing" not in text([hidden, silent])
    shown = text([hidden, silent], show_suppressed=True)
    assert "╰ suppressed (comment): as upstream\n" in shown
    assert "╰ suppressed (config): no reason given\n" in shown


# ── the line and its marks ───────────────────────────────────────────────────────────────────────────────────────────


def marked(line: str, start: int, end: int, room: int = 80) -> tuple[str, str]:
    """The shown line, and what of it stands over the marks, by the columns a terminal gives each character."""
    source = Source("Dockerfile", line)
    shown = excerpt(source, Span(start, end), Secrets([]), room)
    over, column = "", 0
    for character in shown.text:
        width = 0 if character in "\u0301\u200d\ufe0f" else 2 if east_asian_width(character) in "WF" else 1
        if column < shown.before + shown.marks and column + max(width, 1) > shown.before:
            over += character
        column += width
    return shown.text, over


@pytest.mark.parametrize(
    "before", ["", "abc ", "\tx\t", "日本語 ", "e\u0301e\u0301 ", "🐳 ", "\x1b[2J ", "\u202e ", "ﾊﾝ "]
)
def test_marks_stand_under_what_they_mark(before: str) -> None:
    shown, over = marked(f"{before}TARGET after", len(before), len(before) + 6)
    assert over == "TARGET"
    assert visible(before) in shown


def test_marks_of_wide_and_joined_characters_cover_them() -> None:
    assert marked("a 日本 b", 2, 4)[1] == "日本"
    assert marked("a \x1b b", 2, 3)[1] == "\\x1b"
    family = "👩\u200d💻"
    assert columns(family) == 2 and visible(family) == family
    assert columns("❤\ufe0f") == 2 and columns("👍🏽") == 2 and columns("e\u0301") == 1


@pytest.mark.parametrize(("start", "end"), [(0, 6), (300, 306), (600, 606), (3, 500), (596, 606)])
def test_long_lines_are_cut_around_the_finding(start: int, end: int) -> None:
    line = "".join(chr(97 + n // 10 % 26) for n in range(606))
    shown, over = marked(line, start, end, 60)
    assert columns(shown) <= 60
    assert shown.startswith("…") == (start > 30) and shown.endswith("…") == (end < 590)
    assert over == line[start:end] if end - start < 58 else over and line[start:].startswith(over.rstrip("…"))


def test_a_span_over_several_lines_shows_the_first_and_that_it_goes_on() -> None:
    source = Source("Dockerfile", "RUN a \\  \r\n  b\r\nCMD c\r\n")
    first = excerpt(source, Span(0, 14), Secrets([]), 60)
    assert first == (1, "RUN a \\  ", 0, 7, True)
    assert excerpt(source, Span(0, 11), Secrets([]), 60).more is False, "its own line ending is not another line"
    assert excerpt(source, Span(9, 14), Secrets([]), 60) == (1, "RUN a \\  ", 9, 1, True)
    assert excerpt(source, Span(23, 23), Secrets([]), 60) == (4, "", 0, 1, False)


def test_an_empty_file_has_no_line_to_show() -> None:
    assert "│" not in text([at(CASING, Source("Dockerfile", ""), 0, 0)])


def test_credentials_are_masked_wherever_their_line_is_shown() -> None:
    source = Source("Dockerfile", "ENV A=hunter2 B=c\nENV K=-----BEGIN\\\nMIIE\\\nEND----- Z=1\n")
    key = source.text.index("-----BEGIN")
    stop = source.text.index(" Z=1")
    secrets = [found(SECRET, source, "hunter2"), at(SECRET, source, key, stop)]
    others = [found(CASING, source, "ENV"), found(CASING, source, "B=c"), found(CASING, source, "ENV", nth=1)]
    others += [found(CASING, source, "Z=1"), found(PIPE, source, "MIIE")]
    shown = text(secrets + others)
    for part in ("hunter2", "BEGIN", "MIIE", "END"):
        assert part not in shown
    assert "1 │ ENV A=******** B=c\n      │                ^^^\n" in shown
    assert "4 │ ******** Z=1\n      │          ^^^\n" in shown
    assert "3 │ ********\n" in shown


def test_control_characters_of_the_file_never_reach_the_terminal() -> None:
    source = Source("do\x1b]0;x\x07cker", "RUN \x1b[2J\x07\x9b\u202e\u2066\udcff x\n")
    fix = Fix("a\x1b[1m", Node(source, Span(0, 1)).replace(""))
    related = [Related(Node(source, Span(0, 1)), "\x1b[5m")]
    finding = at(PIPE, source, 4, 9, "m\x1b[31m\r\nn", fix=fix, related=related)
    finding.suppressed = Suppressed("comment", "\x1b[7m")
    made = make_report([finding], failures=[Failure("\x1b[8m", "\x1b[9m")], notes=["\x1b[0m"])
    for form in ("text", "compact"):
        shown = report.render(form, made, show_suppressed=True)
        assert [c for c in shown if not c.isprintable() and c != "\n"] == []
    assert r"RUN \x1b[2J\x07\x9b\u202e\u2066\xff x" in report.render("text", made, show_suppressed=True)


def test_colour_changes_nothing_but_colour() -> None:
    plain, coloured = report.render("text", sample()), report.render("text", sample(), color=True)
    assert "\033[1;31merror\033[0m" in coloured
    assert re.sub("\033\\[[0-9;]*m", "", coloured) == plain
    assert "\033" not in plain


@given(
    st.text(st.characters() | st.sampled_from("\t\n\x1b日é👩\u0301\u200d"), max_size=300),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(20, 120),
)
def test_an_excerpt_fits_its_room(line: str, start: int, end: int, room: int) -> None:
    start, end = sorted((min(start, len(line)), min(end, len(line))))
    shown = excerpt(Source("x", line), Span(start, end), Secrets([]), room)
    assert columns(shown.text) <= room
    assert 0 <= shown.before <= room and 1 <= shown.marks <= room


@pytest.mark.parametrize("width", [0, 40, 72, 100, 200])
def test_lines_keep_to_the_width(width: int) -> None:
    message = "some words of a message that is rather long and 日本語 goes on " * 4
    finding = at(UNTAGGED, Source("Dockerfile", "FROM " + "x" * 500), 100, 300, message.strip())
    rows = text([finding], width=width).split("\n\n")[0].split("\n")
    assert max(map(columns, rows)) <= max(width, 40)


def test_several_findings_on_the_same_characters_show_them_once() -> None:
    source = Source("Dockerfile", "FROM debian\nRUN x\n")
    fix = Fix("Use another image", Node(source, Span(5, 11)).replace("x"))
    shown = text([at(UNTAGGED, source, 5, 11, fix=fix), at(LISTS, source, 5, 11), at(PIPE, source, 5, 11)], width=80)
    assert shown.count("│ FROM debian") == 1
    assert shown.count("^^^^^^\n") == 1
    assert shown.index(UNTAGGED.name) < shown.index("╰")


def test_long_hints_are_wrapped_under_themselves() -> None:
    source = Source("Dockerfile", "FROM debian\n")
    fix = Fix(" ".join(["many words"] * 20), Node(source, Span(5, 11)).replace("x"))
    for color in (False, True):
        rows = text([at(UNTAGGED, source, 5, 11, fix=fix)], width=60, color=color).split("\n")
        rows = [re.sub(r"\033\[[0-9;]*m", "", row) for row in rows]
        assert all(columns(row) <= 60 for row in rows if "many" in row)
        assert [row[:8] for row in rows if "many" in row][1:] == [" " * 8] * (sum("many" in row for row in rows) - 1)


def test_a_related_place_in_the_same_file_is_a_line_and_a_column_alone() -> None:
    source = Source("a/Dockerfile", "FROM debian\nRUN x\n")
    related = [Related(Node(source, Span(12, 15)), "here"), Related(Node(COMPOSE, Span(13, 16)), "there")]
    shown = text([found(UNTAGGED, source, "debian", "so", related=related)])
    assert "╰ see 2:1: here" in shown
    assert "╰ see compose.yaml:2:3: there" in shown


def test_findings_on_the_same_characters_stand_together_and_a_fix_is_explained_once() -> None:
    source = Source("Dockerfile", "FROM debian\nFROM alpine\n")
    fix = Fix("Pin it to what it is today", Node(source, Span(5, 11)).replace("debian:12"))
    findings = [
        found(UNTAGGED, source, "debian", "Name a tag", fix=fix),
        found(CASING, source, "debian", "Write it so"),
        found(UNTAGGED, source, "alpine", "Name a tag", fix=fix),
    ]
    shown = text(findings, quiet=True)
    assert "      ╰ fix available (--fix): Pin it to what it is today\nDockerfile:1:6  style" in shown
    assert shown.count("Pin it to what it is today") == 1
    assert shown.count("fix available (--fix)") == 2


# ── long reports ─────────────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int = 40) -> list[Finding]:
    source = Source("api/Dockerfile", "FROM debian\n" * count)
    rest = [found(CASING, source, "FROM", nth=number) for number in range(count)]
    return [*rest, *(found(PIPE, source, "debian", "Check it", nth=number) for number in range(min(12, count)))]


def test_a_long_report_ends_in_its_rules_and_its_errors() -> None:
    shown = text(many(), width=80)
    tail = shown[shown.index("\nBy rule\n") :]
    assert tail.startswith("\nBy rule\n  12  error    curl-pipe-shell\n  40  style    casing\n\nErrors\n")
    assert "\n  api/Dockerfile:10:6  curl-pipe-shell\n  2 more; --severity error shows them alone\n" in tail
    assert len(tail.splitlines()) <= 24
    assert "By rule" not in text(many(10)[:20]) and "By rule" not in text(many(), quiet=True)


def test_no_rule_hides_the_errors_of_another() -> None:
    source = Source("api/Dockerfile", "RUN x\n")
    alone = found(make_rule("another-error", "error"), source, "RUN")
    tail = text([*many(), alone]).partition("\nErrors\n")[2]
    assert "  api/Dockerfile:1:1  another-error\n" in tail and tail.count("  curl-pipe-shell\n") == 5
    assert "  7 more; " in tail


def test_a_table_of_many_rules_names_the_worst_and_says_what_is_left() -> None:
    source = Source("Dockerfile", "FROM debian\n")
    findings = [found(make_rule(f"rule-{n:02}", "info"), source, "FROM") for n in range(31) for _ in range(n % 2 + 1)]
    tail = text(findings).partition("By rule\n")[2]
    assert tail.startswith("  2  info     rule-01\n  2  info     rule-03\n")
    assert "  16 findings of 16 other rules; --statistics lists all\n" in tail
    assert text(findings, only_statistics=True).count("rule-") == 31


def test_findings_can_be_shown_by_rule() -> None:
    shown = text(many(3), group_by="rule", width=80)
    assert shown.startswith("curl-pipe-shell  error  3 findings\n  api/Dockerfile:1:6  Check it\n")
    assert "\ncasing  style  3 findings\n" in shown and "│" not in shown


@pytest.mark.parametrize("width", [60, 100, 200])
@pytest.mark.parametrize("group_by", ["file", "rule"])
def test_long_paths_leave_room_for_the_message(width: int, group_by: str) -> None:
    source = Source("services/a-rather-long-name/of-a-folder/Dockerfile", "FROM debian\n")
    message = "some words of a message that is rather long and goes on " * 3
    shown = text([found(UNTAGGED, source, "debian", message.strip())], width=width, group_by=group_by)
    assert "services/a-rather-long-name/of-a-folder/Dockerfile:1:6" in shown
    assert max(columns(row) for row in shown.splitlines() if len(row.split()) > 2) <= width
    assert max(len(row.split()) for row in shown.splitlines()) > 5


def test_places_link_where_the_terminal_opens_links() -> None:
    source = Source("Dockerfile", "FROM debian\n")
    plain = text([found(UNTAGGED, source, "debian", "so")])
    linked = text([found(UNTAGGED, source, "debian", "so")], link=lambda path, line, column: f"file:///{path}#{line}")
    assert linked.startswith("\033]8;;file:///Dockerfile#1\033\\Dockerfile:1:6\033]8;;\033\\  warning  so")
    assert re.sub("\033]8;;[^\033]*\033\\\\", "", linked) == plain


def test_what_to_do_is_told_once_where_it_is_information() -> None:
    """The second service that is not confined is named, and not told the same six things."""
    for severity, times in (("info", 1), ("warning", 2)):
        rule = make_rule("not-confined", severity, kind="compose")
        source = Source("compose.yaml", SERVICES)
        said = [found(rule, source, name, f"Service {name} is not confined; add cap_drop and cpus") for name in "ab"]
        page = text(said, quiet=True)
        assert (page.count("is not confined"), page.count("add cap_drop")) == (2, times)
        other = found(rule, source, "b", "Service b is not confined; add cpus")
        assert "b is not confined; add cpus" in text([said[0], other], quiet=True)


@given(st.lists(st.text("abc", max_size=12), min_size=1, max_size=30), st.integers(5, 20), st.sampled_from(["", "  "]))
def test_plain_text_is_cut_at_the_last_blank_that_fits(words: list[str], room: int, indent: str) -> None:
    first, *rest = wrapped(" ".join(words), room, indent)
    assert all(row.startswith(indent) for row in rest)
    rows = [first, *(row[len(indent) :] for row in rest)]
    assert " ".join(rows) == " ".join(words)
    for number, row in enumerate(rows):
        used = len(row) + (len(indent) if number else 0)
        assert used <= room or " " not in row
        if number + 1 < len(rows):
            assert used + 1 + len(rows[number + 1].partition(" ")[0]) > room
