"""The command lines by which containers of an image start: its own, and those of the services that it is built for."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.model.serving import together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.model.own_image import OwnImage
    from dlint.source import Node
    from dlint.syntax.compose.service import Service


class StartLine(NamedTuple):
    """A command line by which a container starts, and the place that says so."""

    words: Sequence[str]
    where: Node


def start_lines(image: OwnImage, asked: Sequence[tuple[Service, ComposeModel]]) -> Iterator[StartLine]:
    """The command lines of an image, and of the services that asked for it; those that are not known left out."""
    lines = [_own(image)] if not asked or any(_starts_as_built(service) for service, _ in asked) else []
    lines += [_of_service(service, image) for service, _ in asked if not _starts_as_built(service)]
    seen: set[tuple[str, int]] = set()
    for line in lines:
        place = (line.where.source.path, line.where.span[0]) if line is not None else None
        if line is not None and place is not None and place not in seen:
            seen.add(place)
            yield line


def _own(image: OwnImage) -> StartLine | None:
    entrypoint, cmd = image.entrypoint, image.cmd
    if entrypoint is None or cmd is None or not (cmd.own or entrypoint.own):
        return None
    start = cmd if cmd.value.words and not entrypoint.value.shell else entrypoint
    words = together(entrypoint, cmd.value.words) if start is cmd else start.value.words
    return StartLine(words, start.where) if start.where is not None else None


def _of_service(service: Service, image: OwnImage) -> StartLine | None:
    command, entrypoint = service.command, service.entrypoint
    given = command.arguments if command is not None else []
    line = command if command is not None and given else entrypoint
    if given is None or line is None:
        return None
    if entrypoint is not None:
        words = [*entrypoint.arguments, *given] if entrypoint.arguments is not None else []
    else:
        own = image.entrypoint
        words = [*together(own, given)] if own is not None and not own.value.shell else []
    return StartLine(words, line.node.place) if words else None


def _starts_as_built(service: Service) -> bool:
    return service.command is None and service.entrypoint is None
