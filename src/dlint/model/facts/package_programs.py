"""Programs that packages of other names bring.

Sources: the lists of files at packages.debian.org and pkgs.alpinelinux.org. A name stands for all that have it in them:
``postgresql`` for ``postgresql-client-16`` and ``postgresql16-client``.
"""

from __future__ import annotations

from functools import lru_cache

from dlint.model.facts.unneeded import UNNEEDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_PACKAGES: Final = {
    "postgresql": "pg_isready psql pg_dump pg_dumpall pg_restore createdb",
    "libpq5": "pg_isready psql",
    "mysql mariadb": "mysql mysqladmin mysqldump mariadb mariadb-admin mariadb-dump",
    "redis valkey": "redis-cli valkey-cli",
    "mongo": "mongo mongosh mongodump",
    "procps": "ps pgrep pkill pidof top free uptime watch",
    "psmisc": "killall fuser pstree",
    "iproute2": "ip ss tc",
    "iputils": "ping",
    "openssh": "ssh scp sftp ssh-keyscan ssh-keygen",
    "gnupg": "gpg gpgv gpg-agent",
    "gettext": "envsubst msgfmt",
    "busybox": "nc wget telnet ping",
    "build-essential build-base base-devel": "gcc g++ make cc ld ar",
    "openjdk jdk jre temurin": "java javac keytool",
    "util-linux": "flock setpriv runuser",
    "passwd shadow": "useradd groupadd usermod",
    "dnsutils bind-tools bind-utils": "dig nslookup host",
    "sqlite": "sqlite3",
    "xz": "xz unxz",
    "cron": "crontab cron crond",
}
_BY_PROGRAM: Final = {
    program: tuple(
        name for names, programs in _PACKAGES.items() if program in programs.split() for name in names.split()
    )
    for programs in _PACKAGES.values()
    for program in programs.split()
}


@lru_cache(maxsize=64)
def packages_with(program: str) -> tuple[str, ...]:
    """The packages that bring a program, by what their names have in them."""
    plain = (name for name, row in UNNEEDED.items() if program in row.programs)
    return (*plain, *_BY_PROGRAM.get(program, ()))
