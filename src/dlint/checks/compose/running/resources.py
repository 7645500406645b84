"""How much of the host a service may use: memory, CPU time, processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dlint.api import Edit, Fix, Node, Problem, Problems, check, pattern
from dlint.api.compose import (
    ComposeModel,
    Service,
    YamlEntry,
    YamlMap,
    YamlNode,
    YamlScalar,
    assume,
    integer,
    new_entry,
    new_key,
    number,
    parse_size,
    size,
)

_LIMIT = "512m"
# Half of it: who asks for more may not do with that limit.
_ROOM = 256 << 20
# Options that ask for memory: of Java, Node (in megabytes), Redis, MySQL and PostgreSQL.
_ASKING = pattern(
    r"(-Xm[sx]|-XX:(?:Initial|Max)HeapSize=|--max[-_]old[-_]space[-_]size[= ]|--?maxmemory[= ]"
    r"|innodb[-_]buffer[-_]pool[-_]size[= ]|shared_buffers[= ])\s*(\$|\d+\s?[kmgt]?i?b?\b)",
    re.I,
)
_SIGNS = ("-xm", "heapsize", "space", "maxmemory", "buffer")
_AMOUNT = pattern(r"\d+(?:\.\d+)?\s?[kmgt]i?b?", re.I)
_GROUP = ("deploy", "resources", "limits")


def _limits(service: Service, names: Iterable[str], limit: str) -> list[YamlScalar]:
    """The values a limit is written with: keys of the service, and ``deploy.resources.limits``."""
    keys = service.map.index
    values = [service.scalar(name) for name in names if name in keys]
    if service.deploy is not None:
        values.append(service.deploy.limit(limit))
    return [value for value in values if value is not None]


def _unknown(values: list[YamlScalar]) -> bool:
    return any(value.literal is None for value in values)


def _group(service: Service) -> YamlEntry | None:
    """The entry ``deploy.resources.limits``; that of ``resources`` if it has none."""
    fields: YamlNode = service.map
    found = None
    for name in _GROUP:
        entry = fields.entry(name) if isinstance(fields, YamlMap) else None
        if entry is None:
            break
        found = entry if name != "deploy" else None
        fields = entry.value
    return found


def _unlimited(
    service: Service,
    model: ComposeModel,
    values: list[YamlScalar],
    what: str,
    short: str,
    long: str,
    title: str,
    above: str = "",
) -> Problem:
    """The problem that ``what`` has no limit, where one is to be written: over one that is none, else beside others.

    ``above`` is what the service asks for where that leaves no room below the limit: then there is no fix.
    ``short`` is the limit as a key of the service, ``long`` the one below ``deploy.resources.limits``. Compose refuses
    a service that has limits in both places and not the same in each, and Swarm takes the long one alone.
    """
    group = _group(service)
    below = group is not None and group.key.value == "limits"
    name = key = short.partition(":")[0]
    if below or model.for_swarm:
        name = ".".join((*_GROUP, long.partition(":")[0]))
    edit: Edit | None = None
    if not values and key not in service.map and (below or not model.for_swarm):
        edit = new_entry(service, _GROUP, long) if below else new_key(service, short)
    where: Node = service.key
    if values:
        where = next((value.place for value in values if value.place.source is service.source), where)
    if where is service.key and group is not None and group.source is service.source:
        where = group.key
    fix = Fix(title, edit, safe=False) if edit is not None and not above else None
    level = f" above what {above} asks for" if above else ""
    return Problem(where, f"Service {service.name} may {what}; set {name}{level}", fix=fix, gist=name)


def _memory_asked(service: Service) -> Iterator[tuple[str, str]]:
    """What a service says about the memory it will take: as it is written, and how much (empty if that is unknown)."""
    reserved = service.deploy.reservation("memory") if service.deploy is not None else None
    for name, value in (("mem_reservation", service.scalar("mem_reservation")), ("reservations.memory", reserved)):
        if value is not None:
            yield f"{name} {value.value}", value.literal or ""
    lines = (" ".join(word.value for word in line.words) for line in (service.entrypoint, service.command) if line)
    texts = [assume(line) or line for line in lines]
    for variable in service.environment:
        text = (assume(variable.text) or variable.text).strip()
        texts.append(text)
        name = variable.name.upper()
        if ("HEAP" in name or "MEMORY" in name) and _AMOUNT.fullmatch(text):
            yield f"{variable.name}={text}", text
    if not any(map("\n".join(texts).lower().__contains__, _SIGNS)):
        return
    for text in texts:
        for match in _ASKING.finditer(text):
            option, amount = match.groups()
            megabytes = "m" if "space" in option else ""
            yield match.group().rstrip("$"), amount + megabytes if amount != "$" else ""


def _most_memory(service: Service) -> str:
    """What asks for so much memory that the proposed limit leaves no room beside it; empty if nothing does."""
    asked = [(parse_size(amount), written) for written, amount in _memory_asked(service)]
    most = max(((amount, written) for amount, written in asked if amount is not None), default=(0, ""))
    if most[0] > _ROOM:
        return most[1]
    return next((written for amount, written in asked if amount is None), "")


@check(on=Service)
def memory_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No memory limit, or one of zero."""
    limits = _limits(service, ("mem_limit",), "memory")
    if model.lacks_surely(service) and not _unknown(limits) and not any(size(value) for value in limits):
        title = "Limit memory to 512 MB; measure what the service needs"
        what = "take all memory of the host"
        short, long = f"mem_limit: {_LIMIT}", f"memory: {_LIMIT}"
        yield _unlimited(service, model, limits, what, short, long, title, _most_memory(service))


@check(on=Service)
def cpu_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No CPU limit, or one of zero."""
    limits = _limits(service, ("cpus", "cpu_quota", "cpu_count", "cpu_percent"), "cpus")
    if not model.lacks_surely(service) or _unknown(limits) or service.cpuset is not None:
        return
    if not any((number(value) or 0) > 0 for value in limits):
        title = "Limit the service to one CPU; measure what it needs"
        yield _unlimited(service, model, limits, "take all CPUs of the host", "cpus: 1", 'cpus: "1"', title)


@check(on=Service)
def pids_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No limit of processes, or one of zero or below, which is none."""
    limits = _limits(service, ("pids_limit",), "pids")
    if not model.lacks_confinement(service) or _unknown(limits):
        return
    if not any((integer(value) or 0) > 0 for value in limits):
        title = "Limit the service to 200 processes and threads"
        yield _unlimited(service, model, limits, "start processes without end", "pids_limit: 200", "pids: 200", title)
