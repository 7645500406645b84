"""Variables of a known image under names that it does not read."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service, closest, environment_of
from dlint.api.databases import base_name, right_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

_SHORTEST = 8
"""Shorter names are near to each other by chance."""


@check(on=Service, keys=("environment",), blames=True)
def environment_name_unread(service: Service, model: ComposeModel) -> Problems:
    """A variable that the image does not read, where one of nearly the same name is not set."""
    if model.starts_otherwise(service) or not model.is_whole(service):
        return
    image = model.image_of(service)
    known = image.facts.knows_env if image is not None and image.facts is not None else None
    base = base_name(service, image)
    if image is None or not base:
        return
    given = environment_of(service, model)
    line = " ".join(node.raw for node in (service.command, service.entrypoint, service.healthcheck) if node is not None)
    for variable in service.environment:
        name = variable.name
        if (known and (name in known or name.removesuffix("_FILE") in known)) or len(name) < _SHORTEST or name in line:
            continue
        right = right_name(base, name) or _near(name, known or ())
        if right is None or given.may_have(right) or given.may_have(f"{right}_FILE") or image.sets(name) is not False:
            continue
        related = [Related(image.place, f"{image.base_name} reads {right}")] if image.place is not None else []
        yield Problem(
            variable.key,
            f"The image {image.base_name} does not read {name}: did you mean {right}?",
            related=related,
        )


def _near(name: str, known: Collection[str]) -> str | None:
    """A variable of nearly the same name; what begins with another word is the business of another program."""
    near = closest(name, sorted(known))
    return near if near is not None and near.partition("_")[0] == name.partition("_")[0] else None
