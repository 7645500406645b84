"""The image that a stage becomes: its own instructions count, then those of the stages it is built from.

Below these are the facts of the image at the bottom, as ``Image`` has them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.lazy import TypeVar
from dlint.model.dockerfile.brings import may_bring_program, may_create_user
from dlint.model.dockerfile.commands import made_by, value_of
from dlint.model.dockerfile.effect import absolute, clean
from dlint.model.dockerfile.shells import LINUX_SHELL
from dlint.model.dockerfile.writes import filled_by
from dlint.model.facts.images import image_facts
from dlint.model.facts.other_users import STEP_DOWN, starts_without_root
from dlint.model.image import NOTHING, ExposedPort, Image, Known, Start, port_of
from dlint.syntax.dockerfile.parser import (
    Cmd,
    Entrypoint,
    Expose,
    Healthcheck,
    Instruction,
    Run,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dlint.syntax.dockerfile.script import exec_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.facts.images import ImageFacts
    from dlint.source import Node
    from dlint.syntax.dockerfile.parser import Word

_I = TypeVar("_I", bound=Instruction)


class OwnImage(Image):
    """An image that is built from ``stage``; ``place`` is the word in FROM that names the image at the bottom."""

    __slots__ = ("_until", "stage")
    stage: Stage

    def __init__(self, stage: Stage, facts: ImageFacts | None, place: Node | None) -> None:
        super().__init__(facts, place, empty=stage.root.scratch)
        self.stage = stage
        self._until: int | None = None

    @classmethod
    def of_stage(cls, stage: Stage, platform: str | None = None) -> OwnImage:
        """The image that a stage becomes; made once for each platform."""
        made = stage.images.get(platform)
        if not isinstance(made, OwnImage):
            made = stage.images[platform] = cls._made(stage, platform)
        return made

    @classmethod
    def _made(cls, stage: Stage, platform: str | None) -> OwnImage:
        root = stage.root
        reference = None if root.outside is not None and root.outside.image is None else root.image
        word = root.from_.platform
        written = root.graph.globals.expand(word).value if word is not None else None
        facts = image_facts(reference, written or platform) if reference is not None and not root.scratch else None
        return cls(stage, facts, root.from_.image)

    def before(self, instruction: Instruction) -> OwnImage:
        """The same as it is when an instruction of its stage runs, as far as programs and users go."""
        found = OwnImage(self.stage, self.facts, self.place)
        found._until = self.stage.position(instruction)
        return found

    @property
    def name(self) -> str:
        """What to call it: the Dockerfile it is built from."""
        return self.stage.source.path

    # Values

    def _last(self, kind: type[_I]) -> tuple[_I, Stage] | None:
        """The instruction of a kind that is in effect, with its stage."""
        for at in self.stage.lineage:
            found = [node for _, node in at.events((kind,)) if isinstance(node, kind)]
            if found:
                return found[-1], at
        return None

    @staticmethod
    def _written(word: Word | None, node: Instruction, at: Stage) -> Known[str] | None:
        """What an instruction of a stage sets with a word of it; None if that is not known."""
        value = value_of(word, node, at) if word is not None else None
        return Known(value, word, True) if value else None

    @property
    def user(self) -> Known[str] | None:
        """Who it starts as, as USER has it."""
        found = self._last(User)
        if found is None:
            return super().user
        return self._written(found[0].user, *found)

    @property
    def as_root(self) -> bool | None:
        """Whether it starts as root; None if that is unknown. Some names of images say that they do not."""
        known = super().as_root
        if known is not None or self.user is not None:
            return known
        reference = self.stage.root.image
        return False if reference is not None and starts_without_root(reference) else None

    @property
    def exposed(self) -> list[Known[ExposedPort]] | None:
        """The ports that the project's own Dockerfiles expose; None if one of them is unknown."""
        found: list[Known[ExposedPort]] = []
        for at in self.stage.lineage:
            for index, node in at.events((Expose,)):
                for word in node.words:
                    text = word.literal if word.literal is not None else at.expand(word, max(index, 1)).value
                    for written in (text or "?").split():
                        port = port_of(written)
                        if port is None:
                            return None
                        found.append(Known(port, word, True))
        return found

    @property
    def volumes(self) -> list[Known[str]] | None:
        """The paths of its VOLUMEs; None if one of them is unknown."""
        found = super().volumes
        if found is None:
            return None
        for at in self.stage.lineage:
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
        start = super().workdir
        if found is None:
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
        for at in reversed(list(self.stage.lineage)):
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
        return self._start(*found) if found is not None else super().entrypoint

    @property
    def cmd(self) -> Known[Start] | None:
        """Its CMD; without words if it has none. A stage's ENTRYPOINT drops the CMD of what it is built from."""
        for at in self.stage.lineage:
            commands = [node for _, node in at.events((Cmd,)) if isinstance(node, Cmd)]
            if commands:
                return self._start(commands[-1], at)
            entrypoints = [node for _, node in at.events((Entrypoint,))]
            if entrypoints:
                return Known(NOTHING, entrypoints[-1], True)
        return super().cmd

    @staticmethod
    def _start(node: Cmd | Entrypoint, at: Stage) -> Known[Start]:
        if node.json:
            words = tuple(word.text for word in node.words)
            return Known(Start(words, False, exec_text(node.words).text if words else ""), node, True)
        text = node.script.text if node.script is not None else ""
        shell = at.shell_at(node).words or LINUX_SHELL.words
        return Known(Start((*shell, text), True, text) if text.strip() else NOTHING, node, True)

    @property
    def stop_signal(self) -> Known[str] | None:
        """The signal that stops it."""
        found = self._last(Stopsignal)
        if found is None:
            return super().stop_signal
        return self._written(found[0].signal, *found)

    @property
    def healthcheck(self) -> Known[bool] | None:
        """Whether it checks its health; False after HEALTHCHECK NONE."""
        found = self._last(Healthcheck)
        return Known(not found[0].none, found[0], True) if found is not None else super().healthcheck

    def own_value(self, name: str) -> Known[str | None] | None:
        """The value that an ENV of the project's Dockerfiles gives a variable; None if none sets it."""
        binding = self.stage.history.final.get(name)
        if binding is None or binding.kind != "env":
            return None
        where = (binding.pair.value or binding.pair.key) if binding.pair is not None else None
        return Known(binding.value if isinstance(binding.value, str) else None, where, True)

    # What is in it

    @property
    def system(self) -> str | None:
        """``linux`` or ``windows``; None if unknown."""
        return self.stage.os

    def program(self, name: str) -> bool | None:
        """Whether a program is there, by its name without folder; None if unknown."""
        base = super().program(name)
        if base is None:
            return None
        if any(may_bring_program(node, at, name) or node.name == "ONBUILD" for node, at in self.own_instructions()):
            return None
        return None if any(at.inherited_triggers for at in self.stage.lineage) else base

    def _exists(self, name: str, base: bool | None) -> bool | None:
        found = super()._exists(name, base)
        if found is not False or self.system == "windows":
            return found
        if any(may_create_user(node, at, name) for node, at in self.own_instructions()):
            return None
        return None if any(at.inherited_triggers for at in self.stage.lineage) else False

    def _is_bare(self) -> bool:
        return super()._is_bare() and not any(node.name == "RUN" for node, _ in self.own_instructions())

    # What only its scripts know

    @property
    def _own_start(self) -> bool:
        if self._last(Entrypoint) is not None:
            return True
        own, base = self._last(Cmd), super().cmd
        # Many write the CMD of their base once more, for the reader.
        return own is not None and (base is None or self._start(*own).value.words != base.value.words)

    @property
    def root_needs(self) -> tuple[str, ...] | None:
        """The capabilities that its entrypoint uses when it starts as root."""
        entrypoint = self.entrypoint
        if entrypoint is not None and entrypoint.own and entrypoint.value.words:
            name = entrypoint.value.words[0].rpartition("/")[2]
            return ("SETGID", "SETUID") if name in STEP_DOWN else None
        return super().root_needs

    def user_number(self, name: str) -> int | None:
        """The number of a user of that name: as a step creates it, else as the base image has it."""
        from dlint.model.facts.accounts import number_of

        for node, at in self.own_instructions():
            script = at.script(node) if type(node) is Run and name in node.raw else None
            for command in script.commands if script is not None else ():
                number = number_of(command, name)
                if number is not None:
                    return number
        return super().user_number(name)

    def own_instructions(self) -> Iterator[tuple[Instruction, Stage]]:
        """What the project's Dockerfiles do to it, last first."""
        until, own = self._until, self.stage
        if until is None:
            return made_by(own)
        return ((node, at) for node, at in made_by(own) if at is not own or own.position(node) < until)

    def filled_by(self, instruction: Instruction, stage: Stage) -> Iterator[str]:
        """The folders that one of these instructions fills with packages of the project."""
        return (one.path for one in filled_by(instruction, stage)) if type(instruction) is Run else iter(())
