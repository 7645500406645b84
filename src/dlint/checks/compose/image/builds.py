"""What builds of one project have to do with one another, what a build refuses by itself, images built and named."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, Related, check
from dlint.api.compose import (
    BuildRequest,
    BuildRequests,
    ComposeModel,
    Service,
    YamlScalar,
    new_key,
    origins,
    same_build,
    service_build,
)
from dlint.api.compose import familiar_name as familiar


@check(on=BuildRequest, keys=("build",))
def build_network_refused(service: Service, model: ComposeModel) -> Problems:
    """A network for the build that BuildKit does not have."""
    build = service.build
    network = build.network if build is not None else None
    if network is None or network.literal in (None, "", "host", "none", "default"):
        return
    message = f"BuildKit builds in no network {network.literal}: write host, none or default"
    yield Problem(network.place, message, related=origins(model, service, network))


@check(on=BuildRequests)
def image_built_twice(model: ComposeModel) -> Problems:
    """Two builds that differ and give their images one name."""
    first: dict[str, tuple[Service, YamlScalar]] = {}
    extending = {one.name for file in model.files for one in file.services if one.extends is not None}
    for service in model.services:
        for name in _names(service):
            if name.literal is None:
                continue
            before, place = first.setdefault(familiar(name.literal), (service, name))
            if before is service or not _may_meet(before, service) or not _differ(model, before, service):
                continue
            shared = place.span == name.span and place.source is name.source
            if shared and extending & {before.name, service.name}:
                continue  # One has it from the other, to be built in its place.
            message = (
                f"The builds of {before.name} and {service.name} differ and give one name, {name.literal}: what is"
                " built last has it"
            )
            other = before.key if shared else place.place
            related = [Related(other, f"the build of {before.name} gives it too")]
            yield Problem(name.place, message, related=[*related, *origins(model, service, name)])


def _names(service: Service) -> list[YamlScalar]:
    """The names that the build of a service gives."""
    build = service.build
    if build is None:
        return []
    return [*([service.image] if service.image is not None else []), *build.tags]


def _may_meet(one: Service, other: Service) -> bool:
    """Whether a run may have both services."""
    mine, theirs = [[name.literal for name in service.profiles] for service in (one, other)]
    return not mine or not theirs or None in (*mine, *theirs) or bool(set(mine) & set(theirs))


def _differ(model: ComposeModel, one: Service, other: Service) -> bool:
    """Whether two builds surely make different images."""
    mine, theirs = service_build(model, one), service_build(model, other)
    return mine is not None and theirs is not None and not same_build(mine, theirs)


@check(on=Service, keys=("build",))
def build_and_image(service: Service, *, check_pull_policy: bool = True) -> Problems:
    """A service with both ``build`` and ``image``, so that it is unclear which of them runs."""
    entry = service.entry("build")
    if entry is None or service.build is None or service.image is None:
        return
    if check_pull_policy and "pull_policy" in service.map:
        return
    edit = new_key(service, "pull_policy: build") if "pull_policy" not in service.map else None
    title = "Build the image at every start; it is no longer pulled"
    yield Problem(
        entry.key,
        f"Service `{service.name}` has `build` and `image`: add `pull_policy` to say which runs",
        fix=Fix(title, edit, safe=False) if edit is not None else None,
    )
