"""The hosts that the settings of a proxy or of Prometheus name, held to the services of the project."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import (
    ComposeModel,
    Service,
    closest,
    is_open,
    names_beside,
    names_networks,
    own_names,
    shares_network,
    started_after,
    started_before,
    wrong_port,
)
from dlint.api.settings import LOCALHOST, settings_of

_HERE = frozenset((LOCALHOST, "unix"))


@check(on=Service, inside=("passes_on",))
def upstream_unknown(service: Service, model: ComposeModel) -> Problems:
    """Settings of a proxy that pass requests on to a host which is none of the project's services."""
    files = settings_of(service, model)
    if not files or is_open(service, model) or len(model.services) < 2:
        return
    groups = {name for file in files for name in file.groups()}
    names = model.host_names
    known = {name.lower() for name in (*names, *own_names(service))}.union(_HERE, map(str.lower, groups))
    reported: set[str] = set()
    for file in files:
        for asked in file.asked():
            host = asked.host
            if host.isdecimal() or host in reported:
                continue
            target = names.get(host)
            if host.lower() not in known:
                if host in names_beside(model):
                    continue
                near = closest(host, sorted(names))
                what = "no service is called so" + (f", did you mean {near}?" if near else "")
            elif target is not None and target is not service and _is_apart(service, target):
                what = "the two have no network in common"
            else:
                continue
            reported.add(host)
            yield Problem(
                file.where,
                f"Service {service.name} {file.reader.does} {host}, as {file.name} says, but {what}",
                related=[Related(asked.where, "The host is named here")],
            )


def _is_apart(service: Service, target: Service) -> bool:
    own, others = names_networks(service), names_networks(target)
    return own is not None and others is not None and not own & others


@check(on=Service, inside=("passes_on",), blames=True)
def upstream_port_wrong(service: Service, model: ComposeModel) -> Problems:
    """Settings of a proxy or of Prometheus that ask a service for a port on which it does not listen."""
    files = settings_of(service, model)
    if not files or is_open(service, model) or len(model.services) < 2:
        return
    groups, names = {name for file in files for name in file.groups()}, model.host_names
    reported: set[tuple[str, int]] = set()
    for file in files:
        for asked in file.asked():
            target = names.get(asked.host)
            port = asked.port if not (asked.implied and asked.host in groups) else 0
            if not port or target is None or target is service or model.is_partial(target):
                continue
            wrong = wrong_port(target, model, port) if (asked.host, port) not in reported else None
            if wrong is not None:
                reported.add((asked.host, port))
                yield Problem(
                    file.where,
                    f"Service {service.name} {file.reader.does} port {port} of {target.name}, as {file.name} says,"
                    f" {wrong.why}",
                    related=[Related(asked.where, "It is asked here"), Related(wrong.where, wrong.what)],
                )


@check(on=Service, inside=("passes_on",), blames=True)
def upstream_not_awaited(service: Service, model: ComposeModel) -> Problems:
    """Settings of a proxy that stops where it finds a host not, and may start before the service of that name."""
    files = [file for file in settings_of(service, model) if file.reader.stops]
    if not files or not model.is_whole(service) or service.profiles or model.for_swarm or _starts_again(service):
        return
    if any(file.reader.later.search(file.text) for file in files):
        return
    groups = {name for file in files for name in file.groups()}
    seen = {service.name, *started_before(service, model), *started_after(service, model)}
    late: dict[str, Related] = {}
    for file in files:
        for asked in file.asked():
            target = model.host_names.get(asked.host) if not (asked.implied and asked.host in groups) else None
            if target is None or target.name in seen or target.profiles:
                continue
            seen.add(target.name)
            if not _is_apart(service, target):
                late[target.name] = Related(asked.where, f"{asked.host} is looked up at the start")
    if late:
        names = ", ".join(late)
        yield Problem(
            service.key,
            f"{files[0].reader.program} stops at its start where {names} {'is' if len(late) == 1 else 'are'} not there"
            f" yet: list {names} under `depends_on` of {service.name}",
            related=[*late.values()],
        )


@check(on=Service, inside=("passes_on",), blames=True)
def upstream_on_loopback(service: Service, model: ComposeModel) -> Problems:
    """Settings that ask their own container, in which nothing listens on that port."""
    files = settings_of(service, model)
    image = service.image_ref if service.build is None else None
    if not files or image is None or len(model.services) < 2 or shares_network(service, model):
        return
    command = service.command.raw if service.command is not None else ""
    words = service.command.arguments if service.command is not None else []
    has_options_only = words is not None and all(word.startswith("-") for word in words)
    if service.entrypoint is not None or (not has_options_only and model.starts_otherwise(service)):
        return
    for file in files:
        for asked in file.asked() if image.familiar in file.reader.alone else ():
            port = asked.port
            if asked.host != LOCALHOST or not port or str(port) in command or any(one.listens(port) for one in files):
                continue
            there = [one for one in model.services if one is not service and _publishes(one, port)]
            name = there[0].name if len(there) == 1 else "the service"
            yield Problem(
                file.where,
                f"Service {service.name} {file.reader.does} port {port} of its own container, as {file.name} says,"
                f" where nothing listens: write the name of {name} instead of localhost",
                related=[Related(asked.where, "It is asked here")],
            )
            return


def _publishes(service: Service, port: int) -> bool:
    ranges = [one for each in service.ports for one in (each.target_range, each.published_range)]
    return any(one is not None and one[0] <= port <= one[1] for one in ranges)


def _starts_again(service: Service) -> bool:
    """Whether a service that stops is started again, until what it looks for is there."""
    policy = service.restart.literal if service.restart is not None else "no"
    return policy != "no" or service.get("deploy", "restart_policy") is not None
