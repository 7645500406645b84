"""What old base images do not know yet."""

from __future__ import annotations

import pytest

import dlint
from dlint.model.facts.releases import Removed, is_older, moves, removed_option
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


def removed(image: str, word: str, following: str = "") -> Removed | None:
    reference = parse(image)
    assert reference is not None
    return removed_option(reference, word, following)


@pytest.mark.parametrize(
    ("image", "word", "version"),
    [
        ("mysql", "--default-authentication-plugin=mysql_native_password", "8.4"),
        ("mysql:8", "--default_authentication_plugin", "8.4"),
        ("docker.io/library/mysql:8.4.3-oracle", "--Default-Authentication-Plugin", "8.4"),
        ("mysql:9.1", "--mysql-native-password=ON", "9"),
        ("mysql:8.0", "--query_cache_size=0", "8"),
        ("mongo:4.2.1", "--smallfiles", "4.2"),
        ("mongo:4", "--storageEngine=mmapv1", "4.2"),
        ("mongo:7.0", "--nojournal", "6.1"),
        ("traefik:v3.0", "--providers.docker.swarmMode=true", "3"),
        ("traefik", "--docker", "2"),
        ("prom/prometheus:v3.1.0", "--alertmanager.timeout=10s", "3"),
    ],
)
def test_an_option_is_gone(image: str, word: str, version: str) -> None:
    found = removed(image, word)
    assert found is not None and found.version == version


@pytest.mark.parametrize(
    ("image", "word"),
    [
        ("mysql:8.0", "--default-authentication-plugin=mysql_native_password"),
        ("mysql:8.3.0", "--default-authentication-plugin"),
        ("mysql:8", "--mysql-native-password=ON"),
        ("mysql:${TAG}", "--default-authentication-plugin"),
        ("mysql@sha256:" + "0" * 64, "--default-authentication-plugin"),
        ("mariadb:11", "--query-cache-size=0"),
        ("example.org/mysql:9", "--default-authentication-plugin"),
        ("mongo:4.0", "--smallfiles"),
        ("mongo:6", "--nojournal"),
        ("mongo:4.4", "--storageEngine=wiredTiger"),
        ("mongo:4.4", "--SmallFiles"),
        ("traefik:2.11", "--providers.docker.swarmMode"),
        ("traefik:3", "--providers.docker"),
        ("mysql:debian", "--default-authentication-plugin"),
        ("mysql:8", "default-authentication-plugin"),
    ],
)
def test_an_option_may_still_be_there(image: str, word: str) -> None:
    assert removed(image, word) is None


def test_the_value_of_an_option_may_be_the_next_word() -> None:
    assert removed("mongo:4.4", "--storageEngine", "mmapv1") is not None
    assert removed("mongo:4.4", "--storageEngine", "wiredTiger") is None
