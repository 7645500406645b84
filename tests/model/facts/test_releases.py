"""What old base images do not know yet."""

from __future__ import annotations

import pytest

import dlint
from dlint.model.facts.releases import is_older
from dlint.syntax.image import parse


@pytest.mark.parametrize(
    ("image", "older"),
    [
        ("ubuntu:14.04", True),
        ("ubuntu:trusty", True),
        ("ubuntu:12.04", True),
        ("debian:jessie-slim", True),
        ("debian:7", True),
        ("debian:9", False),
        ("ubuntu:16.04", False),
        ("ubuntu", False),
        ("python:2.7-wheezy", False),
        ("alpine:3.1", False),
    ],
)
def test_pip_of_a_release(image: str, older: bool) -> None:
    assert is_older(parse(image), "pip", "--no-cache-dir") is older


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("FROM ubuntu:14.04\nRUN pip install x\n", []),
        ("FROM ubuntu:14.04 AS b\nFROM b\nRUN pip install x\n", []),
        ("FROM ubuntu:22.04\nRUN pip install x\n", ["pip-without-no-cache-dir"]),
        ("FROM alpine:3.1\nRUN apk add x\n", []),
        ("FROM gliderlabs/alpine:3.2\nRUN apk add x\n", []),
        ("FROM alpine:3.3\nRUN apk add x\n", ["apk-without-no-cache"]),
        ("FROM alpine:3\nRUN apk add x\n", ["apk-without-no-cache"]),
        ("FROM alpine\nRUN apk add x\n", ["apk-without-no-cache"]),
    ],
)
def test_no_option_is_asked_for_that_the_image_does_not_know(text: str, rules: list[str]) -> None:
    wanted = ["pip-without-no-cache-dir", "apk-without-no-cache"]
    assert [f.rule.name for f in dlint.lint_files({"Dockerfile": text}, config={"select": wanted})] == rules
