"""The hosts that the settings of a proxy or of Prometheus name, held to the services of the project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from dlint.api import NamedTuple, Node, Problem, Problems, Related, Source, Span, check, pattern
from dlint.api.compose import (
    ComposeModel,
    Service,
    YamlScalar,
    closest,
    is_open,
    names_networks,
    own_names,
    runs_alone,
    shares_network,
    wrong_port,
)

_HOST = r"([A-Za-z0-9][A-Za-z0-9_-]*)(?::(\d{1,5})(?!\d)|(?=[/;\s]|$))"
# nginx.org/en/docs/http/ngx_http_proxy_module.html and its like; "server" stands in "upstream" blocks too.
_NGINX = pattern(
    r"(?<![\w$-])(?:proxy_pass\s+https?://|grpc_pass\s+grpcs?://|(?:fastcgi|scgi|uwsgi|memcached)_pass\s+"
    rf"|server\s+(?=[\w-]+:\d|[\w-]+\s*;|[\w-]+\s+\w+=)){_HOST}"
)
_GROUP = pattern(r"(?<![\w$-])upstream\s+([\w.-]+)\s*\{")
# caddyserver.com/docs/caddyfile/directives/reverse_proxy
_CADDY = pattern(
    rf"(?<![\w$-])(?:(?:reverse_proxy|php_fastcgi)[ \t]+(?:(?:/\S*|@\w+|\*)[ \t]+)?"
    rf"|to[ \t]+(?=(?:https?://|h2c://)?[\w-]+:\d))(?:https?://|h2c://)?{_HOST}"
)
# prometheus.io/docs/prometheus/latest/configuration/configuration/#static_config: "targets" are hosts with a port.
_PROMETHEUS = pattern(r"(?<=[\[,\s-])[\"']?([A-Za-z0-9][A-Za-z0-9_-]*):(\d{1,5})(?=[\"',\]\s]|$)")
_COMMENT = pattern(r"(?m)(?:^|(?<=\s))#[^\n]*")
_NAMED = ("nginx", "prometheus.yml", "prometheus.yaml")
_MOST_FILES = 50
_MOST_CHARACTERS = 200_000
_HERE = frozenset(("localhost", "unix"))


class _Asked(NamedTuple):
    """A host that settings name, and its place; ``implied``: the port is not written, but that of the scheme.

    ``port`` is 0 if there is none.
    """

    host: str
    port: int
    implied: bool
    where: Node


class _Settings(NamedTuple):
    """A file of settings, and where the service takes it in.

    ``path`` says what reads it, ``name`` is what to call it; ``holder`` has the text, at whose indexes things lie.
    """

    text: str
    path: str
    name: str
    holder: Source | YamlScalar
    where: Node

    def part(self, start: int, end: int) -> Node:
        """The place of a stretch of the text."""
        if isinstance(self.holder, YamlScalar):
            return self.holder.at(start, end)
        return Node(self.holder, Span(start, end))


@check(on=Service, inside=("passes_on",))
def upstream_unknown(service: Service, model: ComposeModel) -> Problems:
    """Settings of nginx or Caddy that pass requests on to a host which is none of the project's services."""
    if is_open(service, model) or len(model.services) < 2:
        return
    files = list(_files(service, model))
    groups = _groups(files)
    names = model.host_names
    known = {name.lower() for name in (*names, *own_names(service))}.union(_HERE, map(str.lower, groups))
    reported: set[str] = set()
    for file in files:
        for asked in _asked(file):
            host = asked.host
            if host.isdecimal() or host in reported:
                continue
            target = names.get(host)
            if host.lower() not in known:
                near = closest(host, sorted(names))
                what = "no service is called so" + (f", did you mean {near}?" if near else "")
            elif target is not None and target is not service and _is_apart(service, target):
                what = "the two have no network in common"
            else:
                continue
            reported.add(host)
            yield Problem(
                file.where,
                f"Service {service.name} {_does(file)} {host}, as {file.name} says, but {what}",
                related=[Related(asked.where, "The host is named here")],
            )


def _is_prometheus(file: _Settings) -> bool:
    return file.path.endswith((".yml", ".yaml"))


def _does(file: _Settings) -> str:
    return "asks" if _is_prometheus(file) else "passes requests on to"


def _is_apart(service: Service, target: Service) -> bool:
    own, others = names_networks(service), names_networks(target)
    return own is not None and others is not None and not own & others


@check(on=Service, inside=("passes_on",), blames=True)
def upstream_port_wrong(service: Service, model: ComposeModel) -> Problems:
    """Settings of nginx, Caddy or Prometheus that ask a service for a port on which it does not listen."""
    if is_open(service, model) or len(model.services) < 2:
        return
    files = list(_files(service, model))
    groups, names = _groups(files), model.host_names
    reported: set[tuple[str, int]] = set()
    for file in files:
        for asked in _asked(file):
            target = names.get(asked.host)
            port = asked.port if not (asked.implied and asked.host in groups) else 0
            if not port or target is None or target is service or model.is_partial(target):
                continue
            wrong = wrong_port(target, model, port) if (asked.host, port) not in reported else None
            if wrong is not None:
                reported.add((asked.host, port))
                yield Problem(
                    file.where,
                    f"Service {service.name} {_does(file)} port {port} of {target.name}, as {file.name} says,"
                    f" {wrong.why}",
                    related=[Related(asked.where, "It is asked here"), Related(wrong.where, wrong.what)],
                )


@check(on=Service, inside=("passes_on",))
def upstream_on_loopback(service: Service, model: ComposeModel) -> Problems:
    """Settings of nginx, Caddy or Prometheus that ask their own container, in which nothing else runs."""
    image = service.image_ref
    if image is None or not runs_alone(image) or service.build is not None or len(model.services) < 2:
        return
    words = service.command.arguments if service.command is not None else ()
    options = words is not None and all(word.startswith("-") for word in words)
    if shares_network(service, model) or service.entrypoint is not None:
        return
    if not options and model.starts_otherwise(service):
        return
    files = list(_files(service, model))
    command = service.command.raw if service.command is not None else ""
    text = "\n".join(file.text for file in files)
    for file in files:
        for asked in _asked(file):
            port = str(asked.port)
            if asked.host != "localhost" or port in _OWN or port in command or _listens(text, port):
                continue
            there = [one for one in model.services if one is not service and _publishes(one, asked.port)]
            name = there[0].name if len(there) == 1 else "the service"
            yield Problem(
                file.where,
                f"Service {service.name} {_does(file)} port {port} of its own container, as {file.name} says, where"
                f" nothing listens: write the name of {name} instead of localhost",
                related=[Related(asked.where, "It is asked here")],
            )
            return


_OWN = ("0", "2019", "9090")
"""Ports that the programs have open of themselves: Caddy's settings, Prometheus."""


def _listens(text: str, port: str) -> bool:
    """Whether settings of nginx or Caddy open a port, or may for all that can be seen."""
    return re.search(rf"(?m)\blisten\s+\S*\b{port}\b|^[^\n#]*:{port}\b[^\n]*\{{|\blisten\s+\S*\$", text) is not None


def _publishes(service: Service, port: int) -> bool:
    ranges = [one for each in service.ports for one in (each.target_range, each.published_range)]
    return any(one is not None and one[0] <= port <= one[1] for one in ranges)


def _groups(files: Sequence[_Settings]) -> set[str]:
    """The names of nginx's own groups of hosts."""
    return {match[1] for file in files for match in _GROUP.finditer(file.text)}


def _asked(file: _Settings) -> Iterator[_Asked]:
    """The hosts that a file of settings names."""
    finder = _CADDY if "caddy" in posixpath.basename(file.path).lower() else _NGINX
    finder = _PROMETHEUS if _is_prometheus(file) else finder
    # Both are as long, so that places stay what they are.
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), file.text).replace("127.0.0.1", "localhost")
    for match in finder.finditer(text):
        port = int(match[2]) if match[2] else _implied(match[0])
        yield _Asked(match[1], port, not match[2], file.part(*match.span(1)))


def _implied(asking: str) -> int:
    """The port where none is written; 0 if there must be one."""
    if "_fastcgi" in asking or asking.startswith(("fastcgi", "scgi", "uwsgi", "memcached")):
        return 0
    return 443 if "https://" in asking or "grpcs://" in asking else 80


def _files(service: Service, model: ComposeModel) -> Iterator[_Settings]:
    """The settings that a service mounts, and that its Dockerfile copies into the image."""
    for mount in service.mounts:
        part, target = mount.host_path, mount.target
        if part is not None and part.literal and target is not None and target.literal:
            yield from _below(model, part, part.literal, target.literal, mount)
    yield from _configs(service, model)
    image = model.image_of(service)
    build = service.build
    context = build.context if build is not None else None
    folder = context.literal if context is not None else "."
    if image is None or image.stage is None or build is None or folder is None:
        return
    entry = service.entry("build")
    where = entry.key if entry is not None else service.key
    for node, _ in image.own_instructions():
        to = getattr(node, "destination", None)
        if node.name != "COPY" or to is None or not to.literal or getattr(node, "from_", None) is not None:
            continue
        for word in getattr(node, "sources", ()):
            if word.literal:
                yield from _below(model, context or build, f"{folder}/{word.literal}", to.literal, where)


def _configs(service: Service, model: ComposeModel) -> Iterator[_Settings]:
    """The settings that a service gets as ``configs``, out of a file or written there."""
    for reference in service.configs:
        name = reference.name
        target = reference.target.literal if reference.target is not None else f"/{name}"
        if name is None or not target or not _is_read(target):
            continue
        file, content = model.get("configs", name, "file"), model.get("configs", name, "content")
        if isinstance(file, YamlScalar) and file.literal:
            yield from _below(model, file, file.literal, target, reference)
        if isinstance(content, YamlScalar) and len(content.value) < _MOST_CHARACTERS:
            yield _Settings(content.value, target, f"the config {name}", content, reference)


def _is_read(target: str) -> bool:
    """Whether nginx, Caddy or Prometheus look for settings there."""
    return target.startswith(("/etc/nginx", "/etc/caddy", "/etc/prometheus")) or "Caddyfile" in target


def _below(model: ComposeModel, node: Node, written: str, target: str, where: Node) -> Iterator[_Settings]:
    """The settings at a path, if they go where nginx, Caddy or Prometheus look for theirs."""
    if not _is_read(target):
        return
    path = model.path(node, written)
    project = model.project
    if path is None or project is None:
        return
    paths = [path]
    if project.is_dir(path):
        paths = [posixpath.join(path, name) for name in sorted(project.listdir(path))[:_MOST_FILES]]
    for one in paths:
        name = posixpath.basename(one)
        if one.endswith((".conf", ".template", ".caddy")) or any(map(name.__contains__, ("Caddyfile", *_NAMED))):
            source = project.read(one) if not project.is_dir(one) else None
            if source is not None and len(source.text) < _MOST_CHARACTERS:
                yield _Settings(source.text, source.path, source.path, source, where)
