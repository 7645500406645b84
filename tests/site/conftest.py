"""The site, built once for all tests of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import npm
from places import ROOT

BUILD = ROOT / "docs" / "site" / "build.py"


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The playground's npm packages; None where they are not to be had."""
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(BUILD.parent / "playground" / name, folder / name)
    return folder / "node_modules" if npm.install(folder, "ci") else None


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, modules: Path | None) -> Path:
    """The folder with the built site; without the playground where its packages are not to be had."""
    if find_spec("material") is None:
        pytest.skip("MkDocs with Material is not installed (extra docs)")
    folder = tmp_path_factory.mktemp("site")
    rest = ["--npm", str(modules)] if modules else ["--no-playground"]
    command = [sys.executable, str(BUILD), "--out", str(folder), *rest]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
