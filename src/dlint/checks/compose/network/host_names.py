"""Names by which containers ask their host."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, check, pattern
from dlint.api.compose import ComposeModel, Service, YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

# docs.docker.com/desktop/features/networking/#i-want-to-connect-from-a-container-to-a-service-on-the-host
_NAME: Final = "host.docker.internal"
# The words of the name in another order, a letter too few, and the names that Docker Desktop had before.
_MISSPELT = pattern(
    r"(?<![\w.-])(?:docker\.host\.internal|docker\.internal\.host|host\.internal\.docker|host\.docker\.local(?:host)?"
    r"|host\.docker\.interna|docker\.for\.(?:mac|win)\.(?:host\.internal|localhost))(?![\w.-])"
)
_LIKE = ("docker.host.", "docker.internal", "docker.for.", "host.internal", "docker.local", "docker.interna")
_ASKED = pattern(r"(?<![\w.-])host\.docker\.internal(?![\w-]|\.\w)")


@check(on=Service, words=_LIKE)
def host_name_unknown(service: Service, model: ComposeModel) -> Problems:
    """A name for the host that no Docker knows."""
    given = _given(service)
    for place, text in _texts(service):
        match = _MISSPELT.search(text) if "docker" in text else None
        if match is not None and match[0] not in given and match[0] not in model.host_names:
            yield Problem(place, f"Nothing is called {match[0]}: the host is {_NAME}")
            return


@check(on=Service, words=(_NAME,))
def host_name_not_given(service: Service, model: ComposeModel) -> Problems:
    """The name of the host, which only Docker Desktop knows unless the service is given it."""
    if service.network_mode is not None or not model.is_whole(service) or _NAME in model.host_names:
        return
    if _NAME in _given(service):
        return
    for place, text in _texts(service):
        if _NAME in text and _ASKED.search(text):
            yield Problem(
                place,
                f"Only Docker Desktop knows {_NAME}: give it to service {service.name} with"
                f' `extra_hosts: ["{_NAME}:host-gateway"]`, or Linux does not find it',
            )
            return


def _given(service: Service) -> set[str]:
    """The names that a service is given, written as "name:address", "name=address" or a mapping."""
    return {entry.name.partition(":")[0] for entry in service.extra_hosts}


def _texts(service: Service) -> Iterator[tuple[Node, str]]:
    """What a service is told: its variables and its commands."""
    for variable in service.environment:
        yield variable.value or variable, variable.literal or variable.text
    for line in (service.command, service.entrypoint):
        words: list[YamlScalar] = line.words if line is not None else []
        yield from ((word, word.value) for word in words)
