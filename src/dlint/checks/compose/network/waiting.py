"""What a service waits for when it starts, held to the services of the project."""

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
    wrong_port,
)
from dlint.api.waiting import Waiting, waitings

_HERE = frozenset(("localhost", "host", "unix", "example", "host-gateway"))


# By a command, by a variable, or in the image.
_WORDS = ("wait", "precondition", "dockerize", "nc ", "until ", "while ", ".sh", "entrypoint", "build")
_KEYS = ("command", "entrypoint", "build", "environment", "env_file")


@check(on=Service, keys=_KEYS, words=_WORDS, blames=True)
def awaited_address_wrong(service: Service, model: ComposeModel) -> Problems:
    """A start that waits for a host that is no service, or for a port on which none listens."""
    if service.network_mode is not None or len(model.services) < 2:
        return
    reported: set[tuple[str, int | None]] = set()
    for one in waitings(service, model):
        found = _problem(one, service, model) if (one.host, one.port) not in reported else None
        if found is not None:
            reported.add((one.host, one.port))
            yield found


def _problem(one: Waiting, service: Service, model: ComposeModel) -> Problem | None:
    names = model.host_names
    target = names.get(one.host)
    said = [Related(one.said, "It is named here")] if one.said is not one.where else []
    if target is None:
        known = {name.lower() for name in (*names, *own_names(service))} | _HERE
        if (
            one.host.lower() in known
            or one.host.isdecimal()
            or is_open(service, model)
            or one.host in names_beside(model)
        ):
            return None
        near = closest(one.host, sorted(names))
        hint = f", did you mean {near}?" if near else ""
        meant = [Related(names[near].key, "The service that may be meant")] if near is not None else []
        message = f"Service {service.name} waits for {one.host} by {one.by}, but no service is called so{hint}"
        return Problem(one.where, message, related=[*said, *meant])
    if target is service or model.is_partial(target):
        return None
    own, others = names_networks(service), names_networks(target)
    if own is not None and others is not None and not own & others and not is_open(service, model):
        message = f"Service {service.name} waits for {one.host} by {one.by}, but the two have no network in common"
        return Problem(one.where, message, related=[*said, Related(target.key, "It is on other networks")])
    wrong = wrong_port(target, model, one.port) if one.port else None
    if wrong is None:
        return None
    message = f"Service {service.name} waits for port {one.port} of {target.name} by {one.by}, {wrong.why}"
    return Problem(one.where, message, related=[*said, Related(wrong.where, wrong.what)])
