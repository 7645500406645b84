"""Modules of checks are loaded once, whole, and by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlint.rule import check_modules
from dlint.rule.check_modules import module

NAME = "dlint.checks.made_for_a_test"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "checks").mkdir()
    monkeypatch.setattr(check_modules, "_PACKAGE", str(tmp_path))
    yield tmp_path / "checks" / "made_for_a_test.py"
    sys.modules.pop(NAME, None)


def test_threads_see_a_module_when_it_is_whole(source: Path) -> None:
    source.write_text("import time\ntime.sleep(0.2)\nVALUE = object()\n")
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda name: module(name).VALUE, [NAME] * 4)]
    assert len({id(value) for value in found}) == 1


def test_a_module_that_fails_is_not_kept(source: Path) -> None:
    source.write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        module(NAME)
    source.write_text("VALUE = 2\n")
    assert module(NAME).VALUE == 2
