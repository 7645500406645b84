"""The stages of a Dockerfile as the builder sees them: what each is built from, and what reaches a shipped image.

Source: BuildKit, ``frontend/dockerfile/dockerfile2llb``, which connects stages the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dlint.model.dockerfile import shells
from dlint.model.dockerfile.contexts import ContextFiles, NamedContext, familiar
from dlint.model.dockerfile.effect import UNKNOWN, UnknownType
from dlint.model.dockerfile.scope import Binding, Globals
from dlint.model.dockerfile.shells import ShellState
from dlint.model.dockerfile.stage import Stage
from dlint.model.dockerfile.usage import Usage
from dlint.source import Node, Source, Span
from dlint.syntax.dockerfile.instruction import line_of
from dlint.syntax.dockerfile.instructions import read
from dlint.syntax.dockerfile.parser import Dockerfile, Fault, From, Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.syntax.dockerfile.features import Newer
    from dlint.syntax.dockerfile.validate.instructions import Own

__all__ = ["UNKNOWN", "Binding", "Globals", "ShellState", "Stage", "StageGraph", "UnknownType", "build"]


class StageGraph(Node):
    """All the stages of a Dockerfile.

    ``preamble`` are the instructions before the first FROM; ``outside`` is what stands for their stage (index -1).
    ``globals`` is the scope of FROM. ``shipped`` are the stages that a target produces, the last one if none is named;
    ``missing_targets`` are the targets that no stage has. ``context`` is the build context, ``None`` where there are
    no files to look at; ``usage`` is what those who build and run the file add to it.
    """

    __slots__ = (
        "dockerfile", "build_args", "targets", "stages", "preamble", "outside", "globals", "shipped", "missing_targets",
        "_alone", "_asked", "_drawn", "_image", "_layered", "_names", "_newer", "_own", "_pragmas", "_reachable",
        "_refused", "context", "contexts", "usage",
    )  # fmt: skip

    def __init__(
        self,
        dockerfile: Dockerfile,
        build_args: Mapping[str, str | None],
        targets: Sequence[str],
        contexts: Mapping[str, NamedContext],
        image: Callable[[str], NamedContext | None],
    ) -> None:
        super().__init__(dockerfile.source, dockerfile.span)
        self.dockerfile = dockerfile
        self.build_args = build_args
        self.targets = targets
        self.contexts = contexts
        self._image = image
        self._asked: set[str] | None = set()
        self.stages: list[Stage] = []
        self.preamble: list[Instruction] = []
        self._names: dict[str, Stage] = {}
        self._reachable: set[Stage] | None = None
        self._layered: set[Stage] | None = None
        self._drawn: set[Stage] | None = None
        self._own: Own = {}
        self._refused: list[Fault] | None = None
        self._alone: bool | None = None
        self._newer: list[Newer] | None = None
        self._pragmas: list[tuple[int, ShellState]] | None = None
        self._collect()
        self.globals = Globals(self.preamble, build_args)
        for stage in self.stages:
            self._connect(stage)
        self.outside = Stage(self, -1, "", _nothing(dockerfile.source))
        self.outside.instructions = self.preamble
        self.missing_targets: list[str] = []
        self.shipped = self._find_targets()
        self.context: ContextFiles | None = None
        self.usage = Usage()

    def _collect(self) -> None:
        stage: Stage | None = None
        for instruction in self.dockerfile.instructions:
            if type(instruction) is From:
                if stage is not None:
                    stage.span = Span(stage.span[0], stage.instructions[-1].span[1])
                name = instruction.stage_name
                stage = Stage(self, len(self.stages), name.text.lower() if name is not None else "", instruction)
                self.stages.append(stage)
            elif stage is None:
                self.preamble.append(instruction)
            else:
                stage.instructions.append(instruction)
        if stage is not None:
            stage.span = Span(stage.span[0], stage.instructions[-1].span[1])

    def _connect(self, stage: Stage) -> None:
        """Find the base: an earlier stage by its exact name, else a named context, else an image."""
        word = stage.from_.image
        if word is not None:
            literal = word.literal
            stage.base_text = literal if literal is not None else self.globals.expand(word).value
            name = stage.base_text
            stage.outside = self.outside_of(name) if name and name != "scratch" else None
            base = self._names.get(name) if name else None
            if stage.outside is not None:
                base = stage.outside.stage if isinstance(stage.outside.stage, Stage) else None
                stage.base_text = stage.outside.image if base is None else name
            elif base is not None:
                base.children.append(stage)
            if base is not None:
                stage.base = base
                stage.root = base.root
        if stage.name:
            self._names[stage.name] = stage

    def outside_of(self, name: str) -> NamedContext | None:
        """What the builder gives under this name in place of a stage or an image: a named context, or an image that
        the project builds. None where it is a stage or an image like any other.
        """
        given = self.contexts.get(familiar(name)) if self.contexts else None
        if given is not None or name in self._names:
            return given
        found = self._image(name)
        if found is not None or self.contexts:
            self._asked = None
        elif self._asked is not None:
            self._asked.add(name)
        return found

    def within(self, image: Callable[[str], NamedContext | None]) -> bool:
        """Take the graph into a project that has changed: ``image`` says which images that builds.

        Gives whether it is the same graph there: nothing in it was the project's image, and nothing is now.
        """
        if self._asked is None or any(image(name) is not None for name in self._asked):
            return False
        self._image = image
        self.context, self.usage = None, Usage()
        return True

    def leave(self) -> None:
        """Let go of all that leads back here, so that it goes as soon as nobody holds it: nobody asks any more."""
        for stage in (*self.stages, self.outside):
            for script in (*stage._scripts.values(), *stage._exec_scripts.values()):
                if script is not None:
                    script.forget()
            stage._scripts, stage._exec_scripts = {}, {}
            for name in ("copied_from", "mounted_from"):
                stage.__dict__.pop(name, None)
            stage.images, stage.credentials, stage.children = {}, {}, []
            del stage.graph, stage.root
        self.context = None
        del self._image, self.outside, self.usage

    def by_name(self, name: str) -> Stage | None:
        """The stage of that name in whatever case, the last if several have it."""
        return self._names.get(name.lower())

    def find(self, name: str) -> Stage | None:
        """The stage of that name, or of that index."""
        found = self._names.get(name.lower())
        if found is None and name.isdecimal() and len(name) < 10 and int(name) < len(self.stages):
            return self.stages[int(name)]
        return found

    def _find_targets(self) -> list[Stage]:
        found: list[Stage] = []
        for target in self.targets:
            stage = self.find(target) if target else (self.stages[-1] if self.stages else None)
            if stage is None and target:
                self.missing_targets.append(target)
            elif stage is not None and stage not in found:
                found.append(stage)
        if not found and self.stages:
            found.append(self.stages[-1])
        return found

    @property
    def reachable(self) -> set[Stage]:
        """The stages that a target needs, itself included."""
        if self._reachable is None:
            found: set[Stage] = set()
            waiting = list(self.shipped)
            while waiting:
                stage = waiting.pop()
                if stage not in found:
                    found.add(stage)
                    waiting += stage.copied_from | stage.mounted_from
                    if stage.base is not None:
                        waiting.append(stage.base)
            self._reachable = found
        return self._reachable

    @property
    def drawn_from(self) -> set[Stage]:
        """The stages that another one copies from or mounts."""
        if self._drawn is None:
            self._drawn = set().union(*(stage.copied_from | stage.mounted_from for stage in self.stages))
        return self._drawn

    @property
    def layered(self) -> set[Stage]:
        """The stages whose layers are part of a shipped image."""
        if not self.usage.ships:
            return set()
        if self._layered is None:
            found: set[Stage] = set()
            for stage in self.shipped:
                for at in stage.lineage:
                    if at in found:
                        break
                    found.add(at)
            self._layered = found
        return self._layered

    @property
    def syntax_faults(self) -> list[Fault]:
        """What the builder refuses in the file whatever its stages are, by place."""
        if self._refused is None:
            from dlint.syntax.dockerfile.validate.file import faults

            self._refused = faults(self.dockerfile, self._own)
        return self._refused

    def faults_at(self, node: Instruction) -> list[Fault]:
        """What the builder refuses about one instruction alone, by place; about a trigger of ONBUILD when it runs."""
        from dlint.syntax.dockerfile.validate.instructions import faults_at

        return faults_at(node, self._own)

    @property
    def has_names(self) -> bool:
        """Whether a stage has a name."""
        return any(stage.name for stage in self.stages)

    @property
    def alone(self) -> bool:
        """Whether all that it is built from stands in its own text: no arguments, contexts or other files' stages."""
        if self._alone is None:
            given = bool(self.build_args or self.contexts)
            self._alone = not given and all(stage.outside is None for stage in self.stages)
        return self._alone

    @property
    def newer(self) -> list[Newer]:
        """What the version of the frontend that the ``syntax`` directive pins does not know."""
        if self._newer is None:
            syntax = self.dockerfile.syntax
            if syntax is None or ":1." not in syntax:
                return []
            from dlint.syntax.dockerfile import features

            self._newer = features.newer(self.dockerfile)
        return self._newer

    def pragmas_in(self, stage: Stage) -> list[tuple[int, ShellState]]:
        """The comments for hadolint that set a shell in a stage: index of the instruction before, and the state."""
        if self._pragmas is None:
            self._pragmas = []
            if "hadolint" in self.source.text:
                for comment in self.dockerfile.comments:
                    state = shells.pragma(comment.text)
                    if state is not None:
                        self._pragmas.append((comment.span[0], state))
        if not self._pragmas:
            return []
        after = self.stages[stage.index + 1].span[0] if stage.index + 1 < len(self.stages) else self.span[1] + 1
        return [
            (stage.position_after(offset), state) for offset, state in self._pragmas if stage.span[0] <= offset < after
        ]


def _nothing(source: Source) -> From:
    """A FROM without width and without words, for what stands outside any stage."""
    nothing = read(line_of((source, Span(0, 0), "FROM", [(0, 0)], "\\", 1, 1)))
    assert isinstance(nothing, From)
    return nothing


def _no_image(name: str) -> None:
    return None


def build(
    dockerfile: Dockerfile,
    *,
    build_args: Mapping[str, str | None] | None = None,
    targets: Sequence[str] = (),
    contexts: Mapping[str, NamedContext] | None = None,
    image: Callable[[str], NamedContext | None] = _no_image,
) -> StageGraph:
    """The stages of a Dockerfile.

    ``build_args`` are those the build is known to be given (``None``: given, but with an unknown value). ``targets``
    are names or indexes of stages; an empty one stands for the last stage, and so do none at all. ``contexts`` are the
    named contexts by their familiar names, ``image`` says which images the project builds itself.
    """
    return StageGraph(dockerfile, build_args or {}, targets, contexts or {}, image)
