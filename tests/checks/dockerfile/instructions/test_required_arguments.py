"""Which build arguments a Dockerfile cannot do without."""

from __future__ import annotations

import pytest

import dlint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ARG A\nFROM debian:${A:?}\n", 2),
        ("ARG A\nARG B=${A?}\nFROM debian:12\n", 2),
        ("ARG A\nFROM debian:12\nARG A\nWORKDIR /${A:?no}\n", 4),
        ("FROM debian:12 AS a\nARG A\nFROM a\nLABEL a=${A:?no}\n", 4),
        ("FROM debian:12\nARG A\nLABEL a=${A:?no} b=${A:?no}\n", 3),
        ("ARG A=1\nFROM debian:12\nARG A\nWORKDIR /${A:?no}\n", None),
        ("FROM debian:12\nARG A\nWORKDIR /${A:-no}\n", None),
        ("FROM debian:12\nENV A=1\nWORKDIR /${A:?no}\n", None),
        ("FROM debian:12\nARG TARGETARCH\nWORKDIR /${TARGETARCH:?no}\n", None),
        ("FROM debian:12\nARG A\nRUN echo ${A:?no}\n", None),
    ],
)
def test_an_argument_without_default_that_is_asked_for(text: str, line: int | None) -> None:
    config = {"select": ["required-build-argument"]}
    found = dlint.lint_files({"Dockerfile": text}, config=config)
    assert [f.line for f in found] == ([line] if line else [])
    assert dlint.lint_files({"Dockerfile": text}, config={**config, "build-args": {"A": "1"}}) == []
