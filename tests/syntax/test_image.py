"""Image references are read as the builder reads them, with the place of every part."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.syntax import image

HEX = "0123456789abcdef" * 4


def parts(text: str) -> tuple[str | None, str, str | None, str | None]:
    ref = image.parse(text)
    assert ref is not None
    return ref.registry, ref.path, ref.tag, ref.digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("debian", (None, "debian", None, None)),
        ("debian:12", (None, "debian", "12", None)),
        ("grafana/loki:3.1", (None, "grafana/loki", "3.1", None)),
        ("ghcr.io/a/b/c:1", ("ghcr.io", "a/b/c", "1", None)),
        ("localhost/x", ("localhost", "x", None, None)),
        ("localhost:5000/x", ("localhost:5000", "x", None, None)),
        ("host:5000/x:1", ("host:5000", "x", "1", None)),
        ("[::1]:5000/x:1", ("[::1]:5000", "x", "1", None)),
        ("Host/x", ("Host", "x", None, None)),
        (f"a@sha256:{HEX}", (None, "a", None, f"sha256:{HEX}")),
        (f"a.b/c:1@sha256:{HEX}", ("a.b", "c", "1", f"sha256:{HEX}")),
        ("$IMAGE", (None, "$IMAGE", None, None)),
        ("${REG:-docker.io/x}/app:${TAG:-1:2}", ("${REG:-docker.io/x}", "app", "${TAG:-1:2}", None)),
        ("my-${KIND}/app", (None, "my-${KIND}/app", None, None)),
        ("${HOST}:5000/app", ("${HOST}:5000", "app", None, None)),
        ("python:3.${MINOR}-slim", (None, "python", "3.${MINOR}-slim", None)),
        ("${A:-${B:-x:y}}", (None, "${A:-${B:-x:y}}", None, None)),
    ],
)
def test_parts(text: str, expected: tuple[str | None, str, str | None, str | None]) -> None:
    assert parts(text) == expected


def test_spans_point_at_the_parts() -> None:
    text = f"ghcr.io/a/b:1.2@sha256:{HEX}"
    ref = image.parse(text)
    assert ref is not None
    spans = [ref.registry_span, ref.path_span, ref.tag_span, ref.digest_span]
    assert [text[s[0] : s[1]] for s in spans if s] == ["ghcr.io", "a/b", "1.2", f"sha256:{HEX}"]


def test_an_empty_text_is_no_reference() -> None:
    assert image.parse("") is None


@pytest.mark.parametrize(
    ("text", "familiar", "domain"),
    [
        ("debian:12", "debian", "docker.io"),
        ("docker.io/library/debian", "debian", "docker.io"),
        ("index.docker.io/library/debian", "debian", "docker.io"),
        ("docker.io/grafana/loki", "grafana/loki", "docker.io"),
        ("library/debian", "debian", "docker.io"),
        ("library/a/b", "library/a/b", "docker.io"),
        ("ghcr.io/library/debian:1", "ghcr.io/library/debian", "ghcr.io"),
    ],
)
def test_the_name_people_write(text: str, familiar: str, domain: str) -> None:
    ref = image.parse(text)
    assert ref is not None
    assert (ref.familiar, ref.domain) == (familiar, domain)


@pytest.mark.parametrize(
    "text",
    [
        "a", "a/b/c", "x/a.b-c__d_e", "a---b", "a:A_.-9", f"a@sha256:{HEX}", "a-b.example:1/c", "x" * 64, HEX + ":1",
        "127.0.0.1:5000/x", "a" * 247, "host.example/" + "a" * 255,
    ],
)  # fmt: skip
def test_what_the_builder_takes(text: str) -> None:
    ref = image.parse(text)
    assert ref is not None
    assert (ref.error, ref.valid) == (None, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("busybox:", "is no tag"),
        ("a:-x", "is no tag"),
        ("a:" + "x" * 129, "is no tag"),
        ("a:b:c", "is no image name"),
        ("a//b", "is no image name"),
        ("a/", "is no image name"),
        ("a.b/", "names no image"),
        (":x", "names no image"),
        ("/a", "is no image name"),
        ("-a", "is no image name"),
        ("a___b", "is no image name"),
        ("foo=bar", "is no image name"),
        ("Debian", "must be lower case"),
        ("docker.io/Library/x", "must be lower case"),
        ("-a.b/c", "is no registry"),
        ("a.b:x/c", "is no registry"),
        (HEX, "image id"),
        ("a@" + HEX, "is no digest"),
        ("a@sha256:" + HEX[:-1], "has 64 lower-case"),
        ("a@sha256:" + HEX.upper(), "has 64 lower-case"),
        ("a@md5:" + HEX, "is no digest algorithm"),
        ("a" * 248, "longer than 255"),
    ],
)
def test_what_the_builder_refuses(text: str, reason: str) -> None:
    ref = image.parse(text)
    assert ref is not None
    assert not ref.valid
    assert reason in str(ref.error)


def test_a_reference_with_variables_is_not_judged() -> None:
    ref = image.parse("$X:")
    assert ref is not None
    assert (ref.has_variable, ref.error) == (True, None)


@given(st.text(st.sampled_from("aA0.:/@-_$${}[]%é "), min_size=1))
def test_any_text_gives_parts_that_stand_in_it(text: str) -> None:
    ref = image.parse(text)
    assert ref is not None
    pieces = [
        (ref.registry_span, ref.registry),
        (ref.path_span, ref.path),
        (ref.tag_span, ref.tag),
        (ref.digest_span, ref.digest),
    ]
    last = 0
    for span, part in pieces:
        if span is not None:
            assert text[span[0] : span[1]] == part
            assert last <= span[0] <= span[1] <= len(text)
            last = span[1]
    assert last == len(text)


_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REGISTRY = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")


@given(
    st.lists(st.sampled_from(["a", "B", "0", "é", "-", "--", ".", "_", "__", "\n", "a" * 64]), min_size=1).map("".join)
)
def test_parts_are_what_the_grammar_of_references_says(text: str) -> None:
    assert image.is_component(text) == (_COMPONENT.fullmatch(text) is not None)
    tagged = image.parse(f"a:{text}")
    assert tagged is not None and tagged.valid == (_TAG.fullmatch(text) is not None)


@given(st.lists(st.sampled_from(["a", "B", "0", "é", "-", ".", ":", "[", "]", "::1"]), min_size=1).map("".join))
def test_a_registry_is_a_host_with_or_without_a_port(text: str) -> None:
    reference = image.parse(f"{text}:0/a")
    assert reference is not None and reference.registry == f"{text}:0"
    assert reference.valid == (_REGISTRY.fullmatch(f"{text}:0") is not None)
