"""An image as far as it is known, be it built in the project or another's: what it starts, listens on, keeps, has.

A stage's own instructions count, then those of the stages it is built from, then the facts of the image at the bottom
(``model/facts/images``). What is not known is None, and never to be read as "no". Every known value says where it is
from: ``where`` is the word in the Dockerfile, or the one that names the image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlint.lazy import Generic, NamedTuple, TypeVar
from dlint.model.dockerfile.brings import may_bring_program, may_create_user
from dlint.model.dockerfile.commands import made_by, value_of
from dlint.model.dockerfile.effect import absolute, clean
from dlint.model.dockerfile.shells import LINUX_SHELL
from dlint.model.facts.images import image_facts
from dlint.model.facts.users import STEP_DOWN, is_root, starts_without_root
from dlint.syntax.dockerfile.parser import (
    Cmd,
    Entrypoint,
    Expose,
    Healthcheck,
    Instruction,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dlint.syntax.dockerfile.script import exec_text
from dlint.syntax.quantities import port_range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.facts.images import Data, ImageFacts
    from dlint.source import Node

T = TypeVar("T")
_I = TypeVar("_I", bound=Instruction)


class Known(Generic[T]):
    """A known value: ``where`` it is from, and whether it is the project's ``own`` rather than a base image's."""

    __slots__ = ("value", "where", "own")

    def __init__(self, value: T, where: Node | None, own: bool) -> None:
        self.value = value
        self.where = where
        self.own = own

    def __repr__(self) -> str:
        return f"Known({self.value!r})"


class ExposedPort(NamedTuple):
    """A port or a range of them that an image exposes."""

    first: int
    last: int
    protocol: str


class Start(NamedTuple):
    """An ENTRYPOINT or CMD: its words, and whether a shell reads them (then they are one word, behind the shell's).

    ``text`` is the whole as one would write it in a shell.
    """

    words: tuple[str, ...]
    shell: bool
    text: str


class Image:
    """An image that is built from ``stage``, or another's, of which ``facts`` may be known.

    ``place`` is the word that names the image at the bottom: in FROM, or in a service's ``image``.
    """

    __slots__ = ("stage", "facts", "place", "_empty")

    def __init__(self, stage: Stage | None, facts: ImageFacts | None, place: Node | None) -> None:
        self.stage = stage
        self.place = place
        self._empty = stage is not None and stage.root.scratch
        # Triggers of the base run at the start of the build and may change anything.
        self.facts = None if facts is not None and facts.onbuild else facts

    @classmethod
    def of_stage(cls, stage: Stage, platform: str | None = None) -> Image:
        """The image that a stage becomes."""
        root = stage.root
        reference = None if root.outside is not None and root.outside.image is None else root.image
        word = root.from_.platform
        written = root.graph.globals.expand(word).value if word is not None else None
        facts = image_facts(reference, written or platform) if reference is not None and not root.scratch else None
        return cls(stage, facts, root.from_.image)

    @classmethod
    def named(cls, reference: str, place: Node | None, platform: str | None = None) -> Image | None:
        """The image of that name; None if nothing is known of it."""
        facts = image_facts(reference, platform)
        return cls(None, facts, place) if facts is not None else None

    @property
    def name(self) -> str:
        """What to call it: the Dockerfile it is built from, or the image with the date if its tag moves."""
        if self.stage is not None:
            return self.stage.source.path
        return self.base_name

    @property
    def base_name(self) -> str:
        """What to call the image at the bottom."""
        if self._empty:
            return "scratch"
        if self.facts is None:
            return "its base image"
        origin = self.facts.origin
        named = f"{origin.image}:{origin.tag}" if origin.tag else origin.image
        return f"{named} (as of {origin.date[:7]})" if origin.moves and origin.tag in _MOVING else named

    # Values

    def _last(self, kind: type[_I]) -> tuple[_I, Stage] | None:
        """The instruction of a kind that is in effect, with its stage."""
        stage = self.stage
        for at in stage.lineage if stage is not None else ():
            found = [node for _, node in at.events((kind,)) if isinstance(node, kind)]
            if found:
                return found[-1], at
        return None

    def _base(self, empty: T, ask: Callable[[ImageFacts], T | None]) -> Known[T] | None:
        """What the image at the bottom says: ``empty`` if that is scratch."""
        if self._empty:
            return Known(empty, self.place, False)
        value = ask(self.facts) if self.facts is not None else None
        return Known(value, self.place, False) if value is not None else None

    @property
    def user(self) -> Known[str] | None:
        """Who it starts as, as USER has it."""
        found = self._last(User)
        if found is None:
            return self._base("root", lambda facts: facts.user)
        word = found[0].user
        value = value_of(word, *found) if word is not None else None
        return Known(value, word, True) if value else None

    @property
    def as_root(self) -> bool | None:
        """Whether it starts as root; None if that is unknown. Some names of images say that they do not."""
        user = self.user
        if user is not None:
            return is_root(user.value)
        reference = self.stage.root.image if self.stage is not None else None
        return False if reference is not None and starts_without_root(reference) else None

    @property
    def exposed(self) -> list[Known[ExposedPort]] | None:
        """The ports that the project's own Dockerfiles expose; None if one of them is unknown."""
        found: list[Known[ExposedPort]] = []
        for at in self.stage.lineage if self.stage is not None else ():
            for index, node in at.events((Expose,)):
                for word in node.words:
                    text = word.literal if word.literal is not None else at.expand(word, max(index, 1)).value
                    for written in (text or "?").split():
                        port = _port(written)
                        if port is None:
                            return None
                        found.append(Known(port, word, True))
        return found

    @property
    def ports(self) -> list[Known[ExposedPort]] | None:
        """All ports it exposes; None if one of them is unknown."""
        own = self.exposed
        base = self._base(_NO_WORDS, lambda facts: facts.ports)
        if own is None or base is None:
            return None
        of_base = [_port(text) for text in base.value]
        if None in of_base:
            return None
        return [*own, *(Known(port, base.where, False) for port in of_base if port is not None)]

    @property
    def volumes(self) -> list[Known[str]] | None:
        """The paths of its VOLUMEs; None if one of them is unknown."""
        base = self._base(_NO_WORDS, lambda facts: facts.volumes)
        if base is None:
            return None
        found = [Known(clean(path), base.where, False) for path in base.value]
        for at in self.stage.lineage if self.stage is not None else ():
            for index, node in at.events((Volume,)):
                for word in node.words:
                    text = word.literal if word.literal is not None else at.expand(word, max(index, 1)).value
                    if text is None:
                        return None
                    found.append(Known(clean(text), word, True))
        return found

    @property
    def workdir(self) -> Known[str] | None:
        """The directory it starts in."""
        found = self._last(Workdir)
        start = self._base("/", lambda facts: facts.workdir)
        if found is None or self.stage is None:
            return start
        path = self.stage.workdir
        if isinstance(path, str):
            return Known(path, found[0].path, True)
        if path is None or start is None:
            return None
        return self._relative(start.value)

    def _relative(self, path: str) -> Known[str] | None:
        """The directory that relative WORKDIRs lead to from the one of the base image."""
        where: Node | None = None
        stages = list(self.stage.lineage) if self.stage is not None else []
        for at in reversed(stages):
            for _, node in at.events((Workdir,)):
                word = node.path if isinstance(node, Workdir) else None
                value = value_of(word, node, at) if word is not None else None
                if value is None or absolute(value):
                    return None
                path, where = clean(f"{path.rstrip('/')}/{value}"), word
        return Known(path, where, True)

    @property
    def entrypoint(self) -> Known[Start] | None:
        """Its ENTRYPOINT; without words if it has none."""
        found = self._last(Entrypoint)
        return self._start(*found) if found is not None else self._base(_NOTHING, lambda facts: _of(facts.entrypoint))

    @property
    def cmd(self) -> Known[Start] | None:
        """Its CMD; without words if it has none. A stage's ENTRYPOINT drops the CMD of what it is built from."""
        for at in self.stage.lineage if self.stage is not None else ():
            commands = [node for _, node in at.events((Cmd,)) if isinstance(node, Cmd)]
            if commands:
                return self._start(commands[-1], at)
            entrypoints = [node for _, node in at.events((Entrypoint,))]
            if entrypoints:
                return Known(_NOTHING, entrypoints[-1], True)
        return self._base(_NOTHING, lambda facts: _of(facts.cmd))

    @staticmethod
    def _start(node: Cmd | Entrypoint, at: Stage) -> Known[Start]:
        if node.json:
            words = tuple(word.text for word in node.words)
            return Known(Start(words, False, exec_text(node.words).text if words else ""), node, True)
        text = node.script.text if node.script is not None else ""
        shell = at.shell_at(node).words or LINUX_SHELL.words
        return Known(Start((*shell, text), True, text) if text.strip() else _NOTHING, node, True)

    @property
    def stop_signal(self) -> Known[str] | None:
        """The signal that stops it."""
        found = self._last(Stopsignal)
        if found is None:
            return self._base("SIGTERM", lambda facts: facts.stop_signal)
        word = found[0].signal
        value = value_of(word, *found) if word is not None else None
        return Known(value, word, True) if value else None

    @property
    def healthcheck(self) -> Known[bool] | None:
        """Whether it checks its health; False after HEALTHCHECK NONE."""
        found = self._last(Healthcheck)
        if found is not None:
            return Known(not found[0].none, found[0], True)
        return self._base(False, lambda facts: facts.healthcheck)

    def sets(self, name: str) -> bool | None:
        """Whether an ENV of it sets a variable; None if that is unknown."""
        if self.own_value(name) is not None:
            return True
        if self._empty:
            return False
        env = self.facts.env if self.facts is not None else None
        return None if env is None else name in env

    def own_value(self, name: str) -> Known[str | None] | None:
        """The value that an ENV of the project's Dockerfiles gives a variable; None if none sets it."""
        binding = self.stage.history.final.get(name) if self.stage is not None else None
        if binding is None or binding.kind != "env":
            return None
        where = (binding.pair.value or binding.pair.key) if binding.pair is not None else None
        return Known(binding.value if isinstance(binding.value, str) else None, where, True)

    # What is in it

    @property
    def system(self) -> str | None:
        """``linux`` or ``windows``; None if unknown."""
        if self.stage is not None:
            return self.stage.os
        family = self.facts.os_family if self.facts is not None else None
        return "windows" if family == "windows" else "linux"

    def program(self, name: str) -> bool | None:
        """Whether a program is there, by its name without folder; None if unknown."""
        base: bool | None = False if self._empty else self.facts.program(name) if self.facts is not None else None
        if base is None or self.system == "windows":
            return None
        if self.stage is None:
            return base
        if any(may_bring_program(node, at, name) or node.name == "ONBUILD" for node, at in made_by(self.stage)):
            return None
        return None if any(at.inherited_triggers for at in self.stage.lineage) else base

    def user_exists(self, name: str) -> bool | None:
        """Whether there is a user of this name; None if unknown."""
        return self._exists(name, lambda facts: facts.user_exists(name))

    def group_exists(self, name: str) -> bool | None:
        """Whether there is a group of this name; None if unknown."""
        return self._exists(name, lambda facts: facts.group_exists(name))

    def _exists(self, name: str, ask: Callable[[ImageFacts], bool | None]) -> bool | None:
        if name == "root":
            return True
        base: bool | None = False if self._empty else ask(self.facts) if self.facts is not None else None
        if base is None and self.facts is not None and self._is_bare():
            base = False
        if base is not False or self.stage is None or self.system == "windows":
            return base
        if any(may_create_user(node, at, name) for node, at in made_by(self.stage)):
            return None
        return None if any(at.inherited_triggers for at in self.stage.lineage) else False

    def _is_bare(self) -> bool:
        """Whether the image at the bottom is a distribution, to which nothing has been added, with all its users known.

        Users that only packages create are then not there.
        """
        facts = self.facts
        if facts is None or facts.origin.image != facts.os_family or facts.user_exists("no such user") is not False:
            return False
        return self.stage is None or not any(node.name == "RUN" for node, _ in made_by(self.stage))

    # What only its scripts know

    def _own_start(self) -> bool:
        """Whether the project's Dockerfiles change what starts, so that the base's scripts may not run."""
        return self._last(Entrypoint) is not None or self._last(Cmd) is not None

    @property
    def requires_env(self) -> tuple[tuple[str, ...], ...] | None:
        """Groups of variables of which one must be set at the first start; None also if its start is the project's."""
        return self.facts.requires_env if self.facts is not None and not self._own_start() else None

    @property
    def run_writes(self) -> tuple[str, ...] | None:
        """The paths that it writes to while it runs."""
        return self.facts.run_writes if self.facts is not None and not self._own_start() else None

    @property
    def root_needs(self) -> tuple[str, ...] | None:
        """The capabilities that its entrypoint uses when it starts as root."""
        entrypoint = self.entrypoint
        if entrypoint is not None and entrypoint.own and entrypoint.value.words:
            name = entrypoint.value.words[0].rpartition("/")[2]
            return ("SETGID", "SETUID") if name in STEP_DOWN else None
        return self.facts.root_needs if self.facts is not None and not self._own_start() else None

    @property
    def data(self) -> Data | None:
        """Where it keeps its data, and the variable that moves it."""
        return self.facts.data if self.facts is not None else None

    def own_instructions(self) -> Iterator[tuple[Instruction, Stage]]:
        """What the project's Dockerfiles do to it, last first."""
        return made_by(self.stage) if self.stage is not None else iter(())


_NOTHING = Start((), False, "")
_NO_WORDS: tuple[str, ...] = ()
# Tags that say nothing of a version, so that a reader cannot know which one is meant.
_MOVING = frozenset(("", "latest", "alpine", "slim", "stable", "mainline", "lts", "current", "edge", "bookworm"))


def _of(words: tuple[str, ...] | None) -> Start | None:
    if words is None:
        return None
    shell = words[:2] == ("/bin/sh", "-c") and len(words) == 3
    return Start(words, shell, words[2] if shell else " ".join(words))


def _port(text: str) -> ExposedPort | None:
    numbers, _, protocol = text.partition("/")
    found = port_range(numbers)
    return ExposedPort(*found, protocol.lower() or "tcp") if found is not None else None
