"""Databases that are told to let everybody in.

The variables are those of the images' entry points: of mysql, mariadb, percona, postgres, neo4j, arangodb,
elasticsearch and weaviate, and of Bitnami's images.
"""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import EnvVar, Service, assume

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


@check(on=Service, keys=("environment",))
def database_without_password(service: Service) -> Problems:
    """A variable that makes a database ask nobody for a password."""
    given: dict[tuple[str, ...], bool] = {}
    for variable in service.environment:
        switch = _SWITCHES.get(variable.name)
        if switch is None or not variable.assigned:
            continue
        values, passwords = switch
        value = assume(variable.text)
        if not value or (values is not None and value.strip("\"'").lower() not in values):
            continue
        if passwords not in given:
            given[passwords] = bool(passwords) and _gives_password(service, passwords)
        if given[passwords]:
            continue
        even = ", whatever its value" if values is None and value.lower() in ("no", "false", "0", "off") else ""
        yield Problem(
            variable.key,
            f"{variable.name} lets everybody who reaches the port into service {service.name}{even};"
            " give it a password",
        )


def _gives_password(service: Service, passwords: tuple[str, ...]) -> bool:
    return bool(service.env_files) or any(_gives_one(other, passwords) for other in service.environment)


def _gives_one(variable: EnvVar, passwords: tuple[str, ...]) -> bool:
    """Whether a variable gives a password, or may: one without a value comes from outside."""
    if not variable.name.endswith(passwords) or variable.name in _SWITCHES:
        return variable.name.endswith("_RANDOM_ROOT_PASSWORD")
    return not variable.assigned or bool(variable.text.strip("\"'"))
