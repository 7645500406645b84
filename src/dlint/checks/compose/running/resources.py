"""How much of the host a service may use: memory, CPU time, processes."""

from __future__ import annotations

import re
from collections.abc import Iterator

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

# Half of the proposed limit: who asks for more may not do with that.
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
# Keys of a service that may say how much memory it takes.
_TELLING = ("mem_reservation", "deploy", "entrypoint", "command", "environment")


class _Limit:
    """A limit: what a service may do without it, the keys it is written with, and what is proposed.

    ``short`` is the proposed limit as a key of the service, ``long`` the one below ``deploy.resources.limits``.
    """

    __slots__ = ("what", "names", "short", "long", "title", "name", "inner", "long_name")

    def __init__(self, what: str, names: tuple[str, ...], short: str, long: str, title: str) -> None:
        self.what = what
        self.names = names
        self.short = short
        self.long = long
        self.title = title
        self.name = short.partition(":")[0]
        self.inner = long.partition(":")[0]
        self.long_name = ".".join((*_GROUP, self.inner))

    def values(self, service: Service) -> list[YamlScalar]:
        """The values it is written with."""
        keys = service.map.index
        values = [service.scalar(name) for name in self.names if name in keys]
        if service.deploy is not None:
            values.append(service.deploy.limit(self.inner))
        return [value for value in values if value is not None]


_MEMORY = _Limit(
    "take all memory of the host", ("mem_limit",), "mem_limit: 512m", "memory: 512m",
    "Limit memory to 512 MB; measure what the service needs",
)  # fmt: skip
_CPUS = _Limit(
    "take all CPUs of the host", ("cpus", "cpu_quota", "cpu_count", "cpu_percent"), "cpus: 1", 'cpus: "1"',
    "Limit the service to one CPU; measure what it needs",
)  # fmt: skip
_PIDS = _Limit(
    "start processes without end", ("pids_limit",), "pids_limit: 200", "pids: 200",
    "Limit the service to 200 processes and threads",
)  # fmt: skip


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
    service: Service, model: ComposeModel, values: list[YamlScalar], limit: _Limit, above: str = ""
) -> Problem:
    """The problem that there is no limit, where one is to be written: over one that is none, else beside others.

    ``above`` is what the service asks for where that leaves no room below the limit: then there is no fix. Compose
    refuses a service that has limits in both places and not the same in each, and Swarm takes the long one alone.
    """
    keys, where = service.map.index, service.key
    group = _group(service) if "deploy" in keys else None
    below = group is not None and group.key.value == "limits"
    long = below or model.for_swarm
    name = limit.long_name if long else limit.name
    place: Node = where
    if values:
        place = next((value.place for value in values if value.place.source is service.source), where)
    if place is where and group is not None and group.source is service.source:
        place = group.key
    if above:
        return Problem(
            place, f"Service {service.name} may {limit.what}; set {name} above what {above} asks for", gist=name
        )
    edit: Edit | None = None
    if not values and limit.name not in keys and (below or not long):
        edit = new_entry(service, _GROUP, limit.long) if below else new_key(service, limit.short)
    fix = Fix(limit.title, edit, safe=False) if edit is not None else None
    return Problem(place, f"Service {service.name} may {limit.what}; set {name}", fix=fix, gist=name)


def _memory_asked(service: Service) -> Iterator[tuple[str, str]]:
    """What a service says about the memory it will take: as it is written, and how much (empty if that is unknown)."""
    reserved = service.deploy.reservation("memory") if service.deploy is not None else None
    for name, value in (("mem_reservation", service.scalar("mem_reservation")), ("reservations.memory", reserved)):
        if value is not None:
            yield f"{name} {value.value}", value.literal or ""
    lines = (" ".join(word.value for word in line.words) for line in (service.entrypoint, service.command) if line)
    texts = [_assumed(line) for line in lines]
    for variable in service.environment:
        text = _assumed(variable.text).strip()
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


def _assumed(text: str) -> str:
    """The text with the defaults of its variables, as far as it has any."""
    return (assume(text) or text) if "$" in text else text


def _most_memory(service: Service) -> str:
    """What asks for so much memory that the proposed limit leaves no room beside it; empty if nothing does."""
    keys = service.map.index
    if not any(key in keys for key in _TELLING):
        return ""
    asked = [(parse_size(amount), written) for written, amount in _memory_asked(service)]
    most = max(((amount, written) for amount, written in asked if amount is not None), default=(0, ""))
    if most[0] > _ROOM:
        return most[1]
    return next((written for amount, written in asked if amount is None), "")


@check(on=Service)
def memory_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No memory limit, or one of zero."""
    limits = _MEMORY.values(service)
    if model.lacks_surely(service) and not _unknown(limits) and not any(size(value) for value in limits):
        yield _unlimited(service, model, limits, _MEMORY, _most_memory(service))


@check(on=Service)
def cpu_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No CPU limit, or one of zero."""
    limits = _CPUS.values(service)
    if not model.lacks_surely(service) or _unknown(limits) or service.cpuset is not None:
        return
    if not any((number(value) or 0) > 0 for value in limits):
        yield _unlimited(service, model, limits, _CPUS)


@check(on=Service)
def pids_not_limited(service: Service, model: ComposeModel) -> Problems:
    """No limit of processes, or one of zero or below, which is none."""
    limits = _PIDS.values(service)
    if not model.lacks_confinement(service) or _unknown(limits):
        return
    if not any((integer(value) or 0) > 0 for value in limits):
        yield _unlimited(service, model, limits, _PIDS)
