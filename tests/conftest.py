"""What every test may rely on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# The tests start some thousand processes: dlint is to be compiled for the first of them, not for each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No test sees what another one or the user's own runs have left in the cache."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder
