"""How much of the host a service may use: memory, CPU time, processes."""

from __future__ import annotations

from collections.abc import Iterable

from dlint.api import Problem, Problems, check
from dlint.api.compose import ComposeModel, Service, YamlScalar, integer, number, size
from dlint.checks.compose.hardening import is_whole


def _limits(service: Service, names: Iterable[str], limit: str) -> list[YamlScalar]:
    """The values a limit is written with: keys of the service, and ``deploy.resources.limits``."""
    values = [service.scalar(name) for name in names]
    if service.deploy is not None:
        values.append(service.deploy.limit(limit))
    return [value for value in values if value is not None]


def _unknown(values: list[YamlScalar]) -> bool:
    return any(value.literal is None for value in values)


@check(on=Service)
def memory_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No memory limit, or one of zero."""
    limits = _limits(service, ("mem_limit",), "memory")
    if is_whole(service, model) and not _unknown(limits) and not any(size(value) for value in limits):
        yield Problem(
            service.key,
            f"Service {service.name} may take all memory of the host; set mem_limit or a limit under deploy",
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
        )


@check(on=Service)
def pids_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No limit of processes, or one of zero or below, which is none."""
    limits = _limits(service, ("pids_limit",), "pids")
    if is_whole(service, model) and not _unknown(limits) and not any((integer(value) or 0) > 0 for value in limits):
        yield Problem(service.key, f"Service {service.name} may start processes without end; set pids_limit")
