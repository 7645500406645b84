"""Users besides root: which images start as one, and which programs become one before they run the next."""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.syntax.shell.wrappers import WRAPPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.dockerfile.instruction import Instruction
    from dlint.syntax.image import ImageRef
    from dlint.syntax.shell.script import ShellCommand

STEP_DOWN: Final = frozenset(name for name, wrapper in WRAPPERS.items() if wrapper.steps_down)
"""Programs that run another one as the user they are given."""

# These serve people and scripts too: that they are there, or that a RUN calls them, says nothing about the start.
_GENERAL: Final = frozenset(("doas", "runuser", "setpriv", "start-stop-daemon", "su", "sudo"))


def _named(names: frozenset[str]) -> str:
    return rf"(?<![\w-])(?:{'|'.join(sorted(names, key=len, reverse=True))})(?![\w-])"


# systemd must be root's, and runs each of its services as the user that its unit names (systemd.exec(5)).
_SYSTEMS: Final = ("/sbin/init", "/systemd")
_STARTED = pattern(rf"{_named(STEP_DOWN)}|(?:{'|'.join(_SYSTEMS)})(?![\w./-])")
_MADE_FOR_IT: Final = STEP_DOWN - _GENERAL
_BROUGHT = pattern(_named(_MADE_FOR_IT))
_MENTIONED = pattern(_named(STEP_DOWN | {"sudoers"}))


_CHANGING: Final = STEP_DOWN | {"chroot", "fakechroot", "fakeroot", "unshare", "busybox", "toybox"}


def keeps_user(command: ShellCommand) -> bool:
    """Whether what runs a command (``env``, ``time``, ``sh -c``) leaves it the user and the root of its step."""
    return not any(program.partition(" ")[0] in _CHANGING for program in command.via)


def mentions_step_down(text: str) -> bool:
    """Whether a text names a program that becomes another user, or the settings of one."""
    return _MENTIONED.search(text) is not None


def may_step_down(text: str) -> bool:
    """Whether a text may name such a program: a cheap look."""
    return any(map(text.__contains__, STEP_DOWN)) or any(map(text.__contains__, _SYSTEMS))


def _may_bring(text: str) -> bool:
    return any(map(text.__contains__, _MADE_FOR_IT))


def steps_down(node: Instruction) -> bool:
    """Whether an instruction starts a program that becomes other users, or brings one that is made for that.

    A here-document counts as the script that is started.
    """
    if node.name in ("CMD", "ENTRYPOINT"):
        return _STARTED.search(node.args.text) is not None
    if node.name in ("COPY", "ADD") and node.heredocs:
        return _STARTED.search(node.raw) is not None
    may_bring = node.name in ("RUN", "COPY", "ADD") and node.source.asked(_may_bring)
    return may_bring and _BROUGHT.search(node.raw) is not None


# Images whose entrypoint hands what it starts over to a user of its own where it is started as root, and the programs
# for which it does (docker-library's docker-entrypoint.sh of each; the others are built on these).
_HANDED_OVER: Final = {
    "redis": ("redis-server",), "valkey/valkey": ("valkey-server",), "postgres": ("postgres",),
    "postgis/postgis": ("postgres",), "pgvector/pgvector": ("postgres",), "timescale/timescaledb": ("postgres",),
    "mysql": ("mysqld",), "mariadb": ("mariadbd", "mysqld"), "mongo": ("mongod", "mongos"),
    "rabbitmq": ("rabbitmq-server",), "cassandra": ("cassandra",), "couchdb": ("couchdb",),
    "zookeeper": ("zkServer.sh",), "ghost": ("node",),
}  # fmt: skip


def hands_over(image: ImageRef | None, entrypoint: Instruction | None, command: Instruction | None) -> bool:
    """Whether an image's own entrypoint is kept, and runs the command, its own if that is None, as another user."""
    programs = _HANDED_OVER.get(image.familiar, ()) if image is not None and entrypoint is None else ()
    return bool(programs) and (command is None or any(program in command.args.text for program in programs))


_SAYING_SO: Final = ("nonroot", "non-root", "rootless", "unprivileged")
# learn.microsoft.com/dotnet/core/docker/container-images: they have no shell and start as app.
_DOTNET_TAG = pattern(r"chiseled|distroless")
# Images, and organisations all of whose images start as a user other than root, as their publishers say.
_ROOTLESS: Final = frozenset(
    "grafana/grafana jenkins/jenkins prom/prometheus prom/alertmanager prom/node-exporter bitnami elasticsearch "
    "logstash kibana sonarqube keycloak/keycloak hadolint/hadolint apache/airflow apache/superset "
    "curlimages/curl opensearchproject/opensearch chainguard selenium jupyter cimg circleci fluent/fluentd jetty"
    " open-liberty websphere-liberty openpolicyagent/opa percona percona/percona-server sonatype/nexus3"
    " hazelcast/hazelcast zenika/alpine-chrome jboss/wildfly payara/server-full payara/micro"
    " codercom/code-server dpage/pgadmin4 otel/opentelemetry-collector otel/opentelemetry-collector-contrib"
    " gitpod prom/pushgateway mambaorg/micromamba".split()
)
_RED_HAT: Final = ("registry.redhat.io", "registry.access.redhat.com")
# Images whose releases from a number on start as another user; a tag without a number is taken for a new one.
_ROOTLESS_SINCE: Final = {"confluentinc": 6, "mcr.microsoft.com/mssql/server": 2019}
_NUMBER = pattern(r"v?(\d{1,9})")


def starts_without_root(image: ImageRef) -> bool:
    """Whether the name of an image tells that it starts as another user."""
    name, tag = image.familiar, image.tag or ""
    domain, _, rest = name.partition("/")
    parts = f"-{tag.replace('.', '-')}-"
    if any(f"-{word}-" in parts or word in image.path for word in _SAYING_SO):
        return True
    since = _ROOTLESS_SINCE.get(name) or _ROOTLESS_SINCE.get(domain)
    if since is not None:
        number = _NUMBER.match(tag)
        return number is None or int(number[1]) >= since
    if image.registry is None or image.domain == "docker.io":
        return name in _ROOTLESS or domain in _ROOTLESS
    return _is_rootless_elsewhere(domain, rest, tag)


def _is_rootless_elsewhere(domain: str, rest: str, tag: str) -> bool:
    """The same of an image that another registry has."""
    if domain in ("cgr.dev", "dhi.io", "docker.elastic.co"):
        return True
    if domain in _RED_HAT:
        # Plain UBI images start as root, those with a language or a server in them do not.
        return re.match(r"(?:ubi\d*|rhel\d*)/(?:ubi|rhel)?[\d.]*(?:-\w+)*$", rest) is None or "/" not in rest
    if domain == "mcr.microsoft.com":
        return rest.startswith("dotnet/") and _DOTNET_TAG.search(tag) is not None
    if domain == "icr.io":
        return rest.endswith("-liberty")
    return domain == "quay.io" and (rest in ("keycloak/keycloak", "wildfly/wildfly") or rest.startswith("jupyter/"))
