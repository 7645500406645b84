"""Keys of a service that ``docker stack deploy`` refuses, or reads and leaves out."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import Service, YamlMap, YamlNode, YamlSeq, boolean
from dlint.api.swarm import IGNORED, REFUSED


@check(on=Service, keys=(*REFUSED, "depends_on", "env_file"), having=("in_stack",))
def swarm_key_refused(service: Service) -> Problems:
    """A key for which ``docker stack deploy`` refuses the file."""
    for name, advice in REFUSED.items():
        entry = service.entry(name)
        if entry is not None:
            yield Problem(entry.key, f"`docker stack deploy` refuses a file with `{name}`; {advice or 'remove it'}")
    for name, shape in (("depends_on", "a list of names"), ("env_file", "paths")):
        entry = service.entry(name)
        if entry is not None and _is_long(entry.value):
            yield Problem(entry.key, f"`docker stack deploy` takes {shape} for `{name}` and refuses anything else")


def _is_long(value: YamlNode) -> bool:
    """Whether more than names are written."""
    return isinstance(value, YamlMap) or (
        isinstance(value, YamlSeq) and any(isinstance(item, YamlMap) for item in value.items)
    )


@check(on=Service, keys=(*IGNORED,), having=("in_stack",))
def swarm_key_ignored(service: Service) -> Problems:
    """A key that ``docker stack deploy`` leaves out."""
    for name, advice in IGNORED.items():
        entry = service.entry(name)
        if entry is None or (name == "privileged" and not boolean(service.privileged)):
            continue
        message = f"`docker stack deploy` leaves out `{name}`; {advice or 'the service runs without it'}"
        if name == "tmpfs" and boolean(service.read_only):
            message += ": the read-only root file system has no place to write to"
        yield Problem(entry.key, message, area=entry)
