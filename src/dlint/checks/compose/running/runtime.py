"""How services are kept running and watched: health checks, restarts, logs."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import ComposeModel, Healthcheck, Logging, Service, YamlScalar, closest, integer, new_key


@check(on=Service)
def healthcheck_not_set(service: Service, model: ComposeModel) -> Problems:
    """No health check, or one that is switched off."""
    found: Healthcheck | None = service.healthcheck
    if found is None:
        image = model.image_of(service)
        known = image.healthcheck if image is not None else None
        brought = known is not None and (known.own or known.value)
        if model.lacks_surely(service) and not brought and not _ends(service, model):
            yield Problem(service.key, f"Service {service.name} has no healthcheck; say how to see that it works")
    elif found.disabled:
        entry = service.entry("healthcheck")
        node = found.map.entry("disable") or found.map.entry("test") or entry
        yield Problem(node or found, f"The health check of service {service.name} is switched off; give it a test")


def _ends(service: Service, model: ComposeModel) -> bool:
    """Whether the service is a job: others wait until it has completed, or a profile starts it."""
    return bool(service.profiles) or service.name in model.jobs


@check(on=Service)
def restart_policy_missing(service: Service, model: ComposeModel) -> Problems:
    """Neither ``restart`` nor ``deploy.restart_policy``."""
    if service.get("restart") is not None or service.get("deploy", "restart_policy") is not None:
        return
    if not model.lacks_surely(service) or model.for_swarm or _ends(service, model):
        return
    edit = new_key(service, "restart: unless-stopped")
    title = "Restart the service unless it was stopped; it then starts with the machine"
    yield Problem(
        service.key,
        f"Service {service.name} stays down after a crash or a reboot; set restart, to unless-stopped for instance",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
    )


_POLICIES = ("no", "always", "on-failure", "unless-stopped")


def _is_policy(text: str) -> bool:
    attempts = text.removeprefix("on-failure:")
    return text in ("", *_POLICIES) or (attempts != text and attempts.isascii() and attempts.isdecimal())


@check(on=Service, keys=("restart",))
def restart_policy_unknown(service: Service) -> Problems:
    """A restart policy that the engine refuses."""
    node = service.restart
    text = node.literal if node is not None and node.kind == "str" else None
    if node is None or text is None or _is_policy(text):
        return
    meant = closest(text.partition(":")[0], _POLICIES, 3)
    remedy = f"did you mean {meant}?" if meant else f"write one of {', '.join(_POLICIES)}"
    yield Problem(node.place, f"The engine knows no restart policy {text}, so {service.name} never starts: {remedy}")


@check(on=Service, keys=("restart",))
def restart_attempts_not_limited_to(service: Service, *, attempts: int = 5) -> Problems:
    """``on-failure`` with another number of attempts than ``attempts``."""
    node = service.restart
    text = node.literal if node is not None else None
    if node is not None and text is not None and text.startswith("on-failure:"):
        number = text.partition(":")[2]
        if number.isdecimal() and (len(number) > 9 or int(number) != attempts):
            yield Problem(
                node.place, f"Service {service.name} is restarted {number} times; the limit asked for is {attempts}"
            )
    most = service.scalar("deploy", "restart_policy", "max_attempts")
    if most is not None and integer(most) not in (None, attempts):
        yield Problem(
            most.place, f"Service {service.name} is restarted {most.value} times; the limit asked for is {attempts}"
        )


@check(on=Logging)
def logging_switched_off(logging: Logging, service: Service) -> Problems:
    """The log driver ``none``."""
    driver: YamlScalar | None = logging.driver
    if driver is not None and driver.literal == "none":
        yield Problem(
            driver.place,
            f"Service {service.name} keeps no log, so nobody can see what it did; use the driver local",
        )


@check(on=Service)
def log_grows_without_end(service: Service, model: ComposeModel) -> Problems:
    """The driver json-file without ``max-size``."""
    logging = service.logging
    if logging is None:
        if service.get("logging") is None and model.is_whole(service):
            yield Problem(
                service.key,
                f"The log of service {service.name} grows until the disk is full; set logging with max-size, or the"
                " driver local",
            )
        return
    driver = logging.driver
    if driver is not None and driver.literal != "json-file":
        return
    if not any(option.name == "max-size" for option in logging.options):
        yield Problem(
            driver.place if driver is not None else service.key,
            f"The log of service {service.name} grows until the disk is full; set the option max-size",
        )
