"""What is known of one image, or of several that answer as one: the values and where they are from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dlint.model.facts.image_store import INDEX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from dlint.model.facts.image_store import Root, Store

# System users that packages of distributions create: whether one is there, only the package lists could say.
_OF_PACKAGES: Final = frozenset(
    "apache avahi backup-user bind caddy chrony clickhouse couchdb cassandra daemon dbus debian-tor dnsmasq"
    " docker dovecot elasticsearch exim fluent ftp git gitlab-runner grafana haproxy httpd influxdb jenkins"
    " kafka kibana ldap lighttpd logstash mail mariadb memcache memcached messagebus minio mongod mongodb"
    " mosquitto munge mysql named nats neo4j nginx nobody nogroup ntp odoo openldap polkitd postfix postgres"
    " prometheus rabbitmq redis rpc sasl solr sphinxsearch squid sshd statd syslog systemd-network"
    " systemd-resolve systemd-timesync telegraf tomcat traefik uuidd valkey varnish varnishlog vcache vnc www"
    " www-data zabbix zookeeper".split()
)


class Origin:
    """Where facts are from.

    ``image`` and ``tag`` are what the facts are of; ``how`` is ``tag`` (this very tag), ``line`` (what all known tags
    of its release line and variant share) or ``image`` (what all known tags share). ``date`` is when the tag was last
    seen to name this, ``exact`` whether that is the very commit it was built from. ``moves`` says that the tag names
    another image from time to time; ``source`` is an address.
    """

    __slots__ = ("image", "tag", "how", "date", "exact", "moves", "source")

    def __init__(self, image: str, tag: str, how: str, date: str, exact: bool, moves: bool, source: str) -> None:
        self.image = image
        self.tag = tag
        self.how = how
        self.date = date
        self.exact = exact
        self.moves = moves
        self.source = source

    def __str__(self) -> str:
        name = f"{self.image}:{self.tag}" if self.tag else self.image
        return f"{name} as of {self.date[:7]}"

    def __repr__(self) -> str:
        return f"Origin({self.image}:{self.tag}, {self.how}, {self.date})"


class Data:
    """Where an image keeps its data: ``path``, and the variable that moves it, if there is one."""

    __slots__ = ("path", "variable")

    def __init__(self, path: str, variable: str | None) -> None:
        self.path = path
        self.variable = variable

    def __repr__(self) -> str:
        return f"Data({self.path!r}, {self.variable!r})"


class ImageFacts:
    """What is known of an image. Every value is None where it is not known.

    It may stand for several images, those of a release line, say; then only that counts in which all agree.
    """

    __slots__ = ("origin", "_rows", "_store", "_fields")

    def __init__(self, origin: Origin, rows: Sequence[Sequence[str]], store: Store, fields: frozenset[str]) -> None:
        self.origin = origin
        self._rows = rows
        self._store = store
        self._fields = fields

    def _agreed(self, field: str) -> Any:
        """The value that all images have in a field; None if they differ, or one is not known."""
        if field not in self._fields:
            return None
        indexes = {row[INDEX[field]] for row in self._rows}
        if len(indexes) == 1:
            return self._store.value(field, next(iter(indexes)))
        return None

    def _words(self, field: str) -> tuple[str, ...] | None:
        found = self._agreed(field)
        return None if found is None else tuple(found)

    @property
    def user(self) -> str | None:
        """Who it starts as, as USER has it: a name or a number, perhaps with a group; ``root`` if no USER is set."""
        found: str | None = self._agreed("user")
        return found

    @property
    def starts_as_root(self) -> bool | None:
        """Whether its entrypoint starts as root."""
        user = self.user
        return None if user is None else user.partition(":")[0] in ("root", "0")

    @property
    def ports(self) -> tuple[str, ...] | None:
        """The ports it exposes, each as ``5432/tcp``; a range as ``9000-9002/tcp``."""
        return self._words("ports")

    @property
    def volumes(self) -> tuple[str, ...] | None:
        """The paths of its VOLUMEs."""
        return self._words("volumes")

    @property
    def workdir(self) -> str | None:
        """The directory it starts in."""
        found: str | None = self._agreed("workdir")
        return found

    @property
    def entrypoint(self) -> tuple[str, ...] | None:
        """The words of its entrypoint, a shell's put before the shell form; empty if it has none."""
        return self._words("entrypoint")

    @property
    def cmd(self) -> tuple[str, ...] | None:
        """The words of its command, as ``entrypoint``."""
        return self._words("cmd")

    @property
    def env(self) -> Mapping[str, str | None] | None:
        """The variables that its ENVs set; None as the value of one whose value is not kept (versions, checksums)."""
        if "env" not in self._fields:
            return None
        found: dict[str, str | None] | None = None
        for index in {row[INDEX["env"]] for row in self._rows}:
            if not index:
                return None
            written = self._store.variables(index)
            if found is None:
                found = dict(written)
            else:
                found = {
                    name: value if written[name] == value else None for name, value in found.items() if name in written
                }
        return found

    @property
    def stop_signal(self) -> str | None:
        """The signal that stops it."""
        found: str | None = self._agreed("stop_signal")
        return found

    @property
    def healthcheck(self) -> bool | None:
        """Whether it checks its health."""
        found: bool | None = self._agreed("healthcheck")
        return found

    @property
    def shell(self) -> tuple[str, ...] | None:
        """The command line of the shell that reads RUN, CMD and ENTRYPOINT in shell form."""
        return self._words("shell")

    @property
    def onbuild(self) -> tuple[str, ...] | None:
        """Its ONBUILD triggers."""
        return self._words("onbuild")

    @property
    def os_family(self) -> str | None:
        """The distribution: ``debian``, ``alpine``, …, or ``windows``."""
        return self._system(0)

    @property
    def os_release(self) -> str | None:
        """The release of the distribution: ``12``, ``3.20``."""
        return self._system(1)

    def _system(self, part: int) -> str | None:
        found = {root.os[part] if root is not None else None for root in self._roots()}
        return (next(iter(found)) if len(found) == 1 else None) or None

    @property
    def sh(self) -> str | None:
        """What ``/bin/sh`` is: ``bash``, ``dash``, ``busybox``, or ``none`` where there is no shell at all."""
        found = {root.sh if root is not None else None for root in self._roots()}
        return next(iter(found)) if len(found) == 1 else None

    def _roots(self) -> Iterator[Root | None]:
        for index in {row[0] for row in self._rows}:
            yield self._store.roots[int(index)] if index else None

    def program(self, name: str) -> bool | None:
        """Whether a program is there, by its name without folder."""
        if "programs" not in self._fields:
            return None
        found: bool | None = None
        for at, (root, delta) in enumerate({(row[0], row[INDEX["programs"]]) for row in self._rows}):
            has = self._has(name, root, delta)
            if has is None or (at and has != found):
                return None
            found = has
        return found

    def _has(self, name: str, root: str, delta: str) -> bool | None:
        words = self._store.words("programs", delta)
        if name in words:
            return True
        if f"?{name}" in words:
            return None
        if f"!{name}" in words:
            return False
        of_root = self._store.roots[int(root)] if root else None
        if of_root is None:
            return None
        if name in of_root.yes:
            return True
        return False if name in of_root.no and "?*" not in words else None

    def user_exists(self, name: str) -> bool | None:
        """Whether ``/etc/passwd`` has a user of that name."""
        return self._listed("users", name)

    def group_exists(self, name: str) -> bool | None:
        """Whether ``/etc/group`` has a group of that name."""
        return self._listed("groups", name)

    def _listed(self, field: str, name: str) -> bool | None:
        if field not in self._fields:
            return None
        answers = {self._lists(field, name, row[0], row[INDEX[field]]) for row in self._rows}
        return next(iter(answers)) if len(answers) == 1 else None

    def _lists(self, field: str, name: str, root: str, delta: str) -> bool | None:
        names = self._names(field, root, delta)
        if name in names:
            return True
        words = self._store.words(field, delta)
        of_root = self._store.roots[int(root)] if root else None
        if f"!{name}" in words:
            return False
        closed = of_root is not None and of_root.closed and "?" not in words and f"?{name}" not in words
        return False if closed and name not in _OF_PACKAGES else None

    def _names(self, field: str, root: str, delta: str) -> dict[str, str]:
        of_root = self._store.roots[int(root)] if root else None
        found = dict(of_root.users if field == "users" else of_root.groups) if of_root is not None else {}
        for word in self._store.words(field, delta):
            if word.startswith(("?", "!")):
                found.pop(word[1:], None)
            else:
                found[word.partition("=")[0]] = word.partition("=")[2]
        return found

    def user_numbers(self, name: str) -> tuple[int | None, int | None]:
        """The numbers of a user and of its first group, as far as they are known."""
        if "users" not in self._fields:
            return None, None
        found = {self._names("users", row[0], row[INDEX["users"]]).get(name, "") for row in self._rows}
        uid, _, gid = next(iter(found)).partition(":") if len(found) == 1 else ("", "", "")
        return int(uid) if uid else None, int(gid) if gid else None

    @property
    def users(self) -> tuple[str, ...] | None:
        """The users that its own Dockerfile, or one below it, creates; those of the distribution are not among them."""
        if "users" not in self._fields:
            return None
        found: set[str] | None = None
        for index in {row[INDEX["users"]] for row in self._rows}:
            words = {word.partition("=")[0] for word in self._store.words("users", index) if word[0] not in "?!"}
            found = words if found is None else found & words
        return tuple(sorted(found or ()))

    @property
    def programs(self) -> tuple[list[str], list[str]] | None:
        """The programs that are there, and those that are not, as far as known."""
        if "programs" not in self._fields:
            return None
        names: set[str] = set()
        for row in self._rows:
            names.update(word.lstrip("!?") for word in self._store.words("programs", row[INDEX["programs"]]))
            if row[0]:
                names.update(self._store.roots[int(row[0])].yes, self._store.roots[int(row[0])].no)
        answers = {name: self.program(name) for name in sorted(names)}
        return [name for name, has in answers.items() if has], [name for name, has in answers.items() if has is False]

    @property
    def requires_env(self) -> tuple[tuple[str, ...], ...] | None:
        """Groups of variables of which one must be set, or the container stops at its first start.

        A name with ``=`` counts with that value only: ``POSTGRES_HOST_AUTH_METHOD=trust``.
        """
        found = self._agreed("requires_env")
        return None if found is None else tuple(tuple(group) for group in found)

    @property
    def run_writes(self) -> tuple[str, ...] | None:
        """The paths that it writes to while it runs; under a read-only root each needs a volume or a tmpfs."""
        return self._words("run_writes")

    @property
    def root_needs(self) -> tuple[str, ...] | None:
        """The capabilities that its entrypoint uses when it starts as root: ``CHOWN``, ``SETUID``."""
        return self._words("root_needs")

    @property
    def data(self) -> Data | None:
        """Where it keeps its data; None also if it keeps none."""
        found = self._agreed("data")
        return None if found is None else Data(found[0], found[1] if len(found) > 1 else None)

    @property
    def knows_env(self) -> frozenset[str] | None:
        """The variables that its entrypoint scripts read; a program may read more of its own."""
        if "knows_env" not in self._fields:
            return None
        found: frozenset[str] | None = None
        for index in {row[INDEX["knows_env"]] for row in self._rows}:
            if not index:
                return None
            names = self._store.words("knows_env", index)
            found = names if found is None else found & names
        return found

    def __repr__(self) -> str:
        return f"ImageFacts({self.origin!r})"
