"""Images that the project builds, named in FROM and COPY --from as if they came from a registry."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, check
from dlint.api.build import Build, Copy, Run, familiar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.compose import ComposeModel


@check(on=Build, having=("links",))
def base_image_of_service(build: Build) -> Problems:
    """FROM, COPY --from or a mount that names the image of another service's build."""
    models = [link.model for link in build.links]
    for where, name in _names(build):
        builder = build.workspace.builder_of(name)
        if builder is None:
            yield from _named_as_service(build, where, name)
        if builder is None or builder.model not in models or builder in build.links:
            continue
        if builder.service.noun == "step":
            continue  # Steps run one after the other.
        if any(builder.service.name == service.name for service in build.services):
            continue
        config = builder.service.build
        place: Node = (
            builder.service.image
            or (config.tags[0] if config is not None and config.tags else None)
            or builder.service.key
        )
        key = "additional_contexts" if builder.is_service else "contexts"
        message = (
            f"{name} is what {builder.service.noun} {builder.service.name} builds, at the same time: this takes an"
            f" older image, or pulls one; name it in `{key}` as {builder.service.noun}:{builder.service.name}"
        )
        yield Problem(where, message, related=[Related(place, "it gets its name here"), *build.asked_at()])


def _named_as_service(build: Build, where: Node, name: str) -> Problems:
    """A name that is no image's but that of a service which builds one."""
    for model in {id(link.model): link.model for link in build.links if link.is_service}.values():
        service = model.service(name)
        if service is None or service.build is None or service in build.services:
            if service is None:
                yield from _context_elsewhere(build, model, where, name)
            continue
        message = f"{name} is a service, and no image is called so: name it in `additional_contexts` as service:{name}"
        yield Problem(where, message, related=[Related(service.key, "this service builds"), *build.asked_at()])


def _context_elsewhere(build: Build, model: ComposeModel, where: Node, name: str) -> Problems:
    """A name that is no image's but that of a context, a folder or a service, which another build is given."""
    for service in model.services:
        for context in service.build.additional_contexts if service.build is not None else ():
            if context.name == name and (context.literal or "").startswith((".", "service:")):
                message = (
                    f"{name} is a context of service {service.name} alone, and no image is called so: name it in"
                    " `additional_contexts` here as well"
                )
                yield Problem(where, message, related=[Related(context, "given there"), *build.asked_at()])
                return


def _names(build: Build) -> Iterator[tuple[Node, str]]:
    """The names that are neither stages nor named contexts."""
    graph = build.graph
    earlier: set[str] = set()
    for stage in graph.stages:
        word = stage.from_.image
        name = (word.literal if word.literal is not None else graph.globals.expand(word).value) if word else None
        if word is not None and stage.reachable and _is_image(build, name, earlier):
            yield word, name or ""
        for node in stage.instructions if stage.reachable else ():
            if isinstance(node, Copy) and node.from_ is not None:
                if _is_image(build, node.from_.literal, earlier):
                    yield node.from_, node.from_.value
            elif isinstance(node, Run):
                for mount in node.mounts if node.flags else ():
                    if _is_image(build, mount.get("from"), earlier):
                        yield mount, mount.get("from") or ""
        if stage.name:
            earlier.add(stage.name)


def _is_image(build: Build, name: str | None, stages: set[str]) -> bool:
    return bool(name) and name not in stages and familiar(name or "") not in build.graph.contexts
