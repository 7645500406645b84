"""The order of keys, services, dependencies and ports, and how to bring them into it without losing a comment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from dlint.api import Any, Edit, Fix, Node, Problem, Problems, Source, Span, check, pattern
from dlint.api.compose import ComposeFile, Port, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

_ANCHOR = pattern(r"(?:^|[\s\[{,])&[^\s,\[\]{}]")
_ALIAS = pattern(r"(?:^|[\s\[{,])\*[^\s,\[\]{}]")
_KEPT_END = pattern(r"[|>][1-9]?\+")
_SIGNS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_GROUPS = {
    "Core Definitions": ("image", "build", "container_name"),
    "Service Dependencies": ("depends_on",),
    "Data Management and Configuration": ("volumes", "volumes_from", "configs", "secrets"),
    "Environment Configuration": ("environment", "env_file"),
    "Networking": ("ports", "networks", "network_mode", "extra_hosts"),
    "Runtime Behavior": ("command", "entrypoint", "working_dir", "restart", "healthcheck"),
    "Operational Metadata": ("logging", "labels"),
    "Security and Execution Context": ("user", "isolation"),
}
_TOP = ("x-properties", "version", "name", "include", "services", "networks", "volumes", "secrets", "configs", "models")

Rank = Callable[[Any], Any]


def alphabetical(text: str) -> tuple[Any, ...]:
    """A key that sorts as people do: signs, digits, letters; the case of a letter only breaks ties."""
    letters = []
    for char in text.casefold():
        place = _SIGNS.find(char)
        letters.append((0, place, "") if place >= 0 else (1 if char.isdigit() else 2, 0, char))
    return tuple(letters), text.swapcase()


def _misplaced(nodes: Sequence[Any], rank: Rank) -> Iterator[tuple[Any, Any]]:
    """Each node that ranks before an earlier one, with the first node it belongs before."""
    ranks: list[Any] = []
    placed: list[Any] = []
    for node in nodes:
        own = rank(node)
        if ranks and own < ranks[-1]:
            yield node, placed[bisect_right(ranks, own)]
        else:
            ranks.append(own)
            placed.append(node)


def _sorted(nodes: Sequence[Any], rank: Rank, title: str, top: bool = False) -> Fix | None:
    """The fix that sorts nodes which stand on lines of their own, each with the comment right above it.

    None if they share lines, or if an alias might come to stand before its anchor. ``top``: the comment above the
    first node is the file's, and stays.
    """
    source: Source = nodes[0].source
    blocks: list[Span] = []
    before = 0
    for number, node in enumerate(nodes):
        block = _block(source, node, before, number == 0 and top)
        if block is None:
            return _exchanged(nodes, rank, title)
        blocks.append(Span(source.line_span(block[0]).start, source.line_span(block[1]).end))
        before = block[1]
    whole = Span(blocks[0].start, blocks[-1].end)
    text = source.text[whole.start : whole.end]
    if _KEPT_END.search(text) or (_ANCHOR.search(text) and _ALIAS.search(text)):
        return None
    order = sorted(range(len(nodes)), key=lambda at: rank(nodes[at]))
    pieces = []
    for place, at in enumerate(order):
        pieces.append(source.text[blocks[at].start : blocks[at].end])
        if place + 1 < len(blocks):
            pieces.append(source.text[blocks[place].end : blocks[place + 1].start])
    return Fix(title, Edit(source, whole, "".join(pieces)))


def _exchanged(nodes: Sequence[Any], rank: Rank, title: str) -> Fix | None:
    """The fix that exchanges the items of a list in brackets where they stand; only for text without properties."""
    places: list[YamlScalar] = []
    for node in nodes:
        place = node.node if isinstance(node, Port) else node
        if not isinstance(place, YamlScalar) or place.properties is not None or "\n" in place.raw:
            return None
        places.append(place)
    if "#" in places[0].source.text[places[0].span[0] : places[-1].span[1]]:
        return None
    order = sorted(range(len(nodes)), key=lambda at: rank(nodes[at]))
    edits = [old.replace(places[at].raw) for old, at in zip(places, order, strict=True) if places[at] is not old]
    return Fix(title, *edits)


def _block(source: Source, node: Node, before: int, alone: bool) -> tuple[int, int] | None:
    """First and last line of a node with its comments; None if it begins on line ``before`` or inside a line."""
    if node.source is not source:
        return None
    first = source.line(node.span[0])
    margin = source.text[source.line_span(first).start : node.span[0]]
    if first <= before or margin.strip() not in ("", "-"):
        return None
    last = source.line(max(node.span[0], node.span[1] - 1))
    indent = margin[: len(margin) - len(margin.lstrip())]
    while not alone and first - 1 > max(before, 0) and source.line_text(first - 1).startswith(indent + "#"):
        first -= 1
    # A comment further in is about what stands above it: an item that is switched off, say.
    while last < source.line_count and _is_inner_comment(source.line_text(last + 1), len(indent)):
        last += 1
    return first, last


def _is_inner_comment(line: str, indent: int) -> bool:
    text = line.lstrip()
    return text[:1] == "#" and len(line) - len(text) > indent


def _maps(file: ComposeFile) -> Iterator[tuple[YamlScalar, YamlMap]]:
    """The services of the file as they are written, with their names."""
    for document in file.documents:
        services = document.get("services")
        if isinstance(services, YamlMap) and services.alias is None:
            for entry in services.entries:
                if isinstance(entry.value, YamlMap) and entry.value.alias is None:
                    yield entry.key, entry.value


def _own(entry: YamlEntry | None) -> YamlNode | None:
    """The value of the entry if it is written here, not reached by an alias."""
    return entry.value if entry is not None and entry.value.alias is None else None


def _name(entry: YamlEntry) -> Any:
    return entry.key.value != "<<", alphabetical(entry.key.value)


@check(on=ComposeFile)
def services_unordered(file: ComposeFile) -> Problems:
    """Services out of alphabetical order."""
    for document in file.documents:
        services = document.get("services")
        if isinstance(services, YamlMap) and services.alias is None:
            fix = None
            for number, (entry, other) in enumerate(_misplaced(services.entries, _name)):
                fix = _sorted(services.entries, _name, "Sort the services") if number == 0 else None
                message = f"Service `{entry.key.value}` belongs before `{other.key.value}` in the alphabet"
                yield Problem(entry.key, message, fix=fix)


@check(on=ComposeFile)
def service_keys_unordered(
    file: ComposeFile,
    *,
    groups: dict[str, tuple[str, ...]] = _GROUPS,
    group_order: tuple[str, ...] = (),
) -> Problems:
    """Keys of a service out of the agreed order; the groups of ``groups`` replace those of the same name."""
    known = {**_GROUPS, **groups}
    names = [name for name in group_order if name in known] or list(known)
    places: dict[str, int] = {}
    for name in (*names, *(name for name in known if name not in names)):
        for key in known[name]:
            places.setdefault(key, len(places))

    def rank(entry: YamlEntry) -> Any:
        key = entry.key.value
        return -1 if key == "<<" else places.get(key, len(places)), alphabetical(key)

    for _, service in _maps(file):
        entries = [entry for entry in service.entries if entry.key.value != "<<"]
        for entry, other in _misplaced(entries, rank):
            fix = _sorted(service.entries, rank, "Sort the keys of the service")
            yield Problem(entry.key, f"`{entry.key.value}` belongs before `{other.key.value}` in a service", fix=fix)
            break


@check(on=ComposeFile)
def top_level_unordered(file: ComposeFile, *, order: tuple[str, ...] = _TOP) -> Problems:
    """Top-level keys out of the agreed order."""

    def rank(entry: YamlEntry) -> Any:
        key = entry.key.value
        place = "x-properties" if key.startswith("x-") else key
        if key == "<<":
            return -1, alphabetical(key)
        return order.index(place) if place in order else len(order), alphabetical(key)

    for document in file.documents:
        for number, (entry, other) in enumerate(_misplaced(document.entries, rank)):
            fix = _sorted(document.entries, rank, "Sort the top-level keys", True) if number == 0 else None
            message = f"`{entry.key.value}` belongs before `{other.key.value}` at the top level"
            yield Problem(entry.key, message, fix=fix)


@check(on=ComposeFile)
def dependencies_unordered(file: ComposeFile) -> Problems:
    """Names in ``depends_on`` out of alphabetical order."""
    for _, service in _maps(file):
        entry = service.entry("depends_on")
        node = _own(entry)
        nodes: Sequence[Any] = []
        if isinstance(node, YamlMap):
            nodes = node.entries
        elif isinstance(node, YamlSeq) and all(isinstance(item, YamlScalar) for item in node.items):
            nodes = node.items
        for first, other in _misplaced(nodes, _dependency):
            message = (
                f"Dependency `{_dependency_name(first)}` belongs before `{_dependency_name(other)}` in the alphabet"
            )
            fix = _sorted(nodes, _dependency, "Sort the dependencies")
            yield Problem(entry.key if entry else first, message, fix=fix)
            break


def _dependency_name(node: YamlEntry | YamlScalar) -> str:
    return node.key.value if isinstance(node, YamlEntry) else node.value


def _dependency(node: YamlEntry | YamlScalar) -> Any:
    name = _dependency_name(node)
    return name != "<<", alphabetical(name)


@check(on=ComposeFile)
def ports_unordered(file: ComposeFile) -> Problems:
    """Ports of a service that are not sorted by the host's port."""
    for _, service in _maps(file):
        entry = service.entry("ports")
        node = _own(entry)
        if not isinstance(node, YamlSeq) or len(node.items) < 2:
            continue
        ports = [Port(item, isinstance(item, YamlScalar)) for item in node.items]
        if any(_host_port(port) is None for port in ports):
            continue
        for port, other in _misplaced(ports, _host_port):
            message = f"Port `{_shown(port)}` belongs before `{_shown(other)}` by the host's port"
            fix = _sorted(ports, _host_port, "Sort the ports")
            yield Problem(entry.key if entry else port, message, fix=fix)
            break


def _host_port(port: Port) -> tuple[int, int] | None:
    return port.published_range if port.published is not None else port.target_range


def _shown(port: Port) -> str:
    part = port.published or port.target
    return part.text if part is not None else ""
