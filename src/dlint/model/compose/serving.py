"""What a service listens on, by its own command or that of its image, and on which ports it surely does not."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, pattern
from dlint.model.compose.environment import environment_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.image import Image
    from dlint.model.serving import Serving, Surroundings
    from dlint.source import Node, Source
    from dlint.syntax.compose.service import Service

_NUMBER = pattern(r"\d+")
# Ends of names whose values open no port, so that it does not matter what they are.
_OPENS_NONE: Final = tuple("PASSWORD PASSWD PASS PWD PW USER USERNAME DATABASE DB SECRET TOKEN KEY EMAIL TZ".split())


class WrongPort(NamedTuple):
    """A port on which a service does not listen: ``why`` not, and the place that says so, with ``what`` it says."""

    why: str
    where: Node
    what: str


def serving_of(service: Service, model: ComposeModel) -> Serving | None:
    """What the server that a service starts listens on, by its command line; None if that is not known."""
    if service not in model.servings:
        model.servings[service] = _worked_out(service, model)
    found: Serving | None = model.servings[service]
    return found


def _worked_out(service: Service, model: ComposeModel) -> Serving | None:
    if model.is_partial(service):
        return None
    image = model.image_of(service)
    if service.command is None and service.entrypoint is None and (image is None or image.stage is None):
        return None  # What an official image listens on is known of it.
    from dlint.model.final_command import final_server
    from dlint.model.serving import of_image, resolved

    around = surroundings_of(service, image, model)
    if service.command is None and service.entrypoint is None:
        return of_image(image, around) if image is not None else None
    line = service.command if service.command is not None and service.command.arguments else service.entrypoint
    words = started_words(service, image)
    found = final_server(words, around.container) if words else None
    return resolved(found, line.node.place, around) if found is not None and line is not None else None


def started_words(service: Service, image: Image | None) -> list[str]:
    """The words that are started; none if they are not known."""
    command, entrypoint = service.command, service.entrypoint
    given = command.arguments if command is not None else []
    if given is None:
        return []
    if entrypoint is not None:
        return [*(entrypoint.arguments or ()), *given] if entrypoint.arguments is not None else []
    if image is not None and image.entrypoint is not None and image.entrypoint.value.shell:
        return []
    if given and given[0].startswith("-") and image is not None and image.stage is None and image.cmd is not None:
        # The scripts of official images take options for those of their program.
        given = [*image.cmd.value.words[:1], *given]
    from dlint.model.serving import together

    return [*together(image.entrypoint if image is not None else None, given)]


def surroundings_of(service: Service, image: Image | None, model: ComposeModel) -> Surroundings:
    """What may say what the program that a service starts listens on, and where it runs."""
    from dlint.model.serving import Given, surroundings

    context = service.build.context if service.build is not None else None
    path = model.path(context, context.literal) if context is not None and context.literal else None
    folder = path if path is not None else posixpath.dirname(service.source.path)
    environment = environment_of(service, model)
    given = Given(environment.may_have, environment.value, environment.whole)
    return surroundings(
        image, given, model.project, folder, lambda name: _file(name, service, image, model), _workdir(service, image)
    )


def _workdir(service: Service, image: Image | None) -> str | None:
    if service.working_dir is not None:
        written: str | None = service.working_dir.literal
        return written
    return image.workdir.value if image is not None and image.workdir is not None else None


def _file(path: str, service: Service, image: Image | None, model: ComposeModel) -> Source | None:
    """The project's file at a path of a service's container, mounted or in the image; None if that is not known."""
    over = mounted(path, service, model)
    if over is not None:
        return over.file
    context = service.build.context if service.build is not None else None
    folder = context.literal if context is not None else "." if service.build is not None else None
    stage, project = image.stage if image is not None else None, model.project
    if folder is None or stage is None or project is None:
        return None
    from dlint.model.dockerfile.copied import copied

    top = model.path(context or service.key, folder)
    paths = (posixpath.normpath(posixpath.join(top, inner)) for inner in copied(stage, path)) if top is not None else ()
    found = next((one for one in paths if project.exists(one) and not project.is_dir(one)), None)
    return project.read(found) if found is not None else None


class Mounted(NamedTuple):
    """What a mount brings to a path; ``file`` is None if it is not known."""

    file: Source | None


def mounted(path: str, service: Service, model: ComposeModel) -> Mounted | None:
    """What lies at a path of a service's container by its mounts; None if none lies over it."""
    if service.volumes_from:
        return Mounted(None)
    found: tuple[int, Mounted] | None = None
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None:
            return Mounted(None)
        top = posixpath.normpath(target).rstrip("/")
        if f"{path}/".startswith(f"{top}/") and (found is None or len(top) >= found[0]):
            part = mount.host_path
            written = posixpath.join(part.literal, path[len(top) + 1 :]) if part is not None and part.literal else None
            file = model.read(mount, written.rstrip("/")) if written is not None else None
            found = (len(top), Mounted(file))
    return found[1] if found is not None else None


def wrong_port(target: Service, model: ComposeModel, port: int) -> WrongPort | None:
    """What is wrong with a port that others ask of a service; None if it may listen there."""
    serving = serving_of(target, model)
    known = serving if serving is not None and serving.port is not None else None
    if (known is not None and _is_said(known, port)) or (known is None and _may_listen(target, model, port)):
        return None
    for published in target.ports:
        outer, inner = published.published_range, published.target_range
        if outer is None or inner is None or published.protocol == "udp":
            continue
        if outer[0] <= port <= outer[1]:
            right = inner[0] + port - outer[0]
            return WrongPort(f"which is its port on the host only: inside it is {right}", published, "Published here")
    if known is not None:
        return WrongPort(f"which listens on {known.port}", known.where, f"It starts {known.program}")
    image = model.image_of(target)
    ports = image.ports if image is not None else None
    if image is None or not ports or image.facts is None:
        return None
    if not image.exposed and (target.command is not None or target.entrypoint is not None or _has_settings(target)):
        return None
    if not image.exposed and image.stage is not None:
        return None
    listed = sorted({known.value.first for known in image.exposed or ports if known.value.protocol == "tcp"})
    where = (image.exposed or ports)[0].where
    if not listed or where is None:
        return None
    shown = ", ".join(map(str, listed[:4]))
    return WrongPort(f"which listens on {shown}", where, "What the image exposes")


def _is_said(serving: Serving, port: int) -> bool:
    """Whether a server listens on a port, or its command line has the number for something else."""
    return serving.port == port or _names(str(port), serving.where.raw)


def _has_settings(service: Service) -> bool:
    return bool(service.configs) or any(mount.volume is None for mount in service.mounts)


def _may_listen(target: Service, model: ComposeModel, port: int) -> bool:
    """Whether a service may listen on a port, by anything that it says."""
    text = str(port)
    for published in target.ports:
        inner = published.target_range
        if inner is None or inner[0] <= port <= inner[1]:
            return True
    if any(text in (node.literal or text) for node in target.expose):
        return True
    if any(
        _names(text, line.raw) or "$" in line.raw for line in (target.command, target.entrypoint) if line is not None
    ):
        return True
    given = environment_of(target, model)
    if not given.whole or any(_may_open(name, one.value, text) for name, one in given.values.items()):
        return True
    image = model.image_of(target)
    ports = image.ports if image is not None else None
    if ports is not None and any(known.value.first <= port <= known.value.last for known in ports):
        return True
    if image is not None and image.stage is not None:
        return any(_names(text, node.raw) for node, _ in image.own_instructions())
    return target.network_mode is not None


def _may_open(name: str, value: str | None, port: str) -> bool:
    """Whether a variable may open a port: it names the port, or an address to listen at, on any port."""
    if name.upper().removesuffix("_FILE").endswith(_OPENS_NONE):
        return False
    return value is None or _names(port, value) or "0.0.0.0" in value or value == "::"


def _names(port: str, text: str) -> bool:
    """Whether a text has the number of a port."""
    return port in text and port in _NUMBER.findall(text)
