"""What runs in a service's container: one service, under a process 1 that looks after its children."""

from __future__ import annotations

import posixpath

from dlint.api import Fix, Problem, Problems, Related, check
from dlint.api.compose import (
    ENTRYPOINTS,
    UNREAPED,
    CommandLine,
    ComposeModel,
    Service,
    is_init,
    names_init,
    new_key,
    script_of_texts,
    several_in,
    supervisor,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


@check(on=Service, keys=("command", "entrypoint"))
def command_starts_several_services(service: Service) -> Problems:
    """A command that starts a supervisor, or several services by one shell."""
    words = _words(service)
    if not words:
        return
    line = service.command if service.command is not None and service.command.arguments else service.entrypoint
    where = line.node.place if line is not None else service.key
    name = supervisor(words)
    if name is not None:
        yield Problem(where, f"{posixpath.basename(name)} is there to run several services in one container: {_APART}")
        return
    script = script_of_texts(words)
    names = [*several_in(script)] if script is not None else []
    if names:
        yield Problem(where, f"This starts {' and '.join(names[:2])} in one container: {_APART}")


_APART: Final = "give each a service of its own"


def _words(service: Service) -> list[str]:
    """The words of the service's own entrypoint and command."""
    lines = (service.entrypoint, service.command)
    return [word for line in lines if line is not None for word in line.arguments or ()]


_RUNNERS: Final = frozenset("env exec nice ionice stdbuf time su-exec gosu".split())


@check(on=Service, blames=True)
def service_without_init(service: Service, model: ComposeModel) -> Problems:
    """A process 1 that reaps no children, in a service without ``init``."""
    if service.get("init") is not None or not model.is_whole(service):
        return
    if service.profiles or service.name in model.jobs:
        return
    started = _started(service, model)
    if started is None:
        return
    line, program = started
    edit = new_key(service, "init: true")
    title = "Let an init process start it; the program is then no longer process 1"
    image = model.image_of(service)
    related = [Related(image.place, "The image starts no init program")] if image and image.place is not None else []
    yield Problem(
        line.node.place,
        f"{program} as process 1 of service {service.name} reaps no children of others; set `init: true`",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
        related=related,
    )


def _started(service: Service, model: ComposeModel) -> tuple[CommandLine, str] | None:
    """The line of the service that says what process 1 is, and that program, if it is one that reaps no children."""
    line = service.entrypoint if service.entrypoint is not None and service.entrypoint.arguments else service.command
    words = _words(service)
    if line is None or not line.arguments or names_init(words):
        return None
    if line is service.command and not _hands_over(service, model):
        return None
    script = script_of_texts(words)
    commands = script.commands if script is not None else []
    name = commands[-1].name if commands else _program(words)
    return (line, name) if name in UNREAPED else None


def _program(words: list[str]) -> str:
    return next((posixpath.basename(word) for word in words if posixpath.basename(word) not in _RUNNERS), "")


def _hands_over(service: Service, model: ComposeModel) -> bool:
    """Whether the command becomes process 1: the image has no entrypoint, or one that runs what it is given."""
    image = model.image_of(service)
    entrypoint = image.entrypoint if image is not None and service.entrypoint is None else None
    if entrypoint is None:
        return service.entrypoint is not None
    words = entrypoint.value.words
    return not words or (not is_init(words) and posixpath.basename(words[-1]) in ENTRYPOINTS)
