"""Variables of a known image under names that it does not read."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, EnvVar, Service, closest, environment_of
from dlint.api.databases import base_name, right_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SHORTEST = 8
"""Shorter names are near to each other by chance."""


@check(on=Service, keys=("environment",), blames=True)
def environment_name_unread(service: Service, model: ComposeModel) -> Problems:
    """A variable that the image does not read, where one of nearly the same name is not set."""
    image = model.image_of(service)
    base = base_name(service, image)
    if image is None or not base:
        return
    for variable, right in _mistaken(service, base, (image.facts.knows_env if image.facts is not None else None) or ()):
        if model.starts_otherwise(service) or not model.is_whole(service):
            return
        given = environment_of(service, model)
        if given.may_have(right) or given.may_have(f"{right}_FILE") or image.sets(variable.name) is not False:
            continue
        related = [Related(image.place, f"{image.base_name} reads {right}")] if image.place is not None else []
        yield Problem(
            variable.key,
            f"The image {image.base_name} does not read {variable.name}: did you mean {right}?",
            related=related,
        )


def _mistaken(service: Service, image: str, known: Collection[str]) -> Iterator[tuple[EnvVar, str]]:
    """The variables of which ``image`` knows another one by nearly the same name, and that no command names."""
    lines = [node.raw for node in (service.command, service.entrypoint, service.healthcheck) if node is not None]
    for variable in service.environment:
        name = variable.name
        if len(name) < _SHORTEST or name in known or name.removesuffix("_FILE") in known:
            continue
        right = right_name(image, name) or _near(name, known)
        if right is not None and not any(name in line for line in lines):
            yield variable, right


def _near(name: str, known: Collection[str]) -> str | None:
    """A variable of nearly the same name; what begins with another word is the business of another program."""
    begins = name.partition("_")[0]
    return closest(name, sorted(one for one in known if one.partition("_")[0] == begins))
