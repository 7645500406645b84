"""npm's packages for tests: a registry that does not answer is as good as none, and the tests of them are skipped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
# npm itself tries for as long as five minutes, three times.
_PATIENCE = ("--fetch-timeout=60000", "--fetch-retries=1")


def install(folder: Path, *words: str, seconds: float = 240) -> bool:
    """Run ``npm WORDS`` in a folder; whether the packages are there."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    try:
        done = subprocess.run(
            [npm, *words, *_QUIET, *_PATIENCE],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
