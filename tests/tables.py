"""The tables of the rules as a wheel has them, made of this checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from places import ROOT

_MAKE = (
    "import importlib.util, sys; spec = importlib.util.spec_from_file_location('hatch_build', sys.argv[1])\n"
    "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
    "for name, text in module.texts(sys.argv[2]).items(): open(name, 'w', encoding='utf-8').write(text)"
)


def write(folder: Path) -> None:
    """Write the tables into a folder, which ``dlint.rule.__path__`` may name."""
    call = [sys.executable, "-c", _MAKE, str(ROOT / "hatch_build.py"), str(ROOT / "src")]
    subprocess.run(call, cwd=folder, check=True, timeout=120)
