"""Servers that hand their work to a process in the background and end, which ends the container."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

# The manuals: nginx.org/en/docs/ngx_core_module.html#daemon, httpd(8), php-fpm(8), sshd(8), cron(8), crond(8) of
# BusyBox and of cronie, rsyslogd(8), lighttpd(8), dnsmasq(8), squid(8), named(8), varnishd(1), smbd(8), proftpd(8),
# unbound(8), keepalived(8), chronyd(8), pm2.keymetrics.io/docs/usage/docker-pm2-nodejs.
_STAYS_WITH: Final = {
    "nginx": ("daemon off",), "openresty": ("daemon off",),
    "httpd": ("FOREGROUND", "NO_DETACH", "-X"), "apache2": ("FOREGROUND", "NO_DETACH", "-X"),
    "apachectl": ("FOREGROUND", "NO_DETACH", "-X"), "apache2ctl": ("FOREGROUND", "NO_DETACH", "-X"),
    "php-fpm": ("-F", "--nodaemonize", "-t", "daemonize=no"), "sshd": ("-D", "-d", "-ddd", "-t", "-T"),
    "cron": ("-f",), "crond": ("-f", "-n", "-d", "-x"), "rsyslogd": ("-n",), "lighttpd": ("-D",),
    "dnsmasq": ("-k", "-d", "--no-daemon", "--keep-in-foreground"), "squid": ("-N", "--foreground", "-z"),
    "named": ("-f", "-g"), "varnishd": ("-F", "-d", "-C"), "smbd": ("-F", "-i", "--foreground"),
    "nmbd": ("-F", "-i", "--foreground"), "proftpd": ("-n", "--nodaemon"), "unbound": ("-d",),
    "keepalived": ("-n", "--dont-fork"), "chronyd": ("-d", "-n"),
}  # fmt: skip
"""Servers that go to the background unless a word has one of these in it, or begins with a short one."""

# redis.io/docs/latest/operate/oss_and_stack/management/config, memcached(1), haproxy(1), mongod(1), docs.gunicorn.org,
# uwsgi-docs.readthedocs.io, tomcat.apache.org/tomcat-11.0-doc/RUNNING.txt, zookeeper.apache.org, postfix(1).
_GOES_WITH: Final = {
    "memcached": ("-d",), "haproxy": ("-D",), "mongod": ("--fork",), "gunicorn": ("-D", "--daemon"),
    "uwsgi": ("--daemonize", "-d"), "catalina.sh": ("start",), "zkserver.sh": ("start",), "neo4j": ("start",),
    "kafka-server-start.sh": ("-daemon",), "postfix": ("start",), "forever": ("start",),
    "service": ("start", "restart"), "rc-service": ("start",),
}  # fmt: skip
DAEMONS: Final = (*_STAYS_WITH, *_GOES_WITH, "pm2", "redis-server")
_PM2: Final = ("start", "startOrRestart", "startOrReload", "reload", "restart")
# Words with which these do something else and end as they should.
_NO_SERVER: Final = frozenset(("-v", "-V", "-h", "--help", "--version", "-t", "-T", "-s", "-?", "configtest", "stop"))


def goes_to_background(program: str, words: Sequence[str]) -> bool:
    """Whether a program that is called with some words leaves a process in the background and ends."""
    name = program.lower()
    if any(word in _NO_SERVER for word in words) or any("$" in word for word in words):
        return False
    if name in _STAYS_WITH:
        return not any(_says(word, option) for word in words for option in _STAYS_WITH[name])
    if name == "pm2":
        stays = any(word in ("--no-daemon", "--attach") for word in words)
        return bool(words) and words[0] in _PM2 and not stays
    if name == "redis-server":
        return "--daemonize yes" in " ".join(words)
    return any(word in _GOES_WITH.get(name, ()) for word in words)


def _says(word: str, option: str) -> bool:
    """Whether a word is an option, has it among its short ones, or has the text in it."""
    if not option.startswith("-"):
        return option in word
    return word == option or (len(option) == 2 and word[:1] == "-" and word[:2] != "--" and option[1] in word)
