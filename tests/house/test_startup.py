"""What a run imports: a hook starts dlint for every commit, so nothing is imported that the run does not need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.cli import check, main
from dlint.cli.options import DEFAULTS, OPTIONS, quick
from dlint.lazy import pattern
from places import ROOT
from tables import write

SHOWN = (
    "import sys; from dlint.cli.main import call; code = call(sys.argv[1:])\n"
    "print(*sys.modules, file=sys.stderr); sys.exit(code)"
)


def imported(cwd: Path, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SHOWN, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.splitlines()[-1].split())


# Python's own module for patterns of names compiles one for itself from 3.14 on.
COUNTED = (
    "import os, sys, fnmatch, re._compiler as sre, dlint.rule; of_re, count = sre.compile, [0]\n"
    "def compile(*given): count[0] += 1; return of_re(*given)\n"
    "sre.compile = compile; dlint.rule.__path__.append(sys.argv[1])\n"
    "from dlint.cli.main import call; call(sys.argv[2:])\n"
    "print(count[0], sum(name.startswith('dlint.') for name in sys.modules), file=sys.stderr)"
)


@pytest.mark.parametrize(("name", "patterns", "modules"), [("Dockerfile", 22, 223), ("compose.yaml", 6, 196)])
def test_a_run_compiles_and_imports_no_more_than_it_did(tmp_path: Path, name: str, patterns: int, modules: int) -> None:
    """With tables, as a wheel has them. The numbers only fall, unless somebody has a reason to say so here."""
    project, tables = tmp_path / "project", tmp_path / "tables"
    (project / ".git").mkdir(parents=True)
    tables.mkdir()
    write(tables)
    shutil.copy(ROOT / "bench" / "files" / name, project)
    environment = {**os.environ, "XDG_CACHE_HOME": os.devnull}
    call = [sys.executable, "-c", COUNTED, str(tables), name]
    done = subprocess.run(call, cwd=project, env=environment, capture_output=True, text=True, timeout=60, check=False)
    found = [int(number) for number in done.stderr.splitlines()[-1].split()]
    assert found[0] <= patterns and found[1] <= modules, found


def test_a_dockerfile_needs_neither_click_nor_yaml(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text('FROM debian:12\nRUN apt-get update && cd /x\nCMD ["sh"]\n')
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\n')
    modules = imported(tmp_path, "Dockerfile")
    assert "dlint.lint.dockerfile" in modules
    assert not modules & {
        "click", "ruamel", "ruamel.yaml", "jsonschema", "tomllib", "importlib.resources", "tempfile", "shutil",
        "subprocess", "inspect", "dataclasses", "typing", "hashlib", "signal", "dlint.lint.compose",
        "dlint.model.compose.model",
    }  # fmt: skip


UNCHANGED = (
    "import sys; before = set(sys.modules)\n"
    "from dlint.cli.main import call; code = call(sys.argv[1:])\n"
    "print(*(sys.modules.keys() - before), file=sys.stderr); sys.exit(code)"
)


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_a_file_that_has_not_changed_needs_no_rules_findings_patterns_or_parsers(tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / ".gitignore").write_text("node_modules/\n*.log\n")
    (project / "pyproject.toml").write_text('[project]\nname = "app"\n')
    shutil.copy(ROOT / "bench" / "files" / name, project)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "DLINT_CACHE_SOURCES": "1"}
    call = [sys.executable, "-c", UNCHANGED, name]
    runs = [
        subprocess.run(call, cwd=project, env=environment, capture_output=True, text=True, timeout=60, check=False)
        for _ in range(2)
    ]
    first, second = [set(run.stderr.splitlines()[-1].split()) for run in runs]
    assert runs[0].stdout == runs[1].stdout != ""
    assert "dlint.report.text" in first
    assert not second & {
        "re", "enum", "functools", "collections", "collections.abc", "json", "tomllib", "typing", "click",
        "importlib.machinery",
        "dlint.rule.pages", "dlint.rule.finding", "dlint.rule.severity", "dlint.report.text", "dlint.lint.run",
        "dlint.config.catalogue", "dlint.syntax", "dlint.lint.linting", "dlint.cache.rows",
    }  # fmt: skip
    assert sum(module.startswith("dlint.") for module in second) <= 56


def test_a_compose_file_needs_no_shell_grammar(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text(
        "services: {web: {image: 'postgres:16', healthcheck: {test: [CMD-SHELL, pg_isready -U app]}}}\n"
    )
    modules = imported(tmp_path, "compose.yaml")
    assert "dlint.lint.compose" in modules
    assert not modules & {
        "click", "jsonschema", "tree_sitter._binding", "dlint.lint.dockerfile", "inspect", "contextlib", "typing",
        "dlint.model.dockerfile.stage", "dlint.syntax.dockerfile.parser", "dlint.syntax.shell.walk",
    }  # fmt: skip


def test_what_a_command_listens_on_needs_no_dockerfile(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text(
        "services: {web: {image: 'redis:8.0', command: 'redis-server --bind 127.0.0.1', ports: ['6379:6379']}}\n"
    )
    modules = imported(tmp_path, "compose.yaml")
    assert "dlint.model.serving" in modules
    assert not modules & {"dlint.syntax.dockerfile.parser", "dlint.model.dockerfile.commands", "typing"}


def test_the_version_needs_nothing(tmp_path: Path) -> None:
    assert not imported(tmp_path, "--version") & {"click", "dlint.rule", "dlint.config"}


def test_a_call_without_options_has_those_that_click_would_give() -> None:
    context = check.command.make_context("dlint check", ["a", "b"])
    assert context.params == {**DEFAULTS, "paths": ("a", "b")}


_VALUES = st.sampled_from(("a", "json", "error", "all", "never", "file", "always", "3", "sarif=x.sarif", "dlint.toml"))


@given(
    st.lists(
        st.one_of(
            st.sampled_from(("Dockerfile", "-", "--", "-q", "-v", "-qv", "--help", "--jobs", "--unknown", "--output=")),
            st.builds(
                lambda option, value, joined: f"{option.names[-1]}={value}" if joined else option.names[-1],
                st.sampled_from(OPTIONS), _VALUES, st.booleans(),
            ),
            _VALUES,
        ),
        max_size=6,
    )
)  # fmt: skip
def test_what_is_read_quickly_click_would_read_the_same(words: list[str]) -> None:
    found = quick(words)
    if found is not None:
        assert found == check.command.make_context("dlint check", list(words)).params


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["Dockerfile"], {"paths": ("Dockerfile",)}),
        (["check", "a", "b"], {"paths": ("a", "b")}),
        (["check"], {}),
        ([], None),
        (["help"], None),
        (["rules"], None),
        (["a", "--fix"], {"paths": ("a",), "fix": True}),
        (["--stdin-filename", "Dockerfile", "-"], {"paths": ("-",), "stdin_filename": "Dockerfile"}),
        (["--", "a"], {"paths": ("a",)}),
        (["check", "--", "a", "--fix.Dockerfile"], {"paths": ("a", "--fix.Dockerfile")}),
        (["check", "a", "--", "--"], {"paths": ("a", "--")}),
        (
            ["--format=json", "--output", "sarif=a", "--output", "text=b", "-q"],
            {"form": "json", "output": ("sarif=a", "text=b"), "quiet": True},
        ),
        (["--jobs", "4", "--no-cache", "--preset", "strict"], {"jobs": 4, "no_cache": True, "preset": "strict"}),
        (["--help"], None),
        (["--fix=yes"], None),
        (["--preset", "none such"], None),
        (["--jobs", "-1"], None),
        (["--config"], None),
    ],
)  # fmt: skip
def test_calls_that_are_written_plainly_do_without_click(arguments: list[str], expected: dict[str, Any] | None) -> None:
    options = main.plain(arguments)
    assert options == (None if expected is None else {**DEFAULTS, "paths": (), **expected})


def test_a_pattern_is_compiled_once_and_then_as_fast_as_any() -> None:
    lazy = pattern("(a)(b)?")
    assert lazy.groups == 2
    found = lazy.fullmatch("ab")
    assert found is not None and found.group(2) == "b"
    assert vars(lazy)["fullmatch"] is lazy.fullmatch


def test_a_compose_file_beside_it_that_builds_nothing_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM debian:12\n")
    compose = tmp_path / "compose.yaml"
    compose.write_text("services: {web: {image: 'nginx:1.27'}}\n")
    assert "dlint.lint.compose" not in imported(tmp_path, "Dockerfile")
    compose.write_text("services: {web: {build: .}}\n")
    assert "dlint.lint.compose" in imported(tmp_path, "Dockerfile")
