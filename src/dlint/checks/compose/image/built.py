"""A service and the Dockerfile it is built from: what one asks for and the other does not have."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from dlint.api import Node, Problem, Problems, Related, check, related_to
from dlint.api.compose import (
    BuildArg,
    BuildRequest,
    ComposeModel,
    Port,
    Service,
    YamlScalar,
    closest,
    dotnet_ports,
    environment_of,
    is_remote,
    may_move_port,
    moves_dotnet,
    origins,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import ExposedPort, Image, Known


@check(on=BuildRequest, keys=("build",))
def context_missing(service: Service, model: ComposeModel) -> Problems:
    """A build context, also a named one, that is a folder of the project and not there."""
    build = service.build
    if build is None:
        return
    context = build.context
    if context is not None and context.literal and _is_missing_folder(model, context, context.literal):
        if _is_made(service, context.literal):
            return
        yield _no_folder(service, model, context, context.literal, "is built in")
    for entry in build.additional_contexts:
        value = entry.value
        if value is not None and entry.literal and _is_missing_folder(model, value, entry.literal):
            yield _no_folder(service, model, value, entry.literal, f"takes its context {entry.name} from")
        elif entry.literal is not None and service.noun == "target" and model.whole:
            yield from _no_target(service, model, value or entry, entry.name, entry.literal)


def _is_made(service: Service, text: str) -> bool:
    """Whether a builder names what is missing in what it runs before."""
    return bool(service.made) and posixpath.basename(posixpath.normpath(text)) in service.made


def _is_missing_folder(model: ComposeModel, node: Node, text: str) -> bool:
    if is_remote(text) or text.startswith(("/", "~", "service:", "target:", "docker-image:", "oci-layout:")):
        return False
    if not model.is_missing(node, text):
        return False
    # Who runs Windows in containers builds on Windows.
    return "\\" not in text or not model.runs_windows or model.is_missing(node, text.replace("\\", "/"))


def _no_target(service: Service, model: ComposeModel, where: Node, name: str, text: str) -> Problems:
    """What a named context of Bake takes from a target that is not there."""
    target = text.removeprefix("target:")
    if target != text and target and target not in model.by_name:
        near = closest(target, sorted(model.by_name))
        hint = f", did you mean {near}?" if near else ""
        message = f"{service.title} takes its context {name} from the target {target}, which does not exist{hint}"
        yield Problem(where.place if isinstance(where, YamlScalar) else where, message)


def _no_folder(service: Service, model: ComposeModel, where: Node, text: str, what: str) -> Problem:
    path = model.path(where, text) or text
    place = where.place if isinstance(where, YamlScalar) else where
    forward = text.replace("\\", "/")
    if forward != text and not model.is_missing(where, forward):
        message = f"{service.title} {what} {text}, which is a folder on Windows alone; write {forward}"
        return Problem(place, message, related=origins(model, service, where))
    folder, _, name = path.rpartition("/")
    near = closest(name, model.project.listdir(folder)) if model.project is not None else None
    hint = f", did you mean {posixpath.join(folder, near)}?" if near else ""
    message = f"{service.title} {what} {path}, which does not exist{hint}"
    return Problem(place, message, related=origins(model, service, where))


@check(on=BuildRequest, keys=("build",))
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
    if not model.is_missing(node, path) or model.is_missing(node, folder) or _is_made(service, path):
        return
    small = posixpath.join(posixpath.dirname(path), "dockerfile")
    if posixpath.basename(path) == "Dockerfile" and not model.is_missing(node, small):
        return  # buildx takes that.
    where = build.dockerfile or context
    near = _meant(model, node, name, path)
    hint = f", did you mean {near}?" if near else ""
    yield Problem(
        where.place if where is not None else service.key,
        f"{service.title} is built from {model.path(node, path)}, which does not exist{hint}",
        related=origins(model, service, where, context),
    )


def _meant(model: ComposeModel, node: Node, name: str, path: str) -> str | None:
    """The Dockerfile that may be meant: the path as from the Compose file, the only one there, or nearly so called."""
    project, missing = model.project, model.path(node, path)
    written = model.path(node, name)
    if project is None or missing is None:
        return None
    if written and written != missing and project.exists(written) and not project.is_dir(written):
        return written
    folder, _, last = missing.rpartition("/")
    names = [one for one in project.listdir(folder) if "dockerfile" in one.lower() and "ignore" not in one]
    near = names[0] if len(names) == 1 else closest(last, names)
    return posixpath.join(folder, near) if near else None


@check(on=BuildRequest, keys=("build",), blames=True)
def build_argument_undeclared(service: Service, model: ComposeModel) -> Problems:
    """A build argument that no ARG of the Dockerfile takes."""
    build = service.build
    if build is None or not build.args:
        return
    image = model.built_image(service)
    if image is None:
        return
    for argument in build.args:
        if "$" in argument.name or image.takes_argument(argument.name) or _is_shared(argument, service, model):
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


def _is_shared(argument: BuildArg, service: Service, model: ComposeModel) -> bool:
    """Whether another build has the argument from the same place, and may take it: it is given to all in common."""
    for other in model.services:
        build = other.build
        if other is service or build is None or argument.name not in {one.name for one in build.args}:
            continue
        same = next(one for one in build.args if one.name == argument.name)
        if (same.key.source, same.key.span) == (argument.key.source, argument.key.span):
            image = model.built_image(other)
            if image is None or image.takes_argument(argument.name):
                return True
    return False


@check(on=Service, keys=("ports",), blames=True)
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
        related = related_to(first.where, "What the image exposes")
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


@check(on=Service, keys=("ports",), blames=True)
def port_not_of_image(service: Service, model: ComposeModel) -> Problems:
    """A published port that the image does not listen on, as far as it is not told to."""
    if not service.ports or service.command is not None or service.entrypoint is not None:
        return
    image = model.image_of(service)
    if image is not None and image.facts is not None and image.stage is not None:
        yield from _of_dotnet(service, model, image)
    if image is None or image.facts is None or not image.facts.ports or image.facts.origin.how == "image":
        return
    if image.exposed or (image.stage is not None and _is_changed(image)) or _is_configured(service):
        return
    exposed = image.ports
    if not exposed:
        return
    given = environment_of(service, model)
    # What the image asks for at its first start, passwords, moves no port.
    asked = {name for group in image.facts.requires_env or () for name in group}
    values = [value.value for name, value in given.values.items() if name not in asked]
    for port in service.ports:
        target = port.target_range
        if target is None or any(_takes(known.value, port, target) for known in exposed):
            continue
        if not given.whole or any(value is None or str(target[0]) in value for value in values):
            continue
        if any(map(may_move_port, given.values)):
            continue
        related = related_to(image.place, "The image")
        yield Problem(
            port.target or port,
            f"Service {service.name} publishes container port {_shown(target, port.protocol or 'tcp')}, but"
            f" {image.base_name} listens on {_listed(exposed)}",
            related=related,
        )


def _of_dotnet(service: Service, model: ComposeModel, image: Image) -> Problems:
    """Port 80 of a web application that nothing tells to listen elsewhere than .NET's image does."""
    own = dotnet_ports(image, model.project)
    given = environment_of(service, model) if own else None
    if given is None or not given.whole or any(map(moves_dotnet, given.values)):
        return
    for port in service.ports:
        if port.target_range == (80, 80):
            message = f"Service {service.name} publishes container port 80, but {image.base_name} listens on {own}"
            yield Problem(port.target or port, message, related=related_to(image.place, "The image"))


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
