"""The recipe for Emacs, run by Emacs: what is shown, a quick fix, a save."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from places import ROOT

EMACS = shutil.which("emacs")
DOCKERFILE = "# 🐳 é\nFROM debian:12\nMAINTAINER 🐳 Ada\nRUN echo 🐳 é && sudo id; cd /srv; id\nUSER nobody\n"


def has_packages() -> bool:
    """Whether eglot and dockerfile-mode are there, in Emacs or as packages."""
    if EMACS is None:
        return False
    probe = "(progn (package-initialize) (require 'eglot) (require 'dockerfile-mode))"
    done = subprocess.run([EMACS, "-q", "--batch", "--eval", probe], capture_output=True, timeout=120, check=False)
    return done.returncode == 0


@pytest.mark.slow
def test_emacs_shows_findings_fixes_one_and_fixes_all_on_save(tmp_path: Path, program: Callable[[Path], Path]) -> None:
    pytest.importorskip("pygls")
    if EMACS is None or not has_packages():
        pytest.skip("Emacs with eglot and dockerfile-mode is not installed")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    environment = {
        **os.environ, "LC_ALL": "C.UTF-8", "HOME": str(tmp_path),
        "PATH": f"{program(tmp_path / 'bin').parent}{os.pathsep}{os.environ['PATH']}",
        "RECIPE": str(ROOT / "editors" / "emacs" / "dlint.el"),
    }  # fmt: skip
    probe = str(Path(__file__).with_name("probe.el"))
    command = [EMACS, "-q", "--batch", "-l", probe]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=300, check=False)
    assert (folder / "rows.json").exists(), done.stderr.decode()
    rows: dict[str, Any] = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    opened = [(line, text) for line, text, _ in rows["opened"]]
    assert (3, "MAINTAINER") in opened
    assert (4, "sudo") in opened
    assert rows["offered"][0] == "Use the OCI label"
    assert rows["fixed"] == DOCKERFILE.replace("MAINTAINER 🐳 Ada", 'LABEL org.opencontainers.image.authors="🐳 Ada"')
    assert not any("MAINTAINER" in message for _, _, message in rows["after"])
    assert any("sudo" in message for _, _, message in rows["after"])
    saved = 'FROM debian:12\nLABEL org.opencontainers.image.authors="Grace"\nUSER nobody\n'
    assert (folder / "Dockerfile").read_text(encoding="utf-8") == rows["saved"] == saved
