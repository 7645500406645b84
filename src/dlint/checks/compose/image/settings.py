"""Variables that the settings of a service's proxy name, held to what its container has."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, Source, check
from dlint.api.compose import ComposeModel, Service, ServiceEnvironment, environment_of
from dlint.api.settings import Settings, Wanted, settings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image


@check(on=Service, inside=("passes_on",), blames=True)
def settings_variable_unset(service: Service, model: ComposeModel) -> Problems:
    """Settings with a variable that nothing sets, or that nothing fills in."""
    files = settings_of(service, model)
    image = model.image_of(service) if files else None
    if image is None or not model.is_whole(service) or _starts_otherwise(service, model, image):
        return
    given = environment_of(service, model)
    for file in files:
        for wanted in file.wanted() if isinstance(file.holder, Source) else ():
            trouble = _trouble(file, wanted, given, image)
            if trouble is not None:
                yield Problem(
                    file.where,
                    f"{file.reader.program} of service {service.name} {trouble}",
                    related=[Related(wanted.where, f"{wanted.name} is named here")],
                )
                break


def _starts_otherwise(service: Service, model: ComposeModel, image: Image) -> bool:
    """Whether something else may run than what the image at the bottom starts, or its start may be added to."""
    own = any(known is None or known.own for known in (image.entrypoint, image.cmd))
    targets = [mount.target.literal or "" for mount in service.mounts if mount.target is not None]
    return own or model.starts_otherwise(service) or any(target.startswith("/docker-entrypoint") for target in targets)


def _trouble(file: Settings, wanted: Wanted, given: ServiceEnvironment, image: Image) -> str | None:
    """What becomes of a variable in a file; None if it may be filled in."""
    reader, name, text = file.reader, wanted.name, wanted.where.raw
    is_unset = not given.may_have(name) and image.sets(name) is False
    if not reader.templates:
        if not is_unset or wanted.default:
            return None
        return f"reads nothing for {text} in {file.name}: add {name} to `environment`, where nothing sets it"
    if image.facts is None or image.facts.origin.image != reader.filled_by or _moves_templates(given):
        return None
    if file.path.startswith(f"{reader.templates}/"):
        if not file.path.endswith(".template") or not (is_unset or wanted.default):
            return None
        if wanted.default:
            return f"gets {text} of {file.name} as it is: set {name} in `environment`, since templates know no defaults"
        return f"gets {text} of {file.name} as it is: add {name} to `environment`, where nothing sets it"
    if image.stage is not None:
        return None
    to = f"{reader.templates}/{posixpath.basename(file.path).removesuffix('.template')}.template"
    return f"reads no {text} in {file.name}: mount the file as {to}, where the image fills variables in"


def _moves_templates(given: ServiceEnvironment) -> bool:
    """Whether other files may be templates, or other variables be filled in."""
    return not given.whole or any(name.startswith("NGINX_ENVSUBST_") for name in given.values)
