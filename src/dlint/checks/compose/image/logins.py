"""Users and passwords with which services log in to a database of the project, held to those that it makes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check
from dlint.api.compose import DATABASE_LOGINS, ComposeModel, KnownVariable, Service, ServiceEnvironment, environment_of

_HOSTS = ("HOST", "HOSTNAME", "SERVER")
_USERS = ("USER", "USERNAME")
_PASSWORDS = ("PASSWORD", "PASS", "PASSWD", "PWD")
_SCRIPTS = "/docker-entrypoint-initdb.d"


class _Login(NamedTuple):
    """With what a service logs in, and where that stands."""

    host: str
    scheme: str
    user: str
    password: str
    where: Node
    line: Node | None


@check(on=Service, inside=("makes_logins",), blames=True)
def database_login_differs(service: Service, model: ComposeModel) -> Problems:
    """A user or a password with which a service logs in, and that the database of the project does not have."""
    if len(model.services) < 2:
        return
    reported: set[str] = set()
    for login in _logins(environment_of(service, model)):
        target = model.host_names.get(login.host)
        found = _held(login, target, model) if target is not None and login.host not in reported else None
        if target is not None and target is not service and found is not None:
            reported.add(login.host)
            what, other = found
            related = [Related(other, f"What {target.name} makes")]
            related += [Related(login.line, "It is set here")] if login.line is not None else []
            yield Problem(
                login.where,
                f"Service {service.name} cannot log in to {target.name}: {what}",
                related=related,
                hides=tuple(node for node in (login.where, login.line, other) if node is not None),
            )


def _held(login: _Login, target: Service, model: ComposeModel) -> tuple[str, Node] | None:
    """What is wrong with a login at a database, and the place that says otherwise; None if it may be right."""
    image = target.image_ref
    server = DATABASE_LOGINS.get(image.familiar) if image is not None else None
    given = environment_of(target, model)
    if server is None or (login.scheme and login.scheme not in server.schemes):
        return None
    if not given.whole or model.is_partial(target) or any(name in given.values for name in server.opens):
        return None
    if (
        any(name.endswith("_FILE") for name in given.values)
        or target.command is not None
        or target.entrypoint is not None
    ):
        return None
    known = {one.name: one for one in given.known}
    names: list[KnownVariable] = []
    for one in server.logins:
        user = next((known[name] for name in one.users if name in known), None)
        if user is None and any(name in given.values for name in one.users):
            return None
        if user is not None:
            names.append(user)
        if login.user == (user.value if user is not None else one.name):
            password = next((known[name] for name in one.passwords if name in known), None)
            if password is None or password.value == login.password:
                return None
            return f"the password of {login.user} is another one there", password.line or password.where
    if not names or not login.user.isidentifier() or _makes_more(target):
        return None
    return f"it makes no user {login.user}, but {names[0].value}", names[0].line or names[0].where


def _makes_more(target: Service) -> bool:
    """Whether scripts may make more users, or a folder of the host may have them already."""
    for mount in target.mounts:
        place = mount.target.literal if mount.target is not None else None
        if place is None or place.startswith(_SCRIPTS) or mount.volume is None:
            return True
    return bool(target.configs) or bool(target.volumes_from)


def _logins(given: ServiceEnvironment) -> Iterator[_Login]:
    """The logins that the variables of a service have, in URLs or beside the name of a host."""
    for one in given.known:
        scheme, found, rest = one.value.partition("://")
        login, at, place = rest.partition("@")
        user, colon, password = login.partition(":")
        if found and at and colon and user and password and "/" not in login:
            name = place.replace("/", ":").replace("?", ":").replace(",", ":").partition(":")[0]
            plain = scheme.lstrip("\"'").lower().partition("+")[0]
            yield _Login(name, plain, unquote(user), unquote(password), one.where, one.line)
    by_name = {one.name.upper(): one for one in given.known}
    for host in given.hosts:
        name = host.name.upper()
        stem = next((name.removesuffix(f"_{end}") for end in _HOSTS if name.endswith(f"_{end}")), "")
        user_of = next((by_name[f"{stem}_{end}"] for end in _USERS if f"{stem}_{end}" in by_name), None)
        secret = next((by_name[f"{stem}_{end}"] for end in _PASSWORDS if f"{stem}_{end}" in by_name), None)
        if stem and user_of is not None and secret is not None:
            yield _Login(host.value, "", user_of.value, secret.value, secret.where, secret.line)
