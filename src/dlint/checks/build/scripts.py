"""The scripts that an image, or a step of its build, starts: their lines, their mode, their interpreter."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from dlint.api import Node, Problem, Problems, Related, Span, check, pattern
from dlint.api.build import (
    HANDING_ON,
    PROMPTS,
    SERVING,
    Build,
    Mount,
    OwnImage,
    Run,
    ShellCommand,
    Stage,
    StartedScript,
    steps_in,
    value_of,
)
from dlint.api.dockerfile import INITS, Cmd, Entrypoint, Script, names_init, several_in, start_of, start_words

_PROMPTS = frozenset(f'CMD ["{name}"]' for name in PROMPTS)
# Commands by which a step may give a script its first line.
_WRITING = ("sed", "echo", "printf", "cat", "tee", "awk", "perl", "python", "mv", "ed ")
# What a command that changes many files at once has in it.
_MANY = ("*", "find", "-R", "-r")


def _failing(script: StartedScript) -> str:
    """What goes wrong if it cannot be started."""
    if script.checks:
        return "the health check always fails"
    return "the start fails" if script.run is None else "the build stops"


def _touched(script: StartedScript, build: Build, *words: str) -> bool:
    """Whether a command with one of these words may change the file: it names it, its folder, or many files at once."""
    own, folder = map(posixpath.basename, (script.file, posixpath.dirname(script.path)))
    names = {posixpath.basename(script.path), own, folder} - {""}
    named = re.compile(r"(?<![\w.-])(?:" + "|".join(map(re.escape, sorted(names))) + r")/?(?![\w.-]|/[\w.])").search
    holders = [*build.graph.shipped[:1], script.stage, *(stage for _, stage in script.copies)]
    for stage in {id(one): one for holder in holders for one in holder.lineage}.values():
        for run in stage.runs:
            if _has(run.raw, words) and (_has(run.raw, _MANY) or named(run.raw)) and _calls(run, stage, words):
                return True
    return False


def _calls(run: Run, stage: Stage, words: Iterable[str]) -> bool:
    """Whether one of the words is more than the ``install`` of a package manager, or a part of a name."""
    script = stage.script(run)
    others = [word for word in words if word != "install"]
    return script is None or script.has_error or "install" in script.names or _has(run.raw, others)


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


@check(on=Build, having=("scripts",))
def script_with_crlf(build: Build) -> Problems:
    """A script that is started by its path, and whose first line ends in a carriage return."""
    for script in build.scripts:
        source = script.source
        line, newline, _ = source.text.partition("\n") if source is not None else ("", "", "")
        if source is None or not newline or not line.startswith("#!") or not line.endswith("\r"):
            continue
        if _touched(script, build, "dos2unix", "sed", "tr ", "perl", "\\r"):
            continue
        ending = Node(source, Span(0, len(line) - 1))
        program = line[2:].strip()
        yield Problem(
            script.where,
            f"{script.file} has the line ends of Windows, so that {program} with a carriage return is looked for and"
            f" {_failing(script)}: save it with LF, and set `*.sh text eol=lf` in .gitattributes",
            related=[_copied(script), Related(ending, "The line ends in CR and LF")],
        )


def _copied(script: StartedScript, how: str = "") -> Related:
    brought = "mounted" if isinstance(script.copy, Mount) else "copied"
    return Related(script.copy, f"It is {brought} here{how}")


@check(on=Build, having=("scripts",))
def script_not_executable(build: Build) -> Problems:
    """A script that is started by its path, and has no executable bit."""
    for script in build.scripts:
        given = _mode_given(script)
        executable = build.project.executable(script.file) if given is None else _is_executable(given)
        if executable is not False or _touched(script, build, "chmod", "install"):
            continue
        advice = "run `chmod +x` on it, or copy it with `--chmod=755`" if given is None else "write `--chmod=755`"
        if isinstance(script.copy, Mount):
            advice = "run `chmod +x` on it, or give it to a shell"
        yield Problem(
            script.where,
            f"{script.file} is not executable, so that {_failing(script)}: {advice}",
            related=[_copied(script, ", with its mode" if given is None else f", with the mode {given}")],
        )


def _mode_given(script: StartedScript) -> str | None:
    """The mode that a COPY gives it; None if it keeps that of the file."""
    for copy, stage in script.copies:
        if isinstance(copy, Mount):
            return None
        flag = copy.flag("chmod")
        if flag is not None:
            return (value_of(flag.value, copy, stage) if flag.value is not None else None) or ""
    return None


def _is_executable(mode: str) -> bool:
    """Whether a mode lets somebody start the file; unknown ones may."""
    return not mode.isdecimal() or any(int(digit) & 1 for digit in mode[-3:])


@check(on=Build, having=("scripts",))
def script_interpreter_missing(build: Build) -> Problems:
    """A script that is started by its path, and whose first line names a program that the image does not have."""
    for script in build.scripts:
        source, interpreter = script.source, script.interpreter
        if source is None or interpreter is None:
            continue
        image = OwnImage.of_stage(build.graph.shipped[0] if script.run is None else script.stage)
        if script.run is not None:
            image = image.before(script.run)
        if image.program(interpreter.name) is not False:
            continue
        asks = Node(source, Span(0, interpreter.end))
        related = [_copied(script), Related(asks, f"This asks for {interpreter.name}")]
        if image.place is not None:
            related.append(Related(image.place, f"{image.base_name} has no {interpreter.name}"))
        yield Problem(
            script.where,
            f"{script.file} is a script for {interpreter.name}, which is not in this image: install it, or write the"
            " script for sh",
            related=related,
        )


@check(on=Build, having=("scripts",))
def script_without_shebang(build: Build) -> Problems:
    """A script that the engine starts itself, and whose first line does not say what reads it."""
    for script in build.started():
        source = script.source
        if source is None or source.text.startswith("#!") or not script.file.endswith((".sh", ".bash")):
            continue
        if not source.text.strip() or not _started_by_engine(script, build) or _touched(script, build, *_WRITING):
            continue
        yield Problem(
            script.where,
            f'{script.file} does not begin with `#!`, so that the start fails with "exec format error": write'
            " `#!/bin/sh` as its first line",
            related=[
                _copied(script),
                Related(Node(source, Span(0, len(source.text.split("\n")[0]))), "The first line"),
            ],
        )


def _started_by_engine(script: StartedScript, build: Build) -> bool:
    """Whether it is the first word of what a container starts: shells, and some inits, read a script by themselves.

    So do the entrypoints of official images, which are scripts that end in ``exec "$@"``.
    """
    entrypoints = [OwnImage.of_stage(stage).entrypoint for stage in build.graph.shipped]
    handed_on = any(known is None or known.value.words for known in entrypoints)
    firsts: list[Node] = [
        node.words[0]
        for stage in build.graph.shipped
        for node in [node for node, _ in start_of(stage)][:1]
        if node.json and node.words and (isinstance(node, Entrypoint) or (isinstance(node, Cmd) and not handed_on))
    ]
    for service in build.services:
        line = service.entrypoint or (None if handed_on else service.command)
        if line is not None and line.listed and line.words:
            firsts.append(line.words[0])
        elif line is not None and line.arguments and script.where.span == line.span:
            return posixpath.basename(line.arguments[0]) == posixpath.basename(script.path)
    return any(first.span == script.where.span and first.source is script.where.source for first in firsts)


_ONE_OFF = pattern(r"migrate|seed|install|build|wait|init|setup|collectstatic|check|-c\s|--version|db:|compile|create")
_GIVEN = ("${@}", "${*}")


@check(on=Build, having=("entry_scripts",))
def script_without_exec(build: Build) -> Problems:
    """An entry script whose last command is a server, which it does not hand its place to."""
    for script in build.entry_scripts:
        commands = script.commands
        last = _last(commands) if commands is not None else None
        if commands is None or last is None or not (last.tool in SERVING or last.name in _GIVEN):
            continue
        if not commands.names.isdisjoint(("trap", "wait", *INITS)) or _has_init(build):
            continue
        if _ONE_OFF.search(" ".join([last.name, *(word.text for word in last.words)])):
            continue
        program = last.called.strip('"')
        yield Problem(
            script.where,
            f"{script.file} starts {program} without `exec`, so that a signal to stop ends at the shell and the"
            " container is killed after ten seconds: write `exec` before it",
            related=[Related(last, "The shell stays in front of this")],
        )


def _last(script: Script) -> ShellCommand | None:
    """The command that a script ends in, if it runs whatever was before it: no part of a chain, branch or pipe."""
    last = next((command for command in reversed(script.commands) if not command.via), None)
    around = last.surroundings if last is not None else None
    if around is None or len(around.parts) > 1 or around.parts[0].step.parts[-1] is not around.step:
        return None
    return last


def _has_init(build: Build) -> bool:
    """Whether an init program runs as process 1."""
    if any(service.init is not None for service in build.services):
        return True
    return any(names_init(start_words(node)) for stage in build.graph.shipped for node, _ in start_of(stage))


@check(on=Build, having=("starts_without_command",))
def entrypoint_drops_base_command(build: Build) -> Problems:
    """An ENTRYPOINT that runs what it is given, which without a CMD is nothing: that of the image below is dropped."""
    services = [one for one in build.services if one.map.get("command") is None and one.map.get("entrypoint") is None]
    for stage in build.graph.shipped if services else ():
        starts = start_of(stage)
        if len(starts) != 1 or starts[0][0].name != "ENTRYPOINT":
            continue
        entrypoint, at = starts[0]
        dropped = _dropped(stage, at)
        if dropped is None:
            continue
        if _runs_what_follows(entrypoint):
            program = posixpath.basename(entrypoint.words[0].text)
        elif any(_starts(entrypoint, one) and _runs_what_it_is_given(one) for one in build.entry_scripts):
            program = "the script"
        else:
            continue
        command, holder, place = dropped
        related = [Related(services[0].key, f"Service {services[0].name} gives no command either")]
        related += [Related(place, "The CMD that is dropped" if place.raw == command else f"It has {command}")]
        yield Problem(
            entrypoint,
            f"A new ENTRYPOINT drops the CMD of {holder}, so that {program} has nothing to run: add {_wanted(command)}",
            related=related,
        )


def _dropped(stage: Stage, at: Stage) -> tuple[str, str, Node] | None:
    """The CMD that an ENTRYPOINT in ``at`` drops, whose it is, and a place that says so; None if none is known."""
    import json

    lineage = [*stage.lineage]
    below = lineage[lineage.index(at) + 1 :]
    known = start_of(below[0]) if below else []
    own = next((one for one in known if one[0].name == "CMD" and one[0].has_arguments), None)
    if own is not None:
        return own[0].raw, f"stage {own[1].name}" if own[1].name else "the stage it is built on", own[0]
    image = OwnImage.of_stage(stage)
    if known or image.place is None or image.facts is None or not image.facts.cmd:
        return None
    return f"CMD {json.dumps(image.facts.cmd)}", image.base_name, image.place


def _wanted(command: str) -> str:
    """What to add for a CMD that is dropped: a prompt alone is not what anybody wants."""
    return "CMD with the program to run" if command in _PROMPTS else command


def _runs_what_follows(entrypoint: Cmd | Entrypoint) -> bool:
    """Whether all that an ENTRYPOINT names is a program that runs the command behind it, with its options."""
    words = [part for word in entrypoint.words for part in ([word.text] if entrypoint.json else word.text.split())]
    words = words[words[:1] == ["exec"] :]
    if not words or posixpath.basename(words[0]) not in HANDING_ON:
        return False
    return words[-1] == "--" or all(word.startswith("-") for word in words[1:])


def _starts(entrypoint: Node, script: StartedScript) -> bool:
    where = script.where
    return where.source is entrypoint.source and entrypoint.span[0] <= where.span[0] < entrypoint.span[1]


def _runs_what_it_is_given(script: StartedScript) -> bool:
    """Whether a script ends in its arguments as a command, and does not look at them before."""
    commands = script.commands
    last = _last(commands) if commands is not None else None
    if commands is None or commands.steps is None or last is None:
        return False
    runs = last.name in _GIVEN or (
        last.name == "exec" and [word.text for word in last.words] in ([one] for one in _GIVEN)
    )
    return runs and not any(
        (step.name == "set" and "--" in step.words) or any(sign in step.text for sign in ("$1", "${1", "$#", "${#"))
        for step in steps_in(commands.steps)
    )


@check(on=Build, having=("entry_scripts",))
def script_starts_several_services(build: Build) -> Problems:
    """An entry script that starts more than one thing that stays."""
    for script in build.entry_scripts:
        commands = script.commands
        services = several_in(commands) if commands is not None else None
        if services:
            first, second = list(services)[:2]
            related = [Related(command.name_node, f"Starts {name}") for name, command in services.items()]
            yield Problem(
                script.where,
                f"{script.file} starts {first} and {second} in one container: give each a service of its own",
                related=related[:5],
            )
