"""In which order services start: what each depends on or links to, and what follows from that."""

from __future__ import annotations

from dlint.lazy import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.service import Service


def started_before(service: Service, model: ComposeModel) -> frozenset[str]:
    """The names of the services that one depends on or links to, directly or not."""
    return _reached(service.name, _needed(model))


def started_after(service: Service, model: ComposeModel) -> frozenset[str]:
    """The names of the services that depend on one or link to it, directly or not."""
    return _reached(service.name, _needing(model))


@once
def _needed(model: ComposeModel) -> dict[str, list[str]]:
    """The services with those that each depends on or links to."""
    found = {}
    for service in model.services:
        linked = [(node.literal or "").partition(":")[0] for node in (*service.links, *service.volumes_from)]
        found[service.name] = [name for name in (*(one.name for one in service.depends_on), *linked) if name]
    return found


@once
def _needing(model: ComposeModel) -> dict[str, list[str]]:
    """The same the other way round."""
    found: dict[str, list[str]] = {}
    for name, others in _needed(model).items():
        for other in others:
            found.setdefault(other, []).append(name)
    return found


def _reached(name: str, edges: Mapping[str, list[str]]) -> frozenset[str]:
    """The names to which edges lead from one, over others too."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = [other for other in edges.get(waiting.pop(), ()) if other not in found]
        found.update(new)
        waiting += new
    return frozenset(found)
