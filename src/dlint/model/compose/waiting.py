"""The hosts that a service waits for when it starts: in its command, in that of its image, and in start scripts."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple
from dlint.model.compose.environment import environment_of
from dlint.model.facts.waiting import WAITING_VARIABLES, WORDS, awaited, listed_in
from dlint.source import Source, Span, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Final

    from dlint.model.compose.model import ComposeModel
    from dlint.model.final_command import Container
    from dlint.model.image import Image
    from dlint.source import Node
    from dlint.syntax.compose.service import Service
    from dlint.syntax.shell.script import Script, ShellCommand

_MOST_STEPS: Final = 4
_MOST_CHARACTERS: Final = 50_000
_MOST_COMMANDS: Final = 60
# A command in these runs, or is what others wait for; in a branch or a function it may not.
_SURE: Final = frozenset("seq chain pipe not while subshell script group".split())
_PATH: Final = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
_SCRIPTS: Final = (".sh", "entrypoint", "start", "run", "boot", "./")


class Waiting(NamedTuple):
    """A host that ``by`` waits for, a program or a variable, with its port, None if that is not said.

    ``where`` is the line of the Compose file that has it done, ``said`` the place that names the host.
    """

    by: str
    host: str
    port: int | None
    where: Node
    said: Node


def waitings(service: Service, model: ComposeModel) -> Iterator[Waiting]:
    """The hosts that a service waits for, as far as the project's files say so."""
    for name, given in environment_of(service, model).values.items():
        if name in WAITING_VARIABLES and given.value:
            for host, port in listed_in(given.value):
                yield Waiting(name, host, port, given.where, given.where)
    if model.is_partial(service):
        return
    own = service.command is not None or service.entrypoint is not None
    if not own and service.build is None:
        return  # What an official image starts waits for none.
    image = model.image_of(service)
    yield from _Walk(service, image, model).all()


class _Walk:
    """One walk through all that a service surely runs when it starts."""

    def __init__(self, service: Service, image: Image | None, model: ComposeModel) -> None:
        self.service = service
        self.image = image
        self.model = model
        self._container: Container | None = None
        self._seen: set[str] = set()

    @property
    def container(self) -> Container:
        """Where the commands run."""
        if self._container is None:
            from dlint.model.compose.serving import surroundings_of

            self._container = surroundings_of(self.service, self.image, self.model).container
        return self._container

    def all(self) -> Iterator[Waiting]:
        """What it waits for."""
        service, image = self.service, self.image
        line = service.command if service.command is not None and service.command.arguments else service.entrypoint
        if line is not None:
            if not _may_wait(line.raw) and (service.entrypoint is None or not _may_wait(service.entrypoint.raw)):
                return
            from dlint.model.compose.serving import started_words

            where: Node = line.node.place
            yield from self._of_words(started_words(service, image), where, where, 0)
            return
        entrypoint, cmd = (image.entrypoint, image.cmd) if image is not None else (None, None)
        if entrypoint is None or cmd is None:
            return
        from dlint.model.serving import together

        said = cmd.where if cmd.own and not entrypoint.own else entrypoint.where
        words = entrypoint.value.words if entrypoint.value.shell else together(entrypoint, cmd.value.words)
        entry = service.entry("build")
        if said is not None and entry is not None:
            yield from self._of_words(words, entry.key, said, 0)

    def _of_words(self, words: Sequence[str], where: Node, said: Node, depth: int) -> Iterator[Waiting]:
        if not _may_wait(" ".join(words)):
            return
        from dlint.model.facts.processes import script_of_texts

        script = script_of_texts(words)
        if script is None and words:
            from dlint.syntax.shell.walk import parse

            joined = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
            script = parse(Text.plain(Source("", joined), Span(0, len(joined))), dialect="sh")
        if script is not None:
            yield from self._of_script(script, where, said, depth)

    def _of_script(self, script: Script, where: Node, said: Node | None, depth: int) -> Iterator[Waiting]:
        """The hosts in a script; ``said`` is the place that names them, None for that in the script itself."""
        if script.has_error:
            return
        sourcing = not script.names.isdisjoint((".", "source", "eval"))
        script.variable = (lambda name, command: None) if sourcing else self._value_in(script)
        for command in script.commands[:_MOST_COMMANDS]:
            if command.name and _is_sure(command):
                words = _words(command)
                for one in awaited(words):
                    place = said if said is not None else command
                    yield Waiting(command.name, one.host, one.port, where, place)
                if depth < _MOST_STEPS:
                    yield from self._followed(words, where, said, depth)

    def _value_in(self, script: Script) -> Callable[[str, ShellCommand], str | None]:
        assigned = script.assigned | {one.name for command in script.commands for one in command.assignments}
        return lambda name, command: None if name in assigned else self.container.value(name)

    def _followed(self, words: Sequence[str], where: Node, said: Node | None, depth: int) -> Iterator[Waiting]:
        """What a script of the project, or the command behind ``--``, waits for."""
        if "--" in words and awaited(words):
            yield from self._of_words(words[words.index("--") + 1 :], where, said or where, depth + 1)
            return
        from dlint.model.facts.processes import SHELLS

        path = words[0]
        if posixpath.basename(path) in SHELLS:
            path = next((word for word in words[1:] if not word.startswith("-")), "")
        if not path or "$" in path or not any(map(path.__contains__, _SCRIPTS)) or awaited([path, "a:1"]):
            return
        places = [path] if "/" in path else [path, *(f"{place}/{path}" for place in _PATH)]
        source = next((one for place in places if (one := self._read(place)) is not None), None)
        script = _script_of(source) if source is not None and source.path not in self._seen else None
        if script is not None and source is not None:
            self._seen.add(source.path)
            yield from self._of_script(script, where, None, depth + 1)

    def _read(self, path: str) -> Source | None:
        folder = self.container.folder
        if not path.startswith("/") and folder is None:
            return None
        source = self.container.read(posixpath.normpath(posixpath.join(folder or "/", path)))
        return source if source is not None and len(source.text) < _MOST_CHARACTERS else None


def _may_wait(text: str) -> bool:
    """Whether a command line may wait, or start a script that does: a cheap look."""
    return any(map(text.__contains__, (*WORDS, *_SCRIPTS)))


def _script_of(source: Source) -> Script | None:
    if not any(map(source.text.__contains__, WORDS)):
        return None
    from dlint.model.dockerfile.shells import dialect_by_shebang
    from dlint.model.facts.processes import SHELLS
    from dlint.syntax.shell.walk import parse

    dialect = dialect_by_shebang(source.text) or ("sh" if source.path.endswith(".sh") else None)
    return parse(Text.plain(source, Span(0, len(source.text))), dialect=dialect) if dialect in SHELLS else None


def _words(command: ShellCommand) -> list[str]:
    return [command.called.strip("\"'"), *(word.literal if word.literal is not None else "$" for word in command.given)]


def _is_sure(command: ShellCommand) -> bool:
    """Whether a command stands in no branch, no function and no loop over words."""
    around = command.surroundings
    return around is not None and all(part.step.kind in _SURE for part in around.parts)
