"""How much of the host a service may use: memory, CPU time, processes."""

from __future__ import annotations

from collections.abc import Iterable

from dlint.api import Fix, Node, Problem, Problems, check
from dlint.api.compose import ComposeModel, Service, YamlScalar, integer, number, size
from dlint.checks.compose.hardening import is_whole, new_key


def _limits(service: Service, names: Iterable[str], limit: str) -> list[YamlScalar]:
    """The values a limit is written with: keys of the service, and ``deploy.resources.limits``."""
    values = [service.scalar(name) for name in names]
    if service.deploy is not None:
        values.append(service.deploy.limit(limit))
    return [value for value in values if value is not None]


def _unknown(values: list[YamlScalar]) -> bool:
    return any(value.literal is None for value in values)


def _place(service: Service, values: list[YamlScalar]) -> Node:
    """The limit that is none, if one is written in the service's own file, else the service."""
    return next((value.place for value in values if value.place.source is service.source), service.key)


def _limited(service: Service, values: list[YamlScalar], line: str, title: str) -> Fix | None:
    """The fix that adds a limit where none is written."""
    edit = new_key(service, line) if not values and line.partition(":")[0] not in service.map else None
    return Fix(title, edit, safe=False) if edit is not None else None


@check(on=Service)
def memory_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No memory limit, or one of zero."""
    limits = _limits(service, ("mem_limit",), "memory")
    if is_whole(service, model) and not _unknown(limits) and not any(size(value) for value in limits):
        yield Problem(
            service.key,
            f"Service {service.name} may take all memory of the host; set mem_limit or a limit under deploy",
            fix=_limited(service, limits, "mem_limit: 512m", "Limit memory to 512 MB; measure what the service needs"),
        )


@check(on=Service)
def cpu_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No CPU limit, or one of zero."""
    limits = _limits(service, ("cpus", "cpu_quota", "cpu_count", "cpu_percent"), "cpus")
    if not is_whole(service, model) or _unknown(limits) or service.cpuset is not None:
        return
    if not any((number(value) or 0) > 0 for value in limits):
        yield Problem(
            service.key,
            f"Service {service.name} may take all CPUs of the host; set cpus or a limit under deploy",
            fix=_limited(service, limits, "cpus: 1", "Limit the service to one CPU; measure what it needs"),
        )


@check(on=Service)
def pids_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No limit of processes, or one of zero or below, which is none."""
    limits = _limits(service, ("pids_limit",), "pids")
    if is_whole(service, model) and not _unknown(limits) and not any((integer(value) or 0) > 0 for value in limits):
        yield Problem(
            _place(service, limits),
            f"Service {service.name} may start processes without end; set pids_limit",
            fix=_limited(service, limits, "pids_limit: 200", "Limit the service to 200 processes and threads"),
        )
