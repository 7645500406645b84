"""What a service starts: its own command and entrypoint against those of the image."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dlint.api import Node, Problem, Problems, check, pattern, related_to
from dlint.api.compose import (
    ENTRYPOINTS,
    HANDING_ON,
    PROMPTS,
    SHELLS,
    CommandLine,
    ComposeModel,
    Service,
    holds_programs,
    is_below,
    is_shell_call,
    parse_image,
    removed_option,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image, Known, Start

_WAITS = ("wait-for", "wait_for", "waitfor", "wait.sh", "dockerize", "entrypoint", "docker-init")
_ARGUMENTS = pattern(r'(?:^|\s|;)(?:exec\s[^\n]*)?"?\$(?:@|\*|\{@\}|\{\*\}|1\b)')
# A host with its port, an option, a number: what programs that wait are given.
_SOURCE = pattern(r"[\w-][\w./-]*\.(?:py|js|mjs|cjs|ts|rb|jar|php|pl)")
_ADDRESS = pattern(r"-[\w=.-]*|[A-Za-z_]\w*=\S*|[\w.-]+(?::\d+)?|tcp://\S+|https?://\S+")
_POSITIONAL = pattern(r"\$(?:\{?[@*#1-9]|0)|\$\{@")


def _first(line: CommandLine | None) -> tuple[Node, str] | None:
    """The first word of a command, with its place; None if it is unknown."""
    if line is None or not line.arguments:
        return None
    if line.listed:
        return line.words[0], line.arguments[0]
    whole = line.string
    text = whole.value if whole is not None else ""
    at = text.find(line.arguments[0])
    return (whole.at(at, at + len(line.arguments[0])) if whole is not None and at >= 0 else line), line.arguments[0]


def _mentions_mount(service: Service, program: str) -> bool:
    """Whether a mount may bring a program."""
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target is None or posixpath.basename(target) == program or holds_programs(target):
            return True
    return bool(service.volumes_from)


@check(on=Service, keys=("command", "entrypoint"), blames=True)
def command_needs_shell(service: Service, model: ComposeModel) -> Problems:
    """A command that begins with a shell, where the image has none of that name."""
    line = service.entrypoint if service.entrypoint is not None and service.entrypoint.arguments else service.command
    first = _first(line)
    if first is None or posixpath.basename(first[1]) not in SHELLS:
        return
    where, program = first[0], posixpath.basename(first[1])
    image = model.image_of(service)
    if image is None or image.program(program) is not False or _mentions_mount(service, program):
        return
    if line is service.command and not _is_started(service, image):
        return
    related = related_to(image.place, f"{image.base_name} has no {program}")
    instead = "" if program == "sh" or image.program("sh") is not True else "; it has sh"
    holder = image.base_name if image.stage is None else f"the image of {image.name}"
    yield Problem(
        where,
        f"There is no {program} in {holder}, so that service {service.name} cannot start{instead}",
        related=related,
    )


def _is_started(service: Service, image: Image) -> bool:
    """Whether the first word of ``command`` is a program: no entrypoint, or a script that hands over to it."""
    if service.entrypoint is not None:
        return False
    entrypoint = image.entrypoint
    if entrypoint is None:
        return False
    words = entrypoint.value.words
    return not words or (not entrypoint.own and posixpath.basename(words[0]) == "docker-entrypoint.sh")


@check(on=Service, blames=True)
def service_without_command(service: Service, model: ComposeModel) -> Problems:
    """Neither the service nor its image says what to start, or the service takes away what the image says."""
    line = service.entrypoint
    emptied = line is not None and line.arguments is not None and not any(line.arguments)
    if service.map.get("command") is not None or (service.map.get("entrypoint") is not None and not emptied):
        return
    image = model.image_of(service)
    if image is None or not model.is_whole(service) or image.entrypoint is None or image.cmd is None:
        return
    # One empty word drops CMD as every entrypoint with words does; an empty list leaves it.
    kept = image.cmd.value.words if line is None or not line.arguments else ()
    if kept or (image.entrypoint.value.words and not emptied):
        return
    if line is not None and (image.entrypoint.value.words or image.cmd.value.words):
        message = f"With an empty entrypoint and no command nothing is left of what {image.name} starts"
        yield Problem(line, f"{message}: service {service.name} cannot start")
        return
    related = related_to(image.place, "Nothing from here on says what to start")
    holder = image.base_name if image.stage is None else image.name
    yield Problem(
        service.key,
        f"Service {service.name} has no command, and {holder} has neither CMD nor ENTRYPOINT: it cannot start",
        related=related,
    )


@check(on=Service, blames=True)
def service_ends_at_once(service: Service, model: ComposeModel) -> Problems:
    """Neither the service nor its image starts more than a shell, which finds nobody to talk to."""
    if any(service.map.get(key) is not None for key in ("command", "entrypoint", "tty", "stdin_open", "profiles")):
        return
    if (
        service.name in model.jobs
        or service.name in model.built_upon
        or (service.build is not None and service.image is not None)
    ):
        return  # It is there until it is done, or for its image or its volumes.
    image = model.image_of(service)
    if image is None or not model.lacks_surely(service):
        return
    entrypoint, cmd = image.entrypoint, image.cmd
    if cmd is None or entrypoint is None or (entrypoint.own and entrypoint.value.words):
        return
    program = _prompt(cmd.value)
    first = entrypoint.value.words[:1]
    if program is None or (first and posixpath.basename(first[0]) not in ENTRYPOINTS):
        return
    where = cmd.where if cmd.where is not None else image.place
    related = related_to(where, f"It starts {program}")
    holder = image.name if cmd.own else image.base_name
    yield Problem(
        service.key,
        f"Service {service.name} ends as soon as it starts: it has no command, and all that {holder} starts is"
        f" {program}, without a terminal",
        related=related,
    )


def _prompt(start: Start) -> str | None:
    """The shell or interpreter that is started with nothing to do."""
    words = start.text.split() if start.shell else start.words
    name = posixpath.basename(words[0]) if words else ""
    return name if (name in PROMPTS and len(words) == 1) or tuple(words) == ("php", "-a") else None


@check(on=Service, keys=("entrypoint",), blames=True)
def entrypoint_drops_command(service: Service, model: ComposeModel) -> Problems:
    """An ``entrypoint`` that runs what follows it, and the image's CMD, which the engine then drops."""
    line = service.entrypoint
    if line is None or not line.arguments or service.map.get("command") is not None:
        return
    image = model.image_of(service)
    cmd = image.cmd if image is not None else None
    if image is None or cmd is None or not cmd.value.words or not _hands_over(line.arguments, image, service, model):
        return
    program = posixpath.basename(cmd.value.text.split()[0])
    if any(program in word for word in line.arguments) or not (cmd.own or image.facts is None or image.facts.ports):
        return
    holder = cmd.where if cmd.where is not None else image.place
    related = related_to(holder, f"The CMD that is dropped: {_short(cmd.value.text)}")
    yield Problem(
        line,
        f"With an entrypoint of its own, service {service.name} starts without the image's CMD"
        f" ({_short(cmd.value.text)}): repeat it as `command`",
        related=related,
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "…"


def _hands_over(words: list[str], image: Image, service: Service, model: ComposeModel) -> bool:
    """Whether an entrypoint surely waits for a command: a script or program that runs what it is given."""
    name = posixpath.basename(words[0])
    if words[-1] == "--":
        return True
    if name in SHELLS:
        return len(words) == 2 and words[1].endswith(".sh") and _waits(words[1])
    if name.endswith(".sh"):
        text = _script(words[0], service, model)
        if text is not None:
            return _ARGUMENTS.search(text) is not None and all(_ADDRESS.fullmatch(word) for word in words[1:])
    if name in HANDING_ON or _waits(name):
        return all(_ADDRESS.fullmatch(word) or _waits(word) for word in words[1:])
    own = image.entrypoint
    return own is not None and own.own and len(words) == 1 and name.endswith(".sh")


def _waits(word: str) -> bool:
    """Whether a program of this name waits for something before it runs what it is given."""
    return any(map(word.__contains__, _WAITS))


def _script(path: str, service: Service, model: ComposeModel) -> str | None:
    """The text of a script that a mount, or the build context, has under its name."""
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        if target == path and mount.host_path is not None and mount.host_path.literal:
            source = model.read(mount.host_path, mount.host_path.literal)
            return source.text if source is not None else None
    build = service.build
    context = build.context if build is not None else None
    if build is None or (context is not None and context.literal is None):
        return None
    folder = context.literal if context is not None else "."
    for written in (path.lstrip("./"), posixpath.basename(path)):
        source = model.read(context or build, f"{folder}/{written}")
        if source is not None:
            return source.text
    return None


@check(on=Service, keys=("command",), blames=True)
def command_ignored(service: Service, model: ComposeModel) -> Problems:
    """A ``command`` over an ENTRYPOINT in shell form, whose shell does not look at it."""
    line = service.command
    if line is None or not line.arguments or service.map.get("entrypoint") is not None:
        return
    image = model.image_of(service)
    entrypoint = image.entrypoint if image is not None else None
    if (
        entrypoint is None
        or not entrypoint.own
        or not (entrypoint.value.shell or is_shell_call(entrypoint.value.words))
    ):
        return
    if _POSITIONAL.search(entrypoint.value.text):
        return
    form = "is in shell form" if entrypoint.value.shell else "is a shell's script without `$@`"
    related = related_to(entrypoint.where, "This takes no arguments")
    yield Problem(
        line,
        f"Nothing reads this command: the ENTRYPOINT of service {service.name} {form}; write it in exec form,"
        ' `["program", "argument"]`',
        related=related,
    )


@check(on=Service, keys=("command",), blames=True)
def command_repeats_entrypoint(service: Service, model: ComposeModel) -> Problems:
    """A ``command`` that begins with the program that the image's ENTRYPOINT starts already."""
    first = _first(service.command)
    if first is None or service.map.get("entrypoint") is not None:
        return
    image = model.image_of(service)
    entrypoint = image.entrypoint if image is not None else None
    if image is None or entrypoint is None or entrypoint.value.shell or not entrypoint.value.words:
        return
    program = entrypoint.value.words[0]
    if not _is_same(first[1], entrypoint) or _is_script(program):
        return
    where = entrypoint.where if entrypoint.where is not None else image.place
    related = related_to(where, f"ENTRYPOINT starts {posixpath.basename(program)}")
    yield Problem(
        first[0],
        f"The ENTRYPOINT of service {service.name} starts {program} already, which gets this word as its argument: give"
        " the arguments alone",
        related=related,
    )


def _is_same(word: str, entrypoint: Known[Start]) -> bool:
    """Whether a word names the program of an entrypoint that has no further words but this one."""
    program = entrypoint.value.words[0]
    return word == program or (posixpath.basename(word) == posixpath.basename(program) and "/" in (program + word))


def _is_script(program: str) -> bool:
    """Whether a program may well run the words that it is given."""
    name = posixpath.basename(program)
    return name in SHELLS | HANDING_ON or name.endswith((".sh", ".py", ".bash")) or "entrypoint" in name


@check(on=Service, keys=("stop_signal",), blames=True)
def stop_signal_overridden(service: Service, model: ComposeModel) -> Problems:
    """A ``stop_signal`` other than the one that the image sets."""
    node = service.stop_signal
    if node is None or not node.literal:
        return
    image = model.image_of(service)
    known = image.stop_signal if image is not None else None
    if image is None or known is None or known.value == "SIGTERM" or service.entrypoint is not None:
        return
    if _signal(node.literal) == _signal(known.value):
        return
    where = known.where if known.where is not None else image.place
    related = related_to(where, f"The image is stopped by {known.value}")
    holder = image.name if known.own else image.base_name
    yield Problem(
        node.place,
        f"The program of {holder} ends in good order at {known.value}; {node.literal} may cut it off",
        related=related,
    )


_NUMBERS = {"1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "10": "USR1", "12": "USR2", "15": "TERM", "28": "WINCH"}


def _signal(name: str) -> str:
    name = name.strip().upper()
    return _NUMBERS.get(name, name.removeprefix("SIG"))


@check(on=Service, keys=("working_dir",), blames=True)
def working_dir_hides_program(service: Service, model: ComposeModel) -> Problems:
    """A ``working_dir`` other than the image's WORKDIR, and a program that is named from there."""
    node = service.working_dir
    if node is None or not node.literal:
        return
    image = model.image_of(service)
    workdir = image.workdir if image is not None else None
    if image is None or workdir is None or not workdir.own:
        return
    folder = posixpath.normpath(posixpath.join(workdir.value, node.literal))
    if folder == workdir.value or any(_lies_over(mount.target, folder) for mount in service.mounts):
        return
    started = _relative_start(service, image)
    if started is None or (is_below(folder, workdir.value) and not _is_copied(started, image)):
        return  # What was copied with the folder may have another program of that name there.
    related = related_to(workdir.where, "The image's directory")
    yield Problem(
        node.place,
        f"{started} lies in {workdir.value}, the WORKDIR of {image.name}, and is looked for in {folder} here",
        related=related,
    )


def _lies_over(target: object, folder: str) -> bool:
    path = getattr(target, "literal", None)
    return path is None or is_below(folder, path.rstrip("/") or "/")


def _relative_start(service: Service, image: Image) -> str | None:
    """The program, or the script of an interpreter, that is started by a path relative to the image's WORKDIR."""
    lines = []
    if service.entrypoint is None:
        lines.append(image.entrypoint)
        if service.command is None:
            lines.append(image.cmd)
    for known in lines:
        if known is None:
            continue
        for word in known.value.text.split():
            relative = word.startswith("./") or (_SOURCE.fullmatch(word) is not None and not known.value.shell)
            if relative and known.own:
                return word
    words = (service.command.arguments or ()) if service.command is not None and service.entrypoint is None else ()
    sources = [word for word in words if word.startswith("./") or _SOURCE.fullmatch(word) is not None]
    return next((word for word in sources if _is_copied(word, image)), None)


def _is_copied(word: str, image: Image) -> bool:
    """Whether a COPY of the image names the file."""
    name = posixpath.basename(word)
    return any(node.name in ("COPY", "ADD") and name in node.raw.split() for node, _ in image.own_instructions())


# Programs of the servers of which options are known, and what starts them.
_SERVERS = frozenset(("mysqld", "mongod", "traefik", "prometheus", "docker-entrypoint.sh"))


@check(on=Service, keys=("command",))
def server_option_removed(service: Service) -> Problems:
    """An option that the server of this version does not know any more."""
    line, reference = service.command, service.image.literal if service.image is not None else None
    image = parse_image(reference) if reference and service.build is None and service.entrypoint is None else None
    if image is None or line is None:
        return
    words = [word.literal or "" for word in line.words] if line.listed else line.arguments
    if not words or not _is_for_server(words[0]):
        return
    for (where, word), following in zip(_placed(line, words), [*words[1:], ""], strict=True):
        removed = removed_option(image, word, following)
        if removed is not None:
            option = word.partition("=")[0]
            yield Problem(
                where,
                f"Service {service.name} ends at its start: {removed.program} does not know {option} from"
                f" {removed.version} on; {removed.instead}",
            )


def _is_for_server(first: str) -> bool:
    """Whether a command is one of the server: options alone, or its program before them."""
    return first.startswith("-") or posixpath.basename(first) in _SERVERS


def _placed(line: CommandLine, words: list[str]) -> Iterator[tuple[Node, str]]:
    """The words of a command, each with its place."""
    if line.listed:
        yield from zip(line.words, words, strict=True)
        return
    whole, start = line.string, 0
    for word in words:
        at = whole.value.find(word, start) if whole is not None else -1
        start = at + len(word) if at >= 0 else start
        yield (whole.at(at, start) if whole is not None and at >= 0 else line), word
