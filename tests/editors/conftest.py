"""What the tests of several editors need."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import npm
from places import ROOT


@pytest.fixture(scope="session")
def program() -> Callable[[Path], Path]:
    """Makes a program ``dlint`` in a folder, which is this checkout's."""

    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / "dlint"
        path = os.pathsep.join((str(ROOT / "src"), os.environ.get("PYTHONPATH", "")))
        script.write_text(f'#!/bin/sh\nexport PYTHONPATH="{path}"\nexec "{sys.executable}" -m dlint "$@"\n')
        script.chmod(0o755)
        return script

    return make


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension for VS Code with what it is built from."""
    folder = tmp_path_factory.mktemp("vscode") / "extension"
    shutil.copytree(ROOT / "editors" / "vscode", folder, ignore=shutil.ignore_patterns("node_modules", "out"))
    # Only the program that packs it is left out.
    if not npm.install(folder, "ci", "--omit=dev"):
        pytest.skip("the extension's npm packages are not to be had here")
    return folder
