"""The ports that the settings which a service mounts make its program listen on."""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern
from dlint.model.compose.settings import placed, without_comments
from dlint.source import Node, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.compose.settings import Paths
    from dlint.source import Source
    from dlint.syntax.compose.service import Service

# nginx.org/en/docs/http/ngx_http_core_module.html#listen: an address may stand before the port, which is 80 without.
_LISTEN = pattern(r"(?<![\w$-])listen[ \t]+([^\s;]+)[^;{}]{0,200};")
_SERVER = pattern(r"(?<![\w$-])server\s*\{")
_INCLUDE = pattern(r"(?<![\w$-])include[ \t]+([^\s;]+)")
_HARMLESS: Final = ("mime.types", "_params", "/etc/nginx/modules-enabled/*.conf", "/usr/share/nginx/modules/*.conf")
_CONF_D: Final = "/etc/nginx/conf.d"
_MAIN: Final = "/etc/nginx/nginx.conf"
# mosquitto.org/man/mosquitto-conf-5.html: "listener port [address]", and "port" up to version 2.
_LISTENER = pattern(r"(?m)^[ \t]*(?:listener|port)[ \t]+(\S+)(?:[ \t]+(\S+))?")
_STARTS = pattern(
    r"(?:/usr/sbin/)?(?:nginx(?:-debug)?(?: -g daemon off;)?"
    r"|mosquitto(?: -[vd]| -c /mosquitto/config/mosquitto\.conf)*)"
)
# How the guides of Certbot have nginx read renewed certificates.
_RELOADS = pattern(
    r"while :; do sleep [0-9]+[smhd]? & wait \$\{?!\}?; nginx -s reload; done &"
    r" nginx -g (?:\"daemon off;\"|'daemon off;')"
)
_LOCAL: Final = ("127.", "localhost", "::1", "[::1]")


class Listens(NamedTuple):
    """The ports that settings listen on, and the place that says so; ``local``: none can be reached from outside."""

    ports: tuple[int, ...]
    where: Node
    local: bool = False


def listens(service: Service, paths: Paths) -> Listens | None:
    """What nginx or Mosquitto 2 listens on; None if it is not known, or another program is run."""
    image = service.image_ref
    if not _keeps_settings(service):
        return None
    if image is not None and image.familiar == "nginx":
        return _of_nginx(service, paths)
    if image is not None and image.familiar == "eclipse-mosquitto" and not (image.tag or "").startswith("1"):
        return _of_mosquitto(service, paths)
    return None


def _keeps_settings(service: Service) -> bool:
    """Whether the command, if there is one, starts the program with the settings that the image starts it with."""
    if service.command is None:
        return True
    words = service.command.arguments
    if words is None:
        return False
    if len(words) == 3 and words[0].endswith("sh") and words[1] == "-c":
        return _RELOADS.fullmatch(" ".join(words[2].split())) is not None
    return not words or _STARTS.fullmatch(" ".join(words)) is not None


def _of_nginx(service: Service, paths: Paths) -> Listens | None:
    """What nginx listens on; None if it is not known, or nothing is mounted over its settings."""
    mounted = dict(_files(service, paths, "/etc/nginx"))
    if None in mounted.values():
        return None
    sources = {path: source for path, source in mounted.items() if source is not None and path.endswith(".conf")}
    if not sources or not all(path == _MAIN or path.startswith(f"{_CONF_D}/") for path in sources):
        return None
    main = sources.get(_MAIN)
    takes_others = main is None or f"{_CONF_D}/*.conf" in main.text
    if not takes_others and len(sources) > 1:
        return None
    found = [_in_nginx(source) for source in sources.values()]
    if None in found:
        return None
    ports = {port for one in found if one is not None for port in one.ports}
    if takes_others and not _replaces_default(service, sources):
        ports.add(80)
    first = next((one.where for one in found if one is not None and one.ports), None)
    return Listens(tuple(sorted(ports)), first) if first is not None else None


def _replaces_default(service: Service, sources: dict[str, Source]) -> bool:
    """Whether the image's own server on port 80 is gone: its file, or the folder with it, is mounted over."""
    targets = [mount.target.literal or "" for mount in service.mounts if mount.target is not None]
    return f"{_CONF_D}/default.conf" in sources or any(target.rstrip("/") == _CONF_D for target in targets)


def _in_nginx(source: Source) -> Listens | None:
    """What one file of nginx's settings listens on; None if it is not known."""
    text = without_comments(source.text)
    matches = list(_LISTEN.finditer(text))
    ports = [_port_of(match[1]) for match in matches]
    if None in ports or not all(map(_is_known, _INCLUDE.findall(text))):
        return None
    # A server without the directive listens on 80.
    if len(ports) < len(_SERVER.findall(text)):
        ports.append(80)
    where = Node(source, Span(*matches[0].span())) if matches else Node(source, Span(0, 0))
    return Listens(tuple(port for port in ports if port), where)


def _is_known(included: str) -> bool:
    """Whether an included file surely has no ``listen`` of its own, or is looked at."""
    return included.endswith(_HARMLESS) or included == f"{_CONF_D}/*.conf"


def _port_of(written: str) -> int | None:
    """The port of a ``listen``; 0 for one that nobody reaches from outside, None if it is not known."""
    if "$" in written:
        return None
    if written.startswith(("unix:", *_LOCAL)):
        return 0
    last = written.rpartition(":")[2]
    return int(last) if last.isdecimal() and len(last) < 6 else (None if last.isdecimal() else 80)


def _of_mosquitto(service: Service, paths: Paths) -> Listens | None:
    """What Mosquitto 2 listens on; None if it is not known."""
    mounted = dict(_files(service, paths, "/mosquitto/config"))
    source = mounted.get("/mosquitto/config/mosquitto.conf")
    if source is None:
        # Without settings of its own the image's are in effect, which are all comments.
        bare = not mounted and not any(_over(mount.target.literal) for mount in service.mounts if mount.target)
        image = service.image
        return Listens((), image.place, True) if bare and image is not None else None
    text = without_comments(source.text)
    if "include_dir" in text or "$" in text:
        return None
    matches = list(_LISTENER.finditer(text))
    if not matches:
        return Listens((), Node(source, Span(0, 0)), True)
    named = [match[1] for match in matches if not (match[2] or "").startswith(_LOCAL)]
    ports = [int(port) for port in named if port.isdecimal() and len(port) < 6]
    return Listens(tuple(sorted(set(ports))), Node(source, Span(*matches[0].span())))


def _over(target: str | None) -> bool:
    return target is None or target.rstrip("/") in ("/mosquitto", "/mosquitto/config", "/")


def _files(service: Service, paths: Paths, folder: str) -> Iterator[tuple[str, Source | None]]:
    """The files mounted below a folder, by their paths in the container; None for what cannot be read."""
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        part = mount.host_path
        if target is None or not f"{target.rstrip('/')}/".startswith(f"{folder}/"):
            continue
        if part is not None and part.literal:
            yield from placed(paths, part, part.literal, target)
        else:
            yield target.rstrip("/"), None
