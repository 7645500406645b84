"""What the image of a service wants in its environment and refuses there, and files of secrets that it is to read."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, check, pattern, related_to
from dlint.api.compose import REFUSED_VALUES, ComposeModel, Service, ServiceEnvironment, environment_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image

_SECRET = pattern(r"/(?:var/)?run/secrets/([A-Za-z0-9._-]+)")
_FOLDERS = ("/run/secrets/", "/var/run/secrets/")
_IN_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"


@check(on=Service, blames=True)
def required_environment_missing(service: Service, model: ComposeModel) -> Problems:
    """An image that stops at its first start, as none of the variables that it asks for is set."""
    image = model.image_of(service)
    if image is None or not image.requires_env or not model.is_whole(service) or model.starts_otherwise(service):
        return
    given = environment_of(service, model)
    data = image.data
    if not given.whole or (data is not None and any(_holds(mount, data.path) for mount in _binds(service))):
        return
    for group in image.requires_env:
        if not any(_is_met(name, given, image) for name in group):
            related = related_to(image.place, "This image asks for it")
            names = list(dict.fromkeys(name for name in group if not name.endswith("_HASH_FILE")))
            yield Problem(
                service.key,
                f"Service {service.name} stops at its first start: {image.base_name} wants {_listed(names)}",
                related=related,
            )


@check(on=Service, keys=("environment", "env_file"), blames=True)
def environment_refused(service: Service, model: ComposeModel) -> Problems:
    """A variable with a value at which the start script of the image stops, at its first start."""
    refused = [one for one in environment_of(service, model).known if REFUSED_VALUES.get(one.name) == one.value]
    image = model.image_of(service) if refused else None
    if image is None or not image.requires_env or not model.is_whole(service) or model.starts_otherwise(service):
        return
    known = image.facts.knows_env if image.facts is not None else None
    data = image.data
    if not known or (data is not None and any(_holds(mount, data.path) for mount in _binds(service))):
        return
    for one in refused:
        if one.name in known:
            message = (
                f"Service {service.name} stops at its first start: {image.base_name} refuses {one.name}={one.value};"
                " leave it out"
            )
            related = related_to(one.line, "It is set here")
            yield Problem(one.where, message, related=related)


def _binds(service: Service) -> Iterator[str]:
    for mount in service.mounts:
        if mount.volume is None and mount.type != "tmpfs":
            yield (mount.target.literal if mount.target is not None else None) or "/"


def _holds(folder: str, place: str) -> bool:
    folder = folder.rstrip("/")
    return place == folder or place.startswith(folder + "/") or folder.startswith(place + "/")


def _is_met(name: str, given: ServiceEnvironment, image: Image) -> bool:
    name, equals, value = name.partition("=")
    found = given.values.get(name)
    if found is not None:
        if equals:
            return found.value is None or found.value == value
        # A variable that is empty here has its value where the project runs.
        return found.value != "" or "$" in found.where.raw
    own = image.own_value(name)
    return own is not None and (not equals or own.value is None or own.value == value)


def _listed(names: list[str]) -> str:
    return " or ".join(names) if len(names) < 4 else f"one of {', '.join(names[:4])} …"


@check(on=Service, keys=("environment", "env_file", "command", "entrypoint"), blames=True)
def secret_file_not_granted(service: Service, model: ComposeModel) -> Problems:
    """A file below /run/secrets that the service is told to read, and no secret of it puts there."""
    named = list(_named(service, model))
    if not named or model.is_partial(service) or service.volumes_from:
        return
    brought = _brought(service)
    if brought is None:
        return
    reported: set[str] = set()
    for where, name, note, line in named:
        if name in brought or name in reported:
            continue
        reported.add(name)
        secret = next((one for one in model.secrets if one.name == name), None)
        related = [Related(secret.key, "The secret that is meant")] if secret is not None else []
        related += related_to(line, "The file is named here")
        yield Problem(
            where,
            f"Service {service.name} reads /run/secrets/{name}{note}, but is not given a secret of that name; list it"
            " under `secrets`",
            related=related,
        )


def _named(service: Service, model: ComposeModel) -> Iterator[tuple[Node, str, str, Node | None]]:
    """The files below /run/secrets that variables and commands name, with the line of an env file that does."""
    for variable, given in environment_of(service, model).values.items():
        name = _secret(given.value or "")
        if name:
            where, line = (given.where, None) if given.file is None else (given.file, given.where)
            yield where, name, f" (as {variable} says)", line
    for line in (service.command, service.entrypoint):
        for word in line.words if line is not None else ():
            text = word.literal or ""
            for match in _SECRET.finditer(text) if _FOLDERS[0] in text else ():
                at = word.value.find(match[0])
                yield (word.at(at, at + len(match[0])) if at >= 0 and line is not None else word), match[1], "", None


def _secret(path: str) -> str:
    """The name of the secret that a path is of; empty if it is of none."""
    name = next((path.removeprefix(folder) for folder in _FOLDERS if path.startswith(folder)), "")
    return name if not name.strip(_IN_NAMES) else ""


def _brought(service: Service) -> set[str] | None:
    """The names of the files below /run/secrets; None if they are unknown."""
    found: set[str] = set()
    for reference in service.secrets:
        if reference.name is None or (reference.target is not None and reference.target.literal is None):
            return None
        name = (reference.target.literal if reference.target is not None else None) or reference.name
        found.add(name.removeprefix("/var").removeprefix("/run/secrets/"))
    for config in service.configs:
        if config.target is not None:
            found.add((config.target.literal or "").removeprefix("/var").removeprefix("/run/secrets/"))
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None or target.removeprefix("/var").rstrip("/") in ("/run/secrets", "/run", "/", ""):
            return None
        if "/run/secrets/" in target:
            found.add(target.removeprefix("/var").removeprefix("/run/secrets/").partition("/")[0])
    for tmpfs in service.tmpfs:
        if (tmpfs.path.literal or "").rstrip("/").endswith("/run/secrets"):
            return None
    return found
