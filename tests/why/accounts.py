"""Accounts of projects in memory, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from dlint.picture.shown import Shown
from dlint.why.account import Account, Asked
from dlint.why.find import of_file, of_service
from dlint.why.text import render
from picture.projects import workspace_of


def asked(texts: Mapping[str, str]) -> Asked:
    workspace = workspace_of(texts)
    return Asked(workspace, Shown(workspace, ()), lambda path: ({}, ()))


def why(texts: Mapping[str, str], path: str, line: int | None = None) -> str:
    return text(of_file(asked(texts), path, line))


def service(texts: Mapping[str, str], name: str) -> str:
    return text(of_service(asked(texts), name))


def text(accounts: list[Account]) -> str:
    return render(accounts, lambda path: path)


def facts(said: str) -> dict[str, str]:
    """The first line of each fact, by its name, with single blanks."""
    found: dict[str, str] = {}
    for line in said.splitlines():
        if line.startswith("  ") and line[2] != " ":
            name, _, rest = line[2:14].strip(), "", line[14:]
            found.setdefault(name, " ".join(rest.split()))
    return found
