"""One stage of a Dockerfile, and what is in effect at each of its lines: names, user, directory, shell.

Everything is worked out when first asked for. What nobody can know here (a base image's own settings, a build argument
without default) is said to be unknown: ``UNKNOWN``, or ``None`` where a string was wanted.
"""

from __future__ import annotations

from bisect import bisect_left

from dlint.lazy import cast, lazy
from dlint.model.dockerfile import shells
from dlint.model.dockerfile.effect import UNKNOWN, UnknownType, in_effect, workdirs
from dlint.model.dockerfile.scope import Binding, History
from dlint.model.dockerfile.shells import LINUX_SHELL, WINDOWS_SHELL, ShellState
from dlint.model.facts.other_users import hands_over, may_step_down, steps_down
from dlint.source import Node
from dlint.syntax import image as images
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.parser import (
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    From,
    Instruction,
    Mount,
    Onbuild,
    Run,
    Shell,
    User,
    Word,
    Workdir,
)  # fmt: skip
from dlint.syntax.dockerfile.words import UNSET, Expansion, Lookup
from dlint.syntax.image import ImageRef
from dlint.syntax.shell.script import Script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Protocol, TypeVar

    from dlint.model.dockerfile.contexts import ContextFiles, NamedContext
    from dlint.model.dockerfile.scope import Globals
    from dlint.model.dockerfile.usage import Usage
    from dlint.model.facts.credential_text import Credential
    from dlint.syntax.dockerfile.parser import Dockerfile, Fault

    class Graph(Protocol):
        """What a stage, and whoever looks at one, asks of the file that it stands in: a ``graph.StageGraph``."""

        dockerfile: Dockerfile
        stages: list[Stage]
        preamble: list[Instruction]
        globals: Globals
        shipped: list[Stage]

        @property
        def layered(self) -> set[Stage]:
            """The stages whose layers are part of a shipped image."""

        @property
        def reachable(self) -> set[Stage]:
            """The stages that a target needs."""

        @property
        def drawn_from(self) -> set[Stage]:
            """The stages that another one copies from or mounts."""

        context: ContextFiles | None
        contexts: Mapping[str, NamedContext]
        usage: Usage

        def __hash__(self) -> int: ...

        def by_name(self, name: str) -> Stage | None:
            """The stage of that name."""

        def outside_of(self, name: str) -> NamedContext | None:
            """What stands for a name in place of a stage or an image, if anything does."""

        def find(self, name: str) -> Stage | None:
            """The stage of that name, or of that index."""

        def faults_at(self, node: Instruction) -> list[Fault]:
            """What the builder refuses about one instruction alone."""

        def pragmas_in(self, stage: Stage) -> list[tuple[int, ShellState]]:
            """The comments that set a shell in a stage."""

    _T = TypeVar("_T", bound=Instruction)
    _V = TypeVar("_V")


class Stage(Node):
    """One build stage, from its FROM to its last instruction.

    ``index`` counts from 0; ``name`` is in lower case, empty without AS. ``instructions`` begins with ``from_``.
    ``base`` is the earlier stage it is built from, ``root`` the stage that this chain ends in (perhaps itself);
    ``children`` are the stages built from it. ``base_text`` is what FROM names, ARGs expanded; ``None`` if unknown.
    ``outside`` is what FROM names if that is neither a stage of the file nor an image like any other; ``base`` is then
    a stage of another file, or None.
    """

    def __init__(self, graph: Graph, index: int, name: str, from_: From) -> None:
        super().__init__(from_.source, from_.span)
        self.graph = graph
        self.index = index
        self.name = name
        self.from_ = from_
        self.instructions: list[Instruction] = [from_]
        self.base: Stage | None = None
        self.root: Stage = self
        self.children: list[Stage] = []
        self.base_text: str | None = None
        self.outside: NamedContext | None = None
        self._history: History | None = None
        self._scripts: dict[int, Script | None] = {}
        self._exec_scripts: dict[int, Script] = {}
        self._users: list[tuple[int, Word | UnknownType | None]] | None = None
        self._workdirs: list[tuple[int, str | UnknownType | None]] | None = None
        self._shells: list[tuple[int, ShellState]] | None = None
        self._left: dict[type[Instruction], list[tuple[int, Instruction]]] = {}
        self._last: dict[type[Instruction], Instruction] | None = None
        # Of a root: the dialect of its /bin/sh, kept by model/dockerfile/system_shell.
        self.system_shell: str | None = None
        # What model/dockerfile/credentials found in its instructions.
        self.credentials: dict[int, list[Credential]] = {}
        # What model/own_image made of it, by platform.
        self.images: dict[str | None, object] = {}

    # What it is built from

    @lazy
    def image(self) -> ImageRef | None:
        """The image it is built from, ARGs expanded; ``None`` if that is a stage or a folder, or unknown."""
        return images.parse(self.base_text) if self.base is None and self.base_text else None

    @property
    def scratch(self) -> bool:
        """Whether it starts from the empty image."""
        return self.base is None and self.base_text == "scratch"

    @property
    def shipped(self) -> bool:
        """Whether a target produces it, as an image."""
        return self.graph.usage.ships and self in self.graph.shipped

    @property
    def layered(self) -> bool:
        """Whether its layers are part of a shipped image: it is shipped, or a shipped stage is built from it."""
        return self in self.graph.layered

    @property
    def reachable(self) -> bool:
        """Whether a target needs it."""
        return self in self.graph.reachable

    @lazy
    def copied_from(self) -> set[Stage]:
        """The stages that its COPY instructions take files from."""
        found = [self.source_of(copy) for copy in (*self.of(Copy), *self._triggers(Copy)) if copy.flags]
        return {stage for stage in found if stage is not None}

    @lazy
    def mounted_from(self) -> set[Stage]:
        """The stages that its RUN instructions mount."""
        runs = [run for run in (*self.of(Run), *self._triggers(Run)) if run.flags]
        found = [self.source_of(mount) for run in runs for mount in run.mounts]
        return {stage for stage in found if stage is not None}

    def source_of(self, node: Copy | Mount) -> Stage | None:
        """The stage that a COPY --from or a mount's from names, also one that stands too late; ``None`` otherwise."""
        if isinstance(node, Mount):
            name = node.get("from")
            return self.graph.by_name(name) if name and self.graph.outside_of(name) is None else None
        word = node.from_
        return self.graph.find(word.text) if word is not None and self.graph.outside_of(word.text) is None else None

    def outside_source(self, node: Copy | Mount) -> NamedContext | None:
        """What a COPY --from or a mount's from names, if that is neither a stage nor an image like any other."""
        name = node.get("from") if isinstance(node, Mount) else (node.from_.text if node.from_ is not None else None)
        return self.graph.outside_of(name) if name else None

    @lazy
    def _by_kind(self) -> dict[type[Instruction], list[Instruction]]:
        found: dict[type[Instruction], list[Instruction]] = {}
        for node in self.instructions:
            found.setdefault(type(node), []).append(node)
        return found

    def of(self, kind: type[_T]) -> list[_T]:
        """Its instructions of one kind, triggers of ONBUILD not among them; the list is shared: leave it as it is."""
        return cast("list[_T]", self._by_kind.get(kind, []))

    @property
    def runs(self) -> list[Run]:
        """Its RUNs, those that are triggers of ONBUILD among them."""
        if Onbuild not in self._by_kind:
            return self.of(Run)
        found = (node.trigger if isinstance(node, Onbuild) else node for node in self.instructions)
        return [node for node in found if isinstance(node, Run)]

    @property
    def lineage(self) -> Iterator[Stage]:
        """The stage and those it is built from, nearest first."""
        stage: Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.base

    def last(self, kind: type[_T]) -> _T | None:
        """The instruction of a kind that is in effect at its end: its last, or that of the stages it is built from."""
        if self._last is None:
            for stage in self._chain("_last"):
                inherited = stage.base._last if stage.base is not None else None
                stage._last = {**(inherited or {}), **{type(node): node for node in stage.instructions}}
        assert self._last is not None
        return cast("_T | None", self._last.get(kind))

    # Names in scope

    def _chain(self, slot: str) -> list[Stage]:
        """The stages down to the first base that has ``slot`` worked out, that base not among them; bases first."""
        chain: list[Stage] = []
        stage: Stage | None = self
        while stage is not None and getattr(stage, slot) is None:
            chain.append(stage)
            stage = stage.base
        return chain[::-1]

    @property
    def history(self) -> History:
        """Its ARGs and ENVs line by line."""
        if self._history is None:
            for stage in self._chain("_history"):
                base, outside = stage.base, UNSET if stage.root.scratch else None
                inherited = base._history.final if base is not None and base._history is not None else {}
                if inherited and base is not None and base.graph is not stage.graph:
                    inherited = {name: bound for name, bound in inherited.items() if bound.kind == "env"}
                stage._history = History(inherited, stage.graph.globals, outside, stage.events((Arg, Env)))
        assert self._history is not None
        return self._history

    @property
    def inherited_triggers(self) -> list[Instruction]:
        """The ONBUILD triggers of its base stage, which run at its start."""
        if self.base is None:
            return []
        return [node.trigger for node in self.base.of(Onbuild) if node.trigger is not None]

    def left_before(self, at: Instruction, kind: type[_T]) -> list[_T]:
        """The last triggers of a kind, 50 at most, that its ONBUILDs leave before the one of a trigger ``at``.

        They run before it, in the same stage of a later build.
        """
        found = self._left.get(kind)
        if found is None:
            found = self._left[kind] = [
                (self.position(node), node.trigger) for node in self.of(Onbuild) if isinstance(node.trigger, kind)
            ]
        end = bisect_left(found, self.position(at), key=lambda pair: pair[0])
        return [node for _, node in found[max(end - 50, 0) : end] if isinstance(node, kind)]

    def _triggers(self, kind: type[_T]) -> list[_T]:
        return [trigger for trigger in self.inherited_triggers if isinstance(trigger, kind)]

    def events(self, kinds: tuple[type[Instruction], ...]) -> list[tuple[int, Instruction]]:
        """Its instructions of these kinds with their index; before them, with index -1, the triggers of its base."""
        found: list[tuple[int, Instruction]] = []
        if self.base is not None:
            found += [(-1, trigger) for trigger in self.inherited_triggers if isinstance(trigger, kinds)]
        if not self._by_kind.keys().isdisjoint(kinds):
            found += [(index, node) for index, node in enumerate(self.instructions) if type(node) in kinds]
        return found

    def position(self, at: Instruction | int) -> int:
        """The index in ``instructions``; that of the ONBUILD for a trigger."""
        if isinstance(at, Instruction):
            return bisect_left(self._starts, (at.onbuild or at).span[0])
        return at

    def position_of(self, offset: int) -> int:
        """The index of the first instruction that starts at an offset of the file or after it."""
        return bisect_left(self._starts, offset)

    @lazy
    def _starts(self) -> list[int]:
        return [instruction.span[0] for instruction in self.instructions]

    def position_after(self, offset: int) -> int:
        """The index of the last instruction that starts before an offset of the file."""
        return bisect_left(self._starts, offset) - 1

    def env_at(self, at: Instruction | int) -> dict[str, Binding]:
        """The ARGs and ENVs in scope just before an instruction, those of parent stages included."""
        return self.history.at(self.position(at))

    def lookup(self, at: Instruction | int, *, declared: bool = False, defaults: bool = False) -> Lookup:
        """The lookup for the words of an instruction (``words.expand``).

        A name that no line sets is unknown if a base image may set it, else unset; with ``declared`` always unset.
        With ``defaults`` the lookup takes no build arguments, and an ARG without default is unset. FROM sees the global
        scope only.
        """
        index = self.position(at)
        if index == 0 or self.index < 0:
            return self.graph.globals.default if defaults else self.graph.globals.lookup
        return self.history.lookup(index, defaults=defaults, declared=declared)

    def expand(self, word: Word, at: Instruction | int) -> Expansion:
        """A word of an instruction, expanded as the builder does."""
        return words.expand(word.text, self.lookup(at), escape=word.escape or self.graph.dockerfile.escape)

    # User, directory, shell

    def _in_effect(self, changes: list[tuple[int, _V]], at: Instruction | int) -> _V:
        return changes[0][1] if len(changes) == 1 else in_effect(changes, self.position(at))

    def user_at(self, at: Instruction | int) -> Word | UnknownType | None:
        """The user that an instruction runs as: the word of the USER in effect.

        Without one ``None`` (root) on ``scratch``, else ``UNKNOWN``: the base image may set a user.
        """
        if self._users is None:
            for stage in self._chain("_users"):
                stage._users = stage._find_users()
        assert self._users is not None
        return self._in_effect(self._users, at)

    def _find_users(self) -> list[tuple[int, Word | UnknownType | None]]:
        start: Word | UnknownType | None = None if self.scratch else UNKNOWN
        if self.base is not None and self.base._users is not None:
            start = self.base._users[-1][1]
        found: list[tuple[int, Word | UnknownType | None]] = [(-2, start)]
        for index, node in self.events((User,)):
            if isinstance(node, User) and node.user is not None:
                found.append((index, node.user))
        return found

    @property
    def user(self) -> Word | UnknownType | None:
        """The user that the stage's image starts as; see ``user_at``."""
        return self.user_at(len(self.instructions))

    @property
    def steps_down(self) -> bool:
        """Whether what it starts becomes another user by itself, or its image has a program that is made for that."""
        handed = hands_over(self.root.image, self.last(Entrypoint), self.last(Cmd))
        if handed or not self.source.asked(may_step_down):
            return handed
        starts = (self.last(Entrypoint), self.last(Cmd))
        nodes = (node for at in self.lineage for node in at.instructions)
        return any(steps_down(node) for node in nodes if node in starts or not isinstance(node, Entrypoint | Cmd))

    def workdir_at(self, at: Instruction | int) -> str | UnknownType | None:
        """The absolute directory in which an instruction runs; ``/`` on ``scratch`` without WORKDIR.

        ``UNKNOWN`` where the base image decides, ``None`` if it depends on an unknown variable.
        """
        if self._workdirs is None:
            for stage in self._chain("_workdirs"):
                stage._workdirs = stage._find_workdirs()
        assert self._workdirs is not None
        return self._in_effect(self._workdirs, at)

    def _find_workdirs(self) -> list[tuple[int, str | UnknownType | None]]:
        state: str | UnknownType | None = "/" if self.scratch else UNKNOWN
        if self.base is not None and self.base._workdirs is not None:
            state = self.base._workdirs[-1][1]
        nodes = [(index, node) for index, node in self.events((Workdir,)) if isinstance(node, Workdir)]
        return [(-2, state), *workdirs(state, nodes, lambda index: self.history.lookup(index))]

    @property
    def workdir(self) -> str | UnknownType | None:
        """The directory in which the stage's image starts; see ``workdir_at``."""
        return self.workdir_at(len(self.instructions))

    def shell_at(self, at: Instruction | int) -> ShellState:
        """The shell that reads an instruction's script; for a trigger, also a SHELL that an ONBUILD above leaves."""
        if isinstance(at, Instruction) and at.onbuild is not None:
            left = [node for node in self.left_before(at, Shell) if node.json and node.words]
            if left:
                return shells.state_of(tuple(word.text for word in left[-1].words), left[-1])
        if self._shells is None:
            for stage in self._chain("_shells"):
                stage._shells = stage._find_shells()
        assert self._shells is not None
        return self._in_effect(self._shells, at)

    @property
    def shell(self) -> ShellState:
        """The shell at the end of the stage."""
        return self.shell_at(len(self.instructions))

    def _find_shells(self) -> list[tuple[int, ShellState]]:
        changes = self._shell_changes()
        if self.base is not None and self.base._shells is not None:
            start = self.base._shells[-1][1]
        else:
            system = self.os
            windows = system == "windows" or (system is None and shells.windows_file(self.graph.dockerfile))
            start = WINDOWS_SHELL if windows else LINUX_SHELL
        return [(-2, start), *changes]

    def _shell_changes(self) -> list[tuple[int, ShellState]]:
        """Where SHELL, or a comment for hadolint, changes the shell: index of the instruction before, and the state."""
        changes: list[tuple[int, ShellState]] = []
        for index, node in self.events((Shell,)):
            if node.json and node.words:
                assert isinstance(node, Shell)
                changes.append((index, shells.state_of(tuple(word.text for word in node.words), node)))
        pragmas = self.graph.pragmas_in(self)
        return sorted(changes + pragmas, key=lambda change: change[0]) if pragmas else changes

    def script(self, instruction: Instruction) -> Script | None:
        """What a shell reads of RUN, CMD, ENTRYPOINT or HEALTHCHECK, or of such a trigger; parsed once.

        The exec form of RUN reads as the one command it is.
        """
        key, known = id(instruction), self._scripts
        if key in known:
            return known[key]
        script = known[key] = shells.script_of(instruction, self.shell_at(instruction))
        if script is not None and "$" in script.text.text and type(instruction) is Run and not instruction.onbuild:
            script.variable = lambda name, at: self.history.text(name, self.position_after(at.span[0]))
        return script

    def command_line(self, instruction: Instruction) -> Script | None:
        """The same, and of the exec form of CMD, ENTRYPOINT and HEALTHCHECK the one command that it is."""
        script = self.script(instruction) or self._exec_scripts.get(id(instruction))
        if script is None:
            script = shells.exec_script(instruction)
            if script is not None:
                self._exec_scripts[id(instruction)] = script
        return script

    @property
    def os(self) -> str | None:
        """``linux`` or ``windows``, by platform, image name or shell; ``None`` if unknown."""
        return self.root._system

    @property
    def windows(self) -> bool:
        """Whether it is known to be a stage of Windows."""
        return self.os == "windows"

    @lazy
    def _system(self) -> str | None:
        flag = self.from_.platform
        written = self.from_.image
        return shells.system_of(
            self.graph.globals.expand(flag).value if flag is not None else None,
            self.image,
            images.parse(written.value) if written is not None else None,
            backtick=shells.windows_file(self.graph.dockerfile),
            dialects={state.dialect for _, state in self._shell_changes()},
        )
