"""The release that a tag names, and the one that a project's file asks for."""

from __future__ import annotations

import pytest

from dlint.model.facts.toolchains import TOOLCHAINS, demanded, is_older, release_of
from dlint.syntax import image as images

OF = {toolchain.language: toolchain for toolchain in TOOLCHAINS}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("golang:1.24-alpine", ("Go", (1, 24))),
        ("docker.io/library/golang:1.24.3", ("Go", (1, 24, 3))),
        ("golang:alpine", None),
        ("golang", None),
        ("golang:1.20", None),  # Up to 1.20 the tool goes on with a newer module.
        ("golang:${V}", None),
        ("maven:3.9-eclipse-temurin-21", ("Java", (21,))),
        ("maven:3-jdk-11", ("Java", (11,))),
        ("maven:3.9", None),
        ("eclipse-temurin:17-jdk-alpine", ("Java", (17,))),
        ("openjdk:8u342-jdk", ("Java", (8,))),
        ("lukemathwalker/cargo-chef:latest-rust-1.80", ("Rust", (1, 80))),
        ("mcr.microsoft.com/dotnet/sdk:8.0-alpine", (".NET", (8, 0))),
        ("registry.example.org/golang:1.24", None),
    ],
)
def test_the_release_of_a_tag(text: str, known: tuple[str, tuple[int, ...]] | None) -> None:
    image = images.parse(text)
    found = release_of(image) if image is not None else None
    assert (found and (found[0].language, found[1])) == known


@pytest.mark.parametrize(
    ("language", "text", "version"),
    [
        ("Go", "module x\n\ngo 1.26.5 // why\n", (1, 26, 5)),
        ("Go", "module x\n", None),
        ("Rust", '[package]\nrust-version = "1.70"\n', (1, 70)),
        ("Rust", '[package]\nrust-version = "1.70"\nedition = "2024"\n', (1, 85)),
        ("Rust", '[package]\nedition = "2021"\n', None),
        ("PHP", '{"require": {"php": "^8.2"}}', (8, 2)),
        ("PHP", '{"require": {"php": "^7.4|^8.0"}}', None),
        ("PHP", '{"require": {"php": "^8.2"}, "config": {"platform": {"php": "8.1"}}}', None),
        ("Ruby", 'source "https://rubygems.org"\nruby "~> 3.3"\n', (3, 3)),
        ("Ruby", 'ruby file: ".ruby-version"\n', None),
        ("Python", 'requires-python = ">=3.11,<4"\n', (3, 11)),
        (".NET", "<TargetFrameworks>net6.0;net8.0</TargetFrameworks>", (8, 0)),
        (".NET", "<TargetFramework>netstandard2.0</TargetFramework>", None),
        ("Java", "<maven.compiler.release>21</maven.compiler.release>", (21,)),
        ("Java", "<!-- <maven.compiler.release>21</maven.compiler.release> -->", None),
        ("Java", "<x/><profiles><maven.compiler.release>21</maven.compiler.release></profiles>", None),
        ("Java", "<java.version>21</java.version>", None),
        ("Java", "spring-boot-starter-parent <java.version>1.8</java.version>", (8,)),
    ],
)
def test_the_release_that_a_file_asks_for(language: str, text: str, version: tuple[int, ...] | None) -> None:
    found = demanded(OF[language], text)
    assert (found and found.version) == version


@pytest.mark.parametrize(
    ("has", "wants", "older"),
    [((1, 24), (1, 26, 5), True), ((1, 24), (1, 24, 7), False), ((1, 24, 3), (1, 24, 7), True), ((3,), (3, 11), False)],
)
def test_a_tag_stands_for_the_last_of_its_branch(has: tuple[int, ...], wants: tuple[int, ...], older: bool) -> None:
    assert is_older(has, wants) is older
