"""Merging two Compose trees: override files, ``extends`` and further YAML documents share one table.

Rules after the Compose Specification ("Merge") and compose-go's ``override`` package: mappings merge by key, lists
are appended, scalars are replaced; the table names the exceptions. The result is made of the nodes of both trees.
"""

from __future__ import annotations

from dlint.model.compose import lists
from dlint.syntax.compose.values import literal
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.model.compose.faults import FaultList
    from dlint.source import Node

Path = tuple[str, ...]


def merge(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """What ``over`` makes of ``base`` at ``path``; shapes that do not fit become a fault, and ``base`` stays."""
    special = _special(path)
    if special is _override or _is_null(base):
        return over
    if _is_null(over):
        return base
    if special is not None:
        return special(base, over, path, faults)
    if isinstance(base, YamlMap):
        return _merge_maps(base, over, path, faults) if isinstance(over, YamlMap) else _clash(base, over, path, faults)
    if isinstance(base, YamlSeq):
        if not isinstance(over, YamlSeq):
            return _clash(base, over, path, faults)
        return _appended(base, over, path)
    return over


def _is_null(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and node.kind == "null"


def _merge_maps(base: YamlMap, over: YamlMap, path: Path, faults: FaultList) -> YamlMap:
    later = {entry.key.value: entry for entry in over.entries}
    entries: list[YamlEntry] = []
    for entry in base.entries:
        other = later.pop(entry.key.value, None)
        if other is None:
            entries.append(entry)
            continue
        value = merge(entry.value, other.value, (*path, entry.key.value), faults)
        if value is entry.value:
            entries.append(entry)
        elif value is other.value:
            entries.append(other)
        else:
            entries.append(YamlEntry(entry.key, value, entry.span))
    entries += later.values()
    return base.with_entries(entries)


def _appended(base: YamlSeq, over: YamlSeq, path: Path) -> YamlSeq:
    whole = base.with_items([*base.items, *over.items])
    key = _unique_key(path)
    return lists.unique(whole, key) if key is not None else whole


def _unique_key(path: Path) -> Callable[[YamlNode], lists.Key] | None:
    if len(path) < 3 or path[0] != "services":
        return None
    below = path[2:]
    if len(below) == 3 and below[0] == "networks":
        below = ("networks", "*", below[2])
    return lists.UNIQUE.get(below)


def _clash(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    where = ".".join(path)
    message = f"`{where}` is {_shape(over)} here and {_shape(base)} where it is set first: give both the same form"
    faults.add(over.place, "merge-conflict", message, related=base.place)
    return base


def _shape(node: YamlNode) -> str:
    if isinstance(node, YamlMap):
        return "a mapping"
    return "a list" if isinstance(node, YamlSeq) else "a single value"


def _override(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    return over


def _pairs(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """Labels, variables and arguments: by key in either spelling."""
    if isinstance(base, YamlSeq) and isinstance(over, YamlSeq):
        return _appended(base, over, path)
    left, right = lists.pairs_as_map(base), lists.pairs_as_map(over)
    if left is None or right is None:
        return over
    entries = {entry.key.value: entry for entry in left.entries}
    entries.update({entry.key.value: entry for entry in right.entries})
    return left.with_entries(list(entries.values()))


def _lists(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """A string or a list: appended, without duplicates where the table says so."""
    left, right = lists.as_list(base), lists.as_list(over)
    if left is None or right is None:
        return over if left is None else base
    return _appended(left, right, path)


def _extra_hosts(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """Host names: a name may have several addresses, the same line twice counts once."""
    left, right = lists.as_list(base), lists.as_list(over)
    if left is None or right is None:
        return over
    seen = {literal(item) for item in left.items}
    return left.with_items([*left.items, *(item for item in right.items if literal(item) not in seen)])


def _build(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    left, right = _build_map(base), _build_map(over)
    if left is None or right is None:
        return _clash(base, over, path, faults)
    return _merge_maps(left, right, path, faults)


def _build_map(node: YamlNode) -> YamlMap | None:
    if isinstance(node, YamlScalar):
        return YamlMap(node.source, node.span, [YamlEntry(lists.written_text(node, "context"), node)])
    return node if isinstance(node, YamlMap) else None


def _named(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """Networks and models: a list of names is a mapping to nothing."""
    left, right = lists.names_as_map(base, lists.empty), lists.names_as_map(over, lists.empty)
    if left is None or right is None:
        return _clash(base, over, path, faults)
    return _merge_maps(left, right, path, faults)


def _depends_on(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    if isinstance(base, YamlSeq) and isinstance(over, YamlSeq):
        return lists.unique(base.with_items([*base.items, *over.items]), lists.pair_key)
    left, right = lists.names_as_map(base, _started), lists.names_as_map(over, _started)
    if left is None or right is None:
        return _clash(base, over, path, faults)
    return _merge_maps(left, right, path, faults)


def _started(place: Node) -> YamlMap:
    """What a short dependency stands for."""
    condition = YamlEntry(lists.written_text(place, "condition"), lists.written_text(place, "service_started"))
    return YamlMap(place.source, place.span, [condition])


def _logging(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """Options merge only while both name one driver, or one names none."""
    if not isinstance(base, YamlMap) or not isinstance(over, YamlMap):
        return _clash(base, over, path, faults)
    first, second = base.get("driver"), over.get("driver")
    if first is None or second is None or literal(first) == literal(second):
        return _merge_maps(base, over, path, faults)
    return over


def _ulimit(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    if isinstance(base, YamlMap) and isinstance(over, YamlMap):
        return _merge_maps(base, over, path, faults)
    return over


def _ipam(base: YamlNode, over: YamlNode, path: Path, faults: FaultList) -> YamlNode:
    """Address pools: by subnet."""
    if not isinstance(base, YamlSeq) or not isinstance(over, YamlSeq):
        return _clash(base, over, path, faults)
    pools: dict[str | int, YamlNode] = {}
    for number, pool in enumerate([*base.items, *over.items]):
        subnet = literal(pool.get("subnet")) if isinstance(pool, YamlMap) else None
        name = number if subnet is None else subnet
        earlier = pools.get(name)
        if isinstance(earlier, YamlMap) and isinstance(pool, YamlMap):
            pool = _merge_maps(earlier, pool, path, faults)
        pools[name] = pool
    return base.with_items(list(pools.values()))


_SPECIAL: dict[Path, Callable[[YamlNode, YamlNode, Path, FaultList], YamlNode]] = {
    ("annotations",): _pairs,
    ("build",): _build,
    ("build", "args"): _pairs,
    ("build", "additional_contexts"): _pairs,
    ("build", "extra_hosts"): _extra_hosts,
    ("build", "labels"): _pairs,
    ("command",): _override,
    ("depends_on",): _depends_on,
    ("deploy", "labels"): _pairs,
    ("dns",): _lists,
    ("dns_opt",): _lists,
    ("dns_search",): _lists,
    ("entrypoint",): _override,
    ("env_file",): _lists,
    ("label_file",): _lists,
    ("environment",): _pairs,
    ("extra_hosts",): _extra_hosts,
    ("healthcheck", "test"): _override,
    ("labels",): _pairs,
    ("logging",): _logging,
    ("models",): _named,
    ("networks",): _named,
    ("sysctls",): _pairs,
    ("tmpfs",): _lists,
}


def _special(path: Path) -> Callable[[YamlNode, YamlNode, Path, FaultList], YamlNode] | None:
    if len(path) > 2:
        if path[0] == "services":
            below = path[2:]
            if len(below) == 2 and below[0] == "ulimits":
                return _ulimit
            return _SPECIAL.get(below)
        if path[0] == "networks" and path[2:] == ("ipam", "config"):
            return _ipam
        if path[0] in ("networks", "volumes") and path[2:] == ("labels",):
            return _pairs
    return None
