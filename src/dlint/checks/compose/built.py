"""A service and the Dockerfile it is built from: what one asks for and the other does not have."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import ComposeModel, Service


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
    image = model.built_image(service)
    exposed = image.exposed if image is not None else None
    if image is None or not exposed:
        return
    for port in service.ports:
        target = port.target_range
        if target is not None and not any(first <= target[0] <= last for first, last in exposed):
            listed = ", ".join(
                str(first) if first == last else f"{first}-{last}" for first, last in sorted(exposed)[:5]
            )
            yield Problem(
                port,
                f"Service {service.name} publishes container port {target[0]}, but {image.stage.source.path} exposes"
                f" {listed}; check which one the program listens on",
            )
