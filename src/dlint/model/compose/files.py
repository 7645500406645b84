"""Which Compose files belong together: a file and its override, what ``COMPOSE_FILE`` lists, a fragment's base."""

from __future__ import annotations

import posixpath

from dlint.lazy import once
from dlint.project.gitignore import leaves_out_one
from dlint.syntax.compose import dotenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dlint.project.files import ProjectFiles
    from dlint.syntax.compose.file import ComposeFile

BASES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The names Compose looks for, in its order."""

_OVERRIDES = tuple(f"{stem}.override.{end}" for stem in ("compose", "docker-compose") for end in ("yml", "yaml"))
_DEFINITIONS = frozenset(("version", "networks", "volumes", "secrets", "configs", "models"))
_RUNNABLE = ("image", "build", "extends", "provider")


def group(
    project: ProjectFiles,
    path: str,
    beside: Iterable[str],
    read: Callable[[str], ComposeFile | None],
    named: Iterable[tuple[str, ...]] = (),
) -> tuple[str, ...]:
    """The files Compose would read together with the one at ``path``, in its order.

    ``beside`` are the Compose files of its folder, among which the base of a fragment may be; ``read`` parses a file.
    ``named`` are files that a tool is told to read together.
    """
    folder, name = posixpath.split(path)
    together = listed(project, folder, path) or (listed(project, "", path) if folder else ())
    if together:
        return together
    if name in _OVERRIDES:
        base = _first(project, folder, BASES)
        return (base, path) if base else (path,)
    if name in BASES:
        override = _first(project, folder, _OVERRIDES)
        above = None if override else _laid_over(project, path, read)
        if override:
            return (path, override)
        return (above, path) if above else (path, *_completing(project, path, tuple(beside), read))
    for one in named:
        if path in one[1:]:
            return one
    return (*_bases(project, path, beside, read), path)


def override_left_out(project: ProjectFiles, path: str) -> bool:
    """Whether git leaves out the override file of a file with a usual name: where the project runs there may be one."""
    folder, name = posixpath.split(path)
    if name not in BASES or _first(project, folder, _OVERRIDES):
        return False
    return leaves_out_one(project.text, folder, _OVERRIDES)


def read_instead(project: ProjectFiles, path: str) -> str | None:
    """The file that Compose takes in place of one with a usual name: it stands beside it, and its name comes first."""
    folder, name = posixpath.split(path)
    names = next((names for names in (BASES, _OVERRIDES) if name in names), ())
    first = _first(project, folder, names)
    return first if first and first != path and not listed(project, folder, path) else None


def in_folder(project: ProjectFiles, folder: str) -> tuple[str, ...]:
    """The files Compose reads when it is called in ``folder``; none if there are none."""
    together = listed(project, folder)
    if together:
        return together
    base = _first(project, folder, BASES)
    override = _first(project, folder, _OVERRIDES) if base else None
    return tuple(path for path in (base, override) if path)


@once
def bare_services(file: ComposeFile) -> frozenset[str]:
    """The services of a file that it gives nothing to run."""
    services = (service for service in file.services if not any(key in service.map for key in _RUNNABLE))
    return frozenset(service.name for service in services)


def _first(project: ProjectFiles, folder: str, names: Iterable[str]) -> str | None:
    start = f"{folder}/" if folder else ""
    return next((start + name for name in names if project.exists(start + name)), None)


def listed(project: ProjectFiles, folder: str, path: str | None = None) -> tuple[str, ...]:
    """The files that ``COMPOSE_FILE`` in the folder's ``.env`` lists, if all are there and ``path`` is one of them."""
    env = f"{folder}/.env" if folder else ".env"
    source = project.read(env) if project.exists(env) else None
    if source is None or "COMPOSE_FILE" not in source.text:
        return ()
    values = dotenv.parse(source).values
    value = values.get("COMPOSE_FILE")
    if not value:
        return ()
    separator = values.get("COMPOSE_PATH_SEPARATOR") or (";" if ";" in value else ":")
    found = [project.path(posixpath.join(folder, name)) for name in value.split(separator) if name]
    paths = tuple(one for one in found if one and project.exists(one) and not project.is_dir(one))
    if len(paths) < len(found) or (path is not None and path not in paths):
        return ()
    return paths


def _bases(
    project: ProjectFiles, path: str, beside: Iterable[str], read: Callable[[str], ComposeFile | None]
) -> tuple[str, ...]:
    """The files that a fragment such as ``compose.prod.yaml`` is meant to be laid over; none for another file.

    A fragment has services without anything to run, or names what it does not define, and its base has some of that;
    or it has no services at all. The bases are the files that together give those services something to run, among the
    usual names, the other files of its folder and the usual names in the folders above, below the one beside it that
    defines more of what it lacks; for the rest the usual names and the other files of its folder, which must have a
    service of the fragment or none at all, and the usual names in the folders above, which must define all that the
    fragment lacks.
    """
    file = read(path)
    if file is None or file.faults:
        return ()
    bare = bare_services(file)
    lacking = _lacking(file)
    definitions = all(entry.key.value in _DEFINITIONS for entry in file.map.entries)
    if not bare and not lacking and not definitions:
        return ()
    folder = posixpath.dirname(path)
    usual = [name for name in (posixpath.join(folder, name) for name in BASES) if project.exists(name)]
    own = {service.name for service in file.services}
    candidates = [other for other in (*usual, *beside) if other != path]
    giving = tuple(_giving([*candidates, *_usual_above(project, folder)], bare, read))
    if giving:
        return (*_defining([one for one in candidates if one not in giving], lacking, giving, read), *giving)
    for candidate in candidates:
        base = read(candidate)
        if base is None:
            continue
        if candidate in usual and definitions and base.services:
            return (candidate,)
        shared = candidate in usual or not base.services or own & {service.name for service in base.services}
        if lacking & _defined(base) and shared:
            return (candidate,)
    above = ((candidate, read(candidate)) for candidate in _usual_above(project, folder))
    return next(((path,) for path, base in above if lacking and base and lacking <= _defined(base)), ())


def _laid_over(project: ProjectFiles, path: str, read: Callable[[str], ComposeFile | None]) -> str | None:
    """The file above that one of a usual name is laid over: alone it is no project, and that one has what it lacks.

    Compose refuses services with nothing to run, and such that wait for one that is nowhere, so such a file is only
    ever named after another one.
    """
    folder = posixpath.dirname(path)
    above = tuple(_usual_above(project, folder)) if folder else ()
    file = read(path) if above else None
    if file is None or file.faults:
        return None
    bare, lacking = bare_services(file), _lacking(file)
    if not bare and all(section != "services" for section, _ in lacking):
        return None
    bases = ((candidate, read(candidate)) for candidate in above)
    return next((one for one, base in bases if base and bare <= _runnable(base) and lacking <= _defined(base)), None)


def _completing(
    project: ProjectFiles, path: str, beside: Sequence[str], read: Callable[[str], ComposeFile | None]
) -> tuple[str, ...]:
    """The files without which one of a usual name is none that Compose starts, and which are none without it.

    They give those of its services something to run that have nothing, all of them, and need what it defines.
    """
    file = read(path)
    bare = bare_services(file) if file is not None and not file.faults else frozenset()
    if not bare:
        return ()
    giving = [other for other in beside if (one := read(other)) is not None and bare & _runnable(one)]
    found = tuple(_giving([other for other in giving if path in _bases(project, other, beside, read)], bare, read))
    given = {name for other in found if (base := read(other)) is not None for name in _runnable(base)}
    return found if bare <= given else ()


@once
def _runnable(file: ComposeFile) -> frozenset[str]:
    """The services of a file that it gives something to run."""
    return frozenset(service.name for service in file.services) - bare_services(file)


def _giving(
    candidates: Sequence[str], bare: frozenset[str], read: Callable[[str], ComposeFile | None]
) -> Iterator[str]:
    """The files that give these services something to run: the one that gives most, then what gives the others."""
    given = {one: bare & _runnable(base) for one in candidates if bare and (base := read(one)) is not None}
    while given:
        best = max(given, key=lambda one: len(given[one]))
        found = given[best]
        if not found:
            return
        yield best
        given = {one: names - found for one, names in given.items() if one != best}


def _defining(
    candidates: Iterable[str],
    lacking: frozenset[tuple[str, str]],
    given: Iterable[str],
    read: Callable[[str], ComposeFile | None],
) -> tuple[str, ...]:
    """The file that defines most of what a fragment lacks and the files of ``given`` do not define."""
    rest = lacking.difference(*(_defined(base) for one in given if (base := read(one)) is not None))
    found = {one: len(rest & _defined(base)) for one in candidates if rest and (base := read(one)) is not None}
    best = max(found, key=found.__getitem__, default=None)
    return (best,) if best is not None and found[best] else ()


def _usual_above(project: ProjectFiles, folder: str) -> Iterator[str]:
    """The files of a usual name in the folders above, nearest first."""
    while folder:
        folder = posixpath.dirname(folder)
        found = _first(project, folder, BASES)
        if found:
            yield found


@once
def _lacking(file: ComposeFile) -> frozenset[tuple[str, str]]:
    """What a file refers to and does not define; nothing if others are included, which may."""
    used = _used(file) if "include" not in file.map else ()
    return frozenset(used) - _defined(file) if used else frozenset()


@once
def _defined(file: ComposeFile) -> frozenset[tuple[str, str]]:
    """What a file defines: sections and names."""
    groups = (("services", file.services), ("networks", file.networks), ("volumes", file.volumes))
    more = (("secrets", file.secrets), ("configs", file.configs))
    return frozenset(
        (("networks", "default"), *((name, one.name) for name, group in (*groups, *more) for one in group))
    )


def _used(file: ComposeFile) -> set[tuple[str, str]]:
    """What the services of a file refer to: sections and names, as far as they are known."""
    used = set()
    for service in file.services:
        for section in ("networks", "secrets", "configs"):
            if section in service.map:
                used |= {(section, one.name) for one in getattr(service, section) if one.name}
        used |= {("services", one.name) for one in service.depends_on if one.name}
        volumes = [mount.volume for mount in service.mounts]
        used |= {("volumes", one.literal) for one in volumes if one is not None and one.literal}
    return used
