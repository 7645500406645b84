"""Mounts over what the image made."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator, Sequence

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check, pattern, related_to
from dlint.api.compose import ComposeModel, MountPlace, Service, is_below, mount_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image, Stage
    from dlint.api.dockerfile import Instruction

_MANIFESTS = {"node_modules": ("package.json",), "vendor": ("composer.json",)}
_PROGRAM = pattern(r"\.?/[\w./-]+|[\w-][\w./-]*\.(?:py|js|mjs|cjs|rb|jar|php)")
_DATA = pattern(
    r"(?:^|/)(?:data|uploads?|media|storage|logs?|log|cache|tmp|backups?|db|sqlite|node_modules|vendor|\.\w+)$"
)


class Made(NamedTuple):
    """What an image made at a path: ``what`` names it, ``copied`` says that it came by COPY, ``built`` from a stage."""

    path: str
    what: str
    where: Node
    copied: bool
    built: bool
    source: str


def _made(image: Image) -> Iterator[Made]:
    """What the project's Dockerfiles bring into folders of the image, last first."""
    for node, stage in image.own_instructions():
        folder = stage.workdir_at(node)
        at = folder if isinstance(folder, str) else None
        for path in image.filled_by(node, stage):
            yield Made(path, posixpath.basename(path), node, False, True, "")
        if node.name in ("COPY", "ADD"):
            yield from _copied(node, stage, at)


def _copied(node: Instruction, stage: Stage, folder: str | None) -> Iterator[Made]:
    word = getattr(node, "destination", None)
    to = word.literal if word is not None else None
    if to is None or (not to.startswith("/") and folder is None):
        return
    sources = [source.literal or "" for source in getattr(node, "sources", ())]
    from_ = getattr(node, "from_", None)
    if len(sources) != 1:
        return
    path = posixpath.normpath(posixpath.join(folder or "/", to))
    name = posixpath.basename(sources[0].rstrip("/")) or "."
    built = from_ is not None
    if from_ is not None and stage.graph.find(from_.text) is None:
        return
    yield Made(path, name, node, True, built, sources[0])


@check(on=Service, keys=("volumes", "tmpfs"), blames=True)
def mount_hides_built_files(service: Service, model: ComposeModel) -> Problems:
    """A mount over a folder of the image that holds what the build made, and that the mount lacks."""
    if not service.mounts and not service.tmpfs:
        return
    image = model.image_of(service)
    if image is None or image.stage is None:
        return
    if image.own_value("NODE_PATH") is not None:
        return
    made = list(_made(image))
    declared = {volume.value for volume in image.volumes or ()}
    for at in mount_places(service, model):
        if at.path is None or at.path in ("/", "/tmp"):
            continue
        yield from itertools.islice(_lost(service, image, at, model, made, declared), 1)
    for tmpfs in service.tmpfs:
        path = posixpath.normpath(tmpfs.path.literal) if tmpfs.path.literal else ""
        one = next((one for one in made if path and one.copied and is_below(one.path, path)), None)
        if one is not None and path != "/tmp":
            message = f"This tmpfs hides what the build put into {one.path}, so that {service.name} runs without it"
            yield Problem(tmpfs, message, related=[Related(one.where, "It is copied here")])


def _lost(
    service: Service, image: Image, at: MountPlace, model: ComposeModel, made: Sequence[Made], declared: set[str]
) -> Problems:
    """What one mount takes away from a service, what is dearest first."""
    hidden = next((one for one in made if _is_hidden(one, at, service, model, declared)), None)
    if hidden is not None:
        yield _hiding(service, at, hidden)
    module = _hidden_module(service, image, at, model)
    if module is not None:
        message = (
            f"This mount leaves no {module} in {at.path}, from where service {service.name} starts it: mount the"
            f" folder at {posixpath.join(at.path or '', module.partition('.')[0])}"
        )
        yield Problem(at.mount, message)
    kept = _kept_program(service, image, at, model, made) if at.path not in declared else None
    if kept is not None:
        message = (
            f"This volume keeps {kept[0]} of the first image, which the later ones of service {service.name} start"
            " as well: mount data alone"
        )
        yield Problem(at.mount, message, related=related_to(kept[1], "It is started here"))
    program = _hidden_program(service, image, at, model)
    if program is not None:
        message = f"This mount hides {program[0]}, which the image of service {service.name} starts"
        related = related_to(program[1], "It is started here")
        yield Problem(at.mount, message, related=related)


def _kept_program(
    service: Service, image: Image, at: MountPlace, model: ComposeModel, made: Sequence[Made]
) -> tuple[str, Node | None] | None:
    """The file that the image starts, if it lies where a named volume has what the first image had."""
    copied = [one.path for one in made if one.copied]
    programs = _programs_below(service, image, at, model) if at.volume is not None and copied else ()
    return next((one for one in programs if any(is_below(one[0], path) for path in copied)), None)


def _hidden_program(
    service: Service, image: Image, at: MountPlace, model: ComposeModel
) -> tuple[str, Node | None] | None:
    """The file that the image starts, if it lies where a folder of the host is mounted that does not have it."""
    source, target = at.mount.host_path, at.path
    if source is None or not source.literal or target is None:
        return None
    path, project = model.path(source, source.literal), model.project
    if path is None or project is None or not project.is_dir(path):
        return None
    for full, where in _programs_below(service, image, at, model):
        if not project.exists(posixpath.normpath(posixpath.join(path, posixpath.relpath(full, target)))):
            return full, where
    return None


def _programs_below(
    service: Service, image: Image, at: MountPlace, model: ComposeModel
) -> Iterator[tuple[str, Node | None]]:
    """The files that the image itself starts, if a mount lies over them."""
    target, workdir = at.path or "/", image.workdir
    if service.command is not None or service.entrypoint is not None:
        return
    for known in (image.entrypoint, image.cmd):
        for word in known.value.words if known is not None and known.own and not known.value.shell else ():
            if not _PROGRAM.fullmatch(word) or (workdir is None and not word.startswith("/")):
                continue
            full = posixpath.normpath(posixpath.join(workdir.value if workdir is not None else "/", word))
            if is_below(full, target) and full != target and not _shown_again(full, at, service, model):
                yield full, known.where if known is not None else None


# Servers that are given a module of Python and what to call in it.
_OF_MODULES = ("uvicorn", "gunicorn", "hypercorn", "daphne", "granian")
_MODULE = pattern(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+):\w+(?:\(\))?")


def _hidden_module(service: Service, image: Image, at: MountPlace, model: ComposeModel) -> str | None:
    """The module that is started, if its package itself is mounted where the folder with the package should be."""
    source, target, project = at.mount.host_path, at.path, model.project
    path = model.path(source, source.literal) if source is not None and source.literal else None
    words = _started(service, image)
    if path is None or target is None or project is None or target != _starts_in(service, image):
        return None
    match = next((match for word in words if (match := _MODULE.fullmatch(word)) is not None), None)
    if match is None or posixpath.basename(words[0]) not in _OF_MODULES or any("dir" in word for word in words):
        return None
    inner = match[1].replace(".", "/")
    package = inner.partition("/")[0]
    if posixpath.basename(path) != package or _shown_again(posixpath.join(target, package), at, service, model):
        return None
    names = (f"{inner}.py", f"{inner}/__init__.py")
    beside = any(project.exists(posixpath.join(posixpath.dirname(path), name)) for name in names)
    return match[1] if beside and not any(project.exists(posixpath.join(path, name)) for name in names) else None


def _started(service: Service, image: Image) -> Sequence[str]:
    """The words that start a service, as far as they are known and no entrypoint stands before them."""
    if service.entrypoint is not None or (image.entrypoint is not None and image.entrypoint.own):
        return ()
    if service.command is not None:
        return service.command.arguments or ()
    return image.cmd.value.words if image.cmd is not None and not image.cmd.value.shell else ()


def _starts_in(service: Service, image: Image) -> str | None:
    own = service.scalar("working_dir")
    if own is not None:
        return own.literal
    return image.workdir.value if image.workdir is not None else None


def _is_hidden(made: Made, at: MountPlace, service: Service, model: ComposeModel, declared: set[str]) -> bool:
    target = at.path or "/"
    if not is_below(made.path, target) or _shown_again(made.path, at, service, model):
        return False
    if at.volume is not None:
        return made.copied and target not in declared and not _DATA.search(target)
    source = at.mount.host_path
    if source is None or not source.literal or (made.copied and not made.built):
        return False
    if not made.copied and _installs_itself(service, made.what):
        return False
    return _lacks(model, source, made, posixpath.relpath(made.path, target))


def _shown_again(path: str, at: MountPlace, service: Service, model: ComposeModel) -> bool:
    """Whether a deeper mount lies over the path in its turn."""
    target = at.path or "/"
    others = [other.path for other in mount_places(service, model) if other.mount is not at.mount]
    others += [posixpath.normpath(tmpfs.path.literal) for tmpfs in service.tmpfs if tmpfs.path.literal]
    return any(
        other is None or (other != target and is_below(path, other) and is_below(other, target)) for other in others
    )


def _installs_itself(service: Service, what: str) -> bool:
    """Whether the service installs the packages at its start."""
    texts = [line.raw for line in (service.command, service.entrypoint) if line is not None]
    return any("install" in text or re.search(r"npm ci|yarn(?!\s+\w)|uv (?:sync|run)|\.sh", text) for text in texts)


def _lacks(model: ComposeModel, source: Node, made: Made, inner: str) -> bool:
    """Whether the folder of the host surely has not what the image made."""
    written = getattr(source, "literal", None) or ""
    path = model.path(source, written)
    project = model.project
    if path is None or project is None or not (project.is_dir(path) or path in ("", ".")):
        return False
    if made.copied:
        return inner != "." or posixpath.basename(path) not in (made.what, posixpath.basename(made.source.rstrip("/.")))
    there = posixpath.normpath(posixpath.join(written, inner))
    beside = posixpath.join(path, posixpath.dirname(inner))
    manifests = _MANIFESTS.get(made.what, ("requirements.txt", "pyproject.toml"))
    known = any(project.exists(posixpath.normpath(posixpath.join(beside, name))) for name in manifests)
    if not known and (made.what in _MANIFESTS or not any(name.endswith(".py") for name in project.listdir(beside))):
        return False
    return not project.exists(posixpath.normpath(posixpath.join(path, inner))) or model.is_private(source, there)


def _hiding(service: Service, at: MountPlace, made: Made) -> Problem:
    mount = at.mount
    if at.volume is not None:
        message = (
            f"This volume keeps what the first image had in {made.path}, so that later builds of service {service.name}"
            " change nothing: mount data alone"
        )
        return Problem(mount, message, related=[Related(made.where, "This is copied there")])
    what = f"the {made.what} that the build installs" if not made.copied else f"what the build put into {made.path}"
    advice = f"; keep it with a volume at {made.path}" if not made.copied else ""
    message = f"This mount hides {what}, so that service {service.name} runs without it{advice}"
    return Problem(mount, message, related=[Related(made.where, "It is made here")])
