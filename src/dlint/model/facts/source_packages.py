"""Packages of Python that pip compiles on Linux, as nobody publishes them compiled for it."""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final


class SourcePackage(NamedTuple):
    """The packages of Debian and of Alpine with what compiling takes, and another package that needs none of it."""

    debian: str
    alpine: str
    instead: str = ""


# The files of each on pypi.org/project/NAME/#files, and what they say of how to install it:
# psycopg.org/docs/install.html#build-prerequisites, github.com/PyMySQL/mysqlclient#linux,
# uwsgi-docs.readthedocs.io/en/latest/Install.html, python-ldap.org/en/latest/installing.html#build-prerequisites,
# pygraphviz.github.io/documentation/stable/install.html.
SOURCE_PACKAGES: Final = {
    "psycopg2": SourcePackage("gcc libc6-dev libpq-dev", "gcc musl-dev postgresql-dev", "psycopg2-binary"),
    "mysqlclient": SourcePackage(
        "gcc libc6-dev pkg-config default-libmysqlclient-dev", "gcc musl-dev pkgconf mariadb-dev", "PyMySQL"
    ),
    "uwsgi": SourcePackage("gcc libc6-dev", "gcc musl-dev linux-headers", "pyuwsgi"),
    "python-ldap": SourcePackage("gcc libc6-dev libldap2-dev libsasl2-dev", "gcc musl-dev openldap-dev"),
    "pygraphviz": SourcePackage("gcc libc6-dev graphviz-dev", "gcc musl-dev graphviz-dev"),
}
"""The packages, by their normal names."""

# A name, extras, versions, and a marker behind a semicolon. psycopg2 was published compiled before 2.8.
_REQUIREMENT = pattern(r"(?m)^[ \t]*([A-Za-z0-9][\w.-]*)(?:\[[^\]\n]*\])?[ \t]*([^\n#;]*)(;[^\n#]*)?")
_OPEN_BELOW = pattern(r"[<!~@]|==?[ \t]*(?:[01]\.|2\.[0-7](?:\D|$))")


def source_packages_in(text: str) -> Iterator[tuple[str, int, int]]:
    """The packages among the lines of a requirements file that are surely compiled, each with its place."""
    for match in _REQUIREMENT.finditer(text):
        name = match[1].lower().replace("_", "-")
        if name in SOURCE_PACKAGES and match[3] is None and not (name == "psycopg2" and _OPEN_BELOW.search(match[2])):
            yield name, *match.span(1)
