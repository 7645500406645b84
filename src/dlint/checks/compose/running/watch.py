"""What ``develop.watch`` watches: whether it is there, and whether Compose watches it at all.

Source: Compose, ``pkg/compose/watch.go`` (``checkIfPathAlreadyBindMounted``).
"""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service, origins


@check(on=Service, keys=("develop",))
def watch_path_missing(service: Service, model: ComposeModel) -> Problems:
    """A watched path at which nothing lies."""
    for rule in service.watch:
        written = rule.path
        if written is not None and written.literal and model.is_missing(written, written.literal):
            message = f"Service {service.name} watches {written.literal}, which does not exist"
            yield Problem(written.place, message, related=origins(model, service, written))


@check(on=Service, keys=("develop",))
def watch_path_mounted(service: Service, model: ComposeModel) -> Problems:
    """A watched path that a bind mount covers, so that Compose does not watch it."""
    for rule in service.watch:
        written = rule.path
        path = model.path(written, written.literal) if written is not None and written.literal else None
        if written is None or path is None:
            continue
        for mount in service.mounts:
            part = mount.host_path
            source = model.path(part, part.literal) if part is not None and part.literal else None
            if source is not None and (source in ("", ".", path) or path.startswith(source + "/")):
                message = f"Compose does not watch {written.literal}: the bind mount of {mount.raw} covers it"
                if not mount.short and part is not None:
                    message = f"Compose does not watch {written.literal}: the bind mount of {part.literal} covers it"
                yield Problem(written.place, message, related=[Related(mount, "this mount")])
                break
