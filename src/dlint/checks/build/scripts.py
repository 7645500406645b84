"""The scripts that an image, or a step of its build, starts: their lines, their mode, their interpreter."""

from __future__ import annotations

import posixpath
import re

from dlint.api import Node, Problem, Problems, Related, Span, Text, check, pattern
from dlint.api.build import Build, OwnImage, ProjectFiles, StartedScript, started_scripts, value_of
from dlint.api.dockerfile import parse_script, service_name, services_in, start_of

_INTERPRETED = pattern(r"#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")
_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_MOST_BYTES = 200_000


def _touched(script: StartedScript, *words: str) -> bool:
    """Whether another command may change the file: it names it, or does something of a kind to many files at once."""
    name, folder = posixpath.basename(script.path), posixpath.basename(posixpath.dirname(script.path))
    stages = {id(each): each for _, stage in ((None, script.stage), *script.copies) for each in stage.lineage}
    for run in (run for stage in stages.values() for run in stage.runs):
        if not any(word in run.raw for word in words):
            continue
        if any(part in run.raw for part in (name, "*", "find", "-R", "-r")) or (folder and folder in run.raw):
            return True
    return False


def _failing(script: StartedScript) -> str:
    """What goes wrong if it cannot be started."""
    return "the start fails" if script.run is None else "the build stops"


def _text(script: StartedScript, project: ProjectFiles) -> str | None:
    source = project.read(script.file)
    return source.text if source is not None and len(source.text) < _MOST_BYTES else None


@check(on=Build)
def script_with_crlf(build: Build) -> Problems:
    """A script that is started by its path, and whose first line ends in a carriage return."""
    for script in started_scripts(build, in_steps=True):
        text = _text(script, build.project)
        line, newline, _ = (text or "").partition("\n")
        if not newline or not line.startswith("#!") or not line.endswith("\r"):
            continue
        if _touched(script, "dos2unix", "sed", "tr ", "perl", "\\r"):
            continue
        source = build.project.read(script.file)
        related = [Related(script.copy, "It is copied here")]
        if source is not None:
            related.append(Related(Node(source, Span(0, len(line) - 1)), "The line ends in CR and LF"))
        program = line[2:].strip()
        yield Problem(
            script.where,
            f"{script.file} has the line ends of Windows, so that {program} with a carriage return is looked for and"
            f" {_failing(script)}: save it with LF, and set `*.sh text eol=lf` in .gitattributes",
            related=related,
        )


@check(on=Build)
def script_not_executable(build: Build) -> Problems:
    """A script that is started by its path, and has no executable bit."""
    for script in started_scripts(build, in_steps=True):
        given = _mode_given(script)
        executable = build.project.executable(script.file) if given is None else _is_executable(given)
        if executable is not False or _touched(script, "chmod", "install"):
            continue
        advice = "run `chmod +x` on it, or copy it with `--chmod=755`" if given is None else "write `--chmod=755`"
        how = "with its mode" if given is None else f"with the mode {given}"
        yield Problem(
            script.where,
            f"{script.file} is not executable, so that {_failing(script)}: {advice}",
            related=[Related(script.copy, f"It is copied here, {how}")],
        )


def _mode_given(script: StartedScript) -> str | None:
    """The mode that a COPY gives it; None if it keeps that of the file."""
    for copy, stage in script.copies:
        flag = copy.flag("chmod")
        if flag is not None:
            return (value_of(flag.value, copy, stage) if flag.value is not None else None) or ""
    return None


def _is_executable(mode: str) -> bool:
    """Whether a mode lets somebody start the file; unknown ones may."""
    return not mode.isdecimal() or any(int(digit) & 1 for digit in mode[-3:])


@check(on=Build)
def script_interpreter_missing(build: Build) -> Problems:
    """A script that is started by its path, and whose first line names a program that the image does not have."""
    for script in started_scripts(build, in_steps=True):
        text = _text(script, build.project)
        match = _INTERPRETED.match(text.partition("\n")[0].rstrip("\r")) if text else None
        if match is None:
            continue
        through_env = posixpath.basename(match[1]) == "env"
        program = posixpath.basename(match[2] if through_env and match[2] else match[1])
        image = OwnImage.of_stage(script.stage)
        if script.run is not None:
            image = image.before(script.run)
        if image.program(program) is not False:
            continue
        source = build.project.read(script.file)
        related = [Related(script.copy, "It is copied here")]
        if source is not None:
            related.append(Related(Node(source, Span(0, match.end())), f"This asks for {program}"))
        if image.place is not None:
            related.append(Related(image.place, f"{image.base_name} has no {program}"))
        yield Problem(
            script.where,
            f"{script.file} is a script for {program}, which is not in this image: install it, or write the script for"
            " sh",
            related=related,
        )


# Programs that stay and serve, so that signals should reach them.
_SERVERS = pattern(
    r"(?:node|nodejs|python3?|gunicorn|uvicorn|hypercorn|daphne|celery|java|ruby|puma|php-fpm|nginx|apache2-foreground|"
    r"httpd|dotnet|npm|yarn|pnpm|bun|deno|mongod|redis-server|mysqld|postgres|flask|rails|bundle|caddy|traefik|\"?\$@\"?)"
    r"(?:\s|$)"
)
_ONE_OFF = pattern(r"migrate|seed|install|build|wait|init|setup|collectstatic|check|-c\s|--version|db:|compile|create")


@check(on=Build)
def script_without_exec(build: Build) -> Problems:
    """An entry script whose last command is a server, which it does not hand its place to."""
    for script in started_scripts(build, through_shell=True):
        text = _text(script, build.project)
        match = _INTERPRETED.match(text) if text else None
        if (
            text is None
            or match is None
            or posixpath.basename(match[2] or match[1]) not in ("sh", "bash", "ash", "dash")
        ):
            continue
        if any(word in text for word in ("trap ", "wait\n", "tini", "dumb-init", "<<")) or _has_init(build):
            continue
        lines = [line for line in text.rstrip().splitlines() if line.strip() and not line.lstrip().startswith("#")]
        last = lines[-1] if lines else ""
        if last != last.lstrip() or (len(lines) > 1 and lines[-2].rstrip().endswith("\\")):
            continue
        if not _SERVERS.match(last) or _ONE_OFF.search(last) or re.search(r"&\s*$|\||&&|;", last):
            continue
        source = build.project.read(script.file)
        if source is None:
            continue
        at = source.text.rindex(last)
        program = last.split()[0].strip('"')
        yield Problem(
            script.where,
            f"{script.file} starts {program} without `exec`, so that a signal to stop ends at the shell and the"
            " container is killed after ten seconds: write `exec` before it",
            related=[Related(Node(source, Span(at, at + len(last.rstrip()))), "The shell stays in front of this")],
        )


@check(on=Build)
def script_starts_several_services(build: Build) -> Problems:
    """An entry script that starts more than one thing that stays."""
    for script in started_scripts(build, through_shell=True):
        source = build.project.read(script.file)
        text = _text(script, build.project)
        match = _INTERPRETED.match(text) if text else None
        if source is None or text is None or match is None:
            continue
        shell = posixpath.basename(match[2] or match[1])
        if shell not in _SHELLS:
            continue
        found = services_in(parse_script(Text.plain(source, Span(0, len(source.text))), dialect=shell))
        services = {service_name(command): command for command in found}
        if len(services) > 1:
            first, second = list(services)[:2]
            related = [Related(command.name_node, f"Starts {name}") for name, command in services.items()]
            yield Problem(
                script.where,
                f"{script.file} starts {first} and {second} in one container: give each a service of its own",
                related=related[:5],
            )


def _has_init(build: Build) -> bool:
    """Whether an init program runs as process 1."""
    if any(service.init is not None for service in build.services):
        return True
    start = [node for stage in build.graph.shipped for node, _ in start_of(stage)]
    return any(word in node.raw for node in start for word in ("tini", "dumb-init", "catatonit", "s6-", "/init"))
