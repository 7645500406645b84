"""The share of scripts about which ShellCheck is not asked is counted as a run asks it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dlint.shellcheck.program import find
from places import ROOT

sys.path.insert(0, str(ROOT / "bench"))

import silent_scripts


def test_a_script_is_counted_with_whether_shellcheck_is_asked() -> None:
    text = b'FROM debian:12\nARG A\nRUN apt-get update\nRUN cd $A\nSHELL ["pwsh"]\nRUN dir\nONBUILD RUN x\n'
    found = silent_scripts.judged(text)
    assert [silent for _, silent in found] == [True, False]
    assert "export A=1" in found[1][0]


@pytest.mark.skipif(not find(), reason="ShellCheck is not here")
def test_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("FROM debian:12\nRUN apt-get update && rm -rf /x\nRUN cd x\n")
    (tmp_path / "b").write_text("FROM debian:12\nRUN apt-get update && rm -rf /x\n")
    (tmp_path / "c").write_text("FROM debian:12\n")
    assert silent_scripts.main([str(tmp_path)]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "3 scripts in 2 of 3 files; ShellCheck is not asked about 66.7 %"
    assert second.startswith("50.0 % of these files")
    assert third == "of 1 different ones ShellCheck minds 0"


@pytest.mark.skipif(not find(), reason="ShellCheck is not here")
def test_what_shellcheck_minds_counts_against_us(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("FROM debian:12\nRUN cd x\n")
    monkeypatch.setattr(silent_scripts, "is_silent", lambda *_: True)
    assert silent_scripts.main([str(tmp_path)]) == 1
    assert "2164" in capsys.readouterr().out
