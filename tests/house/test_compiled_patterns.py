"""The patterns that a wheel has compiled are what ``re`` makes of them, and another Python takes none of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlint import lazy
from places import ROOT

_MAKE = (
    "import importlib.util, sys; spec = importlib.util.spec_from_file_location('hatch_build', sys.argv[1])\n"
    "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
    "open('compiled_patterns.py', 'w', encoding='utf-8').write(module.patterns(sys.argv[2]))"
)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("patterns")
    call = [sys.executable, "-c", _MAKE, str(ROOT / "hatch_build.py"), str(ROOT / "src")]
    subprocess.run(call, cwd=folder, check=True, timeout=120)
    found: dict[str, Any] = {}
    exec((folder / "compiled_patterns.py").read_text(encoding="utf-8"), found)
    return found


def test_each_is_what_re_compiles(table: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy, "_patterns", table["PATTERNS"])
    assert len(table["PATTERNS"]) > 400
    for text, flags in table["PATTERNS"]:
        made, wanted = lazy._from_wheel(text, flags), re.compile(text, flags)
        assert made == wanted
        assert (made.flags, made.groups, made.groupindex) == (wanted.flags, wanted.groups, wanted.groupindex)


@pytest.mark.parametrize("python", [lazy.python_of_patterns(), "cpython-39 little 1 4 4"])
def test_only_the_python_that_made_them_takes_them(
    python: str, table: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = type(sys)("dlint.compiled_patterns")
    vars(module).update(table, PYTHON=python)
    monkeypatch.setitem(sys.modules, "dlint.compiled_patterns", module)
    monkeypatch.setattr(lazy, "_patterns", None)
    text, flags = next(iter(table["PATTERNS"]))
    assert (lazy._from_wheel(text, flags) is not None) == (python == table["PYTHON"])
    assert lazy._from_wheel("one that no module has", 0) is None
