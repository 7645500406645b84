"""Items of a service's lists, short and long form alike: ports, mounts, dependencies, secrets and the rest."""

from __future__ import annotations

from dlint.source import Node, Span
from dlint.syntax.compose.values import Part, as_map, boolean, is_number, literal, part_of, passed_on, scalar, split
from dlint.syntax.quantities import port_range
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq, read_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_PARTS = 16
"""More parts than any mount has, so that a text of colons alone costs no more."""


class Item(Node):
    """An item of a list or mapping. ``node`` is its YAML node, ``short`` whether it is written in the short form.

    The span is where the item stands in this file: at the alias if it came by one.
    """

    __slots__ = ("node", "short")

    def __init__(self, node: YamlNode, short: bool) -> None:
        super().__init__(node.source, node.place.span)
        self.node = node
        self.short = short

    def get(self, name: str) -> YamlNode | None:
        """The value under ``name`` in the long form; None in the short form."""
        fields = as_map(self.node)
        return fields.get(name) if fields is not None else None


def _range(part: Part | None) -> tuple[int, int] | None:
    """The first and the last port of a part such as ``8000`` or ``8000-8010``; None if unknown or malformed."""
    return port_range(part.literal) if part is not None and part.literal is not None else None


class Port(Item):
    """A published port. A part that is absent is None; a part whose value is unknown has ``literal`` None.

    ``target`` is the container's port or range, ``published`` the host's, ``host_ip`` the address it binds to.
    ``protocol`` is ``tcp`` unless it says otherwise, None if unknown.
    """

    __slots__ = ("target", "published", "host_ip", "protocol_part", "mode")

    def __init__(self, node: YamlNode, short: bool) -> None:
        super().__init__(node, short)
        self.target: Part | None = None
        self.published: Part | None = None
        self.host_ip: Part | None = None
        self.protocol_part: Part | None = None
        self.mode: str | None = None
        if isinstance(node, YamlScalar):
            self._read_short(node)
        else:
            self.target = _port_part(self.get("target"))
            self.published = _port_part(self.get("published"))
            self.host_ip = part_of(self.get("host_ip"))
            self.protocol_part = part_of(self.get("protocol"))
            self.mode = literal(self.get("mode"))

    def _read_short(self, node: YamlScalar) -> None:
        if is_number(node):
            self.target = _port_part(node)
            return
        head = split(node, "/", 1)
        if len(head) == 2:
            self.protocol_part = head[1]
        parts = split(node, ":", 0, head[0])
        self.target = parts[-1]
        if len(parts) > 1 and parts[-2].text:
            self.published = parts[-2]
        if len(parts) > 2:
            self.host_ip = _joined(node, parts[:-2], ":")

    @property
    def protocol(self) -> str | None:
        """``tcp``, ``udp`` or ``sctp`` in lower case; None if it depends on an unknown variable."""
        if self.protocol_part is None:
            return "tcp"
        return self.protocol_part.literal.lower() if self.protocol_part.literal is not None else None

    @property
    def target_range(self) -> tuple[int, int] | None:
        """First and last container port."""
        return _range(self.target)

    @property
    def published_range(self) -> tuple[int, int] | None:
        """First and last host port; None if absent, unknown or malformed."""
        return _range(self.published)


def _port_part(node: YamlNode | None) -> Part | None:
    """A port as a part; what YAML reads as a number (``0x1f``, ``1_000``, ``017``) is known by that number."""
    part = part_of(node)
    if part is not None and isinstance(node, YamlScalar) and is_number(node):
        part.literal = passed_on(node)
    return part


def _joined(node: YamlScalar, parts: list[Part], separator: str) -> Part:
    """Neighbouring parts as one."""
    if len(parts) == 1:
        return parts[0]
    known = [part.literal for part in parts]
    literal = None if None in known else separator.join(text or "" for text in known)
    return Part(node, parts[0].start, parts[-1].end, literal)


class Mount(Item):
    """A mount of a service's ``volumes``.

    ``type`` is ``bind``, ``volume``, ``tmpfs``, ``npipe``, ``cluster`` or ``image``; None if unknown. ``source`` is
    the host path or the volume's name (None for an anonymous volume), ``target`` the path in the container.
    ``options`` are the comma-separated words after the second colon of the short form, ``parts`` what stands between
    the colons there.
    """

    __slots__ = ("source_part", "target", "type", "options", "parts")

    def __init__(self, node: YamlNode, short: bool) -> None:
        super().__init__(node, short)
        self.source_part: Part | None = None
        self.target: Part | None = None
        self.type: str | None = None
        self.options: list[str] = []
        self.parts: list[Part] = []
        if isinstance(node, YamlScalar):
            self._read_short(node)
        else:
            self.source_part = part_of(self.get("source") or self.get("src"))
            self.target = part_of(self.get("target"))
            self.type = literal(self.get("type"))

    def _read_short(self, node: YamlScalar) -> None:
        self.parts = split(node, ":", MOST_PARTS)
        parts = _with_drives(node, self.parts)
        if len(parts) == 1:
            self.target = parts[0]
            self.type = "volume" if parts[0].literal is not None else None
            return
        self.source_part, self.target = parts[0], parts[1]
        self.type = _type_of(parts[0])
        if len(parts) > 2 and parts[2].literal is not None:
            self.options = parts[2].literal.split(",")

    @property
    def read_only(self) -> bool | None:
        """Whether the container cannot write to it; None if unknown."""
        if self.short:
            return "ro" in self.options
        node = self.get("read_only")
        return boolean(node) if node is not None else False

    @property
    def host_path(self) -> Part | None:
        """The source of a bind mount."""
        return self.source_part if self.type == "bind" else None

    @property
    def volume(self) -> Part | None:
        """The name of a named volume."""
        return self.source_part if self.type == "volume" else None

    @property
    def propagation(self) -> str | None:
        """The bind propagation, if given."""
        if self.short:
            modes = ("shared", "rshared", "slave", "rslave", "private", "rprivate")
            return next((word for word in self.options if word in modes), None)
        bind = as_map(self.get("bind"))
        return literal(bind.get("propagation")) if bind is not None else None


def _with_drives(node: YamlScalar, parts: list[Part]) -> list[Part]:
    """The parts with Windows drives put together again: for Compose a single letter before a colon is one."""
    out: list[Part] = []
    at = 0
    while at < len(parts):
        part = parts[at]
        if part.literal is not None and len(part.literal) == 1 and part.literal.isalpha() and at + 1 < len(parts):
            at += 1
            part = _joined(node, [part, parts[at]], ":")
        out.append(part)
        at += 1
    return out


def _type_of(source: Part) -> str | None:
    """``bind`` for a path, ``volume`` for a name, by the first characters even if the rest is unknown."""
    text = source.literal if source.literal is not None else source.text
    if text.startswith("$"):
        return None
    return "bind" if is_path(text) else "volume"


def is_path(text: str) -> bool:
    """Whether the source of a mount is a path on the host rather than a volume's name (compose-go's rule)."""
    return text.startswith((".", "/", "~", "\\\\")) or (text[:1].isalpha() and text[1:2] == ":")


@read_once
def port_of(node: YamlNode) -> Port:
    """A scalar or mapping as an item of ``ports``."""
    return Port(node, isinstance(node, YamlScalar))


@read_once
def mount_of(node: YamlNode) -> Mount:
    """A scalar or mapping as an item of ``volumes``."""
    return Mount(node, isinstance(node, YamlScalar))


class Dependency(Item):
    """A service that ``depends_on`` names. ``condition`` is ``service_started`` unless it says otherwise."""

    __slots__ = ("name", "key", "condition", "required")

    def __init__(self, node: YamlNode, key: YamlScalar, short: bool) -> None:
        super().__init__(node, short)
        self.key = key
        self.name = key.value if not short else key.literal
        if not short:
            self.span = Span(key.span[0], max(node.place.span[1], key.span[1]))
        self.condition = "service_started" if short else literal(self.get("condition")) or "service_started"
        self.required = short or boolean(self.get("required")) is not False


class Reference(Item):
    """A use of a top-level network, secret, config or model.

    ``name`` is None if unknown and "" if none is given; ``key`` is its place.
    """

    __slots__ = ("name", "key", "target")

    def __init__(self, node: YamlNode, key: Node, name: str | None, short: bool) -> None:
        super().__init__(node, short)
        self.key = key
        self.name = name
        self.target: Part | None = part_of(self.get("target"))


class EnvFile(Item):
    """A file of ``env_file``. ``path`` is None if the long form has none."""

    __slots__ = ("path", "required", "format")

    def __init__(self, node: YamlNode, short: bool) -> None:
        super().__init__(node, short)
        self.path: Part | None = part_of(node if short else self.get("path"))
        self.required: bool = short or boolean(self.get("required")) is not False
        self.format: str | None = None if short else literal(self.get("format"))


class Device(Item):
    """A host device: ``source`` on the host, ``target`` in the container, ``permissions`` such as ``rwm``."""

    __slots__ = ("source_part", "target", "permissions")

    def __init__(self, node: YamlNode, short: bool) -> None:
        super().__init__(node, short)
        if isinstance(node, YamlScalar):
            parts = split(node, ":")
            self.source_part: Part | None = parts[0]
            self.target: Part | None = parts[1] if len(parts) > 1 else None
            self.permissions: Part | None = parts[2] if len(parts) > 2 else None
        else:
            self.source_part = part_of(self.get("source"))
            self.target = part_of(self.get("target"))
            self.permissions = part_of(self.get("permissions"))


class Tmpfs(Item):
    """An entry of ``tmpfs``: the path and its options."""

    __slots__ = ("path", "options")

    def __init__(self, node: YamlScalar) -> None:
        super().__init__(node, True)
        parts = split(node, ":", 1)
        self.path = parts[0]
        self.options: list[str] = (parts[1].literal or "").split(",") if len(parts) > 1 else []


class Ulimit(Item):
    """A limit: ``name``, and ``soft`` and ``hard`` (the same for a single number); None if unknown."""

    __slots__ = ("name", "key", "soft", "hard")

    def __init__(self, entry: YamlEntry) -> None:
        super().__init__(entry.value, isinstance(entry.value, YamlScalar))
        self.key = entry.key
        self.name = entry.key.value
        self.soft: YamlScalar | None = scalar(entry.value if self.short else self.get("soft"))
        self.hard: YamlScalar | None = scalar(entry.value if self.short else self.get("hard"))


def items(node: YamlNode | None) -> Iterator[tuple[YamlNode, bool]]:
    """The items of a list, each with whether it is short; nothing else than scalars and mappings."""
    if isinstance(node, YamlSeq):
        for item in node.items:
            if isinstance(item, YamlScalar):
                if not item.is_null:
                    yield item, True
            elif isinstance(item, YamlMap):
                yield item, False


def dependencies(node: YamlNode | None) -> list[Dependency]:
    """What ``depends_on`` names, as a list or as a mapping."""
    if isinstance(node, YamlMap):
        return [Dependency(entry.value, entry.key, False) for entry in node.effective().entries]
    return [Dependency(item, item, True) for item, _ in items(node) if isinstance(item, YamlScalar)]


def references(node: YamlNode | None) -> list[Reference]:
    """Uses of top-level elements: a list of names or of ``source:`` mappings, or a mapping by name."""
    if isinstance(node, YamlMap):
        return [
            Reference(entry.value, entry.key, entry.key.value, not isinstance(entry.value, YamlMap))
            for entry in node.effective().entries
        ]
    found = []
    for item, short in items(node):
        if isinstance(item, YamlScalar):
            found.append(Reference(item, item, item.literal, short))
        else:
            fields = as_map(item)
            source = fields.get("source") if fields is not None else None
            found.append(Reference(item, source or item, "" if source is None else literal(source), short))
    return found
