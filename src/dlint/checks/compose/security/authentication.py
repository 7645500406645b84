"""Databases that are told to let everybody in.

The variables are those of the images' entry points: of mysql, mariadb, percona, postgres, neo4j, arangodb,
elasticsearch and weaviate, and of Bitnami's images.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, check, related_to
from dlint.api.compose import ComposeModel, EnvVar, Service, assume, environment_of

_YES = frozenset(("1", "yes", "true"))
_NO = frozenset(("false",))
# Variable: the values that switch authentication off (None: each one, also "no"), and the ends of the variables that
# give a password, with which it stays on.
_SWITCHES: dict[str, tuple[frozenset[str] | None, tuple[str, ...]]] = {
    "MYSQL_ALLOW_EMPTY_PASSWORD": (None, ("ROOT_PASSWORD", "ROOT_PASSWORD_FILE", "ROOT_PASSWORD_HASH")),
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": (None, ("ROOT_PASSWORD", "ROOT_PASSWORD_FILE", "ROOT_PASSWORD_HASH")),
    "ARANGO_NO_AUTH": (None, ()),
    "POSTGRES_HOST_AUTH_METHOD": (frozenset(("trust",)), ()),
    "NEO4J_AUTH": (frozenset(("none",)), ()),
    "xpack.security.enabled": (_NO, ()),
    "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": (_YES, ()),
    "ALLOW_EMPTY_PASSWORD": (_YES, ("PASSWORD", "PASSWORD_FILE", "PASSWORDS")),
    "ALLOW_NONE_AUTHENTICATION": (_YES, ("PASSWORD", "PASSWORD_FILE")),
}


@check(on=Service, keys=("environment", "env_file"))
def database_without_password(service: Service, model: ComposeModel) -> Problems:
    """A variable that makes a database ask nobody for a password."""
    kept: dict[tuple[str, ...], bool] = {}
    for name, text, where, line in _switched(service, model):
        values, passwords = _SWITCHES[name]
        value = assume(text)
        if not value or (values is not None and value.strip("\"'").lower() not in values):
            continue
        if passwords not in kept:
            kept[passwords] = bool(passwords) and _gives_password(service, model, passwords)
        if kept[passwords]:
            continue
        even = ", whatever its value" if values is None and value.lower() in ("no", "false", "0", "off") else ""
        yield Problem(
            where,
            f"{name} lets everybody who reaches the port into service {service.name}{even}; give it a password",
            related=related_to(line, f"{name} is set here"),
        )


def _switched(service: Service, model: ComposeModel) -> Iterator[tuple[str, str, Node, Node | None]]:
    """The variables that may let everybody in: name, text and place, and the line of an env file."""
    for variable in service.environment:
        if variable.name in _SWITCHES and variable.assigned:
            yield variable.name, variable.text, variable.key, None
    given = environment_of(service, model).values if service.env_files else {}
    for name, one in given.items():
        if name in _SWITCHES and one.file is not None and one.value is not None:
            yield name, one.value, one.file, one.where


def _gives_password(service: Service, model: ComposeModel, passwords: tuple[str, ...]) -> bool:
    given = environment_of(service, model)
    files = ((name, one) for name, one in given.values.items() if one.file is not None)
    return (
        not given.whole
        or any(_is_one(name, passwords) and one.value != "" for name, one in files)
        or any(_gives_one(other, passwords) for other in service.environment)
    )


def _is_one(name: str, passwords: tuple[str, ...]) -> bool:
    """Whether a variable of this name gives a password, or has the image make one up."""
    return (name.endswith(passwords) and name not in _SWITCHES) or name.endswith("_RANDOM_ROOT_PASSWORD")


def _gives_one(variable: EnvVar, passwords: tuple[str, ...]) -> bool:
    """Whether a variable gives a password, or may: one without a value comes from outside."""
    if not _is_one(variable.name, passwords):
        return False
    return not variable.assigned or bool(variable.text.strip("\"'"))
