"""Downloads: what is run unseen, from whom it comes, and with which tool."""

from __future__ import annotations

import posixpath
import re

from dlint.api import Command, Fix, Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import CHECKS, FETCH_NOTHING, SHELLS, Pipe, Run, Script, ShellCommand, Stage, shell_of_base

_FETCH = frozenset(("curl", "wget", "fetch", "aria2c"))
_INTERPRETERS = SHELLS | {"python", "python2", "python3", "perl", "ruby", "node", "nodejs", "php"}
_STDIN = frozenset(("-", "/dev/stdin", "/proc/self/fd/0"))


@check(on=Runs(*_FETCH, "invoke-expression"), windows=True)
def curl_pipe_shell(run: Run, stage: Stage) -> Problems:
    """Scripts that are fetched and run unseen."""
    script = stage.script(run)
    if script is None:
        return
    if script.windows:
        yield from _expressed(script)
        return
    text = script.text.text
    found: set[int] = set()
    for pipe in script.pipes:
        runner, fetch = _piped(pipe)
        if runner is not None and fetch is not None and runner.index not in found:
            found.add(runner.index)
            yield Problem(runner.name_node, f"{runner.name} runs whatever {fetch.name} fetches: {_CHECK_FIRST}")
    if "(" in text or "`" in text:
        for command in script.commands:
            fetch = _substituted(script, command) if command.index not in found else None
            if fetch is not None:
                found.add(command.index)
                yield Problem(command.name_node, f"{command.name} runs whatever {fetch.name} fetches: {_CHECK_FIRST}")
    yield from _fetched_then_run(script, found)


_DOWNLOADS = pattern(r"DownloadString\s*\(|\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget)\b", re.I)


def _expressed(script: Script) -> Problems:
    """``iex`` of what a download gives."""
    for command in script.by_name.get("invoke-expression", ()):
        if _DOWNLOADS.search(script.text.text):
            yield Problem(command.name_node, f"{command.name_node.raw} runs whatever is fetched: {_CHECK_FIRST}")
            return


_CHECK_FIRST = "save it, compare its checksum, then run it"


def _piped(pipe: Pipe) -> tuple[ShellCommand | None, ShellCommand | None]:
    """The command of a pipe that runs what a download before it prints, and that download."""
    fetch: ShellCommand | None = None
    for stage in pipe.stages:
        if fetch is not None:
            runner = next((command for command in stage if _runs_input(command)), None)
            if runner is not None:
                return runner, fetch
        else:
            fetch = next((command for command in stage if command.name in _FETCH and _prints(command)), None)
    return None, None


def _prints(fetch: ShellCommand) -> bool:
    """Whether a download goes to the standard output."""
    if fetch.name == "curl":
        target = fetch.flag("-o", "--output")
        return (target is None or target.value == "-") and not fetch.has_flag("-O", "--remote-name")
    if fetch.name == "wget":
        target = fetch.flag("-O", "--output-document")
        return target is not None and target.value in _STDIN
    return fetch.name == "fetch"


def _runs_input(command: ShellCommand) -> bool:
    """Whether a command runs what comes in by its standard input."""
    if command.name not in _INTERPRETERS:
        return False
    for word in command.given:
        text = word.text
        if text in _STDIN or text == "-s":
            return True
        if text in ("-c", "-m", "-e", "-ne", "-pe", "-r") or text.startswith("<("):
            return False
        if text.startswith(("-", "+")):
            continue
        return False
    return True


_SOURCING = frozenset(("eval", "source", "."))


def _substituted(script: Script, command: ShellCommand) -> ShellCommand | None:
    """The download whose output ``command`` runs by ``<( )`` or ``$( )``."""
    if command.name not in SHELLS and command.name not in _SOURCING:
        return None
    for place, word in enumerate(command.words[:20]):
        text = word.text
        by_text = place > 0 and re.match(r"-\w*c$", command.words[place - 1].text) is not None
        if command.name in _SOURCING:
            runs = text.startswith(("$(", "<("))
        else:
            runs = text.startswith("$(" if by_text else "<(")
        if not runs:
            continue
        # The commands inside the word follow right after the one it belongs to.
        for inner in script.commands[command.index + 1 : command.index + 10]:
            if inner.span[0] >= word.span[1]:
                break
            if inner.name in _FETCH and inner.span[0] >= word.span[0]:
                return inner
    return None


def _fetched_then_run(script: Script, found: set[int]) -> Problems:
    files: dict[str, ShellCommand] = {}
    for command in script.commands:
        if command.name in _FETCH:
            target = _target(command)
            if target:
                files[target] = command
        elif not files:
            continue
        elif command.name in CHECKS or _hashes(command):
            files.clear()
        elif command.index not in found:
            name = _run_file(command)
            if name in files:
                found.add(command.index)
                fetch = files.pop(name)
                yield Problem(command.name_node, f"'{name}' runs as {fetch.name} fetched it: check it first")


def _hashes(command: ShellCommand) -> bool:
    """Whether it is a line of PHP or Python that computes a checksum, as Composer's manual has it."""
    return command.name in _INTERPRETERS and any("hash" in word.text and " " in word.text for word in command.given[:4])


def _target(fetch: ShellCommand) -> str | None:
    """The file that a download writes, by its last name; archives and the like are none to be run."""
    for option in fetch.flags:
        if option.name in ("-o", "--output") and fetch.name == "curl" and option.value != "-":
            return _last(option.value)
        if option.name in ("-O", "--output-document") and fetch.name == "wget" and option.value != "-":
            return _last(option.value)
    for redirect in fetch.redirects:
        if redirect.operator in (">", ">>", ">|") and redirect.target is not None and redirect.fd in (None, 1):
            return _last(redirect.target.literal)
    if fetch.name == "wget" or fetch.has_flag("-O", "--remote-name"):
        return next((_last(word.text.partition("?")[0]) for word in fetch.given if "://" in word.text), None)
    return None


def _last(path: str | None) -> str | None:
    return (posixpath.basename(path) or None) if path and "$" not in posixpath.basename(path) else None


def _run_file(command: ShellCommand) -> str:
    """The last name of the file that a command runs: its script, or itself by a path."""
    if command.name in _INTERPRETERS:
        for word in command.given:
            if word.text in ("-c", "-m", "-e", "-n", "-V", "--version"):
                return ""
            if not word.text.startswith(("-", "+")):
                return posixpath.basename(word.text)
        return ""
    written = command.name_node.raw.strip("\"'")
    return posixpath.basename(written) if written.startswith(("./", "/", "~/")) else ""


@check(on=Stage)
def wget_and_curl(stage: Stage) -> Problems:
    """Steps that use wget or curl, once a stage has used both."""
    seen: set[str] = set()
    for run in stage.runs:
        if "wget" not in run.raw and "curl" not in run.raw:
            continue
        script = stage.script(run)
        if script is None or not script.posix:
            continue
        used = [command for command in script.commands if command.name in ("wget", "curl")]
        seen.update(command.name for command in used)
        if len(seen) == 2 and used:
            other = "curl" if used[-1].name == "wget" else "wget"
            yield Problem(used[-1].name_node, f"This stage uses {other} as well as {used[-1].name}: settle on one")


_QUIET = ("--progress", "-q", "--quiet", "-o", "--output-file", "-a", "--append-output", "--no-verbose", "-nv")


@check(on=Command("wget"))
def wget_progress_bar(command: ShellCommand, stage: Stage) -> Problems:
    """wget that prints its progress into the log."""
    if command.has_flag(*_QUIET) or command.has_flag(*FETCH_NOTHING) or not command.words:
        return
    if any(word.text.startswith("-nv") for word in command.words):
        return
    if shell_of_base(stage) == "busybox":
        fix = Fix(
            "Print nothing but errors; what the command printed so far is gone from the log",
            command.name_node.insert_after(" -q"),
            safe=False,
        )
    else:
        title = "Print a dot for every megabyte; the wget of BusyBox does not know the option"
        fix = Fix(title, command.name_node.insert_after(" --progress=dot:giga"), safe=False)
    yield Problem(command.name_node, fix=fix)
