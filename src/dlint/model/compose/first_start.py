"""What a database is made of when it starts for the first time: its image, its own scripts, its user and database."""

from __future__ import annotations

from dlint.lazy import NamedTuple
from dlint.model.compose.environment import environment_of
from dlint.model.compose.places import is_below
from dlint.model.facts.logins import FAMILIES
from dlint.syntax.compose.command_words import split_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.compose.environment import ServiceEnvironment
    from dlint.model.compose.model import ComposeModel
    from dlint.model.facts.logins import Family
    from dlint.model.image import Image
    from dlint.source import Node
    from dlint.syntax.compose.file import Volume
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.views import CommandLine

_SCRIPTS: Final = "/docker-entrypoint-initdb.d"


def base_name(service: Service, image: Image | None) -> str:
    """The familiar name of the image that a service runs, or that the one it builds is made from; "" if not known.

    Also "" if the image has an entrypoint of the project, so that nobody knows what its first start does.
    """
    if image is not None and image.stage is not None:
        own = image.entrypoint is not None and image.entrypoint.own
        ref = image.stage.root.image if not own else None
    else:
        ref = service.image_ref if service.build is None else None
    return ref.familiar if ref is not None else ""


def first_scripts(service: Service, image: Image | None, folder: str = _SCRIPTS) -> Node | None:
    """What brings scripts for the first start, or files of another folder: a mount, or an instruction."""
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is not None and mount.host_path is not None and is_below(target.rstrip("/"), folder):
            return mount
    return next(_copied(image, folder), None) if image is not None else None


def _copied(image: Image, folder: str) -> Iterator[Node]:
    for node, _ in image.own_instructions():
        words = getattr(node, "words", ()) if node.name in ("COPY", "ADD") else ()
        if words and is_below((words[-1].literal or "").rstrip("/"), folder):
            yield node


class Value(NamedTuple):
    """A value and its place; ``text`` is None if it is not known."""

    text: str | None
    where: Node


class Logins(NamedTuple):
    """Who may log in to a database after its first start, with which password, and the ``database`` that is asked for.

    ``users`` has their passwords; ``master`` has all rights. A password of None is not set, or any will do. With
    ``may_be_filled`` a folder of the host, or a volume that others make, has the data, in which there may be more users
    and databases already.
    """

    family: Family
    users: dict[str, Value | None]
    master: str
    database: Value | None
    where: Node
    may_be_filled: bool = False


def logins_of(service: Service, model: ComposeModel) -> Logins | None:
    """Who may log in to a service; None if it is no database of a known family, or may have more users."""
    image = model.image_of(service)
    name = base_name(service, image)
    family = next((family for family in FAMILIES if name in family.images), None)
    if family is None or model.is_partial(service) or _makes_more(service, image, family, model):
        return None
    if family.option:
        return _by_command(service, family)
    if model.starts_otherwise(service):
        return None
    given = environment_of(service, model)
    if not given.whole or first_scripts(service, image) is not None or _takes_files(given, family):
        return None
    user = _value(given, image, family.user, service)
    if user is not None and not user.text:
        return None
    first = user.text if user is not None and user.text else family.default_user
    is_open = any(given.may_have(name) for name in family.open_by)
    users: dict[str, Value | None] = {}
    if first:
        default = Value(family.default_password, service.key) if family.default_password else None
        users[first] = _value(given, image, family.password, service) or default
    if family.root:
        users[family.root] = _value(given, image, family.root_password, service)
    if is_open:
        users = dict.fromkeys(users)
    if not users:
        return None
    database = _value(given, image, family.database, service)
    where = user.where if user is not None else service.key
    return Logins(family, users, family.root or first, database, where, _may_be_filled(service, image, model))


def _makes_more(service: Service, image: Image | None, family: Family, model: ComposeModel) -> bool:
    """Whether settings, options or another service may make users besides those of the variables."""
    command = service.command.raw if service.command is not None else ""
    if any(word in command for word in family.more):
        return True
    if family.settings and (service.configs or first_scripts(service, image, family.settings) is not None):
        return True
    return any(_sets_up(other, family, model) for other in model.services if other is not service)


def _sets_up(service: Service, family: Family, model: ComposeModel) -> bool:
    """Whether a service runs something else in an image of a database: its client, to make users and databases."""
    image = model.image_of(service)
    if image is not None and image.stage is not None:
        ref = image.stage.root.image
        started = any(known is None or known.own for known in (image.entrypoint, image.cmd))
    else:
        ref, started = service.image_ref if service.build is None else None, False
    return ref is not None and ref.familiar in family.images and (started or model.starts_otherwise(service))


def _may_be_filled(service: Service, image: Image | None, model: ComposeModel) -> bool:
    """Whether a folder of the host, or a volume that others make, has the data of a database."""
    data = image.data if image is not None else None
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target and data is not None and is_below(data.path, target.rstrip("/")):
            name = mount.volume.literal if mount.volume is not None else None
            volume = model.volume_by_name.get(name or "")
            if mount.host_path is not None or (volume is not None and _is_of_others(volume)):
                return True
    return False


def _is_of_others(volume: Volume) -> bool:
    """Whether a volume may be filled before the project starts: others make it, or it is a folder of the host."""
    return volume.external is not False or bool(volume.driver_opts)


def _by_command(service: Service, family: Family) -> Logins | None:
    """The password that an option of the command sets for all who give no name, and for the one called ``default``."""
    line = service.command
    words = _words(line) if line is not None else []
    if line is None or family.option not in words[:-1]:
        return None
    text = words[words.index(family.option) + 1]
    password = Value(text if line.arguments is not None and "$" not in text else None, line)
    return Logins(family, {"": password, "default": password}, "", None, line)


def _words(line: CommandLine) -> list[str]:
    """The words of a command, with variables as they are written where their value is not known."""
    if line.arguments is not None:
        return line.arguments
    whole = line.string
    return [word.value for word in line.words] if whole is None else split_command(whole.value).words or []


def _takes_files(given: ServiceEnvironment, family: Family) -> bool:
    """Whether a value comes out of a file, a secret in most cases."""
    names = (*family.user, *family.password, *family.database, *family.root_password)
    return any(given.may_have(f"{name}_FILE") for name in names)


def _value(given: ServiceEnvironment, image: Image | None, names: tuple[str, ...], service: Service) -> Value | None:
    """The value of the first variable that is set, by the service or by the project's Dockerfile."""
    for name in names:
        if name in given.values:
            return Value(given.values[name].value, given.values[name].where)
    for name in names:
        own = image.own_value(name) if image is not None else None
        if own is not None:
            return Value(own.value, own.where or service.key)
    return None
