"""The ports that a service publishes, held to those that its mounted settings listen on."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import NamedTuple, Node, Problem, Problems, Related, Source, Span, check, pattern
from dlint.api.compose import ComposeModel, Port, Service, parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MOST_FILES = 20
_MOST_CHARACTERS = 200_000
_COMMENT = pattern(r"(?m)(?:^|(?<=\s))#[^\n]*")
# nginx.org/en/docs/http/ngx_http_core_module.html#listen: an address may stand before the port, which is 80 without.
_LISTEN = pattern(r"(?<![\w$-])listen[ \t]+([^\s;]+)[^;{}]{0,200};")
_SERVER = pattern(r"(?<![\w$-])server\s*\{")
_INCLUDE = pattern(r"(?<![\w$-])include[ \t]+([^\s;]+)")
_HARMLESS = ("mime.types", "_params", "/etc/nginx/modules-enabled/*.conf", "/usr/share/nginx/modules/*.conf")
_CONF_D: Final = "/etc/nginx/conf.d"
# mosquitto.org/man/mosquitto-conf-5.html: "listener port [address]", and "port" up to version 2.
_LISTENER = pattern(r"(?m)^[ \t]*(?:listener|port)[ \t]+(\S+)(?:[ \t]+(\S+))?")
_LOCAL = ("127.", "localhost", "::1", "[::1]")


class _Listens(NamedTuple):
    """The ports that settings listen on, and the place that says so; ``local``: none can be reached from outside."""

    ports: tuple[int, ...]
    where: Node
    local: bool = False


@check(on=Service, keys=("ports",))
def port_not_in_settings(service: Service, model: ComposeModel) -> Problems:
    """A published port that the program is not told to listen on by its settings."""
    if not service.ports or service.build is not None or service.command is not None or service.entrypoint is not None:
        return
    image = parse_image(service.image.literal) if service.image is not None and service.image.literal else None
    if image is None or service.configs or service.network_mode is not None or service.volumes_from:
        return
    if image.familiar == "nginx":
        found = _of_nginx(service, model)
    elif image.familiar == "eclipse-mosquitto" and not (image.tag or "").startswith("1"):
        found = _of_mosquitto(service, model)
    else:
        return
    for port in service.ports if found is not None else ():
        target = port.target_range
        if target is not None and found is not None and not any(target[0] <= one <= target[1] for one in found.ports):
            yield _refused(service, port, target[0], found)


def _refused(service: Service, port: Port, target: int, found: _Listens) -> Problem:
    if found.local:
        what = "its settings name no listener, so that Mosquitto 2 takes clients of its own container alone"
    else:
        listed = ", ".join(map(str, found.ports))
        what = f"{found.where.source.path} listens on {listed}" if found.ports else "its settings listen on none"
    message = f"Service {service.name} publishes container port {target}, but {what}"
    return Problem(port.target or port, message, related=[Related(found.where, "The settings")])


def _of_nginx(service: Service, model: ComposeModel) -> _Listens | None:
    """What nginx listens on; None if it is not known, or nothing is mounted over its settings."""
    mounted = dict(_files(service, model, "/etc/nginx"))
    if not mounted or None in mounted.values():
        return None
    sources = {path: source for path, source in mounted.items() if source is not None and path.endswith(".conf")}
    main = sources.get("/etc/nginx/nginx.conf")
    if any(not path.startswith((f"{_CONF_D}/", "/etc/nginx/nginx.conf")) for path in sources) or not sources:
        return None
    ports: set[int] = set()
    if main is None or f"{_CONF_D}/*.conf" in main.text:
        replaced = f"{_CONF_D}/default.conf" in sources or any(
            mount.target is not None and (mount.target.literal or "").rstrip("/") == _CONF_D for mount in service.mounts
        )
        ports.update(() if replaced else (80,))
    elif len(sources) > 1:
        return None
    first: Node | None = None
    for source in sources.values():
        text = _COMMENT.sub(lambda comment: " " * len(comment[0]), source.text)
        matches = list(_LISTEN.finditer(text))
        own = [_port_of(match[1]) for match in matches]
        if None in own or not all(map(_is_known, _INCLUDE.findall(text))):
            return None
        if len(own) < len(_SERVER.findall(text)):
            ports.add(80)
        ports.update(one for one in own if one)
        if matches and first is None:
            first = Node(source, Span(*matches[0].span()))
    return _Listens(tuple(sorted(ports)), first) if first is not None else None


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


def _of_mosquitto(service: Service, model: ComposeModel) -> _Listens | None:
    """What Mosquitto 2 listens on; None if it is not known."""
    mounted = dict(_files(service, model, "/mosquitto/config"))
    source = mounted.get("/mosquitto/config/mosquitto.conf")
    if source is None:
        # Without settings of its own the image's are in effect, which are all comments.
        bare = not mounted and not any(_over(mount.target.literal) for mount in service.mounts if mount.target)
        image = service.image
        return _Listens((), image.place, True) if bare and image is not None else None
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), source.text)
    if "include_dir" in text or "$" in text:
        return None
    matches = list(_LISTENER.finditer(text))
    if not matches:
        return _Listens((), Node(source, Span(0, 0)), True)
    ports = [int(match[1]) for match in matches if match[1].isdecimal() and not (match[2] or "").startswith(_LOCAL)]
    return _Listens(tuple(sorted(set(ports))), Node(source, Span(*matches[0].span())))


def _over(target: str | None) -> bool:
    return target is None or target.rstrip("/") in ("/mosquitto", "/mosquitto/config", "/")


def _files(service: Service, model: ComposeModel, folder: str) -> Iterator[tuple[str, Source | None]]:
    """The files mounted below a folder, by their paths in the container; None for what cannot be read."""
    project = model.project
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        part = mount.host_path
        if target is None or not f"{target.rstrip('/')}/".startswith(f"{folder}/"):
            continue
        at = posixpath.normpath(target)
        path = model.path(part, part.literal) if part is not None and part.literal else None
        if path is None or project is None:
            yield at, None
        elif project.is_dir(path):
            for name in sorted(project.listdir(path))[:_MOST_FILES]:
                yield posixpath.join(at, name), project.read(posixpath.join(path, name))
        else:
            yield at, project.read(path)
