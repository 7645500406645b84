"""PowerShell in RUN: what happens when a statement fails, and how scripts are handed over."""

from __future__ import annotations

import re

from dlint.api import Fix, Problem, Problems, check, pattern
from dlint.api.dockerfile import Run, Script, Shell, ShellCommand, Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_NAMES: Final = ("pwsh", "powershell")
_STOP = pattern(r"\$ErrorActionPreference\s*=\s*[\"']?Stop\b|-ErrorActionPreference\s+Stop\b", re.I)
_SILENT = pattern(r"\$ProgressPreference\s*=\s*[\"']?(?:SilentlyContinue|Ignore)\b", re.I)
_FETCHES = pattern(r"(?<![\w$-])(?:Invoke-WebRequest|iwr|(?:wget|curl)\s+-Uri)(?![\w-])", re.I)
_TAKES_VALUE: Final = ("-executionpolicy", "-ep", "-version", "-windowstyle", "-inputformat", "-outputformat")
_COMMAND: Final = ("-command", "-c")
# The call of PowerShell that a line begins with, up to what it is to run; not that of a file.
_CALL = pattern(
    r"\s*@?\"?(?:[\w:.\\/-]*[\\/])?(?P<name>powershell|pwsh)(?:\.exe)?\"?"
    r"(?P<options>(?:\s+-(?:NoLogo|NoProfile|NonInteractive|Mta|Sta"
    r"|(?:ExecutionPolicy|ep|Version|WindowStyle|InputFormat|OutputFormat)\s+\S+)(?!\S))*)"
    r"(?:\s+-(?:Command|C)(?!\S))?\s+(?=[^\s-])",
    re.I,
)
# What holds no end of a statement: strings, comments, escaped characters, lines that go on.
_OPAQUE = pattern(r"'[^']*'|\"(?:[^\"`]|`.|\"\")*\"|<#.*?#>|(?<!\S)#[^\n]*|`.|\\\n", re.S)
_PIECE = pattern(r"[(){}\[\];\n]|&&")


def _statements(text: str) -> int:
    """How many statements a PowerShell script has; what stands inside of brackets is part of the one around it."""
    plain = _OPAQUE.sub(lambda match: "x" if match.group()[0] in "'\"" else " ", text)
    count, depth, start = 0, 0, 0
    for match in _PIECE.finditer(plain):
        piece = match.group()
        if piece in "({[":
            depth += 1
        elif piece in ")}]":
            depth -= 1
        elif depth <= 0:
            count += bool(plain[start : match.start()].strip())
            start = match.end()
    return count + bool(plain[start:].strip())


def _text(run: Run, stage: Stage) -> str | None:
    """What PowerShell runs in a RUN, what its SHELL puts in front included; None if that is another shell's."""
    script = stage.script(run)
    if script is None:
        return None
    if script.dialect == "powershell":
        return script.text.text
    if script.posix:
        command = next((found[0] for name in _NAMES if (found := script.by_name.get(name))), None)
        return _handed_over(command) if command is not None else None
    match = _CALL.match(script.text.text)
    if match is None:
        return None
    called = script.text.text[match.end() :]
    # What follows on the call is no part of it; in quotes the sign is.
    end = called.find("&", called.rfind('"') + 1)
    return called[: end if end >= 0 else len(called)].strip().strip('"')


def _handed_over(command: ShellCommand) -> str | None:
    """The script among the words of a call of PowerShell; None if it runs a file."""
    words = [word.text for word in command.words]
    at = 0
    while at < len(words) and words[at].startswith("-"):
        name = words[at].lower()
        if name in _COMMAND:
            return " ".join(words[at + 1 :])
        if name in ("-file", "-f", "-encodedcommand", "-e", "-ec"):
            return None
        at += 2 if name in _TAKES_VALUE else 1
    return " ".join(words[at:]) or None


def _in_front(run: Run, stage: Stage) -> str:
    """What SHELL has PowerShell run before a RUN."""
    shell = stage.shell_at(run)
    return " ".join(shell.words) if shell.dialect == "powershell" else ""


def _set_first(run: Run, stage: Stage, statement: str, title: str) -> Fix | None:
    """The fix that has a statement run before a script: by SHELL, else in the call of PowerShell."""
    shell = stage.shell_at(run)
    in_shell = _in_shell(shell.node, statement, title) if shell.dialect == "powershell" else None
    return in_shell or _in_call(run, stage, statement, title)


def _in_shell(shell: Shell | None, text: str, title: str) -> Fix | None:
    """The fix that has SHELL set a preference before each script; None where SHELL is not plain enough."""
    words = shell.words if shell is not None and shell.json else ()
    if len(words) < 2:
        return None
    # The span of a word of a JSON list leaves its quotes out.
    last = words[-1]
    if last.text.lower() in _COMMAND:
        return Fix(title, last.insert_after(f'", "{text}'), safe=False)
    if words[-2].text.lower() in _COMMAND:
        joint = " " if last.text.rstrip().endswith(";") else "; "
        return Fix(title, last.insert_after(joint + text), safe=False)
    return None


def _in_call(run: Run, stage: Stage, text: str, title: str) -> Fix | None:
    """The fix that puts a preference in front of the script that a line of cmd hands to PowerShell."""
    script = stage.script(run)
    match = _CALL.match(script.text.text) if script is not None and script.dialect == "cmd" else None
    if script is None or match is None:
        return None
    at = match.end() + (script.text.text[match.end()] in "\"'")
    return Fix(title, script.text.at(at, at).insert_before(f"{text} "), safe=False)


@check(on=Run, onbuild=True)
def powershell_goes_on_after_errors(run: Run, stage: Stage, *, statements: int = 2) -> Problems:
    """A PowerShell script of several statements that goes on when one of them fails."""
    text = _text(run, stage) if stage.index >= 0 else None
    if text is None:
        return
    if _statements(text) < statements or _STOP.search(text) or _STOP.search(_in_front(run, stage)):
        return
    message = "PowerShell goes on after an error here: put $ErrorActionPreference = 'Stop'; into SHELL or in front"
    title = "Stop at the first error; a step that fails now ends the build"
    yield Problem(run.keyword, message, fix=_set_first(run, stage, "$ErrorActionPreference = 'Stop';", title))


@check(on=Run, onbuild=True)
def powershell_progress_bar(run: Run, stage: Stage) -> Problems:
    """A download by PowerShell that draws a bar for nobody."""
    if not _FETCHES.search(run.raw) or stage.index < 0:
        return
    text = _text(run, stage)
    if text is None or not _FETCHES.search(text) or _SILENT.search(text) or _SILENT.search(_in_front(run, stage)):
        return
    message = "The progress bar slows this down many times over: set $ProgressPreference = 'SilentlyContinue'; before"
    fix = _set_first(run, stage, "$ProgressPreference = 'SilentlyContinue';", "Draw no progress bars")
    yield Problem(run.keyword, message, fix=fix)


@check(on=Stage)
def powershell_called_each_time(stage: Stage) -> Problems:
    """Several RUNs that each call PowerShell in the same way."""
    first: dict[str, Run] = {}
    for run in stage.of(Run):
        call = _call(run, stage)
        if call is None:
            continue
        if call not in first:
            first[call] = run
        elif first[call] is not run:
            message = f'Several steps call {call}: set SHELL ["{call.split()[0]}", "-Command"] once instead'
            yield Problem(first[call].keyword, message)
            return


def _call(run: Run, stage: Stage) -> str | None:
    """How a RUN in shell form begins with a call of PowerShell: its name and options in lower case."""
    script: Script | None = stage.script(run)
    if not run.shell_form or run.heredocs or script is None or script.dialect == "powershell":
        return None
    match = _CALL.match(script.text.text)
    return " ".join(f"{match['name']}{match['options']}".lower().split()) if match else None
