"""The scripts that an image, or a step of its build, starts: their lines, their mode, their interpreter."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from dlint.api import Node, Problem, Problems, Related, Span, check, pattern
from dlint.api.build import HANDING_ON, PROMPTS, SHELLS, Build, Mount, OwnImage, Run, Stage, StartedScript, value_of
from dlint.api.dockerfile import Cmd, Entrypoint, several_in, start_of

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


# Programs that stay and serve, so that signals should reach them.
_SERVERS = pattern(
    r"(?:node|nodejs|python3?|gunicorn|uvicorn|hypercorn|daphne|celery|java|ruby|puma|php-fpm|nginx|apache2-foreground|"
    r"httpd|dotnet|npm|yarn|pnpm|bun|deno|mongod|redis-server|mysqld|postgres|flask|rails|bundle|caddy|traefik|\"?\$@\"?)"
    r"(?:\s|$)"
)
_ONE_OFF = pattern(r"migrate|seed|install|build|wait|init|setup|collectstatic|check|-c\s|--version|db:|compile|create")


@check(on=Build, having=("entry_scripts",))
def script_without_exec(build: Build) -> Problems:
    """An entry script whose last command is a server, which it does not hand its place to."""
    for script in build.entry_scripts:
        source, interpreter = script.source, script.interpreter
        # One that says nothing of what runs it is given to a shell.
        if source is None or (interpreter.name not in SHELLS if interpreter else not script.file.endswith(".sh")):
            continue
        if any(word in source.text for word in ("trap ", "wait\n", "tini", "dumb-init", "<<")) or _has_init(build):
            continue
        last = _last_line(source.text)
        if not _SERVERS.match(last) or _ONE_OFF.search(last) or re.search(r"&\s*$|\||&&|;", last):
            continue
        at = source.text.rindex(last)
        program = last.split()[0].strip('"')
        yield Problem(
            script.where,
            f"{script.file} starts {program} without `exec`, so that a signal to stop ends at the shell and the"
            " container is killed after ten seconds: write `exec` before it",
            related=[Related(Node(source, Span(at, at + len(last.rstrip()))), "The shell stays in front of this")],
        )


def _last_line(text: str) -> str:
    """The last line of a script, if it is a command of its own."""
    lines = [line for line in text.rstrip().splitlines() if line.strip() and not line.lstrip().startswith("#")]
    last = lines[-1] if lines else ""
    return "" if last != last.lstrip() or (len(lines) > 1 and lines[-2].rstrip().endswith("\\")) else last


def _has_init(build: Build) -> bool:
    """Whether an init program runs as process 1."""
    if any(service.init is not None for service in build.services):
        return True
    start = [node for stage in build.graph.shipped for node, _ in start_of(stage)]
    return any(word in node.raw for node in start for word in ("tini", "dumb-init", "catatonit", "s6-", "/init"))


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
        wanted, holder, note = dropped
        yield Problem(
            entrypoint,
            f"A new ENTRYPOINT drops the CMD of {holder}, so that {program} has nothing to run: add CMD {wanted}",
            related=[Related(services[0].key, f"Service {services[0].name} gives no command either"), note],
        )


def _dropped(stage: Stage, at: Stage) -> tuple[str, str, Related] | None:
    """The CMD that an ENTRYPOINT in ``at`` drops, as to be written again: its words, whose it is, and what says so."""
    import json

    lineage = [*stage.lineage]
    below = lineage[lineage.index(at) + 1 :]
    known = start_of(below[0]) if below else []
    own = next((one for one in known if one[0].name == "CMD" and one[0].has_arguments), None)
    if own is not None:
        holder = f"stage {own[1].name}" if own[1].name else "the stage it is built on"
        return own[0].raw.partition(" ")[2].strip(), holder, Related(own[0], "The CMD that is dropped")
    image = OwnImage.of_stage(stage)
    words = image.facts.cmd if image.facts is not None and not known else None
    if not words or image.place is None:
        return None
    only_prompt = len(words) == 1 and words[0] in PROMPTS
    wanted = "with the program to run" if only_prompt else json.dumps(words)
    return wanted, image.base_name, Related(image.place, f"Its CMD is {' '.join(words)}")


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
    """Whether a script ends in its arguments as a command, and has no other where there are none."""
    source = script.source
    if source is None or not re.fullmatch(r'(?:exec\s+)?"?\$[@*]"?\s*', _last_line(source.text)):
        return False
    return not any(word in source.text for word in ("$1", "${1", "$#", "${#", "set --", "${@", "${*"))


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
