"""What every test may rely on."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

# The tests start some thousand processes: dlint is to be compiled for the first of them, not for each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_NUMBERS = count()


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests of this process have their caches: ``mktemp`` for each would read the names of all before it."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, caches: Path) -> Path:
    """No test sees what another one or the user's own runs have left in the cache."""
    folder = caches / str(next(_NUMBERS))
    folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder
