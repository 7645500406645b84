"""Downloads that give up too early, or never."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Problem, Problems, check, pattern
from dlint.api.dockerfile import FETCH_NOTHING, Env, Instruction, ShellCommand, Stage, environment, made_by

_LOCAL = pattern(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)")
_CURL_LIMITS = ("--retry", "-K", "--config")
_WGET_LIMITS = ("-t", "--tries", "-T", "--timeout", "--read-timeout", "--connect-timeout", "--dns-timeout", "--config")


@check(on=Stage)
def curl_without_retry(stage: Stage) -> Problems:
    """The first download with curl of a stage that is not tried again when it fails."""
    command = next((c for c in _downloads(stage, "curl") if not c.has_flag(*_CURL_LIMITS)), None)
    if command is None or _set_up(stage, "CURL_HOME", "curlrc") or environment(command, stage, "CURL_HOME") != "":
        return
    message = "Add --retry 3, or a .curlrc for all of the stage: one lost connection ends the build"
    yield Problem(command.name_node, message)


@check(on=Stage)
def wget_without_timeout(stage: Stage) -> Problems:
    """The first download with wget of a stage that may hang for hours."""
    command = next((c for c in _downloads(stage, "wget") if not c.has_flag(*_WGET_LIMITS)), None)
    if command is None or _set_up(stage, "WGETRC", "wgetrc") or environment(command, stage, "WGETRC") != "":
        return
    message = "Add -T 30, or a wgetrc: wget waits 15 minutes for an answer, and GNU's does so 20 times"
    yield Problem(command.name_node, message)


def _downloads(stage: Stage, tool: str) -> Iterator[ShellCommand]:
    """The downloads of a stage with one tool whose failure nothing looks at."""
    for run in stage.runs:
        if tool not in run.raw:
            continue
        script = stage.script(run)
        for command in script.by_name.get(tool, ()) if script is not None and script.posix else ():
            words = [word.text for word in command.given]
            if command.conditional or command.has_flag(*FETCH_NOTHING) or not any("/" in w or "." in w for w in words):
                continue
            if not any(_LOCAL.match(word) for word in words):
                yield command


def _set_up(stage: Stage, variable: str, file: str) -> bool:
    """Whether a stage or one it is built from names the settings file, or sets the variable that does."""
    return any(_names(node, variable, file) for node, _ in made_by(stage))


def _names(node: Instruction, variable: str, file: str) -> bool:
    return file in node.raw.lower() or (isinstance(node, Env) and variable in node.raw)
