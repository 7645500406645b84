"""The user a service runs as."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.compose import Service


@check(on=Service)
def service_runs_as_root(service: Service) -> Problems:
    """``user`` is root or the number 0, with any group."""
    node = service.user
    if node is None or node.literal is None:
        return
    user = node.literal.split(":")[0].strip()
    if user == "root" or (user.isascii() and user.isdigit() and not user.strip("0")):
        yield Problem(node.place, f"Service {service.name} runs as root; give it a user of its own, such as 1000:1000")
