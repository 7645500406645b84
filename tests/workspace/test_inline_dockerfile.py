"""A Dockerfile that stands in a Compose file is linted where it stands, and mended there."""

from __future__ import annotations

from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlint
from dlint.fix.fixer import fix
from dlint.fix.keeps import accepts, comments
from dlint.library import report_files
from dlint.rule.finding import Finding
from dlint.source import Edit, Embedded, Node, Source, Span, spliced
from dlint.syntax.compose import file as compose
from dlint.workspace.inline_dockerfile import inline_source

HEAD = "services:\n  web:\n    build:\n"


def compose_file(value: str, more: str = "") -> str:
    """A Compose file whose service ``web`` has the inline Dockerfile ``value`` as YAML writes it."""
    return f"{HEAD}{more}      dockerfile_inline: {value}"


def block(text: str, style: str = "|") -> str:
    return f"{style}\n" + indent(text, "        ")


def found(text: str, rule: str, files: dict[str, str] | None = None) -> list[tuple[int, int, str]]:
    """Line, column and characters of what ``rule`` finds in compose.yaml."""
    findings = dlint.lint_files({"compose.yaml": text, **(files or {})}, config={"select": [rule]})
    assert all(finding.path == "compose.yaml" for finding in findings)
    return [(f.line, f.column, f.source.text[slice(*f.span)]) for f in findings]


def mended(text: str, *rules: str) -> str:
    """The Compose file after the fixes of ``rules``, unsafe ones too."""

    def lint(sources: object) -> list[Finding]:
        (source,) = sources.values()  # type: ignore[attr-defined]
        return dlint.lint_files({"compose.yaml": source.encode()}, config={"select": list(rules)})

    source = Source.from_bytes("compose.yaml", text.encode())
    result = fix(
        {"compose.yaml": source},
        lambda sources: [_on(f, sources["compose.yaml"]) for f in lint(sources)],
        unsafe=True, wanted=lambda f: True, accepts=accepts, comments=comments,
    )  # fmt: skip
    return result.sources["compose.yaml"].text


def _on(finding: Finding, source: Source) -> Finding:
    assert finding.source.text == source.text
    return finding


def inline(text: str) -> Embedded:
    build = compose.parse(Source("compose.yaml", text)).services[0].build
    assert build is not None and build.dockerfile_inline is not None
    return inline_source(build.dockerfile_inline)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (block("FROM debian:12\nMAINTAINER Ada\n"), (6, 9)),
        (block("FROM debian:12\n\n# who\nMAINTAINER Ada\n", "|-"), (8, 9)),
        (block("FROM debian:12\n\nMAINTAINER Ada\n", ">"), (7, 9)),
        ('"FROM debian:12\\nMAINTAINER Ada"\n', (4, 43)),
        ("'FROM debian:12\n\n        MAINTAINER Ada'\n", (6, 9)),
        (block("FROM debian:${V:-12}\nMAINTAINER Ada\n"), (6, 9)),
    ],
)
def test_findings_stand_on_the_characters_of_the_compose_file(value: str, place: tuple[int, int]) -> None:
    ((line, column, text),) = found(compose_file(value), "maintainer-deprecated")
    assert (line, column) == place
    assert text.startswith("MAINTAINER")


def test_continued_lines_and_line_ends_of_windows() -> None:
    text = compose_file(block("FROM debian:12\nRUN a && \\\n    apt-get install -y \\\n      curl\n")).replace(
        "\n", "\r\n"
    )
    assert found(text, "apt-get-recommends") == [(7, 21, "install")]


def test_compose_fills_in_its_variables_first() -> None:
    text = compose_file(block("FROM debian:${TAG:-latest}\nENV A=$$HOME\n"))
    assert found(text, "base-image-latest") == [(5, 14, "debian:${TAG:-latest}")]
    assert inline(text).text == "FROM debian:latest\nENV A=$HOME\n"
    assert found(compose_file("FROM $BASE\n"), "base-image-latest", {".env": "BASE=debian:latest\n"})
    assert not found(compose_file("FROM debian:${TAG}\n"), "base-image-latest")


def test_what_compose_alone_knows_is_not_judged() -> None:
    config = {"preset": "all"}
    findings = dlint.lint_files(
        {"compose.yaml": compose_file(block("FROM ${BASE}\nCOPY $WHAT /srv/\n"))}, config=config
    )
    assert not [f for f in findings if f.rule.kind == "dockerfile" and "$" in f.source.text[slice(*f.span)][:1]]


def test_arguments_and_target_of_the_service_count() -> None:
    text = block("ARG TAG\nFROM debian:$TAG\nFROM debian:12 AS app\nFROM alpine:3\n")
    assert found(compose_file(text, "      args: {TAG: latest}\n"), "base-image-latest")
    assert not found(compose_file(text, "      args: {TAG: '12'}\n"), "base-image-latest")
    assert [line for line, _, _ in found(compose_file(text, "      target: app\n"), "no-user")] == [8]
    assert [line for line, _, _ in found(compose_file(text), "no-user")] == [8]


def test_an_alias_of_the_text_is_linted_once_where_it_stands() -> None:
    text = (
        "x-d: &d |\n  FROM debian:12\n  MAINTAINER Ada\n"
        "services:\n  a: {build: {dockerfile_inline: *d}}\n  b: {build: {dockerfile_inline: *d}}\n"
    )
    assert found(text, "maintainer-deprecated") == [(3, 3, "MAINTAINER")]


def test_the_context_and_its_ignore_file_count() -> None:
    text = compose_file(block("FROM debian:12\nCOPY . /srv/\n"), "      context: ./app\n")
    assert found(text, "context-without-dockerignore", {"app/main.py": ""})
    assert not found(text, "context-without-dockerignore", {"app/main.py": "", "app/.dockerignore": ".git\n.env\n"})


@pytest.mark.parametrize(
    ("comment", "above"),
    [
        ("# dlint: ignore=maintainer-deprecated -- known", ""),
        ("# dlint: ignore-file=DL4000", ""),
        ("# hadolint ignore=DL4000", ""),
        ("# plain", "      # dlint: ignore=maintainer-deprecated\n"),
    ],
)
def test_comments_in_the_text_and_above_it_hide_findings(comment: str, above: str) -> None:
    text = compose_file(block(f"FROM debian:12\n{comment}\nMAINTAINER Ada\n"), above)
    report = report_files({"compose.yaml": text}, config={"enable": ["suppression-unused"]})
    assert not [f for f in report.visible if f.rule.name in ("maintainer-deprecated", "suppression-unused")]
    assert [f.line for f in report.findings if f.suppressed] == [text[: text.index("MAINTAINER")].count("\n") + 1]


def test_a_comment_that_hides_nothing_is_found_in_its_place() -> None:
    text = compose_file(block("FROM debian:12\n# dlint: ignore=maintainer-deprecated\nUSER 1\n"))
    assert [(line, column) for line, column, _ in found(text, "suppression-unused")] == []
    report = report_files({"compose.yaml": text})
    assert [(f.line, f.column) for f in report.visible if f.rule.name == "suppression-unused"] == [(6, 9)]


def test_a_credential_is_not_repeated_in_reports() -> None:
    from dlint import report

    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    text = compose_file(block(f"FROM debian:12\nENV TOKEN={secret}\n"))
    shown = report_files({"compose.yaml": text})
    assert any(f.rule.about_secrets for f in shown.visible)
    for name in ("text", "json", "sarif"):
        assert secret not in report.render(name, shown)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (block("FROM debian:12\nENV A $$HOME\n"), block("FROM debian:12\nENV A=$$HOME\n")),
        ("FROM debian:12\n", "FROM debian:12\n"),
        ('"FROM debian:12\\nMAINTAINER A"\n', '"FROM debian:12\\nMAINTAINER A"\n'),
        (block("FROM debian:12\n\nADD a /b\n", ">"), block("FROM debian:12\n\nCOPY a /b\n", ">")),
        (block("FROM debian:12\nRUN cd /x && make\n"), block("FROM debian:12\nWORKDIR /x\nRUN make\n")),
        (
            block("FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"),
            block("FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n"),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fixes_keep_the_block(before: str, after: str, newline: str) -> None:
    names = (
        "maintainer-deprecated",
        "legacy-key-value",
        "add-instead-of-copy",
        "cd-instead-of-workdir",
        "apt-get-lists-left",
    )
    text = compose_file(before, "      # why\n").replace("\n", newline)
    assert mended(text, *names) == compose_file(after, "      # why\n").replace("\n", newline)


def test_a_comment_inside_the_text_is_a_comment_of_the_file() -> None:
    source = Source("compose.yaml", "# one\n" + compose_file(block("# two\nFROM x\nRUN a \\\n  # three\n  b\n")))
    assert comments(source) == ["one", "two", "three"]


LINES = st.lists(
    st.sampled_from(["FROM a", "", "  RUN b \\", "ENV A=$$B", "# c", "COPY ${X:-y} /é"]), min_size=1, max_size=6
)


@given(LINES, st.sampled_from(["|", "|-", "|+", ">"]), st.sampled_from(["\n", "\r\n"]), st.data())
def test_edits_change_in_the_file_what_they_change_in_the_text(
    lines: list[str], style: str, newline: str, data: st.DataObject
) -> None:
    value = block("FROM x\n" + "\n".join(lines) + "\nUSER z\n", style)
    text = (compose_file(value) + "    image: x\n").replace("\n", newline)
    inner = inline(text)
    start = data.draw(st.integers(0, len(inner.text)))
    end = data.draw(st.integers(start, len(inner.text)))
    new = data.draw(st.sampled_from(["", "X", "X\n", "\nX", "A\n  B\nC", "$x", " "]))
    moved = inner.edits([Edit(inner, Span(start, end), new)])
    if moved is None:
        return
    after = spliced(text, moved)
    again = compose.parse(Source("compose.yaml", after))
    assert not again.faults
    assert again.services[0].image is not None and again.services[0].image.value == "x"
    wanted = inner.text[:start] + new + inner.text[end:]
    assert inline(after).text.rstrip("\n") == wanted.rstrip("\n")


@given(LINES, st.data())
def test_places_hold_the_same_characters(lines: list[str], data: st.DataObject) -> None:
    inner = inline(compose_file(block("FROM x\n" + "\n".join(lines) + "\nUSER z\n")))
    at = data.draw(st.integers(0, len(inner.text) - 1))
    raw = inner.place(Node(inner, Span(at, at + 1))).raw
    assert raw in (inner.text[at], "$$") or raw[0] == "$" or raw in "${X:-y}"


def test_edits_of_a_literal_block_are_possible_nearly_everywhere() -> None:
    inner = inline(compose_file(block("FROM x\n\nRUN a \\\n    b\nUSER z\n")) + "    image: x\n")
    for at in range(len(inner.text)):
        for new in ("X", "X\n"):
            assert inner.edits([Edit(inner, Span(at, at), new)]) is not None, (at, new)
    assert inner.edits([Edit(inner, Span(len(inner.text), len(inner.text)), "USER y\n")]) is not None
    assert inner.edits([Edit(inner, Span(inner.text.index("USER"), len(inner.text)), "")]) is not None


def test_edits_are_read_back_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlint.source.MOST_READ_BACK", 200)
    inner = inline(compose_file(block("FROM x\nRUN a\n")))
    given = [inner.edits([Edit(inner, Span(0, 0), "#\n")]) is not None for _ in range(100)]
    assert 0 < sum(given) < 20
