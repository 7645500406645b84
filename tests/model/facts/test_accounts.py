"""Which commands create users and put them into groups."""

from __future__ import annotations

import pytest

from dlint.model.facts.accounts import created_by, is_administrator, membership, number_of
from dlint.source import Source, Span, Text
from dlint.syntax.shell.script import ShellCommand
from dlint.syntax.shell.walk import parse


def command(text: str, dialect: str) -> ShellCommand:
    return parse(Text.plain(Source("Dockerfile", text), Span(0, len(text))), dialect=dialect).commands[0]


@pytest.mark.parametrize(
    ("text", "dialect", "user"),
    [
        ("useradd -r -g staff ada", "sh", "ada"),
        ("adduser -D ada", "sh", "ada"),
        ("adduser ada wheel", "sh", None),
        ("net user ada secret /add", "cmd", "ada"),
        ("NET.EXE USER /ADD ada", "cmd", "ada"),
        ("net user ada", "cmd", None),
        ("New-LocalUser -Name ada -NoPassword", "powershell", "ada"),
        ("New-LocalUser ada -NoPassword", "powershell", "ada"),
        ("New-LocalUser -Na ada", "powershell", "ada"),
    ],
)
def test_who_is_created(text: str, dialect: str, user: str | None) -> None:
    assert created_by(command(text, dialect)) == user


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("useradd -g a -G b,c ada", "sh", ("ada", ("a", "b", "c"))),
        ("usermod -aG docker ada", "sh", ("ada", ("docker",))),
        ("gpasswd -a ada docker", "sh", ("ada", ("docker",))),
        ("gpasswd -d ada docker", "sh", None),
        ("net localgroup Administrators ada /add", "cmd", ("ada", ("Administrators",))),
        ("net localgroup Administrators", "cmd", None),
        ("Add-LocalGroupMember -Group docker -Member ada", "powershell", ("ada", ("docker",))),
    ],
)
def test_who_is_put_into_groups(text: str, dialect: str, expected: object) -> None:
    assert membership(command(text, dialect)) == expected


def test_who_may_do_everything_in_a_container_of_windows() -> None:
    assert is_administrator("ContainerAdministrator") and is_administrator(r"NT AUTHORITY\SYSTEM")
    assert not is_administrator("ContainerUser")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("useradd -u 1000 ada", 1000),
        ("useradd --uid=1000 -m ada", 1000),
        ("useradd -ru1000 ada", 1000),
        ("adduser -D -u 1000 ada", 1000),
        ("useradd ada", None),
        ("useradd -u 1000 bob", None),
        ("useradd -u $UID ada", None),
        (f"useradd -u {'9' * 5000} ada", None),
        ("usermod -u 1000 ada", None),
    ],
)
def test_the_number_of_a_user(text: str, number: int | None) -> None:
    assert number_of(command(text, "sh"), "ada") == number
