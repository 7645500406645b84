"""What every test may rely on."""

from __future__ import annotations

import os
import signal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The tests start some thousand processes: dlint is to be compiled for the first of them, not for each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A shell that puts a run of the tests into the background, and nohup, have signals passed over; the processes of the
# tests would inherit that.
for name, usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL), ("SIGTERM", signal.SIG_DFL)):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)

# A loaded machine is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

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
