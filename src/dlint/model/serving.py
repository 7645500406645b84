"""What the program that a container starts listens on, as far as its command line, variables and settings tell."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.facts.listeners import EVERYWHERE, Listening, is_loopback, listening, may_name_one
from dlint.model.facts.processes import ENTRYPOINTS, script_of_texts
from dlint.project.below import LIMIT
from dlint.source import Source, Span, Text
from dlint.syntax.shell.commands import MOST, innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlint.model.facts.listeners import Server
    from dlint.model.image import Image, Known, Start
    from dlint.project.files import ProjectFiles
    from dlint.source import Node

_QUOTED = str.maketrans({"'": "'\\''"})


class Serving(NamedTuple):
    """What a container listens on: ``host`` and ``port`` are None where that is unknown.

    ``program`` is what to call the server, ``where`` the command that starts it. ``given`` says whether the address
    stands there, or is what the server does without; ``option`` is the one that sets it, empty if that is an operand,
    and ``joined`` whether the port belongs to it.
    """

    program: str
    host: str | None
    port: int | None
    where: Node
    given: bool
    option: str
    joined: bool

    @property
    def local(self) -> bool:
        """Whether nobody outside of the container reaches it: it listens on the loopback address."""
        return self.host is not None and is_loopback(self.host)

    @property
    def remedy(self) -> str:
        """What to write so that others reach it."""
        option = f"{self.option} " if self.option else ""
        verb = "write" if self.given else "add"
        return f"{verb} {option}{EVERYWHERE}{f':{self.port}' if self.joined and self.port else ''}"


class Surroundings(NamedTuple):
    """What else may say what a server listens on: the variables that ``sets`` may give, the files below a folder.

    ``known`` is false for an image that may start the server in its own way.
    """

    known: bool
    sets: Callable[[str], bool]
    project: ProjectFiles | None
    folder: str


def surroundings(
    image: Image | None, gives: Callable[[str], bool], project: ProjectFiles | None, folder: str
) -> Surroundings:
    """What may say what a server of this image listens on, where ``gives`` says which variables it may be given."""

    def sets(name: str) -> bool:
        return image is None or gives(name) or image.sets(name) is not False

    return Surroundings(image is not None and image.facts is not None, sets, project, folder)


def of_image(image: Image, around: Surroundings) -> Serving | None:
    """What an image's own command listens on; None if that is not known."""
    entrypoint, cmd = image.entrypoint, image.cmd
    if entrypoint is None or cmd is None:
        return None
    if entrypoint.value.shell:
        return _of_words(entrypoint.value.words, entrypoint.where, around)
    where = entrypoint.where if not cmd.value.words or started(entrypoint.value.words) else cmd.where
    return _of_words(together(entrypoint, cmd.value.words), where, around)


def together(entrypoint: Known[Start] | None, words: Sequence[str]) -> Sequence[str]:
    """The words behind an entrypoint, without the one of an official image, which runs them as they are."""
    before = entrypoint.value.words if entrypoint is not None else ()
    if entrypoint is not None and not entrypoint.own and before and posixpath.basename(before[0]) in ENTRYPOINTS:
        before = before[1:]
    return (*before, *words)


def _of_words(words: Sequence[str], where: Node | None, around: Surroundings) -> Serving | None:
    found = started(words) if where is not None else None
    return resolved(found, where, around) if found is not None and where is not None else None


def started(words: Sequence[str]) -> Listening | None:
    """The one server that a command line starts, last and in the foreground; None if it is none that is known."""
    if not any(map(may_name_one, words)):
        return None
    script = script_of_texts(words)
    if script is None:
        from dlint.syntax.shell.walk import parse

        text = " ".join(f"'{word.translate(_QUOTED)}'" for word in words)
        script = parse(Text.plain(Source("", text), Span(0, len(text))), dialect="sh")
    if any(separator.operator == "&" for separator in script.separators):
        return None
    commands = [*innermost(script.commands[:MOST])]
    found = [listening([command.name, *(word.text for word in command.given)]) for command in commands]
    if not found or found[-1] is None or any(found[:-1]):
        return None
    sets = {assignment.name for command in script.commands for assignment in command.assignments} | script.assigned
    return None if not sets.isdisjoint(found[-1].server.variables) else found[-1]


def resolved(found: Listening, where: Node, around: Surroundings) -> Serving:
    """The same with its defaults unknown where anything around it may change them."""
    server = found.server
    changed = not (found.host_given and found.port_given) and _may_change(server, around)
    host = found.host if found.host_given or not changed else None
    port = found.port if found.port_given or not changed else None
    option = "" if server.operand else (server.bind or server.host)[-1]
    return Serving(found.program, host, port, where, found.host_given, option, server.operand or bool(server.bind))


def _may_change(server: Server, around: Surroundings) -> bool:
    """Whether a variable or a file may say what a server listens on."""
    if not around.known or any(map(around.sets, server.variables)):
        return True
    if not server.files:
        return False
    below = around.project.below(around.folder) if around.project is not None else None
    if around.project is None or below is None or len(below.kinds) >= LIMIT:
        return True
    paths = [posixpath.join(around.folder, path) for name in server.files for path in below.named(name)]
    return any(word in around.project.text(path) for path in paths for word in server.says)
