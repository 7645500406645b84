"""A service and the Dockerfile it is built from: what one asks for and the other does not have."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service, YamlScalar, closest, is_remote, origins


@check(on=Service)
def context_missing(service: Service, model: ComposeModel) -> Problems:
    """A build context, also a named one, that is a folder of the project and not there."""
    build = service.build
    if build is None:
        return
    context = build.context
    if context is not None and context.literal and _is_missing_folder(model, context, context.literal):
        yield _no_folder(service, model, context, context.literal, "is built in")
    for entry in build.additional_contexts:
        value = entry.value
        if value is not None and entry.literal and _is_missing_folder(model, value, entry.literal):
            yield _no_folder(service, model, value, entry.literal, f"takes its context {entry.name} from")


def _is_missing_folder(model: ComposeModel, node: Node, text: str) -> bool:
    if is_remote(text) or text.startswith(("/", "~", "service:", "target:", "docker-image:", "oci-layout:")):
        return False
    return model.is_missing(node, text)


def _no_folder(service: Service, model: ComposeModel, where: Node, text: str, what: str) -> Problem:
    path = model.path(where, text) or text
    place = where.place if isinstance(where, YamlScalar) else where
    folder, _, name = path.rpartition("/")
    near = closest(name, model.project.listdir(folder)) if model.project is not None else None
    hint = f", did you mean {posixpath.join(folder, near)}?" if near else ""
    message = f"Service {service.name} {what} {path}, which does not exist{hint}"
    return Problem(place, message, related=origins(model, service, where))


@check(on=Service)
def dockerfile_missing(service: Service, model: ComposeModel) -> Problems:
    """A build whose Dockerfile is not there, in a context that is."""
    build = service.build
    if build is None or build.dockerfile_inline is not None:
        return
    context = build.context
    folder = context.literal if context is not None else "."
    name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
    if folder is None or name is None or is_remote(folder) or name.startswith("/"):
        return
    node = context if context is not None else build
    path = f"{folder}/{name}"
    if not model.is_missing(node, path) or model.is_missing(node, folder):
        return
    small = posixpath.join(posixpath.dirname(path), "dockerfile")
    if posixpath.basename(path) == "Dockerfile" and not model.is_missing(node, small):
        return  # buildx takes that.
    where = build.dockerfile or context
    yield Problem(
        where.place if where is not None else service.key,
        f"Service {service.name} is built from {model.path(node, path)}, which does not exist",
        related=origins(model, service, where, context),
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
        if "$" in argument.name or image.takes_argument(argument.name):
            continue
        declared = image.arguments
        near = closest(argument.name, declared)
        hint = f"did you mean {near}?" if near else "declare it there, or leave it out"
        place = declared[near] if near else image.stage.from_.keyword
        related = [Related(place, "this is near" if near else "this is built")]
        related += origins(model, service, argument.scalar, build.context, build.dockerfile)
        yield Problem(
            argument.key,
            f"No ARG of {image.stage.source.path} takes the build argument {argument.name}; {hint}",
            related=related,
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
