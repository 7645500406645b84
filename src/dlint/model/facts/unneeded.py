"""Packages for people at a terminal, which no program needs to run: by their names in the distributions.

Sources: the package lists of Debian, Alpine, Fedora, openSUSE and Arch Linux
(packages.debian.org, pkgs.alpinelinux.org, packages.fedoraproject.org); what they are for is what the packages say.
"""

from __future__ import annotations

from functools import lru_cache

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class Unneeded(NamedTuple):
    """What a package is for, and the programs by which somebody would use it.

    ``sure``: no program calls it, so that it is surely there for people.
    """

    purpose: str
    programs: frozenset[str]
    sure: bool


def _rows(purpose: str, written: str, sure: bool = False) -> dict[str, Unneeded]:
    """Rows of ``package`` or ``package=program+program``."""
    found = {}
    for word in written.split():
        name, _, programs = word.partition("=")
        found[name] = Unneeded(purpose, frozenset(programs.split("+") if programs else (name,)), sure)
    return found


UNNEEDED: Final = {
    **_rows(
        "an editor",
        "vim=vim+vi+ex+vimdiff+xxd vim-tiny=vi vim-nox=vim vim-enhanced=vim vim-minimal=vi neovim=nvim"
        " nano joe micro mc ne jed",
        sure=True,
    ),
    **_rows(
        "a server for logins",
        "openssh-server=sshd dropbear telnetd=in.telnetd+telnetd telnet-server=in.telnetd rsh-server"
        " xrdp tigervnc-server=vncserver+Xvnc tightvncserver=vncserver+Xvnc",
    ),
    **_rows(
        "a debugger",
        "gdb gdbserver strace ltrace lldb valgrind linux-perf=perf perf bpftrace systemtap=stap"
        " sysstat=sar+iostat+mpstat python3-dbg=python3-dbg libc6-dbg",
    ),
    **_rows(
        "a tool to examine networks",
        "net-tools=netstat+ifconfig+route+arp iputils-ping=ping+ping6 iputils=ping dnsutils=dig+nslookup+host+nsupdate"
        " bind9-dnsutils=dig+nslookup+nsupdate bind-tools=dig+nslookup+host bind-utils=dig+nslookup+host"
        " bind9-host=host telnet inetutils-telnet=telnet inetutils-ping=ping traceroute iputils-tracepath=tracepath mtr"
        " mtr-tiny=mtr nmap nmap-ncat=ncat+nc netcat=nc+netcat netcat-openbsd=nc+netcat netcat-traditional=nc+netcat"
        " ncat=ncat+nc tcpdump tshark iperf iperf3 iftop nload ethtool whois",
    ),
    **_rows(
        "for work at a terminal",
        "htop atop iotop man-db=man man-pages manpages manpages-dev bash-completion command-not-found cowsay fortune"
        " mlocate=locate+updatedb plocate=locate+updatedb fortune-mod=fortune figlet fish ranger neofetch",
        sure=True,
    ),
    **_rows("an editor", "emacs emacs-nox=emacs emacs-nw=emacs vim-runtime=vim"),
    **_rows("for work at a terminal", "tmux screen zsh tree"),
}  # fmt: skip
"""What packages are for that a service does not need."""

# Programs that packages of other names bring, by what these have in them: ``postgresql`` for ``postgresql16-client``.
_PACKAGES: Final = {
    "postgresql": "pg_isready psql pg_dump pg_dumpall pg_restore createdb",
    "libpq5": "pg_isready psql",
    "mysql mariadb": "mysql mysqladmin mysqldump mariadb mariadb-admin mariadb-dump",
    "redis valkey": "redis-cli valkey-cli",
    "mongo": "mongo mongosh mongodump",
    "shadow": "useradd groupadd usermod groupmod userdel",
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
