"""The account of a service: how its image comes about, what it runs as, what it needs and keeps."""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.model.compose.environment import environment_of
from dlint.model.compose.origins import origins
from dlint.model.compose.serving import serving_of
from dlint.model.image import Image
from dlint.syntax import image as references
from dlint.why.account import Account, Asked, Origin
from dlint.why.images import about, base_of, running
from dlint.why.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.values import BuildArg, Part
    from dlint.syntax.compose.views import BuildConfig
    from dlint.workspace.build import Build
    from dlint.workspace.service_build import ServiceBuild

_CONDITIONS = {
    "service_started": "started",
    "service_healthy": "healthy",
    "service_completed_successfully": "completed",
}
_HOST = pattern(r"://(?:[^/\s@'\"]*@)?([A-Za-z0-9][\w.-]*)|^([a-z0-9][\w-]*)(?::\d{1,5})?$")
_MOST_NAMES = 8


def account_of(asked: Asked, model: ComposeModel, service: Service) -> Account:
    """All there is to say of a service."""
    account = Account(f"service {asked.shown.text(service.name)}", service.key)
    shown = asked.shown
    built_by(asked, account, model, service)
    image = model.image_of(service)
    if service.build is None:
        _image(asked, account, model, service)
    elif image is not None and image.stage is not None:
        base_of(account, image.stage, image.facts, shown)
    running(account, image, service, shown, serving_of(service, model))
    needs(asked, account, model, service)
    mounts(asked, account, service, image)
    _networks(asked, account, service)
    variables(asked, account, model, service, image)
    if service.profiles:
        names = [shown.text(name.literal or name.value) for name in service.profiles]
        account.add("starts with", f"profile {', '.join(names)}", service.profiles[0])
    if model.is_partial(service):
        account.add("extends", None, "a part of it could not be read")
    return account


def request_of(asked: Asked, model: ComposeModel, request: Service) -> Account:
    """What another builder than Compose asks for."""
    account = Account(f"{request.noun} {asked.shown.text(request.name)}", request.key)
    built_by(asked, account, model, request)
    return account


def _image(asked: Asked, account: Account, model: ComposeModel, service: Service) -> None:
    word = service.image
    if word is None:
        account.add("image", None, "neither image: nor build:")
        return
    name = word.literal
    if name is None:
        account.add("image", None, word, "a variable has no value")
        return
    builder = asked.workspace.builder_of(name)
    if builder is not None:
        here = f"built here as {asked.shown.text(builder.service.name)},"
        account.add("image", asked.shown.text(name, word), word, here, builder.service.key)
        return
    found = references.parse(name)
    missing = ", no tag" if found is not None and found.tag is None and found.digest is None else ""
    known = model.image_of(service)
    facts = known.facts if known is not None else None
    account.add("image", asked.shown.text(name, word) + missing, word, *_origins(model, service, word), about(facts))


def built_by(asked: Asked, account: Account, model: ComposeModel, service: Service) -> None:
    """What a service asks of the builder."""
    from dlint.workspace.service_build import service_build

    config = service.build
    if config is None:
        return
    link = service_build(model, service)
    if link is None:
        account.add("built from", None, config, "its context is remote, outside of the project or unknown")
        return
    graph = asked.workspace.graph_of(link)
    target = asked.shown.text(link.target) if link.target else "the last stage"
    there = "" if graph is not None else " (not there)"
    name = "a Dockerfile in place" if link.inline is not None else link.dockerfile
    wrong = "no such stage" if graph is not None and graph.missing_targets else None
    account.add("built from", f"{name}{there}, {target}", config.target or config.dockerfile or config, wrong)
    if graph is not None:
        context(asked, account, _build(asked, link), config)
    arguments(asked, account, model, service, link)


def _build(asked: Asked, link: ServiceBuild) -> Build:
    from dlint.workspace.build import Build

    graph = asked.workspace.graph_of(link)
    assert graph is not None
    return Build(asked.workspace, graph, [link], _nothing)


def _nothing(path: str) -> bool:
    return False


def context(asked: Asked, account: Account, build: Build, config: BuildConfig | None) -> None:
    """The folder that the builder gets, and what is kept out of it."""
    from dlint.project.below import LIMIT

    files = [path for path in build.files() if not asked.workspace.files.is_dir(build.contents.path(path))]
    number = counted(len(files), "file") if len(files) < LIMIT - 1 else f"more than {LIMIT} files"
    where = (config.context or config) if config is not None else None
    guess = None if build.links else "a guess: nobody says which folder it is"
    ignore: list[Origin] = ["ignore file,", build.ignore] if build.ignore is not None else ["no ignore file"]
    account.add("context", f"{build.context or '.'}, {number}", where, guess, *ignore)


def arguments(
    asked: Asked, account: Account, model: ComposeModel, service: Service, link: ServiceBuild | None = None
) -> None:
    """The build arguments, where each is from and where it is declared."""
    built = model.built_image(service)
    for argument in service.build.args if service.build is not None else ():
        if "$" in argument.name:
            account.add("argument", None, argument.value or argument, "even its name is not known")
            continue
        value = asked.shown.value(argument.name, argument.literal, argument.value, argument.text)
        there = declared(built.arguments.get(argument.name) if built is not None else None, built is not None)
        account.add("argument", value, *given_at(asked, model, service, argument), there, of=argument.name)


def declared(place: Node | None, known: bool) -> str | None:
    """Where an argument is declared."""
    if place is not None:
        return f"declared in line {place.line}"
    return "no ARG declares it" if known else None


def given_at(asked: Asked, model: ComposeModel, service: Service, argument: BuildArg) -> list[Origin]:
    """The places that a build argument has its value from."""
    return [argument.value or argument, *_origins(model, service, argument.scalar)]


def _origins(model: ComposeModel, service: Service, node: Node) -> list[Origin]:
    return [related.where for related in origins(model, service, node)]


def needs(asked: Asked, account: Account, model: ComposeModel, service: Service) -> None:
    """The services that this one waits for or asks, and those that wait for it."""
    found: dict[str, tuple[str, list[Origin]]] = {}
    for dependency in service.depends_on:
        if dependency.name is not None:
            word = _CONDITIONS.get(dependency.condition, dependency.condition)
            found[dependency.name] = (f" ({word})", [dependency.key])
    for name, variable, place in _hosts(model, service):
        found.setdefault(name, (" (asked, not waited for)", []))[1].extend((f"host in {variable},", place))
    for name, (word, places) in found.items():
        missing = "there is no such service" if name not in model.by_name else None
        account.add("needs", asked.shown.text(name) + word, *places, missing)
    users = [other for other in model.services for one in other.depends_on if one.name == service.name]
    for other in users:
        place = next(one.key for one in other.depends_on if one.name == service.name)
        account.add("needed by", asked.shown.text(other.name), place)


def _hosts(model: ComposeModel, service: Service) -> Iterable[tuple[str, str, Node]]:
    """The services whose names stand as hosts in the values of variables: name, variable and place."""
    for name, given in environment_of(service, model).values.items():
        for match in _HOST.finditer(given.value or _plain(given.where)):
            host = match[1] or match[2]
            other = model.host_names.get(host)
            if other is not None and other.name != service.name and (match[1] or name.upper().endswith(_ASKING)):
                yield other.name, name, given.where


_ASKING = ("HOST", "SERVER", "ADDR", "ADDRESS", "URL", "HOSTNAME", "ENDPOINT")


def _plain(node: Node) -> str:
    """The written value, for one that is not known as a whole."""
    return node.raw.strip("\"'")


def mounts(asked: Asked, account: Account, service: Service, image: Image | None) -> None:
    """What is mounted, and whether it is where the image keeps its data."""
    data = image.data.path if image is not None and image.data is not None else None
    for mount in service.mounts:
        source = _written(mount.source_part) if mount.source_part is not None else "a volume of its own"
        target = _written(mount.target)
        ends = ", read only" if mount.read_only else ""
        note = "where the image keeps its data" if data is not None and data == target.rstrip("/") else None
        account.add("mounts", asked.shown.text(f"{source} at {target}{ends}", mount), mount, note)


def _written(part: Part | None) -> str:
    return "" if part is None else part.literal if part.literal is not None else part.text


def _networks(asked: Asked, account: Account, service: Service) -> None:
    mode = service.network_mode
    if mode is not None:
        account.add("network", _mode(asked, mode.literal), mode)
    names = [asked.shown.text(one.name) for one in service.networks if one.name]
    if names:
        account.add("networks", ", ".join(names), service.networks[0].key)


def _mode(asked: Asked, text: str | None) -> str | None:
    return asked.shown.text(text) if text is not None else None


def variables(asked: Asked, account: Account, model: ComposeModel, service: Service, image: Image | None) -> None:
    """Which variables the container gets, and those that its image must have."""
    given = environment_of(service, model)
    if given.values or not given.whole:
        names = [asked.shown.text(name) for name in given.values]
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        files = {id(one.file): one.file for one in given.values.values() if one.file is not None}
        first = next((one.where for one in given.values.values() if one.file is None), None)
        unread = None if given.whole else "an env_file could not be read"
        account.add("variables", (", ".join(names[:_MOST_NAMES]) + more) or None, first, *files.values(), unread)
    for group in (image.requires_env if image is not None else None) or ():
        names = [one.partition("=")[0] for one in group]
        places: list[Origin] = [given.values[name].where for name in names if name in given.values]
        missing = "not given" if given.whole else "may be in a file that could not be read"
        account.add("must have", " or ".join(group), *(places or [missing]))
