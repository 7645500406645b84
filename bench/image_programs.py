"""Which programs packages bring, by themselves or with what they depend on. Reviewed by hand, for ``image_facts.py``.

Sources: the package lists of packages.debian.org, packages.ubuntu.com, pkgs.alpinelinux.org and rpmfind.net for the
packages that official images install. A package that stands in no table may bring any program along.
"""

from __future__ import annotations

import re

from image_packages import LOOSE, WILD, Packages


def _table(text: str) -> dict[str, str]:
    """Lines of packages, ``=`` and programs, by package."""
    rows = [line.partition("=") for line in text.strip().splitlines()]
    return {name: programs.strip() for names, _, programs in rows for name in names.split()}


# Packages, and programs that are surely there with them.
_BRINGS = _table(
    """
    adduser = addgroup adduser
    apache2 = apache2 perl
    bash bash-completion = bash
    bind-tools dnsutils = dig host nslookup
    binutils = ld
    build-base = gcc make
    build-essential = gcc make perl
    busybox busybox-static = busybox
    bzip2 = bzip2
    cron = cron crontab
    curl curl-minimal = curl
    dirmngr = dirmngr
    dnf = dnf
    dpkg-dev = make perl xz
    dumb-init = dumb-init
    g g++ gcc = gcc
    gettext-base gettext-envsubst = envsubst
    git = git
    git-lfs = git-lfs
    gnupg gnupg2 gpg = gpg
    gosu = gosu
    gzip = gzip
    iproute2 = ip ss
    iputils iputils-ping = ping
    jq = jq
    less = less
    lsof = lsof
    make = make
    mysql-client mysql-community-client = mysql mysqladmin
    nano = nano
    nc netcat netcat-openbsd = nc
    nodejs = node
    npm = npm node
    openssh-client openssh-clients = ssh
    openssl = openssl
    perl = perl
    php7.4-cli = php
    postgresql postgresql-client = psql pg_isready pg_dump
    procps procps-ng = ps pgrep
    python-is-python3 = python python3
    python2 = python2 python
    python3 = python3
    python3-pip = python3 pip3
    rsync = rsync
    ruby = ruby
    setpriv = setpriv
    shadow = groupadd useradd usermod
    socat = socat
    su-exec = su-exec
    sudo = sudo
    supervisor = supervisord
    tar = tar
    telnet = telnet
    tini = tini
    unzip = unzip
    vim = vim
    wget = wget
    which = which
    xz xz-utils = xz
    zip = zip
    zstd = zstd
    ca-certificates coreutils yum-utils =
    """
)
# What they bring on Debian and Ubuntu only.
_BRINGS_DEBIAN = {"ca-certificates": "openssl", "git": "git perl", "postgresql-common": "openssl"}
# Packages, and programs that may be there with them.
_MAY_BRING = _table(
    """
    autoconf automake groff groff-base imagemagick imagemagick6 libnss-wrapper = perl
    lm-sensors lm_sensors mysql-community-server mysql-server net-snmp-tools = perl
    nss_wrapper snmp = perl
    breezy brz cassandra-tools libglib2.0-dev lsb-release mysql-shell = python3
    bzr yum-utils = python python2 python3
    mercurial = python python2 python3 addgroup adduser
    cassandra = python3 ps pgrep addgroup adduser
    postgresql-common = python3 addgroup adduser
    cron postgresql sudo supervisor = addgroup adduser
    clang-6.0 golang-go varnish = gcc
    couchdb = curl
    devscripts = perl python3 curl wget git
    gettext = envsubst
    git = less ssh
    libmagickcore-dev libmagickwand-dev libvips-dev npm = python3 gcc make
    libtool = gcc make
    luarocks = curl wget unzip zip gcc make
    MariaDB-backup mariadb-backup = socat
    mariadb-server = ip ss rsync socat netstat mysql mysqladmin mariadb mariadb-admin addgroup adduser
    MariaDB-server = ip ss rsync socat netstat perl mysql mysqladmin mariadb mariadb-admin
    mongodb-enterprise mongodb-org = mongo mongosh
    nginx = ps pgrep openssl addgroup adduser
    node-less = node
    bluez default-mysql-client docker erlang file ghostscript gnupg libbluetooth-dev =
    mysql-community-server-core mysql-community-server-minimal p7zip procps re2c =
    subversion tcl-dev telegraf tk-dev =
    """
)
# Packages that bring none of the programs asked for.
_PLAIN = re.compile(
    "|".join(
        (
            r"(?:default-)?lib\S*-dev (?:font|ttf|gsfonts|ghostscript|liberation|dejavu)\S* 7zip acl"
            r" amazon-corretto\S* apr\S* apt-transport-https apt-utils autoconf automake binutils\S* bison"
            r" bluez-dev bluez\S* btrfs-progs ca-certificates\S* clang\S* coreutils\S* couchdb-nouveau"
            r" cyrus-sasl\S* dpkg dpkg-dev e2fsprogs\S* expat-dev expat\S* file findutils flex freetype"
            r" fuse-overlayfs gdbm-dev ghostscript\S* glibc\S* gmp-dev gperftools\S* gpgv grep gsfonts hostname"
            r" icu\S* imagemagick-\S* ip6tables iptables\S* jattach java\S* jemalloc krb5\S* lib[\w.+-]*"
            r" libressl\S* linux-headers lksctp-tools llvm\S* locales\S* log4j-cve\S* lsb-base lua\S* m4"
            r" mailcap musl\S* ncurses\S* netbase nginx-module\S* nss numactl openjdk\S* openldap\S* p11-kit\S*"
            r" patch pcre\S* perl-\S* perl-utils pigz pkg-config pkgconf postgresql-contrib pv pwgen py3-\S*"
            r" python3-\S* readline\S* ruby-\S* run-parts sed shadow-\S* slirp4netns sq sqlite\S* ssl-cert"
            r" tcl\S* tidy tk\S* tzdata\S* util-linux\S* uuid-dev varnish-\S* vmod\S* xfsprogs yaml yaml-dev"
            r" zfs zlib\S* zlibc"
        ).split()
    )
)
# Words that are no packages but what is left of a command that lists them.
_LEFT_OVER = frozenset(
    "sort awk print tr next scanelf grep cut xargs info show query depends deplist provider sed found sub"
    " origin lib libs for in if then else apk echo uniq continue break rpath rpaths apt-cache ppc64le armhf"
    " amd64 x86 head system test n r F 0 1 2 3 2.33-r0.apk 2.32-r0.apk 2.31-r0.apk s https ini_get".split()
)
# Programs that a Dockerfile does not bring without naming them.
_LANGUAGES = frozenset(
    "java mariadb mariadb-admin mongo mongosh mysql mysqladmin node npm perl pg_isready php psql python"
    " python2 python3 redis-cli ruby supervisord gosu su-exec tini dumb-init sudo busybox envsubst openssl git"
    " socat".split()
)
_RECOMMENDED = frozenset(
    "openssl gpg ssh less python3 xz zip unzip cron crontab perl make gcc rsync ps pgrep addgroup adduser".split()
)


def is_language(program: str) -> bool:
    """Whether a program, asked for its version in a build, is part of what the image is for."""
    return program in _LANGUAGES


def by_mention(program: str) -> bool:
    """Whether the absence of a program is told from its name being nowhere in the Dockerfile."""
    return program in _LANGUAGES


def brought(packages: Packages, family: str) -> tuple[set[str], set[str], bool]:
    """The programs that packages bring, those that they may bring, and whether they may bring anything."""
    has: set[str] = set()
    perhaps: set[str] = set()
    names = packages.all()
    names = {re.sub(r"^(mongodb-(?:org|enterprise)).*", r"\1", name): sure for name, sure in names.items()}
    wild = WILD in names
    debian = family in ("debian", "ubuntu")
    for name, sure in names.items():
        brings = (_BRINGS_DEBIAN.get(name) if debian else None) or _BRINGS.get(name)
        if brings is not None:
            (has if sure else perhaps).update(brings.split())
        elif re.match(r"(?:java|openjdk|amazon-corretto|temurin|zulu)", name):
            perhaps.add("java")
        perhaps.update(_MAY_BRING.get(name, "").split())
        if re.match(r"(?:py3|python3)-", name):
            (has if sure else perhaps).add("python3")
        known = brings is not None or name in _MAY_BRING or name in _LEFT_OVER or _PLAIN.fullmatch(name) is not None
        if not known and re.fullmatch(r"[A-Za-z0-9][\w.+-]*", name):
            wild = True
    if LOOSE in names:
        perhaps |= _RECOMMENDED
    return has, perhaps - has, wild
