"""What an image brings, and what the service that runs it changes: base, user, start, ports, health."""

from __future__ import annotations

from dlint.syntax import image as references
from dlint.why.account import Account, Origin
from dlint.why.words import command_line, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlint.model.dockerfile.stage import Stage
    from dlint.model.facts.images import ImageFacts
    from dlint.model.image import Image, Known, Start
    from dlint.model.serving import Serving
    from dlint.picture.shown import Shown
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.views import CommandLine

# Programs by which people know what they can do in an image.
_TELLING = ("bash", "curl", "wget")


def base_of(account: Account, stage: Stage, facts: ImageFacts | None, shown: Shown) -> None:
    """The image that a stage stands on at last, and what is known of it."""
    root = stage.root
    word = root.from_.image
    if root.scratch:
        account.add("base", "scratch", word, "the empty image")
    elif root.base_text is None:
        unknown = "a folder or an image from elsewhere" if root.outside is not None else "an argument has no value"
        account.add("base", None, word, unknown)
    else:
        account.add("base", _named(root.base_text, shown), word, about(facts))


def _named(text: str, shown: Shown) -> str:
    found = references.parse(text)
    missing = found is not None and not found.has_variable and found.tag is None and found.digest is None
    return shown.text(text) + (", no tag" if missing else "")


def about(facts: ImageFacts | None) -> str:
    """What is known of an image, with the date."""
    if facts is None:
        return "nothing is known of it"
    there = [name for name in _TELLING if facts.program(name)]
    missing = [name for name in _TELLING if facts.program(name) is False]
    system = f"{(facts.os_family or '').capitalize()} {facts.os_release or ''}".strip()
    said = [f"{listed(there)} {'is' if len(there) == 1 else 'are'} there"] if there else []
    said += [f"no {' or '.join(missing)}"] if missing else []
    head = f"{system or 'its system is not known'} as of {facts.origin.date[:7]}"
    return f"{head}: {'; '.join(said)}" if said else head


def running(
    account: Account, image: Image | None, service: Service | None, shown: Shown, serving: Serving | None
) -> None:
    """What a container of the image does, as the service has it."""
    _user(account, image, service, shown)
    _directory(account, image, service, shown)
    _start(account, image, service, shown)
    if serving is not None and (serving.host or serving.port):
        address = f"{serving.host or 'an unknown address'}, port {serving.port or 'unknown'}"
        account.add("serves", f"{serving.program} on {address}", serving.where)
    _ports(account, image, service, shown)
    _health(account, image, service, shown)


def _user(account: Account, image: Image | None, service: Service | None, shown: Shown) -> None:
    written = service.user if service is not None else None
    if written is not None:
        account.add("runs as", _text(written.literal, shown), written)
        return
    known = image.user if image is not None else None
    nobody = "no user: for the service" if service is not None else None
    if known is None:
        account.add("runs as", None, "nothing is known of the image's user", nobody)
    elif known.own:
        account.add("runs as", shown.text(known.value), known.where, nobody)
    else:
        account.add("runs as", shown.text(known.value), _of_base(image, "user"), nobody)


def _of_base(image: Image | None, what: str) -> str:
    """That a value comes with an image from elsewhere."""
    if image is not None and image.stage is not None:
        return f"the base's {what}"
    return f"the image's {what}"


def _directory(account: Account, image: Image | None, service: Service | None, shown: Shown) -> None:
    written = service.working_dir if service is not None else None
    known = image.workdir if image is not None else None
    if written is not None:
        account.add("works in", _text(written.literal, shown), written)
    elif known is not None and known.own:
        account.add("works in", shown.text(known.value), known.where)


def _text(text: str | None, shown: Shown) -> str | None:
    return shown.text(text) if text is not None else None


def _start(account: Account, image: Image | None, service: Service | None, shown: Shown) -> None:
    entrypoint = image.entrypoint if image is not None else None
    command = image.cmd if image is not None else None
    own_entry = service.entrypoint if service is not None else None
    own_command = service.command if service is not None else None
    origin: list[Origin] = []
    words: list[str] | None = []
    if own_entry is not None:
        words, command = _given(own_entry, words, origin), None
    else:
        words = _brought(entrypoint, words, origin, "ENTRYPOINT")
    if own_command is not None:
        words = _given(own_command, words, origin)
    elif own_entry is None:
        words = _brought(command, words, origin, "CMD")
    if words == []:
        account.add("starts", "nothing", "neither ENTRYPOINT nor CMD")
        return
    account.add("starts", shown.text(command_line(words)) if words is not None else None, *origin)


def _given(line: CommandLine, words: list[str] | None, origin: list[Origin]) -> list[str] | None:
    """The words so far with those that the service gives."""
    origin.append(line)
    found = line.arguments
    return None if words is None or found is None else [*words, *found]


def _brought(known: Known[Start] | None, words: list[str] | None, origin: list[Origin], what: str) -> list[str] | None:
    """The words so far with those of the image."""
    if known is None:
        origin.append(f"the image's {what} is not known")
        return None
    if not known.value.words:
        return words
    if known.where is not None and known.own:
        origin.append(known.where)
    else:
        origin.append(f"the image's {what}")
    if known.value.shell:
        origin.append("shell form: the shell is process 1")
    return None if words is None else [*words, *known.value.words]


def _ports(account: Account, image: Image | None, service: Service | None, shown: Shown) -> None:
    published = list(_published(service, shown))
    known = image.ports if image is not None else None
    exposed = known if known is not None else (image.exposed if image is not None else None) or []
    for port in exposed:
        first, last, protocol = port.value
        text = f"{first}/{protocol}" if first == last else f"{first}-{last}/{protocol}"
        where = port.where if port.own else None
        account.add("listens", text, where, None if port.own else _of_base(image, "EXPOSE"))
    if known is None:
        account.add("listens", None, "what the image exposes is not known")
    elif not exposed:
        account.add("listens", "nothing", "nothing is exposed")
    for text, place in published:
        account.add("published", text, place)
    if service is not None and not published:
        account.add("published", "nothing")


def _published(service: Service | None, shown: Shown) -> Iterator[tuple[str, Node]]:
    for port in service.ports if service is not None else ():
        parts = [part for part in (port.host_ip, port.published, port.target) if part is not None]
        text = ":".join(part.literal if part.literal is not None else part.text for part in parts)
        yield shown.text(text, port), port


def _health(account: Account, image: Image | None, service: Service | None, shown: Shown) -> None:
    check = service.healthcheck if service is not None else None
    if check is not None and (check.disabled or check.test is not None):
        words = check.test.arguments if check.test is not None else None
        text = "switched off" if check.disabled else _text(command_line(_without_kind(words)), shown) if words else None
        account.add("health", text, check.test or check)
        return
    known = image.healthcheck if image is not None else None
    if known is None:
        account.add("health", None, "whether the image has a check is not known")
    else:
        account.add("health", "checked" if known.value else "not checked", known.where if known.own else None)


def _without_kind(words: Sequence[str]) -> Sequence[str]:
    return words[1:] if words[:1] in (["CMD"], ["CMD-SHELL"]) else words
