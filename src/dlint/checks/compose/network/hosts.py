"""The hosts and ports that a service is told to ask, and the services of the project that have these names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check, pattern, related_to
from dlint.api.compose import (
    SERVERS_BY_SCHEME,
    SERVERS_BY_WORD,
    ComposeModel,
    EnvVar,
    Service,
    YamlScalar,
    asks_later,
    closest,
    environment_of,
    is_open,
    is_shared_network,
    names_beside,
    names_networks,
    own_names,
    started_after,
    started_before,
    wrong_port,
)

_URL = pattern(
    r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/\s@'\"]*@)?([A-Za-z0-9][A-Za-z0-9_-]*)(?::(\d{1,5}))?(?=[/?#\s'\"]|$)"
)
_LOCAL_URL = pattern(
    r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/\s@'\"]*@)?(localhost|127\.0\.0\.1)(?::(\d{1,5}))?(?=[/?#\s'\"]|$)"
)
_LOCAL = ("localhost", "127.0.0.1")
_HOST = pattern(r"([a-z0-9][a-z0-9_-]*)(?::(\d{1,5}))?")
_VARIABLE = pattern(r"\$\{[^{}]*\}|\$\w+")
_UNKNOWN = "\0"
_HERE = frozenset(("localhost", "host", "hostname", "ip6-localhost", "unix", "example"))


class Asked(NamedTuple):
    """A host that a variable of a service names, with the place of it and of the port.

    ``line`` is where it is written, if that is in no Compose file.
    """

    variable: str
    scheme: str
    host: str
    port: int | None
    where: Node
    port_place: Node
    line: Node | None = None

    @property
    def related(self) -> list[Related]:
        """The line of another file that says so."""
        return related_to(self.line, f"{self.variable} is set here")


def _masked(variable: EnvVar) -> tuple[str, bool]:
    """The value with what is unknown masked, and whether indexes into it are those of the text as written."""
    if variable.literal is not None:
        return variable.literal, "$" not in variable.text
    return _VARIABLE.sub(lambda match: _UNKNOWN * len(match[0]), variable.text), True


def _asked(
    service: Service, model: ComposeModel, urls: re.Pattern[str], hosts: tuple[str, ...] = ("",)
) -> Iterator[Asked]:
    """The hosts in the URLs of a service's environment; ``hosts`` are those that ``urls`` looks for."""
    given = environment_of(service, model)
    for variable in given.written_urls:
        text, exact = _masked(variable)
        for match in urls.finditer(text) if any(map(text.__contains__, hosts)) else ():
            host, port = _place(variable, match, 2, exact), _place(variable, match, 3, exact)
            number = int(match[3]) if match[3] else None
            yield Asked(variable.name, match[1].lower(), match[2], number, host, port)
    for one in given.urls:
        for match in urls.finditer(one.value) if one.line is not None else ():
            number = int(match[3]) if match[3] else None
            yield Asked(one.name, match[1].lower(), match[2], number, one.where, one.where, one.line)


def _place(variable: EnvVar, match: re.Match[str], group: int, exact: bool) -> Node:
    value = variable.value
    start, end = match.span(group)
    if not exact or start < 0 or value is None:
        return value if value is not None else variable
    if isinstance(value, YamlScalar):
        return value.at(start, end)
    first = getattr(value, "start", -1)
    return variable.scalar.at(first + start, first + end) if first >= 0 else value


@check(on=Service, blames=True)
def host_in_environment_unknown(service: Service, model: ComposeModel) -> Problems:
    """A URL whose host is none of the project's services; surely wrong if one has nearly the same name."""
    if not environment_of(service, model).may_ask:
        return
    every = [*_asked(service, model, _URL), *_bare_unknown(service, model)]
    if not every or is_open(service, model):
        return
    names = model.host_names
    own = own_names(service)
    for asked in every:
        host = asked.host
        if host in names or host in own or host.lower() in _HERE or host.lower() in {name.lower() for name in names}:
            continue
        if host in names_beside(model):
            continue
        near = closest(host, sorted(names)) or _part_of(names, asked)
        if host.isupper() or host.isdecimal() or (near is None and not asked.scheme):
            continue
        meant = [Related(names[near].key, "The service that may be meant")] if near is not None else []
        yield Problem(
            asked.where,
            f"No service is called {host}, which {asked.variable} of service {service.name} asks"
            + (f"; did you mean {near}?" if near is not None else ""),
            related=[*meant, *asked.related],
            doubtful=near is None or not asked.scheme,
        )


def _bare_unknown(service: Service, model: ComposeModel) -> Iterator[Asked]:
    """Variables such as ``DB_HOST`` whose whole value is one word in small letters."""
    for one in environment_of(service, model).hosts:
        match = _HOST.fullmatch(one.value)
        if match is not None:
            yield Asked(one.name, "", match[1], None, one.where, one.where, one.line)


def _part_of(names: dict[str, Service], asked: Asked) -> str | None:
    """The only service of the product that a URL's scheme asks for."""
    words = _words(asked)
    found = [name for name, service in names.items() if name == service.name and _is_product(service, words)]
    return found[0] if len(found) == 1 else None


def _is_product(service: Service, words: tuple[str, ...]) -> bool:
    image = service.image.literal if service.image is not None else None
    path = (image or "").partition("@")[0].rpartition(":")[0] or (image or "")
    last = path.rpartition("/")[2]
    return any(word in last for word in words) and "exporter" not in last and "admin" not in last


@check(on=Service, blames=True)
def localhost_in_environment(service: Service, model: ComposeModel) -> Problems:
    """A client's URL that names the container itself, where another service is what it asks for."""
    if service.network_mode is not None:
        return
    told = environment_of(service, model).may_ask
    every = [*_asked(service, model, _LOCAL_URL, _LOCAL), *_bare_local(service, model)] if told else []
    for asked in (*every, *_in_commands(service)):
        words = _words(asked)
        others = [other for other in model.services if other is not service and _is_product(other, words)]
        if words and others and not _is_product(service, words) and others[0].network_mode is None:
            yield Problem(
                asked.where,
                f"{asked.host} is the container of service {service.name} itself; {asked.variable} should name"
                f" {others[0].name}",
                related=[Related(others[0].key, "The service that may be meant"), *asked.related],
            )


def _in_commands(service: Service) -> Iterator[Asked]:
    """URLs in the words of a service's commands that name the container itself."""
    for line in (service.command, service.entrypoint):
        for word in line.words if line is not None else ():
            text = word.literal if "://" in word.value else None
            for match in _LOCAL_URL.finditer(text) if text else ():
                yield Asked("the command", match[1].lower(), match[2], int(match[3]) if match[3] else None, word, word)


def _bare_local(service: Service, model: ComposeModel) -> Iterator[Asked]:
    """Variables such as ``DB_HOST`` whose value is the container itself."""
    for one in environment_of(service, model).hosts:
        host, _, port = one.value.partition(":")
        if host in _LOCAL and (not port or port.isdecimal()):
            yield Asked(one.name, "", host, None, one.where, one.where, one.line)


def _words(asked: Asked) -> tuple[str, ...]:
    """Words in the names of the images of what is asked for: by the scheme, or by the variable's first word."""
    if asked.scheme:
        return SERVERS_BY_SCHEME.get(asked.scheme, ())
    return SERVERS_BY_WORD.get(asked.variable.lower().partition("_")[0], ())


@check(on=Service, blames=True)
def service_unreachable(service: Service, model: ComposeModel) -> Problems:
    """A URL whose host is a service on none of the networks of this one."""
    if not environment_of(service, model).may_ask:
        return
    every = [*_asked(service, model, _URL), *_bare(service, model)]
    networks = names_networks(service) if every else None
    if networks is None or model.is_partial(service) or is_shared_network(model, networks) or service.dns:
        return
    names = model.host_names
    own = own_names(service)
    for asked in every:
        target = names.get(asked.host)
        if target is None or target is service or asked.host in own or model.is_partial(target):
            continue
        others = names_networks(target)
        if others is None or networks & others or is_shared_network(model, others):
            continue
        where = f"It is on {', '.join(sorted(others))}" if others else "It is on none that knows names"
        yield Problem(
            asked.where,
            f"Service {service.name} cannot reach {asked.host}: the two have no network in common",
            related=[Related(target.key, where), *asked.related],
        )


def _bare(service: Service, model: ComposeModel) -> Iterator[Asked]:
    """Variables such as ``DB_HOST`` whose whole value is the name of a service, perhaps with a port."""
    given = environment_of(service, model)
    for one in given.hosts:
        match = _HOST.fullmatch(one.value)
        if match is not None and match[1] in model.host_names:
            port, place, line = int(match[2]) if match[2] else None, one.where, one.line
            beside = given.port_beside(one) if port is None else None
            if beside is not None:
                port, place, line = int(beside.value), beside.where, beside.line
            yield Asked(one.name, "", match[1], port, one.where, place, line)


@check(on=Service, blames=True)
def port_in_environment_wrong(service: Service, model: ComposeModel) -> Problems:
    """A URL with the name of a service and a port that this does not listen on."""
    if service.network_mode is not None or not environment_of(service, model).may_ask:
        return
    names = model.host_names
    for asked in (*_asked(service, model, _URL), *_bare(service, model)):
        target = names.get(asked.host)
        if target is None or target is service or asked.port is None or model.is_partial(target):
            continue
        wrong = wrong_port(target, model, asked.port)
        if wrong is not None:
            yield Problem(
                asked.port_place,
                f"{asked.variable} asks port {asked.port} of {asked.host}, {wrong.why}",
                related=[Related(wrong.where, wrong.what), *asked.related],
            )


@check(on=Service, blames=True)
def dependency_not_declared(service: Service, model: ComposeModel) -> Problems:
    """A service that is told to ask another one, and does not depend on it."""
    if not model.is_whole(service) or service.network_mode is not None or service.profiles:
        return
    image = service.image.literal if service.image is not None else ""
    if asks_later(service.name) or asks_later(image or ""):
        return
    names = model.host_names
    known = started_before(service, model) | started_after(service, model)
    reported: set[str] = set()
    for asked in (*_asked(service, model, _URL), *_bare(service, model)):
        target = names.get(asked.host)
        if target is None or target is service or target.name in known or target.name in reported or target.profiles:
            continue
        if target.name in model.jobs:
            continue
        reported.add(target.name)
        yield Problem(
            service.key,
            f"Service {service.name} asks {target.name}, but does not depend on it: list it under `depends_on`",
            related=[Related(asked.line or asked.where, f"{asked.variable} names it")],
        )


_TOLD = pattern(r"traefik\.(?:port|(?:http|tcp|udp)\.services\.[^.]+\.loadbalancer\.server\.port)", re.I)


@check(on=Service, keys=("labels", "deploy"), blames=True)
def label_port_not_exposed(service: Service, model: ComposeModel) -> Problems:
    """A label that sends a proxy to a port on which the service does not listen."""
    for label in (*service.labels, *service.deploy_labels):
        text = label.literal if _TOLD.fullmatch(label.name) else None
        if not text or not text.isdecimal() or len(text) > 5 or label.value is None or model.is_partial(service):
            continue
        wrong = wrong_port(service, model, int(text))
        if wrong is not None:
            yield Problem(
                label.value,
                f"The proxy is sent to port {text} of {service.name}, {wrong.why}",
                related=[Related(wrong.where, wrong.what)],
            )
