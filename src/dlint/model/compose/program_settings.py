"""The settings of programs that ask others (proxies, what watches or collects), mounted or copied into the image.

They name hosts and variables of the container's environment.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, pattern
from dlint.model.compose.settings import MOST_CHARACTERS, Paths, placed, without_comments
from dlint.model.facts.settings_readers import READERS
from dlint.source import Node, Source, Span
from dlint.syntax.yaml.nodes import YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.facts.settings_readers import Reader
    from dlint.syntax.compose.service import Service

LOCALHOST: Final = "localhost"
_GROUP = pattern(r"(?<![\w$-])upstream\s+([\w.-]+)\s*\{")
# What opens a port: "listen" and "bind" of nginx, Apache and HAProxy, a block's head of Caddy, "address" of Traefik.
_LISTENING = pattern(
    r"(?mi)(?:^|[{;])[ \t]*(?:listen|bind|(?:-[ \t]+)?address[ \t]*[:=])[ \t]*[^\n;]*|^[^\s#][^\n{}]*\{[ \t]*$"
)
_NUMBER = pattern(r"\d+")


class Asked(NamedTuple):
    """A host that settings name, and its place; ``implied``: the port is not written, but that of the scheme.

    ``port`` is 0 if there is none.
    """

    host: str
    port: int
    implied: bool
    where: Node


class Wanted(NamedTuple):
    """A variable that settings name, with what stands behind its name for a default, and its place."""

    name: str
    default: str
    where: Node


class Settings(NamedTuple):
    """What ``reader`` finds at ``path`` in its container, and where the service takes it in.

    ``name`` is what to call it; ``holder`` has the text, at whose indexes things lie.
    """

    reader: Reader
    text: str
    path: str
    name: str
    holder: Source | YamlScalar
    where: Node

    def asked(self) -> Iterator[Asked]:
        """The hosts that are named; ``localhost`` also where its address stands."""
        # Both are as long, so that places stay what they are.
        text = without_comments(self.text).replace("127.0.0.1", LOCALHOST)
        for match in self.reader.asks.finditer(text):
            port = int(match[2]) if match[2] else _implied(match[0])
            yield Asked(match[1], port, not match[2], self._part(*match.span(1)))

    def wanted(self) -> Iterator[Wanted]:
        """The variables of the environment that are named."""
        finder = self.reader.wants
        for match in finder.finditer(without_comments(self.text)) if finder is not None else ():
            yield Wanted(match[1], match[2] or "", self._part(*match.span()))

    def listens(self, port: int) -> bool:
        """Whether these settings have their own program listen on a port, or may for all that can be seen."""
        return port in self.reader.opens or any(
            "$" in match[0] or str(port) in _NUMBER.findall(match[0]) for match in _LISTENING.finditer(self.text)
        )

    def groups(self) -> set[str]:
        """The names of nginx's own groups of hosts."""
        return {match[1] for match in _GROUP.finditer(self.text)}

    def _part(self, start: int, end: int) -> Node:
        if isinstance(self.holder, YamlScalar):
            return self.holder.at(start, end)
        return Node(self.holder, Span(start, end))


def _implied(asking: str) -> int:
    """The port where none is written; 0 if there must be one."""
    asking = asking.lower()
    if any(map(asking.__contains__, ("fastcgi", "fcgi", "scgi", "uwsgi", "memcached", "ajp"))):
        return 0
    return 443 if any(map(asking.__contains__, ("https://", "grpcs://", "wss://"))) else 80


def settings_of(service: Service, model: ComposeModel) -> list[Settings]:
    """The settings of known programs that a service mounts, gets as ``configs`` or has in the image that it builds."""
    if service not in model.settings:
        model.settings[service] = [*_settings(service, model)]
    found: list[Settings] = model.settings[service]
    return found


def _settings(service: Service, model: ComposeModel) -> Iterator[Settings]:
    for mount in service.mounts:
        part, target = mount.host_path, mount.target
        if part is not None and part.literal and target is not None and target.literal:
            yield from _below(model, part, part.literal, target.literal, mount)
    yield from _configs(service, model)
    image = model.image_of(service)
    build = service.build
    context = build.context if build is not None else None
    folder = context.literal if context is not None else "."
    if image is None or image.stage is None or build is None or folder is None:
        return
    entry = service.entry("build")
    where = entry.key if entry is not None else service.key
    for node, _ in image.own_instructions():
        to = getattr(node, "destination", None)
        if node.name != "COPY" or to is None or not to.literal or getattr(node, "from_", None) is not None:
            continue
        for word in getattr(node, "sources", ()):
            if word.literal:
                yield from _below(model, context or build, f"{folder}/{word.literal}", to.literal, where)


def _configs(service: Service, model: ComposeModel) -> Iterator[Settings]:
    """The settings that a service gets as ``configs``, out of a file or written there."""
    for reference in service.configs:
        name = reference.name
        target = reference.target.literal if reference.target is not None else f"/{name}"
        reader = _reader(target) if name is not None and target else None
        if name is None or not target or reader is None:
            continue
        file, content = model.get("configs", name, "file"), model.get("configs", name, "content")
        if isinstance(file, YamlScalar) and file.literal:
            yield from _below(model, file, file.literal, target, reference)
        if isinstance(content, YamlScalar) and len(content.value) < MOST_CHARACTERS:
            yield Settings(reader, content.value, target, f"the config {name}", content, reference)


def _reader(target: str) -> Reader | None:
    """The program that looks for settings at a path of the container; a Caddyfile is Caddy's wherever it lies."""
    for reader in READERS:
        if target.startswith(reader.folders) or (reader.program == "Caddy" and "Caddyfile" in target):
            return reader
    return None


def _below(model: ComposeModel, node: Node, written: str, target: str, where: Node) -> Iterator[Settings]:
    """The settings at a path that goes to ``target``."""
    reader, project = _reader(target), model.project
    if reader is None or project is None:
        return
    if target.endswith("/") and not project.is_dir(model.path(node, written) or ""):
        target += posixpath.basename(written)
    for path, source in placed(Paths(project, model.path), node, written, target):
        # A file counts by its name in the container, or by the one that it has in the project.
        names = (posixpath.basename(path), posixpath.basename(source.path)) if source is not None else ()
        if source is not None and any(word in name for word in reader.names for name in names):
            yield Settings(reader, source.text, path, source.path, source, where)
