"""The images that no Dockerfile explains: distributions that are unpacked from an archive. Reviewed by hand.

A root says which programs it has and which it lacks, of the words below, and nothing of any other. Sources:

- Debian: the package lists beside each image, ``rootfs.manifest`` in github.com/debuerreotype/docker-debian-artifacts
  (bookworm/slim at 0433c8c, buster at 064f343): adduser apt bash coreutils dash debianutils diffutils dpkg findutils
  gpgv grep gzip hostname login mawk mount passwd perl-base sed sysvinit-utils tar util-linux and libraries.
- Alpine: alpine-base without init (github.com/alpinelinux/docker-alpine): apk-tools, busybox with its applets, musl,
  libcrypto, ca-certificates-bundle.
- Ubuntu: the ubuntu-base archive (cdimage.ubuntu.com/ubuntu-base), as Debian's with a few programs more; of those
  nothing is said.
- Oracle Linux, UBI, CentOS, Amazon Linux: what Dockerfiles of official images use before they install anything
  (``curl`` and ``microdnf`` on oraclelinux:9-slim and redhat/ubi9-minimal, ``yum`` on centos:7 and amazonlinux:2), and
  what they install first since it is not there (``wget``, ``tar``).
- Distroless: github.com/GoogleContainerTools/distroless, README.md at 00121b6: "They do not contain package managers,
  shells or any other programs"; the tag ``debug`` adds busybox.
- Windows: mcr.microsoft.com/windows/servercore and nanoserver; only the system is known.
"""

from __future__ import annotations

from typing import NamedTuple

# Programs of which a root says that it lacks them; "no" is said of none but these.
TOOLS = (
    "apk apt apt-get ash bash busybox bzip2 cron crontab curl dash dig dnf dumb-init envsubst gcc git gosu"
    " gpg host ifconfig ip java jq ksh less make mariadb mariadb-admin microdnf mongo mongosh mysql mysqladmin"
    " nano nc ncat netcat netstat node npm nslookup openssl perl pg_isready php pgrep ping ps psql python"
    " python2 python3 redis-cli rsync ruby sh socat ss ssh su-exec sudo supervisord telnet tini unzip vi vim"
    " wget xz yum zip zsh addgroup adduser groupadd useradd usermod"
).split()
_CORE = (
    "awk basename cat chgrp chmod chown chroot cp cut date dd df dirname du echo env expr false find grep"
    " groups gzip head hostname id kill ln ls mkdir mktemp mv nice nohup od printf pwd readlink realpath rm"
    " rmdir sed sh sha256sum sleep sort stat stty sync tail tar tee test timeout touch tr true uname uniq wc"
    " which whoami xargs yes"
).split()
_DEBIAN = [
    *_CORE,
    *"addgroup adduser apt apt-get bash dash deluser dpkg groupadd login mount perl pidof runuser su".split(),
    *"useradd usermod".split(),
]
# The package adduser came along with apt, which has done without it since Debian 13 (apt 2.9.30, debian/changelog).
_DEBIAN_ACCOUNTS = ("addgroup", "adduser", "deluser")
_DEBIAN_NO = (
    "apk ash busybox bzip2 cron crontab curl dig dnf dumb-init envsubst gcc git gosu gpg host ifconfig java"
    " jq ksh less make mariadb mariadb-admin microdnf mongo mongosh mysql mysqladmin nano nc ncat netcat"
    " netstat node npm nslookup openssl pg_isready php pgrep ps psql python python2 python3 redis-cli rsync"
    " ruby socat ssh su-exec sudo supervisord telnet tini unzip vi vim wget xz yum zip zsh"
).split()
_SLIM_NO = [*_DEBIAN_NO, "ip", "ping", "ss"]
_OLD_NO = (
    "apk curl git gosu java jq mongo mongosh mysql mysqladmin node npm php psql redis-cli ruby tini wget yum".split()
)
_UBUNTU_NO = [
    name for name in _DEBIAN_NO if name not in ("bzip2", "gpg", "pgrep", "ps", "vi", "cron", "crontab", "openssl", "xz")
]
_ALPINE = [
    *_CORE,
    *"addgroup adduser apk ash busybox bzip2 crond crontab delgroup deluser hostname ifconfig ip less".split(),
    *"login mount nc netstat nslookup pgrep pidof ping ps su unzip vi wget".split(),
]
_ALPINE_NO = (
    "apt apt-get bash cron curl dash dig dnf dumb-init envsubst gcc git gosu gpg host java jq ksh make mariadb"
    " mariadb-admin microdnf mongo mongosh mysql mysqladmin nano ncat node npm openssl perl pg_isready php psql"
    " python python2 python3 redis-cli rsync ruby socat ss ssh su-exec sudo supervisord tini vim yum zsh"
    " groupadd useradd usermod"
).split()
_RED_HAT = "awk bash cat chmod chown cp curl cut date echo env false grep head id ln ls mkdir mv rm rpm sed sh".split()
_RED_HAT += "sleep sort tail test timeout touch tr true".split()
_RED_HAT_NO = (
    "apk apt apt-get ash busybox dig envsubst gcc git gosu host java jq ksh mariadb mongo mongosh mysql mysqladmin"
    " nano nc node npm nslookup php psql pg_isready redis-cli ruby socat ssh su-exec supervisord telnet tini wget zsh"
).split()
_DISTROLESS_NO = list(TOOLS)

_DEBIAN_USERS = (
    "root=0:0 daemon=1:1 bin=2:2 sys=3:3 sync=4:65534 games=5:60 man=6:12 lp=7:7 mail=8:8 news=9:9 uucp=10:10"
    " proxy=13:13 www-data=33:33 backup=34:34 list=38:38 irc=39:39 nobody=65534:65534 _apt"
)
_DEBIAN_GROUPS = (
    "root=0 daemon=1 bin=2 sys=3 adm=4 tty=5 disk=6 lp=7 mail=8 news=9 uucp=10 man=12 proxy=13 kmem=15"
    " dialout=20 fax=21 voice=22 cdrom=24 floppy=25 tape=26 sudo=27 audio=29 dip=30 www-data=33 backup=34"
    " operator=37 list=38 irc=39 src=40 shadow=42 utmp=43 video=44 sasl=45 plugdev=46 staff=50 games=60"
    " users=100 nogroup=65534"
)
_ALPINE_USERS = (
    "root=0:0 bin=1:1 daemon=2:2 lp=4:7 sync=5:0 shutdown=6:0 halt=7:0 mail=8:12 news=9:13 uucp=10:14 cron=16:16"
    " ftp=21:21 sshd=22:22 games=35:35 ntp=123:123 guest=405:100 nobody=65534:65534"
)
_ALPINE_GROUPS = (
    "root=0 bin=1 daemon=2 sys=3 adm=4 tty=5 disk=6 lp=7 kmem=9 wheel=10 floppy=11 mail=12 news=13 uucp=14"
    " cron=16 audio=18 cdrom=19 dialout=20 ftp=21 sshd=22 input=23 tape=26 video=27 netdev=28 kvm=34 games=35"
    " shadow=42 www-data=82 users=100 ntp=123 abuild=300 utmp=406 ping=999 nogroup=65533 nobody=65534"
)
_RED_HAT_USERS = (
    "root=0:0 bin=1:1 daemon=2:2 adm=3:4 lp=4:7 sync=5:0 shutdown=6:0 halt=7:0 mail=8:12 operator=11:0 games=12:100"
    " ftp=14:50 nobody"
)


DATE = "2026-08-21"
"""When the table was last reviewed."""


class Root(NamedTuple):
    """One root: the tags of an image that share what is said of them.

    ``names`` are its names, ``tags`` all its tags. ``shell`` is what ``/bin/sh`` is: ``bash``, ``dash``, ``busybox`` or
    ``none``. ``users`` and ``groups`` are all there are (``name=uid:gid``); None if not all are known.
    """

    names: str
    tags: str
    system: tuple[str, str]
    shell: str
    programs: list[str]
    lacks: list[str]
    users: str | None = None
    groups: str | None = None
    command: tuple[str, ...] | None = None
    environment: str = ""


# What the builder itself gives an empty image (BuildKit, dockerfile2llb: the default path of the system).
DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _debian() -> list[Root]:
    found = []
    releases = (
        ("15", "duke", ""), ("14", "forky", "testing"), ("13", "trixie", "stable latest"),
        ("12", "bookworm", "oldstable"), ("11", "bullseye", "oldoldstable"), ("10", "buster", ""), ("9", "stretch", ""),
        ("8", "jessie", ""), ("7", "wheezy", ""), ("", "sid", "unstable"),
    )  # fmt: skip
    for number, name, more in releases:
        bases = [*(word for word in (number, name) if word), *more.split()]
        old = number in ("7", "8")
        for slim in (False, True):
            tags = ["stable-slim" if base == "latest" else f"{base}-slim" for base in bases] if slim else bases
            programs, lacks = _DEBIAN, _OLD_NO if old else _SLIM_NO if slim else _DEBIAN_NO
            if number not in ("7", "8", "9", "10", "11", "12"):
                programs = [program for program in programs if program not in _DEBIAN_ACCOUNTS]
                lacks = [*lacks, "addgroup", "adduser"]
            root = Root(
                "debian", " ".join(tags), ("debian", number or name), "dash", programs, lacks, _DEBIAN_USERS,
                _DEBIAN_GROUPS, ("bash",), DEFAULT_PATH,
            )  # fmt: skip
            found.append(root)
    return found


def _ubuntu() -> list[Root]:
    releases = (
        "26.04=resolute,latest,rolling 25.10=questing 25.04=plucky 24.10=oracular 24.04=noble 23.10=mantic"
        " 23.04=lunar 22.10=kinetic 22.04=jammy 21.10=impish 21.04=hirsute 20.10=groovy 20.04=focal 19.10=eoan"
        " 19.04=disco 18.10=cosmic 18.04=bionic 17.10=artful 16.04=xenial 14.04=trusty"
    )
    found = []
    for release in releases.split():
        number, _, names = release.partition("=")
        old = number < "16.05"
        # From 23.04 on the image has a user for people.
        users = _DEBIAN_USERS + (" ubuntu=1000:1000" if number >= "23.04" else "")
        groups = _DEBIAN_GROUPS + (" ubuntu=1000" if number >= "23.04" else "")
        programs = [name for name in _DEBIAN if number < "25.04" or name not in _DEBIAN_ACCOUNTS]
        found.append(
            Root(
                "ubuntu", " ".join([number, *names.split(",")]), ("ubuntu", number), "dash", programs,
                _OLD_NO if old else _UBUNTU_NO, users, groups, ("/bin/bash",), DEFAULT_PATH,
            )
        )  # fmt: skip
    return found


def _alpine() -> list[Root]:
    found = []
    for minor in range(2, 25):
        more = ["latest", "3"] if minor == 24 else []
        users, groups = (_ALPINE_USERS, _ALPINE_GROUPS)
        if minor < 21:
            # Until 3.20 there were more.
            users += (
                " adm=3:4 operator=11:0 man=13:15 postmaster=14:12 at=25:25 squid=31:31 xfs=33:33 cyrus=85:12"
                " vpopmail=89:89 smmsp=209:209"
            )
            groups += " man=15 at=25 squid=31 xfs=33 cyrus vpopmail=89 smmsp=209"
        if minor < 11:
            users += " postgres=70:70"
        found.append(
            Root(
                "alpine", " ".join([f"3.{minor}", *more]), ("alpine", f"3.{minor}"), "busybox", _ALPINE, _ALPINE_NO,
                users, groups, ("/bin/sh",), DEFAULT_PATH,
            )
        )  # fmt: skip
    edge = Root(
        "alpine", "edge", ("alpine", "edge"), "busybox", _ALPINE, _ALPINE_NO, None, None, ("/bin/sh",), DEFAULT_PATH
    )
    return [*found, edge]


def _red_hat() -> list[Root]:
    found = []

    def add(names: str, tags: str, system: tuple[str, str], more: str, lacks: list[str] = _RED_HAT_NO) -> None:
        command = ("/bin/bash",)
        environment = DEFAULT_PATH + (" container=oci" if system[0] == "rhel" else "")
        found.append(
            Root(names, tags, system, "bash", [*_RED_HAT, *more.split()], lacks, None, None, command, environment)
        )

    for number in ("7", "8", "9", "10"):
        manager = "yum" if number == "7" else "dnf yum"
        add("oraclelinux", number, ("oraclelinux", number), manager)
        add("oraclelinux", f"{number}-slim", ("oraclelinux", number), "yum" if number == "7" else "microdnf")
        if number != "7":
            minimal = [name for name in _RED_HAT_NO if name != "envsubst"]
            names = f"redhat/ubi{number}-minimal registry.access.redhat.com/ubi{number}/ubi-minimal"
            names += f" registry.access.redhat.com/ubi{number}-minimal"
            add(names, "latest", ("rhel", number), "microdnf", minimal)
            names = (
                f"redhat/ubi{number} registry.access.redhat.com/ubi{number}/ubi registry.access.redhat.com/ubi{number}"
            )
            add(
                names, "latest", ("rhel", number), "dnf yum", ["apk", "apt-get", "apt", "mysql", "psql", "node", "java"]
            )
            add("rockylinux rockylinux/rockylinux", number, ("rocky", number), "dnf yum")
            add("almalinux", number, ("alma", number), "dnf yum")
    add("centos", "7 centos7", ("centos", "7"), "yum python python2 tar gzip")
    add("centos", "8 centos8 latest", ("centos", "8"), "dnf yum tar gzip")
    add("amazonlinux", "1 2018.03", ("amazonlinux", "1"), "yum")
    add("amazonlinux", "2", ("amazonlinux", "2"), "yum python python2")
    add("amazonlinux", "2023 latest", ("amazonlinux", "2023"), "dnf yum python3")
    return found


def _empty() -> list[Root]:
    root = "root=0:0 nobody=65534:65534 nonroot=65532:65532"
    groups = "root=0 nobody=65534 tty=5 staff=50 nonroot=65532"
    path = DEFAULT_PATH
    names = ("static", "base", "base-nossl", "cc")
    found = []
    for system in ("12", "13"):
        where = " ".join(f"gcr.io/distroless/{name}-debian{system}" for name in names)
        if system == "12":
            where += " " + " ".join(f"gcr.io/distroless/{name}" for name in names)
        found.append(Root(where, "latest", ("debian", system), "none", [], _DISTROLESS_NO, root, groups, None, path))
    return found


BUSYBOX = Root(
    "busybox", "latest glibc musl uclibc stable unstable 1", ("busybox", ""), "busybox",
    [name for name in _ALPINE if name != "apk"],
    [*_ALPINE_NO, "apk"], None, None, ("sh",), "",
)  # fmt: skip
ROOTS: list[Root] = [*_debian(), *_ubuntu(), *_alpine(), *_red_hat(), *_empty()]
