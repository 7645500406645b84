"""A registry that hangs skips tests and fails none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import npm

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")


@pytest.mark.parametrize(
    ("body", "there"),
    [("exec sleep 600", False), ("exit 1", False), ('[ "$1" = ci ]', True)],
    ids="hangs no yes".split(),
)
def test_packages_are_there_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, there: bool) -> None:
    (tmp_path / "npm").write_text(f"#!/bin/sh\n{body}\n")
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert npm.install(tmp_path, "ci", seconds=60 if there else 1) is there


def test_without_npm_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not npm.install(tmp_path, "ci")
