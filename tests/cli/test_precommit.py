"""The hooks: which files they pick, and the real pre-commit running them in a repository against this checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from file_names import NAMES
from places import ROOT

HOOKS = {
    hook["id"]: hook for hook in YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
KINDS = {
    "dlint": {"dockerfile", "compose", "dockerignore", "builder"},
    "dlint-fix": {"dockerfile", "compose", "dockerignore", "builder"},
    "dlint-dockerfile": {"dockerfile"},
    "dlint-compose": {"compose"},
}


WHOLE = ("dlint", "dlint-fix")


def picks(hook: str, path: str) -> bool:
    picked = re.search(HOOKS[hook]["files"], path) and not re.search(HOOKS[hook].get("exclude", "^$"), path)
    return bool(picked)


@pytest.mark.parametrize("hook", KINDS)
@pytest.mark.parametrize(("path", "kind"), NAMES.items())
def test_a_hook_picks_the_files_dlint_finds(hook: str, path: str, kind: str | None) -> None:
    if hook in WHOLE and path.endswith((".yml", ".yaml")):
        assert picks(hook, path) or kind is None
    else:
        assert picks(hook, path) == (kind in KINDS[hook])


@pytest.mark.parametrize("hook", WHOLE)
@pytest.mark.parametrize(
    ("path", "picked"),
    [
        (".env", True),
        (".env.production", True),
        ("config/web.env", True),
        ("docker-bake.hcl", True),
        (".github/workflows/build.yml", True),
        (".devcontainer/devcontainer.json", True),
        ("docker-bake.override.json", True),
        ("common/worker.yaml", True),
        ("docker/entrypoint.sh", True),
        ("environment.py", False),
        ("main.hcl", False),
        ("package.json", False),
    ],
)
def test_a_hook_picks_what_may_change_what_is_found(hook: str, path: str, picked: bool) -> None:
    assert picks(hook, path) == picked


def test_every_hook_is_one_process_and_guards_its_paths() -> None:
    assert HOOKS.keys() == KINDS.keys()
    for hook in HOOKS.values():
        assert (hook["language"], hook["pass_filenames"], hook["require_serial"]) == ("python", True, True)
        assert hook["args"][-1] == "--"


def git(folder: Path, *arguments: str) -> str:
    # Inside a hook of this repository itself git's own variables would point at it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    run = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a repository of its own, with what is not committed yet."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs git and a git checkout")
    copy = tmp_path_factory.mktemp("checkout")
    for path in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if path and (ROOT / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, copy / path)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "checkout")
    return copy


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit installs the hooks, once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path, checkout: Path) -> Path:
    revision = git(checkout, "rev-parse", "HEAD").strip()
    hooks = "".join(f"  - id: {hook}\n" for hook in KINDS)
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {checkout.as_posix()}\n  rev: {revision}\n  hooks:\n{hooks}", encoding="utf-8"
    )
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\nUSER nobody\n", encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: nginx:1.27\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("FROM debian\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    return tmp_path


def pre_commit(repository: Path, home: Path, hook: str, *files: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # Few of the modules that are installed with the hook are imported here, so none is compiled before.
    environment |= {"PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never", "PIP_NO_COMPILE": "1"}
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--verbose"]
    command += ["--files", *files] if files else ["--all-files"]
    run = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    if "An unexpected error has occurred" in run.stdout and re.search(
        r"NewConnectionError|Temporary failure in name resolution|Could not fetch", run.stdout
    ):
        pytest.skip("the hook's dependencies cannot be installed: no package index can be reached")
    return run


@pytest.mark.slow
class TestForReal:
    def test_findings_fail_the_hook_in_plain_text(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian\nMAINTAINER Ada\nUSER nobody\n", encoding="utf-8")
        run = pre_commit(repository, home, "dlint")
        assert run.returncode == 1, run.stdout + run.stderr
        assert "maintainer-deprecated" in run.stdout
        assert re.search(r"^Dockerfile:2:1 ", run.stdout, re.MULTILINE)
        assert "README" not in run.stdout
        assert "\x1b[" not in run.stdout

    def test_a_clean_file_passes(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian:12.8\nUSER nobody\n", encoding="utf-8")
        run = pre_commit(repository, home, "dlint-dockerfile")
        assert run.returncode == 0, run.stdout + run.stderr

    def test_fixes_are_written_and_fail_the_hook_once(self, repository: Path, home: Path) -> None:
        run = pre_commit(repository, home, "dlint-fix", "Dockerfile")
        assert run.returncode == 1
        assert "files were modified by this hook" in run.stdout
        assert "MAINTAINER" not in (repository / "Dockerfile").read_text(encoding="utf-8")
        assert pre_commit(repository, home, "dlint-fix", "Dockerfile").returncode == 0

    def test_a_hook_for_one_kind_leaves_the_others_alone(self, repository: Path, home: Path) -> None:
        assert "maintainer" not in pre_commit(repository, home, "dlint-compose").stdout

    def test_a_changed_ignore_file_fails_for_the_copy_it_breaks(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian:12.8\nCOPY app /app\nUSER nobody\n", encoding="utf-8")
        (repository / "app").write_text("", encoding="utf-8")
        (repository / ".dockerignore").write_text("app\n", encoding="utf-8")
        git(repository, "add", "-A")
        run = pre_commit(repository, home, "dlint", ".dockerignore")
        assert run.returncode == 1, run.stdout + run.stderr
        assert "copy-ignored-file" in run.stdout
        assert ".dockerignore:1:1" in run.stdout

    def test_a_changed_environment_file_fails_for_the_target_it_breaks(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian:12.8 AS release\nUSER nobody\n", encoding="utf-8")
        text = 'services:\n  web:\n    build: {context: ., target: "${STAGE}"}\n'
        (repository / "compose.yaml").write_text(text, encoding="utf-8")
        (repository / ".env").write_text("STAGE=relase\n", encoding="utf-8")
        git(repository, "add", "-A")
        run = pre_commit(repository, home, "dlint", ".env")
        assert run.returncode == 1, run.stdout + run.stderr
        assert "build-target-missing" in run.stdout

    def test_a_renamed_stage_fails_for_the_service_that_names_it(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian:12.8 AS runtime\nUSER nobody\n", encoding="utf-8")
        text = "services:\n  web:\n    build: {context: ., target: release}\n"
        (repository / "compose.yaml").write_text(text, encoding="utf-8")
        git(repository, "add", "-A")
        run = pre_commit(repository, home, "dlint", "Dockerfile")
        assert run.returncode == 1, run.stdout + run.stderr
        assert "build-target-missing" in run.stdout

    def test_a_changed_override_fails_for_what_it_makes_wrong(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian:12.8 AS release\nUSER nobody\n", encoding="utf-8")
        text = "services:\n  web:\n    build: {context: ., target: release}\n"
        (repository / "compose.yaml").write_text(text, encoding="utf-8")
        override = "services:\n  web:\n    build: {target: debug}\n"
        (repository / "compose.override.yaml").write_text(override, encoding="utf-8")
        git(repository, "add", "-A")
        run = pre_commit(repository, home, "dlint", "compose.override.yaml")
        assert run.returncode == 1, run.stdout + run.stderr
        assert "build-target-missing" in run.stdout

    def test_a_script_that_nothing_depends_on_passes(self, repository: Path, home: Path) -> None:
        (repository / "Dockerfile").write_text("FROM debian:12.8\nUSER nobody\n", encoding="utf-8")
        (repository / "tool.sh").write_text("#!/bin/sh\n", encoding="utf-8")
        git(repository, "add", "-A")
        assert pre_commit(repository, home, "dlint", "tool.sh").returncode == 0

    def test_other_files_are_not_passed(self, repository: Path, home: Path) -> None:
        run = pre_commit(repository, home, "dlint", "README.md")
        assert run.returncode == 0
        assert "no files to check" in run.stdout

    def test_a_name_that_looks_like_an_option_is_a_file(self, repository: Path, home: Path) -> None:
        (repository / "--fix.Dockerfile").write_text("FROM debian:12\nMAINTAINER Ada\n", encoding="utf-8")
        git(repository, "add", "-A")
        run = pre_commit(repository, home, "dlint")
        assert re.search(r"^--fix\.Dockerfile:2:1 ", run.stdout, re.MULTILINE)
        assert "MAINTAINER" in (repository / "--fix.Dockerfile").read_text(encoding="utf-8")
