"""What pages cannot show of the rules that stand for Docker's build checks: which word, how often, which fix."""

from __future__ import annotations

import pytest

import dlint


def found(text: str, rule: str, **options: object) -> list[tuple[int, str]]:
    """Line and text of every place where ``rule`` speaks."""
    config = {"select": [rule], "rules": {rule: options}} if options else {"select": [rule]}
    findings = dlint.lint_files({"Dockerfile": text}, config=config)
    return [(finding.line, finding.source.text[slice(*finding.span)]) for finding in findings]


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ("ENV A=1 B=$A", [(2, "$A")]),
        ("ENV A=${B:-x}", [(2, "${B:-x}")]),
        ("ARG A=1 B=$A", []),
        ("ARG A\nCOPY $A ${A}x /", []),
        ("COPY $X $X /", [(2, "$X"), (2, "$X")]),
        ("COPY --chown=$U a /", [(2, "$U")]),
        ("COPY --from=$U a /", []),
        ("RUN --mount=type=cache,target=$T,from=$F make $X", [(2, "$T")]),
        ("COPY <<EOF /a\n$x \\$y '$z'\nEOF", [(2, "<<EOF"), (2, "<<EOF")]),
        ("COPY <<'EOF' /a\n$x\nEOF", []),
        ("RUN echo $X\nCMD echo $X\nEXPOSE $X\nONBUILD COPY $X /", []),
        ("LABEL a='$X' b=\\$X", []),
        ("ENV PATH=$PATH:/opt", []),
        ("COPY $HTTP_PROXY /", [(2, "$HTTP_PROXY")]),
    ],
)
def test_undefined_variables_on_scratch(lines: str, places: list[tuple[int, str]]) -> None:
    assert found(f"FROM scratch\n{lines}\n", "undefined-variable") == places


def test_an_unknown_image_may_set_anything_but_no_argument_of_the_file() -> None:
    text = "ARG V=1\nFROM example.org/image AS a\nCOPY $SRC /\nCOPY $V $TARGETARCH /\nFROM a\nCOPY $SRC /\n"
    assert found(text, "undefined-variable") == [(4, "$V"), (4, "$TARGETARCH")]
    assert (3, "$SRC") in found(text, "undefined-variable", **{"bare-images": ["example.org/image"]})


def test_variables_come_from_the_stages_below() -> None:
    text = "FROM alpine AS a\nARG X=1\nFROM a AS b\nENV Y=$X\nFROM alpine\nCOPY $X $Y /\n"
    assert found(text, "undefined-variable") == [(6, "$X"), (6, "$Y")]


def test_a_trigger_counts_where_it_runs() -> None:
    text = "FROM scratch AS a\nONBUILD COPY $X /\nFROM a\n"
    assert found(text, "undefined-variable") == [(3, "a")]


@pytest.mark.parametrize(
    ("platform", "name", "lines"),
    [
        ("linux/amd64", "", [1]),
        ("linux/amd64", " AS app-amd64", []),
        ("linux/x86_64", " AS app-AMD64", []),
        ("linux/x86_64", " AS app-x86_64", [1]),
        ("linux/arm64", " AS linux-tools", []),
        ("$BUILDPLATFORM", "", []),
        ("linux/$ARCH", "", []),
        ("nonsense", "", []),
    ],
)
def test_platforms(platform: str, name: str, lines: list[int]) -> None:
    text = f"FROM --platform={platform} alpine{name}\n"
    assert [line for line, _ in found(text, "constant-platform")] == lines


def test_instructions_in_mixed_case_are_never_right_and_a_draw_goes_to_upper_case() -> None:
    assert found("FROM a\nrun b\n", "instruction-casing") == [(2, "run")]
    assert found("from a\nRun b\n", "instruction-casing") == [(2, "Run")]
    assert found("arg A\nFROM a\nONBUILD run b\n", "instruction-casing") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("RUN b \\\n\n  c \\\n\t\n  d\n", (3, "")),
        ("RUN b \\\n\n", (3, "")),
        ("COPY a \\\n\n <<E /\nx\nE\n", (3, "")),
    ],
)
def test_a_gap_is_reported_at_its_first_empty_line(text: str, place: tuple[int, str]) -> None:
    assert found(f"FROM a\n{text}", "empty-continuation-line") == [place]


@pytest.mark.parametrize(
    ("port", "told"),
    [("80:80", True), ("1.2.3.4:80:80/udp", True), (":80", False), ("80", False), ("80:", False), ("$P:80", False)],
)
def test_ports_of_the_host(port: str, told: bool) -> None:
    assert found(f"FROM a\nARG P\nEXPOSE {port}\n", "expose-host-port") == ([(3, port)] if told else [])


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("['a', 'b']", True),
        ('["a" "b"]', True),
        ('["a", "b"', True),
        ("[a, b]", True),
        ("\u005b\u201ca\u201d]", True),
        ('["a"] && b', True),
        ("[ -f a ] || b", False),
        ('[ "$A" = "x, y" ]', False),
        ("[[ a == b ]]", False),
        ("[a::b]", False),
        ('["a", "b"]', False),
        ("[1, 2]", False),
    ],
)
def test_arrays_that_are_no_json(args: str, told: bool) -> None:
    assert bool(found(f"FROM a\nRUN {args}\n", "json-form-mistyped")) is told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (r"C:\app", True),
        (r"\app", True),
        (r"C:/app\bin", True),
        (r"C:\\app", False),
        (r"C:/app", False),
        (r"/my\ app", False),
        (r"C:/a\$b", False),
    ],
)
def test_backslashes_of_windows_paths(path: str, told: bool) -> None:
    windows = "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n"
    assert bool(found(f"{windows}WORKDIR {path}\n", "path-loses-backslashes")) is told
    assert found(f"FROM debian:12\nWORKDIR {path}\n", "path-loses-backslashes") == []
    assert found(f"# escape=`\n{windows}WORKDIR {path}\n", "path-loses-backslashes") == []


def test_what_windows_stages_lack_is_told_of_them_alone() -> None:
    text = (
        "FROM debian:12 AS a\nSTOPSIGNAL SIGTERM\nCOPY --chmod=755 b /c\nRUN --mount=type=ssh true\n"
        "FROM --platform=windows/amd64 example.org/d\nSTOPSIGNAL SIGTERM\nCOPY --chmod=755 b C:/c\n"
        "RUN --mount=type=ssh true\n"
    )
    for rule, line in (("invalid-stop-signal", 6), ("chown-on-windows", 7), ("mount-on-windows", 8)):
        assert [place for place, _ in found(text, rule)] == [line]
