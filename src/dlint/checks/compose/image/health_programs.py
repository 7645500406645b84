"""The program that a service's health test calls, and the image that it is to be found in."""

from __future__ import annotations

import posixpath
import re

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.compose import CommandLine, ComposeModel, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

_FIRST = pattern(
    r"\s*(?:!\s+)?(?:[A-Za-z_]\w*=\S*\s+)*(?:(?:exec|command|timeout\s+\S+|time)\s+)*([\w./+-]+)(?=\s|$|;)"
)
_ENDS = frozenset(("exit", "false", "kill", "return", "true", ":", "echo", "/bin/false"))
_FOLDERS = ("/", "/bin", "/sbin", "/usr", "/usr/bin", "/usr/sbin", "/usr/local", "/usr/local/bin", "/opt")
_SHELLS = ("sh", "bash", "ash", "dash")


@check(on=Service)
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
            related = [Related(image.place, f"{image.base_name} comes without {program}")] if image.place else []
            holder = image.base_name if image.stage is None else f"the image of {image.name}"
            message = f"There is no {program} in {holder}, so that the check of service {service.name} always fails"
            yield Problem(where, f"{message}: install it, or ask otherwise", related=related)
            return


def _programs(test: CommandLine) -> list[tuple[Node, str]]:
    """The programs that a test cannot do without, each with its word: the shell, then what that calls first."""
    if not test.listed:
        whole = test.string
        return [] if whole is None else _of_script(whole.value, lambda a, b: whole.at(a, b), "sh")
    words = test.words
    kind = words[0].literal if words else None
    if kind == "CMD-SHELL" and len(words) == 2:
        script = words[1]
        return _of_script(script.value, lambda a, b: script.at(a, b), "sh")
    if kind != "CMD" or len(words) < 2 or not words[1].literal:
        return []
    name = posixpath.basename(words[1].literal)
    if name in _SHELLS and len(words) == 4 and words[2].literal in ("-c", "-ec", "-lc"):
        script = words[3]
        return [(words[1], name), *_of_script(script.value, lambda a, b: script.at(a, b), "")]
    if name in ("timeout", "env") or name in _ENDS:
        return []
    return [(words[1], name)]


def _of_script(text: str, place, shell: str) -> list[tuple[Node, str]]:  # type: ignore[no-untyped-def]
    match = _FIRST.match(text)
    if match is None:
        return [(place(0, len(text)), shell)] if shell else []
    where = place(match.start(1), match.end(1))
    found = [(where, shell)] if shell else []
    name = posixpath.basename(match[1])
    others = [_FIRST.match(part) for part in re.split(r"\|\|", text)[1:]]
    if name in _ENDS | {"test", "if", "while", "for", "case", "set", "cd", "export", "[", "pwd"}:
        return found
    if all(other is not None and other[1] in _ENDS for other in others):
        found.append((where, name))
    return found


def _may_come(service: Service, program: str) -> bool:
    """Whether a mount or the command of the service may bring a program."""
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None or posixpath.basename(target) == program or target.rstrip("/") in _FOLDERS:
            return True
    for config in (*service.configs, *service.secrets):
        if config.target is not None and program in (config.target.literal or program):
            return True
    return any(program in line.raw for line in (service.command, service.entrypoint) if line is not None)
