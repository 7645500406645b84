"""The ports that health tests ask in their own container, held to those on which something listens there."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Related, check, related_to
from dlint.api.compose import CommandLine, ComposeModel, Service, environment_of, serving_of, shares_network, wrong_port
from dlint.api.health_tests import ports_on_loopback


@check(on=Service, keys=("healthcheck",), having=("checks_itself",), blames=True)
def healthcheck_port_wrong(service: Service, model: ComposeModel) -> Problems:
    """A health test that asks its own container on a port on which nothing listens."""
    health = service.healthcheck
    test = health.test if health is not None and not health.disabled else None
    asked = _asked(test) if test is not None else []
    if len({port for _, port in asked}) != 1 or shares_network(service, model):
        return
    where, port = asked[0]
    wrong = wrong_port(service, model, port)
    serving = serving_of(service, model) if wrong is not None else None
    known = serving is not None and serving.port is not None
    if wrong is None or not (known or wrong.where in service.ports or not _may_be_set(service, model)):
        return
    message = f"The check asks port {port} of service {service.name}, {wrong.why}"
    yield Problem(where, message, related=[Related(wrong.where, wrong.what)])


def _asked(test: CommandLine) -> list[tuple[Node, int]]:
    """The ports that a test asks on the loopback address, each with its place."""
    words = test.words if test.listed else [test.string]
    found: list[tuple[Node, int]] = []
    for at, word in enumerate(words):
        if word is None or word.literal is None:
            return []
        last = words[at - 1] if at else None
        if last is not None and word.literal.isdigit() and last.literal in ("localhost", "127.0.0.1"):
            found.append((word, int(word.literal)))
        found += [(word, port) for port, _ in ports_on_loopback(word.literal)]
    return found


def _may_be_set(service: Service, model: ComposeModel) -> bool:
    """Whether the program of a service may be told to listen on more than its image says: for checks, for example."""
    image = model.image_of(service)
    if image is None or image.stage is not None or service.command is not None or service.entrypoint is not None:
        return True
    return bool(service.configs) or any(mount.volume is None for mount in service.mounts)


@check(on=Service, keys=("build",), blames=True)
def healthcheck_port_kept(service: Service, model: ComposeModel) -> Problems:
    """A variable that moves the port of a service, while the HEALTHCHECK of its image goes on asking the old one."""
    if service.healthcheck is not None or shares_network(service, model):
        return
    if service.command is not None or service.entrypoint is not None:
        return  # Another command may have its port from elsewhere.
    image = model.image_of(service)
    known = image.healthcheck if image is not None and image.stage is not None else None
    if image is None or known is None or known.where is None or "$" in known.where.raw:
        return
    asked = {port for port, _ in ports_on_loopback(known.where.raw)}
    if len(asked) != 1:
        return
    old = asked.pop()
    given = environment_of(service, model)
    left = (one for one in given.known if one.name not in given.values)
    if any(_is_of_port(one.name) and one.value == str(old) for one in left):
        return  # Another variable of the image, which the service leaves alone, may be the one that counts.
    for one in given.known:
        name, port = one.name, int(one.value) if one.value.isdecimal() and len(one.value) < 6 else old
        if port == old or name not in given.values or not _is_of_port(name):
            continue
        own = image.own_value(name)
        if own is not None and own.value == str(old):
            message = (
                f"Service {service.name} moves its port to {port}, but the HEALTHCHECK of its image asks {old}, so that"
                f" it always fails: ask ${name} there, or give the service a healthcheck"
            )
            related = [Related(known.where, f"This asks {old}")]
            related += related_to(one.line, f"{name} is set here")
            yield Problem(one.where, message, related=related)
            return


def _is_of_port(name: str) -> bool:
    return name == "PORT" or name.endswith("_PORT")
