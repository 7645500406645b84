"""Which commands compile."""

from __future__ import annotations

import pytest

from dlint.model.facts.compilers import builds_program, makes_machine_code
from dlint.source import Source, Span, Text
from dlint.syntax.shell.script import ShellCommand
from dlint.syntax.shell.walk import parse


def command(text: str) -> ShellCommand:
    return parse(Text.plain(Source("Dockerfile", text), Span(0, len(text))), dialect="sh").commands[0]


@pytest.mark.parametrize(
    "text",
    ["go build ./...", "cargo install --path .", "swift build -c release", "gcc -o a a.c", "make", "/usr/bin/make all"],
)
def test_what_compiles_for_its_machine(text: str) -> None:
    assert makes_machine_code(command(text))


@pytest.mark.parametrize("text", ["go mod download", "apk add make gcc", "dotnet publish", "mvn package", "echo make"])
def test_what_does_not(text: str) -> None:
    assert not makes_machine_code(command(text))


@pytest.mark.parametrize("text", ["dotnet publish", "mvn -B package", "./gradlew :app:bootJar", "go build"])
def test_what_builds_a_program(text: str) -> None:
    assert builds_program(command(text))


@pytest.mark.parametrize("text", ["dotnet restore", "mvn dependency:go-offline", "gradle test", "make"])
def test_what_builds_none(text: str) -> None:
    assert not builds_program(command(text))
