"""What services refer to: definitions nobody uses, health nobody reports, and legacy links."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Definition, Service, parse_image


def _known(model: ComposeModel) -> bool:
    """Whether every use of a definition can be seen."""
    return bool(model.services) and model.whole and not model.broken and not model.partial


def _unused(definitions: Sequence[Definition], used: set[str], what: str, advice: str) -> Problems:
    for definition in definitions:
        if definition.name not in used:
            yield Problem(definition.key, f"No service uses the {what} `{definition.name}`: {advice}, or remove it")


@check(on=ComposeModel)
def network_unused(model: ComposeModel) -> Problems:
    """A network that no service joins."""
    if _known(model):
        used = {network.name for service in model.services for network in service.networks if network.name}
        yield from _unused(model.networks, used | {"default"}, "network", "list it under a service's `networks`")


@check(on=ComposeModel)
def volume_unused(model: ComposeModel) -> Problems:
    """A named volume that no service mounts."""
    if not _known(model):
        return
    used = set()
    for service in model.services:
        for mount in service.mounts:
            source = mount.source_part
            if source is not None and source.literal is None:
                return
            if source is not None and source.literal:
                used.add(source.literal)
    yield from _unused(model.volumes, used, "volume", "mount it")


@check(on=ComposeModel)
def config_unused(model: ComposeModel) -> Problems:
    """A config that no service reads."""
    if _known(model):
        used = {config.name for service in model.services for config in service.configs if config.name}
        yield from _unused(model.configs, used, "config", "list it under a service's `configs`")


@check(on=ComposeModel)
def secret_unused(model: ComposeModel) -> Problems:
    """A secret that neither a service nor a build reads."""
    if _known(model):
        used = {secret.name for service in model.services for secret in service.secrets if secret.name}
        builds = [service.build for service in model.services if service.build is not None]
        used |= {secret.name for build in builds for secret in build.secrets if secret.name}
        yield from _unused(model.secrets, used, "secret", "list it under a service's `secrets`")


@check(on=Service)
def dependency_never_healthy(service: Service, model: ComposeModel) -> Problems:
    """``condition: service_healthy`` on a service that never reports health."""
    for dependency in service.depends_on:
        target = model.service(dependency.name) if dependency.name else None
        if dependency.condition != "service_healthy" or target is None or model.is_partial(target):
            continue
        health = target.healthcheck
        where = dependency.get("condition") or dependency.key
        if health is not None and health.disabled:
            message = f"`{target.name}` switches its health check off, so `{service.name}` never starts: give it a test"
            yield Problem(where, message, related=[Related(health, "Switched off here")])
        elif health is None and target.build is None and _has_no_test(target):
            message = f"`{target.name}` has no health check, so `{service.name}` never starts: add `healthcheck` to it"
            yield Problem(where, message, related=[Related(target.key, "The service without a health check")])


def _has_no_test(service: Service) -> bool:
    """Whether the image is one of Docker's official ones, which bring no HEALTHCHECK."""
    text = service.image.literal if service.image is not None else None
    image = parse_image(text) if text else None
    return image is not None and image.registry is None and image.path is not None and "/" not in image.path


@check(on=Service)
def links_legacy(service: Service) -> Problems:
    """``links`` and ``external_links``, from the time before networks."""
    for name, advice in (
        ("links", "services of one network reach each other by name; use `depends_on` for the order"),
        ("external_links", "join the other project's network instead, as an external one"),
    ):
        entry = service.entry(name)
        if entry is not None and getattr(service, name):
            yield Problem(entry.key, f"`{name}` is a leftover: {advice}")
