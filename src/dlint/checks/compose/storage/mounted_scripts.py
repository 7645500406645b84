"""Scripts of the host that a service mounts and starts by their paths."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, Source, Span, check
from dlint.api.compose import ComposeModel, Mount, Service


def _started(service: Service, model: ComposeModel) -> Iterator[tuple[Node, Mount, Source]]:
    """The mounted file that the service's entrypoint or command starts: the word, the mount, and the file."""
    for line in (service.entrypoint, service.command if service.entrypoint is None else None):
        words = line.arguments if line is not None else None
        if line is None or not words or not words[0].startswith("/"):
            continue
        if line is service.command and not _starts_command(service, model):
            continue
        for mount in service.mounts:
            target = mount.target.literal if mount.target is not None else None
            part = mount.host_path
            if target is None or part is None or not part.literal or posixpath.normpath(target) != words[0]:
                continue
            source = model.read(part, part.literal)
            if source is not None:
                yield (line.words[0] if line.listed else line), mount, source


def _starts_command(service: Service, model: ComposeModel) -> bool:
    """Whether the first word of ``command`` is a program: the image has no entrypoint."""
    image = model.image_of(service)
    entrypoint = image.entrypoint if image is not None else None
    return entrypoint is not None and not entrypoint.value.words


@check(on=Service, keys=("volumes",))
def mounted_script_with_crlf(service: Service, model: ComposeModel) -> Problems:
    """A mounted script that is started, and whose first line ends in a carriage return."""
    for where, mount, source in _started(service, model):
        line, newline, _ = source.text.partition("\n")
        if newline and line.startswith("#!") and line.endswith("\r"):
            related = [Related(Node(source, Span(0, len(line) - 1)), "The line ends in CR and LF")]
            related.append(Related(mount, "It is mounted here"))
            yield Problem(
                where,
                f"{source.path} has the line ends of Windows, so that the start of service {service.name} fails:"
                " save it with LF, and set `*.sh text eol=lf` in .gitattributes",
                related=related,
            )


@check(on=Service, keys=("volumes",))
def mounted_script_not_executable(service: Service, model: ComposeModel) -> Problems:
    """A mounted script that is started, and has no executable bit."""
    for where, mount, source in _started(service, model):
        if model.project is not None and model.project.executable(source.path) is False:
            yield Problem(
                where,
                f"{source.path} is not executable, so that the start of service {service.name} fails: run `chmod +x` on"
                " it",
                related=[Related(mount, "It is mounted here")],
            )
