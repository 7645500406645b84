"""What a service listens on: by its own command, or by that of its image."""

from __future__ import annotations

import posixpath

from dlint.model.compose.environment import environment_of
from dlint.model.serving import Serving, of_image, resolved, started, surroundings, together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.compose.model import ComposeModel
    from dlint.model.image import Image
    from dlint.model.serving import Surroundings
    from dlint.syntax.compose.service import Service


def serving_of(service: Service, model: ComposeModel) -> Serving | None:
    """What the server that a service starts listens on; None if that is not known."""
    if model.is_partial(service):
        return None
    image = model.image_of(service)
    around = _around(service, image, model)
    if service.command is None and service.entrypoint is None:
        return of_image(image, around) if image is not None else None
    line = service.command if service.command is not None and service.command.arguments else service.entrypoint
    words = _words(service, image)
    found = started(words) if words else None
    return resolved(found, line.node.place, around) if found is not None and line is not None else None


def _words(service: Service, image: Image | None) -> list[str]:
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
    return [*together(image.entrypoint if image is not None else None, given)]


def _around(service: Service, image: Image | None, model: ComposeModel) -> Surroundings:
    context = service.build.context if service.build is not None else None
    path = model.path(context, context.literal) if context is not None and context.literal else None
    folder = path if path is not None else posixpath.dirname(service.source.path)
    return surroundings(image, environment_of(service, model).may_have, model.project, folder)
