"""Lists of a Compose model: by what their items are told apart, and the spellings that stand for a list.

Table and rules after compose-go's ``override`` package: an item whose key is there already takes its place.
"""

from __future__ import annotations

import posixpath

from dlint.source import Span
from dlint.syntax.compose.items import Device, mount_of, port_of
from dlint.syntax.compose.values import Part, as_map, literal, split
from dlint.syntax.yaml.nodes import Properties, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dlint.source import Node

Key = tuple[str | None, ...] | None
_TEXT_TAG = "tag:yaml.org,2002:str"


def pair_key(node: YamlNode) -> Key:
    """``KEY=value`` is told apart by its key, anything else by the whole."""
    if not isinstance(node, YamlScalar):
        return None
    text = node.literal
    return (text.split("=", 1)[0] if text is not None else node.value.split("=", 1)[0],)


def port_key(node: YamlNode) -> Key:
    """Address, host port, container port and protocol."""
    port = port_of(node)
    host_ip = _part_text(port.host_ip) or "0.0.0.0"
    return (host_ip, _part_text(port.published), _part_text(port.target), port.protocol or "")


def mount_key(node: YamlNode) -> Key:
    """The path in the container; that of a short mount without needless signs, as the loader reads it."""
    mount = mount_of(node)
    text = _part_text(mount.target)
    if text is None:
        return None
    return (clean_path(text) if mount.short else text,)


def clean_path(path: str) -> str:
    """An absolute path without ``.``, ``..``, doubled and last slashes."""
    clean = posixpath.normpath(path)
    return clean[1:] if clean.startswith("//") else clean


def device_key(node: YamlNode) -> Key:
    """The path in the container, or the only path given."""
    device = Device(node, isinstance(node, YamlScalar))
    return _part_key(device.target or device.source_part)


def _part_key(part: Part | None) -> Key:
    text = _part_text(part)
    return (text,) if text is not None else None


def _part_text(part: Part | None) -> str | None:
    if part is None:
        return None
    return part.text if part.literal is None else part.literal


def _file_key(folder: str) -> Callable[[YamlNode], Key]:
    """The path in the container of a secret or config, which is ``folder`` and the name unless given."""

    def key(node: YamlNode) -> Key:
        fields = as_map(node)
        if fields is None:
            name = literal(node)
        else:
            name = literal(fields.get("target"))
            if name is not None:
                return (name,)
            name = literal(fields.get("source"))
        return (f"{folder}/{name}",) if name is not None else None

    return key


def _path_key(node: YamlNode) -> Key:
    fields = as_map(node)
    text = literal(node if fields is None else fields.get("path"))
    return (text,) if text is not None else None


UNIQUE: dict[tuple[str, ...], Callable[[YamlNode], Key]] = {
    ("annotations",): pair_key,
    ("build", "args"): pair_key,
    ("build", "additional_contexts"): pair_key,
    ("build", "labels"): pair_key,
    ("build", "platform"): pair_key,
    ("build", "tags"): pair_key,
    ("cap_add",): pair_key,
    ("cap_drop",): pair_key,
    ("configs",): _file_key(""),
    ("deploy", "labels"): pair_key,
    ("devices",): device_key,
    ("dns",): pair_key,
    ("dns_opt",): pair_key,
    ("dns_search",): pair_key,
    ("env_file",): _path_key,
    ("environment",): pair_key,
    ("expose",): pair_key,
    ("labels",): pair_key,
    ("links",): pair_key,
    ("networks", "*", "aliases"): pair_key,
    ("networks", "*", "link_local_ips"): pair_key,
    ("ports",): port_key,
    ("profiles",): pair_key,
    ("secrets",): _file_key("/run/secrets"),
    ("sysctls",): pair_key,
    ("tmpfs",): pair_key,
    ("volumes",): mount_key,
}
"""Lists of a service (paths below it) whose items are told apart by a key."""

_SIMPLE = {path[0]: function for path, function in UNIQUE.items() if len(path) == 1}
_NESTED: dict[str, dict[str, Callable[[YamlNode], Key]]] = {}
for _path, _function in UNIQUE.items():
    if len(_path) == 2:
        _NESTED.setdefault(_path[0], {})[_path[1]] = _function


def unique(sequence: YamlSeq, key: Callable[[YamlNode], Key]) -> YamlSeq:
    """The list with later items in the place of earlier ones with the same key."""
    if len(sequence.items) < 2:
        return sequence
    items: list[YamlNode] = []
    places: dict[Key, int] = {}
    for item in sequence.items:
        name = key(item)
        if name is not None and name in places:
            items[places[name]] = item
        else:
            if name is not None:
                places[name] = len(items)
            items.append(item)
    return sequence if len(items) == len(sequence.items) else sequence.with_items(items)


def unique_service(service: YamlMap) -> YamlMap:
    """The service with all its lists made unique; the same object if nothing changes."""
    changed: dict[str, YamlNode] = {}
    for entry in service.entries:
        name, value = entry.key.value, entry.value
        new: YamlNode = value
        if isinstance(value, YamlSeq):
            if name in _SIMPLE:
                new = unique(value, _SIMPLE[name])
        elif isinstance(value, YamlMap):
            if name in _NESTED:
                new = _unique_below(value, _NESTED[name])
            elif name == "networks":
                new = _unique_networks(value)
        if new is not value:
            changed[name] = new
    return replaced(service, changed)


def unique_network(network: YamlMap) -> YamlMap:
    """The top-level network with its labels made unique."""
    return _unique_below(network, {"labels": pair_key})


def _unique_below(fields: YamlMap, table: dict[str, Callable[[YamlNode], Key]]) -> YamlMap:
    changed: dict[str, YamlNode] = {}
    for name, key in table.items():
        value = fields.get(name)
        if isinstance(value, YamlSeq):
            new = unique(value, key)
            if new is not value:
                changed[name] = new
    return replaced(fields, changed)


def _unique_networks(networks: YamlMap) -> YamlMap:
    table: dict[str, Callable[[YamlNode], Key]] = {"aliases": pair_key, "link_local_ips": pair_key}
    changed: dict[str, YamlNode] = {}
    for entry in networks.entries:
        if isinstance(entry.value, YamlMap):
            new = _unique_below(entry.value, table)
            if new is not entry.value:
                changed[entry.key.value] = new
    return replaced(networks, changed)


def replaced(fields: YamlMap, values: dict[str, YamlNode]) -> YamlMap:
    """The mapping with some values exchanged."""
    if not values:
        return fields
    entries = [
        YamlEntry(entry.key, values[entry.key.value], entry.span) if entry.key.value in values else entry
        for entry in fields.entries
    ]
    return fields.with_entries(entries)


def written_text(place: Node, value: str, lookup: Callable[[str], str | None] | None = None) -> YamlScalar:
    """A scalar that is text whatever it looks like, standing at ``place``."""
    scalar = YamlScalar(place.source, place.span, value, "plain", Properties(place.span[0], tag=_TEXT_TAG))
    scalar.lookup = lookup
    return scalar


def empty(place: Node) -> YamlScalar:
    """A null at the end of ``place``."""
    return YamlScalar(place.source, Span(place.span[1], place.span[1]), "")


def pairs_as_map(node: YamlNode) -> YamlMap | None:
    """A ``KEY=value`` list as a mapping whose keys and values keep their places; None for any other shape."""
    if isinstance(node, YamlMap):
        return node
    items = node.items if isinstance(node, YamlSeq) else [node]
    entries: dict[str, YamlEntry] = {}
    for item in items:
        if not isinstance(item, YamlScalar) or item.kind == "null":
            return None
        parts = split(item, "=", 1)
        name = parts[0].literal if parts[0].literal is not None else parts[0].text
        key = written_text(parts[0], name)
        value = written_text(parts[1], parts[1].text, item.lookup) if len(parts) > 1 else empty(parts[0])
        if len(parts) > 1 and parts[1].start < 0:
            value.lookup = None
        entries[name] = YamlEntry(key, value, item.place.span)
    return YamlMap(node.source, node.span, list(entries.values()), False, node.properties)


def names_as_map(node: YamlNode, default: Callable[[Node], YamlNode]) -> YamlMap | None:
    """A list of names as a mapping from each to ``default(place)``; None for any other shape."""
    if isinstance(node, YamlMap):
        return node
    if not isinstance(node, YamlSeq):
        return None
    entries = [
        YamlEntry(written_text(item, item.literal or item.value), default(item), item.span)
        for item in node.items
        if isinstance(item, YamlScalar)
    ]
    return YamlMap(node.source, node.span, entries, False, node.properties)


def as_list(node: YamlNode) -> YamlSeq | None:
    """A list, a single scalar as a list, or a mapping as a ``KEY=value`` list (a list value gives several items)."""
    if isinstance(node, YamlSeq):
        return node
    if isinstance(node, YamlScalar):
        return YamlSeq(node.source, node.span, [node]) if node.kind == "str" else None
    items: list[YamlNode] = []
    if isinstance(node, YamlMap):
        for entry in node.entries:
            values = entry.value.items if isinstance(entry.value, YamlSeq) else [entry.value]
            items += [_pair_item(entry, value) for value in values if isinstance(value, YamlScalar)]
    return YamlSeq(node.source, node.span, items)


def _pair_item(entry: YamlEntry, value: YamlScalar) -> YamlScalar:
    if value.kind == "null":
        return written_text(entry, entry.key.value)
    return written_text(entry, f"{entry.key.value}={value.value}", value.lookup)
