"""What old base images do not know yet."""

from __future__ import annotations

import pytest

import dlint
from dlint.model.facts.releases import is_older, moves
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


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("nginx:alpine", True),
        ("node:lts-alpine3.22", True),
        ("python:slim-bookworm", True),
        ("ghcr.io/a/b:main", True),
        ("debian:testing", True),
        ("nginx:1.29-alpine", False),
        ("debian:bookworm-slim", False),
        ("arm64v8/debian:trixie", False),
        ("bitnami/minideb:buster", False),
        ("node:iron", False),
        ("nginx", False),
        ("nginx:latest", False),
        ("nginx:alpine@sha256:" + "a" * 64, False),
        ("docker:dind", False),
    ],
)
def test_tags_that_name_no_version(image: str, found: bool) -> None:
    reference = parse(image)
    assert reference is not None
    assert moves(reference) is found
