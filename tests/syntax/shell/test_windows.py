"""Scripts of cmd and PowerShell are read into the commands that they run, by the names that rules know."""

from __future__ import annotations

import pytest

from dlint.source import Source, Span, Text
from dlint.syntax.shell.script import Script
from dlint.syntax.shell.walk import parse


def read(text: str, dialect: str) -> Script:
    source = Source("Dockerfile", text)
    return parse(Text.plain(source, Span(0, len(text))), dialect=dialect)


def said(text: str, dialect: str) -> list[str]:
    script = read(text, dialect)
    assert script.windows and not script.posix
    return [" ".join([c.name, *(word.text for word in c.words)]) for c in script.commands]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            r"C:\Tools\CURL.exe -fo a.zip http://h/a.zip && tar.exe -xf a.zip",
            ["curl -fo a.zip http://h/a.zip", "tar -xf a.zip"],
        ),
        ("a & b || c | d", ["a", "b", "c", "d"]),
        ('npm.cmd install "a b" 2>nul', ["npm install a b"]),
        ("@call setup.bat x", ["setup x"]),
        (r"python -m pip install flask", ["python -m pip install flask", "pip install flask"]),
        (
            'powershell -NoProfile -Command "iwr -Uri u -OutF f; del f"',
            [
                "powershell -NoProfile -Command iwr -Uri u -OutF f; del f",
                "invoke-webrequest -uri u -outfile f",
                "del f",
            ],
        ),
        ("powershell -File x.ps1", ["powershell -File x.ps1"]),
    ],
)
def test_cmd(text: str, commands: list[str]) -> None:
    assert said(text, "cmd") == commands


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("a 'x y'; b \"c\"\nd", ["a x y", "b c", "d"]),
        ("$r = Invoke-WebRequest u -UseB", ["invoke-webrequest u -usebasicparsing"]),
        ("if ($x -eq 1) { npm i } else { choco install y }", ["npm i", "choco install y"]),
        ("& 'C:\\a b\\tool.exe' /x", ["tool /x"]),
        ("'just text'; \"more\"", []),
        ("<# a; b #> c # d; e", ["c"]),
        ("iex ((New-Object Net.WebClient).DownloadString('u'))", ["invoke-expression", "new-object Net.WebClient"]),
        ("curl -Uri u -OutFile f; curl.exe -o f u", ["invoke-webrequest -uri u -outfile f", "curl -o f u"]),
        ('cmd /S /C "a && b"', ["cmd /S /C a && b", "a", "b"]),
    ],
)
def test_powershell(text: str, commands: list[str]) -> None:
    assert [one for one in said(text, "powershell") if one[0] not in "$."] == commands


def test_words_keep_their_places() -> None:
    command = read("a; npm.cmd  install 'x'", "powershell").commands[1]
    assert command.name_node.raw == "npm.cmd"
    assert command.verb == "install"
    assert command.arguments[0].raw == "'x'"


def test_variables_are_not_literal() -> None:
    words = read("a %X% b", "cmd").commands[0].words
    assert [word.literal for word in words] == [None, "b"]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("powershell -Command 'a x; b y'", ["a x", "b y"]),
        ("pwsh -NoLogo -c a x", ["a x"]),
        ("'C:\\Windows\\System32\\cmd.exe' /S /C 'a x && b y'", ["a x", "b y"]),
        ("pwsh -File run.ps1", []),
    ],
)
def test_what_a_posix_script_or_the_exec_form_hands_over(text: str, commands: list[str]) -> None:
    inner = [one for one in read(text, "sh").commands if one.via]
    assert [" ".join([one.name, *(word.text for word in one.words)]) for one in inner] == commands
    assert all(text[slice(*word.span)] == word.text for one in inner for word in one.words)
