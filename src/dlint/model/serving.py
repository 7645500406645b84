"""What the program that a container starts listens on, as far as its command line, variables and settings tell."""

from __future__ import annotations

import posixpath
import re

from dlint.lazy import NamedTuple
from dlint.model.facts.listeners import EVERYWHERE, given_by, is_loopback
from dlint.model.facts.processes import ENTRYPOINTS
from dlint.model.final_command import Container, FinalServer, final_server
from dlint.project.below import LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlint.model.facts.listeners import Server
    from dlint.model.image import Image, Known, Start
    from dlint.project.files import ProjectFiles
    from dlint.source import Node, Source


class Serving(NamedTuple):
    """What a container listens on: ``host`` and ``port`` are None where that is unknown.

    ``program`` is what to call the server, ``where`` the command that starts it. ``given`` says whether the address
    stands there, or is what the server does without; ``option`` is the one that sets it, empty if that is an operand,
    and ``joined`` whether the port belongs to it. ``by`` are the scripts of the project through which it is started.
    """

    program: str
    host: str | None
    port: int | None
    where: Node
    given: bool
    option: str
    joined: bool
    by: tuple[Node, ...] = ()

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

    ``known`` is false for an image that may start the server in its own way. ``container`` is where it runs.
    """

    known: bool
    sets: Callable[[str], bool]
    project: ProjectFiles | None
    folder: str
    container: Container


class Given(NamedTuple):
    """What is given to a container besides its image: whether it ``may_have`` a variable, and its value if known.

    ``whole``: nobody but these gives it any.
    """

    may_have: Callable[[str], bool]
    value: Callable[[str], str | None]
    whole: bool


def surroundings(
    image: Image | None, given: Given, project: ProjectFiles | None, folder: str,
    read: Callable[[str], Source | None], workdir: str | None,
) -> Surroundings:  # fmt: skip
    """What may say what a server of this image listens on, where it is ``given`` variables.

    ``read`` gives the text of the project's file at a path in the container, which starts in ``workdir``.
    """
    known = image is not None and image.facts is not None

    def sets(name: str) -> bool:
        return image is None or given.may_have(name) or image.sets(name) is not False

    def value(name: str) -> str | None:
        if given.may_have(name):
            return given.value(name)
        own = image.own_value(name) if image is not None else None
        if own is not None:
            return own.value
        # What is not set is empty, if nobody else starts the container.
        return "" if known and given.whole and not sets(name) else None

    return Surroundings(known, sets, project, folder, Container(value, read, workdir))


def of_image(image: Image, around: Surroundings) -> Serving | None:
    """What an image's own command listens on; None if that is not known."""
    entrypoint, cmd = image.entrypoint, image.cmd
    if entrypoint is None or cmd is None:
        return None
    if entrypoint.value.shell:
        return _of_words(entrypoint.value.words, entrypoint.where, around)
    alone = not cmd.value.words or final_server(entrypoint.value.words, around.container) is not None
    return _of_words(together(entrypoint, cmd.value.words), entrypoint.where if alone else cmd.where, around)


def together(entrypoint: Known[Start] | None, words: Sequence[str]) -> Sequence[str]:
    """The words behind an entrypoint, without the one of an official image, which runs them as they are."""
    before = entrypoint.value.words if entrypoint is not None else ()
    if entrypoint is not None and not entrypoint.own and before and posixpath.basename(before[0]) in ENTRYPOINTS:
        before = before[1:]
    return (*before, *words)


def _of_words(words: Sequence[str], where: Node | None, around: Surroundings) -> Serving | None:
    found = final_server(words, around.container) if where is not None else None
    return resolved(found, where, around) if found is not None and where is not None else None


def resolved(final: FinalServer, where: Node, around: Surroundings) -> Serving:
    """What a server listens on, its defaults unknown where anything around it may change them."""
    found = final.server
    server = found.server
    host, port, given = found.host, found.port, found.host_given
    if not (found.host_given and found.port_given):
        by_variables = _by_variables(server, around)
        changed = not around.known or by_variables is None
        other_host, other_port = by_variables or (None, None)
        if not found.host_given:
            known = not changed and not _may_change(server, server.says, around)
            host, given = (other_host or host if known else None), other_host is not None
        if not found.port_given:
            known = not changed and not _may_change(server, server.says_port, around)
            port = other_port or port if known else None
    option = next(reversed(server.bind or server.host), "") if not server.operand else ""
    return Serving(found.program, host, port, where, given, option, server.operand or bool(server.bind), final.by)


def _by_variables(server: Server, around: Surroundings) -> tuple[str | None, int | None] | None:
    """The host and the port that variables give a server, None for what they do not; None if that is not known."""
    host: str | None = None
    port: int | None = None
    for name in server.variables:
        if around.sets(name):
            value = around.container.value(name)
            given = given_by(server, name, value) if value is not None else None
            if given is None:
                return None
            host, port = given[0] or host, given[1] or port
    return host, port


def _may_change(server: Server, says: str, around: Surroundings) -> bool:
    """Whether a file may say what a server listens on, as it holds what ``says`` matches."""
    if not server.files:
        return False
    below = around.project.below(around.folder) if around.project is not None else None
    if around.project is None or below is None or len(below.kinds) >= LIMIT:
        return True
    paths = [posixpath.join(around.folder, path) for name in server.files for path in below.named(name)]
    return any(re.search(says, around.project.text(path)) for path in paths)
