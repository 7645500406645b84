"""PowerShell in RUN: where its text is found, and how many statements it has."""

from __future__ import annotations

import pytest

from dlint import lint_files
from dlint.checks.dockerfile.scripts.powershell import _statements

WINDOWS = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
RULE = "powershell-goes-on-after-errors"


def lines(text: str) -> list[int]:
    found = lint_files({"Dockerfile": text}, config={"select": [RULE], "shellcheck": False})
    return [finding.line for finding in found]


@pytest.mark.parametrize(
    "text, count",
    [
        ("", 0),
        ("Write-Host one", 1),
        ("Write-Host one;", 1),
        ("Write-Host one; Write-Host two", 2),
        ("one && two", 2),
        ("one\ntwo\n\nthree", 3),
        ("one \\\n two", 1),
        ('Write-Host \'a; b\' "c; `"d; e"', 1),
        ("if ($a) { one; two } else { three; four }", 1),
        ("one (two; three) ; four", 2),
        ("one # and; more\ntwo <# not; this #>", 2),
        ("$x = @{a = 1; b = 2}; use $x", 2),
        ("one | two; three", 2),
    ],
)
def test_statements_are_counted_outside_of_strings_comments_and_brackets(text: str, count: int) -> None:
    assert _statements(text) == count


@pytest.mark.parametrize(
    "run",
    [
        "powershell one; two",
        "powershell.exe -NoProfile -ExecutionPolicy Bypass -Command one; two",
        r"C:\\Windows\\System32\\powershell -Command one; two",
        '@powershell -NoProfile -Command "one; two"',
        '["powershell", "-NoLogo", "-Command", "one; two"]',
        '["pwsh", "-ExecutionPolicy", "Bypass", "-c", "one; two"]',
    ],
)
def test_calls_of_powershell_are_read(run: str) -> None:
    assert lines(f"{WINDOWS}RUN {run}\n") == [2]


@pytest.mark.parametrize(
    "run",
    [
        "powershell -File one.ps1; two",
        "powershell one & two; three",
        "powershell -EncodedCommand AAAA",
        "echo powershell one; two",
        "cmd /c one; two",
        '["powershell", "-File", "one.ps1", "a; b"]',
    ],
)
def test_other_commands_are_not(run: str) -> None:
    assert lines(f"{WINDOWS}RUN {run}\n") == []


def test_a_shell_holds_until_the_next_and_in_the_stages_built_on_it() -> None:
    text = (
        f'{WINDOWS[:-1]} AS base\nSHELL ["powershell", "-Command"]\nRUN one; two\n'
        'FROM base\nRUN one; two\nSHELL ["cmd", "/S", "/C"]\nRUN one; two\nONBUILD RUN powershell one; two\n'
    )
    assert lines(text) == [3, 5, 8]
