"""What a service's health test asks for: the program that it calls, and variables."""

from __future__ import annotations

import posixpath

from dlint.api import NamedTuple, Node, Problem, Problems, check, pattern, related_to
from dlint.api.compose import (
    CommandLine,
    ComposeModel,
    Service,
    YamlScalar,
    environment_of,
    holds_programs,
    interpolated,
    is_shell_call,
    may_need,
    needed_in_text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_QUOTED = pattern(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")


@check(on=Service, keys=("healthcheck",), blames=True)
def healthcheck_program_missing(service: Service, model: ComposeModel) -> Problems:
    """A health test whose program, or whose shell, the image does not have."""
    health = service.healthcheck
    started = _started(health.test) if health is not None and health.test is not None else None
    if health is None or started is None or health.disabled:
        return
    image = model.image_of(service)
    if image is None or image.system == "windows" or service.volumes_from:
        return

    def is_missing(program: str) -> bool:
        return image.program(program) is False and not _may_come(service, program)

    for where, program in _needed(started, is_missing):
        if is_missing(program):
            related = related_to(image.place, f"{image.base_name} comes without {program}")
            holder = image.base_name if image.stage is None else f"the image of {image.name}"
            message = f"There is no {program} in {holder}, so that the check of service {service.name} always fails"
            yield Problem(where, f"{message}: install it, or ask otherwise", related=related)
            return


# The shell sets these itself, or the engine does.
_SET = frozenset("HOME HOSTNAME IFS LANG LINENO OLDPWD OPTARG OPTIND PATH PPID PWD RANDOM SECONDS SHLVL TERM".split())
_VARIABLE = pattern(r"\$\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*)(?![\w]))")


@check(on=Service, blames=True)
def healthcheck_variable_unset(service: Service, model: ComposeModel) -> Problems:
    """A health test with a variable of the container that neither the service nor its image sets."""
    health = service.healthcheck
    started = _started(health.test) if health is not None and health.test is not None else None
    script = started.script if started is not None else None
    if health is None or script is None or health.disabled or "$$" not in script.value:
        return
    image = model.image_of(service)
    given = environment_of(service, model)
    if image is None or image.system == "windows" or not given.whole or not model.is_whole(service):
        return
    text = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]) if quoted[0][0] == "'" else quoted[0], script.value)
    for match in _VARIABLE.finditer(text):
        name = match[1] or match[2]
        if name in _SET or given.may_have(name) or image.sets(name) is not False or f"{name}=" in text:
            continue
        holder = image.base_name if image.stage is None else f"the image of {image.name}"
        message = f"The check of service {service.name} runs inside, where nothing sets {name}: add it to `environment`"
        related = related_to(image.place, f"{holder} does not set it either")
        yield Problem(script.at(*match.span()), message, related=related)
        return


# Programs that run another one, which may well be there.
_RUNNING = ("timeout", "env")


class _Started(NamedTuple):
    """How a test is started: the ``word`` that names the program, None for the shell that the engine calls.

    ``script`` is what it reads, if it is a shell.
    """

    word: YamlScalar | None
    program: str
    script: YamlScalar | None


def _started(test: CommandLine) -> _Started | None:
    """How a health test is started; None if that is unknown, or it is none."""
    words = test.words
    if not test.listed:
        return _Started(None, "sh", test.string)
    kind = words[0].literal if words else None
    if kind == "CMD-SHELL" and len(words) == 2:
        return _Started(None, "sh", words[1])
    if kind != "CMD" or len(words) < 2 or not words[1].literal:
        return None
    script = words[-1] if is_shell_call([word.literal or "" for word in words[1:]]) else None
    return _Started(words[1], posixpath.basename(words[1].literal), script)


def _needed(started: _Started, is_missing: Callable[[str], bool]) -> Iterator[tuple[Node, str]]:
    """The programs that a test cannot do without, each with its word; of a script only if it may name a missing one."""
    word, program, script = started
    called = []
    if script is not None and (is_missing(program) or any(map(is_missing, may_need(script.value)))):
        text, _ = interpolated(script.text, script.expand)
        called = needed_in_text(text, program)
    if word is not None:
        if program not in _RUNNING:
            yield word, program
    elif script is not None:
        yield called[0].name_node if called else script.at(0, len(script.value)), program
    for command in called:
        yield command.name_node, command.name


def _may_come(service: Service, program: str) -> bool:
    """Whether a mount or the command of the service may bring a program."""
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None or posixpath.basename(target) == program:
            return True
        if holds_programs(target) or target.rstrip("/") == "/opt":
            return True
    for config in (*service.configs, *service.secrets):
        if config.target is not None and program in (config.target.literal or program):
            return True
    return any(program in line.raw for line in (service.command, service.entrypoint) if line is not None)
