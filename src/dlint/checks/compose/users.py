"""The user a service runs as."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import Service, is_root, parts_of


@check(on=Service)
def service_runs_as_root(service: Service) -> Problems:
    """``user`` is root or the number 0, with any group."""
    node = service.user
    user = parts_of(node, ":", 1)[0].literal if node is not None else None
    if node is not None and user is not None and is_root(user):
        yield Problem(node.place, f"Service {service.name} runs as root; give it a user of its own, such as 1000:1000")
