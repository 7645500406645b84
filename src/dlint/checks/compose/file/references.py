"""What services refer to: definitions nobody uses, and legacy links."""

from __future__ import annotations

from collections.abc import Sequence

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Definition, Network, Part, Service, YamlMap


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


@check(on=Network)
def external_network_default(network: Network) -> Problems:
    """A network from elsewhere that is looked for as ``default``, a name that Docker gives to none."""
    node = network.get("external")
    if network.name == "default" and network.given_name is None and network.external and not isinstance(node, YamlMap):
        yield Problem(
            network.key,
            "Nothing is called default outside of a project, so that no service starts: say `name` beside `external`",
        )


@check(on=ComposeModel)
def volume_unused(model: ComposeModel) -> Problems:
    """A named volume that no service mounts."""
    if not _known(model):
        return
    used = set()
    drives: dict[str, Part] = {}
    for service in model.services:
        for mount in service.mounts:
            source = mount.source_part
            if source is not None and source.literal is None:
                return
            if source is not None and source.literal:
                used.add(source.literal)
            first = source or mount.target
            if first is not None and first.literal and first.literal[1:3] == ":/":
                drives[first.literal[0]] = first
    for problem in _unused(model.volumes, used, "volume", "mount it"):
        lost = drives.get(problem.where.raw)
        if lost is not None:
            problem.message = (
                f"`{lost.literal}` is one path to Compose, on a Windows drive: give the volume a longer name"
            )
            problem.related = [Related(lost, "Meant to mount it")]
        yield problem


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


@check(on=Service, keys=("links", "external_links"))
def links_legacy(service: Service) -> Problems:
    """``links`` and ``external_links``, from the time before networks."""
    for name, advice in (
        ("links", "services of one network reach each other by name; use `depends_on` for the order"),
        ("external_links", "join the other project's network instead, as an external one"),
    ):
        entry = service.entry(name)
        if entry is not None and getattr(service, name):
            yield Problem(entry.key, f"`{name}` is a leftover: {advice}")


@check(on=Service, keys=("volumes_from",))
def volumes_from_legacy(service: Service) -> Problems:
    """``volumes_from``, which mounts all that another container mounts."""
    entry = service.entry("volumes_from")
    if entry is not None and service.volumes_from:
        yield Problem(entry.key)
