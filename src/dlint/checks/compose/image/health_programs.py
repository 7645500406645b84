"""What a service's health test asks for: the program that it calls, and variables."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, check, pattern, related_to
from dlint.api.compose import (
    BUILT_IN,
    SHELLS,
    CommandLine,
    ComposeModel,
    Service,
    YamlScalar,
    environment_of,
    holds_programs,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = pattern(
    r"\s*(?:!\s+)?(?:[A-Za-z_]\w*=\S*\s+)*(?:(?:exec|command|timeout\s+\S+|time)\s+)*([\w./+-]+)(?=\s|$|;)"
)
_ENDS = frozenset(("exit", "false", "kill", "return", "true", ":", "echo", "/bin/false"))
_QUOTED = pattern(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
_JOINTS = pattern(r"&&|\|")


@check(on=Service, keys=("healthcheck",), blames=True)
def healthcheck_program_missing(service: Service, model: ComposeModel) -> Problems:
    """A health test whose program, or whose shell, the image does not have."""
    health = service.healthcheck
    test = health.test if health is not None else None
    if health is None or test is None or health.disabled:
        return
    image = model.image_of(service)
    if image is None or image.system == "windows" or service.volumes_from:
        return
    for where, program in _programs(test):
        if image.program(program) is False and not _may_come(service, program):
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
    test = health.test if health is not None else None
    script = _script(test) if test is not None else None
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


def _script(test: CommandLine) -> YamlScalar | None:
    """The text of a health test that a shell reads."""
    if not test.listed:
        return test.string
    words = test.words
    kind = words[0].literal if words else None
    if kind == "CMD-SHELL" and len(words) == 2:
        return words[1]
    shell = posixpath.basename(words[1].literal or "") if kind == "CMD" and len(words) == 4 else ""
    return words[3] if shell in SHELLS and words[2].literal in ("-c", "-ec", "-lc") else None


def _programs(test: CommandLine) -> list[tuple[Node, str]]:
    """The programs that a test cannot do without, each with its word: the shell, then what that calls first."""
    if not test.listed:
        whole = test.string
        return [] if whole is None else _of_script(whole.value, whole.at, "sh")
    words = test.words
    kind = words[0].literal if words else None
    if kind == "CMD-SHELL" and len(words) == 2:
        script = words[1]
        return _of_script(script.value, script.at, "sh")
    if kind != "CMD" or len(words) < 2 or not words[1].literal:
        return []
    name = posixpath.basename(words[1].literal)
    if name in SHELLS and len(words) == 4 and words[2].literal in ("-c", "-ec", "-lc"):
        script = words[3]
        return [(words[1], name), *_of_script(script.value, script.at, "")]
    if name in ("timeout", "env") or name in _ENDS:
        return []
    return [(words[1], name)]


def _of_script(text: str, place: Callable[[int, int], Node], shell: str) -> list[tuple[Node, str]]:
    masked = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), text) if "'" in text or '"' in text else text
    first, *others = masked.split("||")
    joined = ";" not in first and ("|" in first or "&" in first)
    starts = [0, *(joint.end() for joint in _JOINTS.finditer(first))] if joined else [0]
    found = [match for start in starts if (match := _FIRST.match(text, start)) is not None]
    if not found or found[0].start() != 0:
        return [(place(0, len(text)), shell)] if shell else []
    whole = [(place(*found[0].span(1)), shell)] if shell else []
    asked = [_FIRST.match(other) for other in others]
    if any(match is None or match[1] not in _ENDS for match in asked):
        return whole
    named = [(place(*match.span(1)), posixpath.basename(match[1])) for match in found]
    return [*whole, *((where, name) for where, name in named if name not in BUILT_IN)]


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
