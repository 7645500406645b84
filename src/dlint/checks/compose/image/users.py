"""Who a service runs as: root, users that its image does not have, and rights that its image needs."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, check, related_to
from dlint.api.compose import ComposeModel, Service, YamlScalar, boolean, is_root, parts_of

_FILES = ("/etc/passwd", "/etc/group", "/etc", "/")


@check(on=Service, keys=("user",), blames=True)
def service_user_unknown(service: Service, model: ComposeModel) -> Problems:
    """``user`` by a name that the image does not know."""
    node = service.user
    if node is None or not node.literal:
        return
    image = model.image_of(service)
    if image is None or image.system == "windows" or _brings_users(service):
        return
    for where, name, group in _names(node):
        known = image.group_exists(name) if group else image.user_exists(name)
        if known is False:
            what = "group" if group else "user"
            holder = image.base_name if image.stage is None else f"the image of {image.name}"
            related = related_to(image.place, f"{image.base_name} has no such {what}")
            yield Problem(
                where,
                f"There is no {what} {name} in {holder}, so that service {service.name} cannot start: create it, or"
                " give a number",
                related=related,
            )


def _names(node: YamlScalar) -> Iterator[tuple[Node, str, bool]]:
    """The user and the group of ``user``, as far as they are names; whether it is the group."""
    for at, part in enumerate(parts_of(node, ":", 1)):
        name = part.literal
        if name and not name.isdecimal() and "$" not in name:
            yield part, name, at == 1


def _brings_users(service: Service) -> bool:
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None or (target.rstrip("/") or "/") in _FILES:
            return True
    named = [reference.target for reference in (*service.configs, *service.secrets) if reference.target is not None]
    return bool(service.volumes_from) or any((part.literal or "/etc/passwd") in _FILES for part in named)


@check(on=Service, keys=("cap_drop",), blames=True)
def capability_needed_by_image(service: Service, model: ComposeModel) -> Problems:
    """``cap_drop`` of a capability that the image's entrypoint uses."""
    dropped = {(node.literal or "").upper().removeprefix("CAP_"): node for node in service.cap_drop}
    if not dropped or service.entrypoint is not None or boolean(service.privileged):
        return
    image = model.image_of(service)
    if image is None or not image.root_needs or any(node.literal is None for node in service.cap_add):
        return
    user = service.user.literal if service.user is not None else (image.user.value if image.user is not None else None)
    if not user or not is_root(user):
        return
    added = {(node.literal or "").upper().removeprefix("CAP_") for node in service.cap_add}
    lost = [name for name in image.root_needs if name in dropped or "ALL" in dropped]
    lost = [name for name in lost if name not in added and "ALL" not in added]
    if not lost:
        return
    node = dropped.get("ALL") or next(node for name, node in dropped.items() if name in lost)
    entrypoint = image.entrypoint
    own = entrypoint is not None and entrypoint.own
    where = entrypoint.where if entrypoint is not None and own else image.place
    related = related_to(where, "The entrypoint starts as root")
    yield Problem(
        node,
        f"The entrypoint of {image.name if own else image.base_name} needs {', '.join(lost)}:"
        f" add {'it' if len(lost) == 1 else 'them'} under"
        " `cap_add`, or set another `user`",
        related=related,
    )


@check(on=Service, keys=("user",))
def service_runs_as_root(service: Service, model: ComposeModel) -> Problems:
    """``user`` is root or the number 0, with any group."""
    node = service.user
    user = parts_of(node, ":", 1)[0].literal if node is not None else None
    if node is not None and user is not None and is_root(user):
        message = f"Service {service.name} runs as root; give it a user of its own, such as 1000:1000"
        yield Problem(node.place, message, minor=service.name in model.jobs)
