"""A service and the Dockerfile it is built from: what one asks for and the other does not have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Port, Service, environment_of

if TYPE_CHECKING:
    from dlint.api.build import ExposedPort, Image, Known


@check(on=Service)
def dockerfile_missing(service: Service, model: ComposeModel) -> Problems:
    """A build whose Dockerfile is not there."""
    build = service.build
    if build is None or build.dockerfile_inline is not None:
        return
    context = build.context
    folder = context.literal if context is not None else "."
    name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
    if folder is None or name is None or "://" in folder or folder.startswith("git@") or name.startswith("/"):
        return
    node = context if context is not None else build
    path = f"{folder}/{name}"
    if model.is_missing(node, path):
        where = build.dockerfile or context
        yield Problem(
            where.place if where is not None else service.key,
            f"Service {service.name} is built from {model.path(node, path)}, which does not exist",
        )


@check(on=Service)
def build_argument_undeclared(service: Service, model: ComposeModel) -> Problems:
    """A build argument that no ARG of the Dockerfile takes."""
    build = service.build
    if build is None or not build.args:
        return
    image = model.built_image(service)
    if image is None:
        return
    for argument in build.args:
        if "$" not in argument.name and not image.takes_argument(argument.name):
            yield Problem(
                argument.key,
                f"No ARG of {image.stage.source.path} takes the build argument {argument.name}; declare it there, or"
                " leave it out",
            )


@check(on=Service)
def published_port_not_exposed(service: Service, model: ComposeModel) -> Problems:
    """A container port that the Dockerfile does not expose, though it exposes others."""
    if not service.ports:
        return
    image = model.image_of(service)
    ports = image.exposed if image is not None else None
    exposed = image.ports or ports if image is not None else None
    if image is None or image.stage is None or not ports or not exposed:
        return
    given = environment_of(service, model)
    found = [(port, target) for port in service.ports if (target := port.target_range) is not None]
    wrong = [one for one in found if not any(_takes(known.value, *one) for known in exposed)]
    if service.command is not None and len(wrong) < len(found):
        # A command of its own may open one more, for a debugger, say.
        return
    for port, target in wrong:
        if any(str(target[0]) == value.value for value in given.values.values()):
            continue
        first = ports[0]
        related = [Related(first.where, "What the image exposes")] if first.where is not None else []
        yield Problem(
            port,
            f"Service {service.name} publishes container port {_shown(target)}, but {image.name} exposes"
            f" {_listed(ports)}; check which one the program listens on",
            related=related,
        )


def _takes(exposed: ExposedPort, port: Port, target: tuple[int, int]) -> bool:
    """Whether an exposed range holds a published one, of the same protocol."""
    same = port.protocol is None or port.protocol == exposed.protocol
    return same and exposed.first <= target[0] and target[1] <= exposed.last


def _shown(ports: tuple[int, int], protocol: str = "tcp") -> str:
    first, last = ports
    return (str(first) if first == last else f"{first}-{last}") + ("" if protocol == "tcp" else f"/{protocol}")


def _listed(ports: Sequence[Known[ExposedPort]]) -> str:
    found = sorted({(known.value.first, known.value.last, known.value.protocol) for known in ports})
    return ", ".join(_shown(port[:2], port[2]) for port in found[:5])


@check(on=Service)
def port_not_of_image(service: Service, model: ComposeModel) -> Problems:
    """A published port that the image does not listen on, as far as it is not told to."""
    if not service.ports or service.command is not None or service.entrypoint is not None:
        return
    image = model.image_of(service)
    if image is None or image.facts is None or not image.facts.ports or image.facts.origin.how == "image":
        return
    if image.exposed or (image.stage is not None and _is_changed(image)) or _is_configured(service):
        return
    exposed = image.ports
    if not exposed:
        return
    given = environment_of(service, model)
    for port in service.ports:
        target = port.target_range
        if target is None or any(_takes(known.value, port, target) for known in exposed):
            continue
        if not given.whole or any(
            value.value is None or str(target[0]) in value.value for value in given.values.values()
        ):
            continue
        if any("PORT" in name or "LISTEN" in name or "ADDR" in name for name in given.values):
            continue
        related = [Related(image.place, "The image")] if image.place is not None else []
        yield Problem(
            port.target or port,
            f"Service {service.name} publishes container port {_shown(target, port.protocol or 'tcp')}, but"
            f" {image.base_name} listens on {_listed(exposed)}",
            related=related,
        )


_CONTENT = (
    "/usr/share/nginx/html",
    "/usr/local/apache2/htdocs",
    "/var/www",
    "/docker-entrypoint-initdb.d",
    "/srv",
    "/data",
)


def _is_changed(image: Image) -> bool:
    """Whether a Dockerfile may change what the program of the base image listens on."""
    for node, _ in image.own_instructions():
        if node.name in ("LABEL", "MAINTAINER", "EXPOSE", "HEALTHCHECK", "WORKDIR", "ARG"):
            continue
        to = getattr(node, "destination", None)
        text = to.literal if to is not None else None
        if text is None or not text.startswith(_CONTENT):
            return True
    return False


def _is_configured(service: Service) -> bool:
    """Whether a mount, a config or a network of another may change what a service listens on."""
    if service.configs or service.network_mode is not None or service.volumes_from:
        return True
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None or (mount.volume is None and not target.startswith(_CONTENT)):
            return True
    return False
