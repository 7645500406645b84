"""The recipe for Vim with ALE, run by Vim: what is shown, a quick fix, a save."""

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

VIM = shutil.which("vim")
ALE = next((path for path in (Path("/usr/share/vim-ale"), Path("/usr/share/vim/addons/ale")) if path.is_dir()), None)
# ALE counts bytes where it edits: what stands before a finding in its line is ASCII here.
DOCKERFILE = "# 🐳 é\nFROM debian:12\nMAINTAINER Ada\nRUN echo && sudo id; cd /srv; id\nUSER nobody\n"
LABEL = 'LABEL org.opencontainers.image.authors="{}"'


@pytest.mark.slow
def test_vim_with_ale_shows_findings_fixes_one_and_fixes_all_on_save(
    tmp_path: Path, program: Callable[[Path], Path]
) -> None:
    pytest.importorskip("pygls")
    if VIM is None or ALE is None:
        pytest.skip("Vim with ALE is not installed")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    recipe = ROOT / "editors" / "vim" / "dlint.vim"
    settings = tmp_path / "vimrc"
    settings.write_text(
        f"set nocompatible hidden encoding=utf-8\nset runtimepath^={ALE}\nfiletype plugin on\n"
        f"runtime! plugin/ale.vim\nsource {recipe}\n"
    )
    environment = {
        **os.environ, "PATH": f"{program(tmp_path / 'bin').parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    probe = Path(__file__).with_name("probe.vim")
    command = [VIM, "-es", "-N", "-i", "NONE", "-n", "-u", str(settings), "-c", f"source {probe}"]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=400, check=False
    )
    assert (folder / "rows.json").exists(), done.stdout + done.stderr
    rows: dict[str, Any] = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    opened = {text.partition(":")[0]: (line, column) for line, column, _, text in rows["opened"]}
    assert opened["maintainer-deprecated"] == (3, 1)
    assert opened["sudo"] == (4, DOCKERFILE.splitlines()[3].index("sudo") + 1)
    assert rows["offered"][0] == "Use the OCI label"
    lines = DOCKERFILE.splitlines()
    assert rows["fixed"] == [*lines[:2], LABEL.format("Ada"), *lines[3:]]
    assert not any("MAINTAINER" in text for *_, text in rows["after"])
    assert rows["saved"] == [*lines[:2], LABEL.format("Grace"), *lines[3:]]
