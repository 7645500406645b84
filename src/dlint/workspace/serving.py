"""What the server that an image of a build starts listens on, as the services that run it change it."""

from __future__ import annotations

from dlint.model.compose.environment import environment_of
from dlint.model.compose.serving import mounted
from dlint.model.dockerfile.copied import copied
from dlint.model.serving import Given, of_image, surroundings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.model.own_image import OwnImage
    from dlint.model.serving import Serving
    from dlint.source import Source
    from dlint.syntax.compose.service import Service
    from dlint.workspace.context import Context


def serving_of(image: OwnImage, context: Context, asked: Sequence[tuple[Service, ComposeModel]]) -> Serving | None:
    """What the server that an image starts listens on, which is built of a context; None if that is not known.

    The services that asked for it may give it variables and files, but have no command of their own.
    """
    environments = [environment_of(service, model) for service, model in asked]

    def may_have(name: str) -> bool:
        return any(environment.may_have(name) for environment in environments)

    def value(name: str) -> str | None:
        values = {environment.value(name) for environment in environments}
        return values.pop() if len(values) == 1 else None

    def read(path: str) -> Source | None:
        return file_of(image, path, context, asked)

    given = Given(may_have, value, bool(asked) and all(environment.whole for environment in environments))
    workdir = image.workdir.value if image.workdir is not None else None
    if any(service.working_dir is not None for service, _ in asked):
        workdir = None
    return of_image(image, surroundings(image, given, context.project, context.folder, read, workdir))


def file_of(
    image: OwnImage, path: str, context: Context, asked: Sequence[tuple[Service, ComposeModel]]
) -> Source | None:
    """The file of the context at a path of an image, as all who run it find it there; None if that is not known."""
    project = context.project
    inner = next((one for one in copied(image.stage, path) if context.is_file(one)), None)
    own = project.read(context.path(inner)) if inner is not None else None
    for service, model in asked:
        over = mounted(path, service, model)
        if over is not None and (over.file is None or own is None or over.file.path != own.path):
            return None
    return own
