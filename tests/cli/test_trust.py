"""Code that a configuration of the linted tree names runs only where the user says so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import dlint
from dlint.cli.trust import add, trust_file, trusts
from dlint.config.load import load
from dlint.session import Session
from places import ROOT

EXAMPLE = ROOT / "examples" / "plugin"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose configurations, one in a folder below, name code that leaves a mark when it runs."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DLINT_TRUST", raising=False)
    top = tmp_path / "project"
    (top / ".git").mkdir(parents=True)
    for folder in (top, top / "below"):
        (folder / "lint").mkdir(parents=True)
        (folder / "Dockerfile").write_text("FROM debian\nRUN echo $x\n")
        (folder / "lint" / "rules.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")
        (folder / "sc.sh").write_text(f"#!/bin/sh\ntouch {folder / 'ran'}\n")
        (folder / "sc.sh").chmod(0o755)
        (folder / "dlint.toml").write_text("plugins = ['./lint']\nshellcheck = './sc.sh'\nignore = ['my-rule']\n")
    return top


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dlint", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def ran(project: Path) -> bool:
    return (project / "ran").exists() or (project / "below" / "ran").exists()


@pytest.mark.parametrize("arguments", [(".",), ("below",), ("rules",), ("explain", "my-rule"), ("config", "show")])
def test_nothing_of_the_tree_runs_unasked_and_the_run_says_so(project: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, cwd=project)
    assert not ran(project)
    assert "code that it names did not run (./lint, ./sc.sh)" in done.stderr
    assert "--trust" in done.stderr
    assert done.returncode == (2 if arguments[0] == "explain" else 1 if arguments[0] in (".", "below") else 0)


def test_a_run_with_trust_loads_the_plugins(project: Path) -> None:
    done = run("--trust", "below", cwd=project)
    assert (project / "below" / "ran").exists()
    assert "did not run" not in done.stderr


def test_a_run_without_plugins_runs_nothing_whatever_is_trusted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLINT_TRUST", "1")
    assert run("--no-plugins", ".", cwd=project).returncode == 1
    assert not ran(project)


def test_the_api_runs_nothing_unasked(project: Path) -> None:
    dlint.lint_paths([str(project)])
    assert not ran(project)
    with pytest.raises(ValueError, match="holds no rule"):
        dlint.lint_paths([str(project / "below")], trust=True)
    assert ran(project)


def test_what_the_user_gives_at_the_call_runs(project: Path) -> None:
    config = {"plugins": [str(EXAMPLE)], "select": ["base-image-not-from-mirror"]}
    assert Session([str(project)], overrides=config).config_of("Dockerfile")["plugins"] == (str(EXAMPLE),)
    named = project / "mine.toml"
    named.write_text("plugins = ['./lint']\n")
    assert Session([str(project)], config_file=str(named)).config_of("Dockerfile")["plugins"] == (
        str(project / "lint"),
    )


@pytest.mark.parametrize("word", ["1", "true", "YES"])
def test_the_environment_may_trust(project: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    assert not trusts(str(project))
    monkeypatch.setenv("DLINT_TRUST", word)
    assert trusts(str(project))


def test_a_folder_that_was_trusted_once_stays_so_with_all_below_it(project: Path) -> None:
    path = add(str(project))
    assert path == trust_file() and str(project.parent / "home") in path
    assert trusts(str(project)) and trusts(str(project / "below"))
    assert not trusts(str(project) + "2") and not trusts(str(project.parent))
    add(str(project))
    assert Path(path).read_text().splitlines() == [os.path.realpath(project)]


def test_a_list_that_is_none_trusts_nothing(project: Path) -> None:
    path = Path(trust_file())
    path.parent.mkdir(parents=True)
    path.write_text("relative\n\n# /\n")
    assert not trusts(str(project))
    path.unlink()
    os.mkfifo(path)
    assert not trusts(str(project))


def test_a_plugin_is_looked_for_beside_its_configuration(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "dlint.toml").write_text("plugins = ['lint', 'elsewhere']\n")
    monkeypatch.chdir(project / "below")
    assert load(str(project), root=str(project), trusted=True)["plugins"] == (str(project / "lint"), "elsewhere")


@pytest.mark.parametrize("name", ["click", "dataclasses", "json", "tomllib"])
def test_modules_of_the_working_directory_are_not_imported(project: Path, name: str) -> None:
    (project / f"{name}.py").write_text(f"open({str(project / 'ran')!r}, 'w')\n")
    run("--format", "json", ".", cwd=project)
    assert not ran(project)


@pytest.mark.parametrize(
    "ask", [lambda path: load(path, root=path), lambda path: Session([path]).config_of("Dockerfile")]
)
def test_a_configuration_knows_what_was_withheld(project: Path, ask: Callable[[str], object]) -> None:
    config = ask(str(project))
    assert getattr(config, "withheld") == ("./lint", "./sc.sh")  # noqa: B009
