"""Where a project begins if nothing in it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.project.roots import root_of


@pytest.mark.parametrize(
    ("folder", "here", "root"),
    [
        ("home/ada/shop/api", "home/ada/shop", "home/ada/shop"),
        ("home/ada/shop/api", "home/ada", "home/ada/shop"),
        ("home/ada/shop", "home/ada", "home/ada/shop"),
        ("home/ada", "home/ada", "home/ada"),
        ("home/ada/shop", "home", "home/ada"),
        ("home/adam/shop", "home/ada", "home/adam/shop"),
        ("srv/shop/api", "srv", "srv"),
        ("srv/shop/api", "home/ada", "srv/shop/api"),
    ],
)
def test_a_home_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, here: str, root: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "ada"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home" / "ada"))
    assert root_of(str(tmp_path / folder), str(tmp_path / here)) == str(tmp_path / root)


@pytest.mark.parametrize(("name", "root"), [("compose.yaml", ""), (".dockerignore", ""), ("Dockerfile", "api")])
def test_a_home_with_a_file_that_speaks_about_its_folders_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, root: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / name).write_text("")
    assert root_of(str(tmp_path / "api"), str(tmp_path)) == str(tmp_path / root)


def test_a_repository_and_a_configuration_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "b" / "dlint.toml").write_text("")
    assert root_of(str(tmp_path / "a" / "b" / "c"), str(tmp_path)) == str(tmp_path / "a" / "b")
    (tmp_path / ".git").mkdir()
    assert root_of(str(tmp_path / "a" / "b" / "c"), str(tmp_path)) == str(tmp_path)
