"""What services are told to log in to a database with, held to the users and the database that it makes."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, Related, check, related_to
from dlint.api.compose import ComposeModel, Service, environment_of
from dlint.api.databases import Client, Logins, clients_of, logins_of


@check(on=Service, blames=True)
def database_login_wrong(service: Service, model: ComposeModel) -> Problems:
    """A user, a password or a database that the database asked for does not make at its first start."""
    if service.network_mode is not None or not environment_of(service, model).may_ask:
        return
    reported: set[tuple[str, int]] = set()
    for client in clients_of(service, model):
        target = model.host_names.get(client.host)
        logins = logins_of(target, model) if target is not None and target is not service else None
        if target is None or logins is None or (client.scheme and client.scheme not in logins.family.schemes):
            continue
        for problem in _wrong(client, target.name, logins):
            where = (problem.where.source.path, problem.where.span[0])
            if where not in reported:
                reported.add(where)
                yield problem


def _wrong(client: Client, target: str, logins: Logins) -> Iterator[Problem]:
    if logins.family.option:
        yield from _without_password(client, target, logins)
    user = client.user.text if client.user is not None else "" if "" in logins.users else None
    if client.user is not None and user and user not in logins.users:
        if logins.may_be_filled:
            return
        made = " and ".join(filter(None, logins.users))
        message = f"{target} makes no user {user}, but {made}: name that one, or make the other"
        yield Problem(client.user.where, message, related=_related(client, logins.where, "The users come from here"))
        return
    right = logins.users.get(user) if user is not None else None
    given = client.password.text if client.password is not None else None
    if client.password is not None and given and right is not None and right.text and given != right.text:
        whose = f"makes the user {user} with" if user else "asks for"
        message = f"{target} {whose} another password than this one"
        yield Problem(client.password.where, message, related=_related(client, right.where, "Its password is set here"))
    yield from _wrong_database(client, target, logins, user)


def _without_password(client: Client, target: str, logins: Logins) -> Iterator[Problem]:
    """A URL without the password that everybody has to give."""
    if client.scheme and client.password is None and client.user is None:
        yield Problem(
            client.where,
            f"{target} asks for a password ({logins.family.option}), and this URL has none",
            related=_related(client, logins.where, "It is set here"),
        )


def _wrong_database(client: Client, target: str, logins: Logins, user: str | None) -> Iterator[Problem]:
    """The database that is not made; a user who may do everything may make it."""
    name = client.database.text if client.database is not None else None
    made, family = logins.database, logins.family
    if client.database is None or not name or name in family.databases or (made is not None and not made.text):
        return
    if family.users_in:
        if client.scheme and user in logins.users and name != family.users_in and "authSource=" not in client.options:
            yield Problem(
                client.database.where,
                f"{target} makes {user} in the database {family.users_in}, and the URL says that {name} has it: add"
                f" ?authSource={family.users_in}",
                related=_related(client, logins.where, "The user is made here"),
            )
        return
    is_master = user is None or user == logins.master
    if made is None and family.database and not is_master and not logins.may_be_filled:
        yield Problem(
            client.database.where,
            f"{target} makes no database, so that {user} may use none: set {family.database[-1]} to {name}",
            related=_related(client, logins.where, "The user is made here"),
        )
    elif made is not None and made.text != name and not logins.may_be_filled:
        yield Problem(
            client.database.where,
            f"{target} makes the database {made.text}, not {name}",
            related=_related(client, made.where, "It is named here"),
            doubtful=is_master,
        )


def _related(client: Client, where: Node, what: str) -> list[Related]:
    beside = related_to(client.related, "It is set here")
    return [Related(where, what), *beside]
