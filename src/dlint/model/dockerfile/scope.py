"""Names in scope in a Dockerfile: the global scope of FROM, and ARG and ENV line by line in a stage.

Source: BuildKit's dispatch of ARG and ENV, and the Dockerfile reference on the scope of ARG.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.grammar import PLATFORM_ARGS
from dlint.syntax.dockerfile.nodes import Word
from dlint.syntax.dockerfile.parser import Arg, Env, Instruction, Pair
from dlint.syntax.dockerfile.words import UNSET, Expansion, Lookup, Unset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

Value = str | Unset | None
"""A value; ``None`` if there is one but nobody can know it here, ``UNSET`` if there is none."""


class Binding:
    """What a name stands for from some line on.

    ``kind`` is ``arg`` or ``env``. ``value`` is ``None`` if it is not known: an ARG that only a build argument can set,
    or a value made of such. ``default`` is what BuildKit's own checks take: the value without any build argument,
    ``UNSET`` for an ARG without default. ``pair`` is where it is declared; ``None`` for the builder's own ARGs.
    """

    __slots__ = ("name", "kind", "value", "default", "pair", "instruction")

    def __init__(
        self, name: str, kind: str, value: Value, default: Value, pair: Pair | None, instruction: Instruction | None
    ) -> None:
        self.name = name
        self.kind = kind
        self.value = value
        self.default = default
        self.pair = pair
        self.instruction = instruction

    def __repr__(self) -> str:
        return f"Binding({self.name}={self.value!r}, {self.kind})"


PLATFORM: Final = {name: Binding(name, "arg", None, None, None, None) for name in PLATFORM_ARGS}


class Globals:
    """The global scope: what FROM may use, and what an ARG without a value takes in a stage.

    ``bindings`` holds the ARGs before the first FROM, the last of each name. ``errors`` are the values whose
    expansion fails, with BuildKit's reason.
    """

    __slots__ = ("bindings", "build_args", "errors")

    def __init__(self, preamble: Iterable[Instruction], build_args: Mapping[str, str | None]) -> None:
        self.build_args = build_args
        self.bindings: dict[str, Binding] = {}
        self.errors: list[tuple[Word, str]] = []
        for instruction in preamble:
            if isinstance(instruction, Arg):
                for pair in instruction.pairs:
                    name = pair.key.text
                    value, default = _argument(pair, build_args, self.lookup, self.default, self.errors)
                    if pair.value is None and name in PLATFORM and name not in build_args:
                        # To declare one of the builder's own takes nothing from it.
                        value = default = None
                    self.bindings[name] = Binding(name, "arg", value, default, pair, instruction)

    def get(self, name: str) -> Binding | None:
        """The ARG of that name, the builder's own included."""
        return self.bindings.get(name) or PLATFORM.get(name)

    def declares(self, name: str) -> bool:
        """Whether FROM may use the name: a global ARG, with or without a value, or one of the builder's own."""
        return name in self.bindings or name in PLATFORM

    def lookup(self, name: str) -> Value:
        """The value, build arguments considered."""
        binding = self.bindings.get(name) or PLATFORM.get(name)
        return UNSET if binding is None else binding.value

    def default(self, name: str) -> Value:
        """The value by the ARGs' defaults alone: ``UNSET`` for an ARG without one."""
        binding = self.bindings.get(name) or PLATFORM.get(name)
        return UNSET if binding is None else binding.default

    def expand(self, word: Word, *, defaults: bool = False) -> Expansion:
        """A word of FROM expanded; with ``defaults`` as if nobody gave build arguments."""
        return words.expand(word.text, self.default if defaults else self.lookup, escape=word.escape or "\\")


def _argument(
    pair: Pair,
    build_args: Mapping[str, str | None],
    lookup: Lookup,
    default: Lookup,
    errors: list[tuple[Word, str]],
) -> tuple[Value, Value]:
    """Value and default of an ARG as far as its own line says: ``None`` and ``UNSET`` without a default."""
    name = pair.key.text
    own: Value = UNSET
    value: Value = None
    given = name in build_args
    if pair.value is not None:
        value = _expanded(pair.value, lookup, None if given else errors)
        own = value if pair.value.literal is not None else _expanded(pair.value, default)
    return (build_args[name] if given else value), own


class History:
    """The ARGs and ENVs of one stage, by name and by the index of the instruction that sets them.

    ``inherited`` is what the parent stage has at its end, ``final`` what this one has. Index -1 stands for the ONBUILD
    triggers of the parent. ``outside`` is the value of a name that no line sets. ``errors`` are the words of ARG and
    ENV whose expansion fails, with BuildKit's reason.
    """

    __slots__ = ("inherited", "globals", "outside", "errors", "_changes", "_final")

    def __init__(
        self,
        inherited: dict[str, Binding],
        global_scope: Globals,
        outside: Value,
        lines: Sequence[tuple[int, Instruction]],
    ) -> None:
        self.inherited = inherited
        self.globals = global_scope
        self.outside = outside
        self.errors: list[tuple[Word, str]] = []
        self._changes: dict[str, list[tuple[int, Binding]]] = {}
        self._final: dict[str, Binding] | None = None
        for index, instruction in lines:
            if isinstance(instruction, Env):
                self._environment(index, instruction)
            elif isinstance(instruction, Arg):
                for pair in instruction.pairs:
                    self._argument(index, instruction, pair)

    def _environment(self, index: int, instruction: Env) -> None:
        """The words of one ENV do not see each other's names."""
        lookup, default = self.lookup(index), self.lookup(index, defaults=True)
        for pair in instruction.pairs:
            name = _expanded(pair.key, lookup, self.errors)
            if name and pair.value is not None:
                value = _expanded(pair.value, lookup, self.errors)
                plain = value if pair.value.literal is not None else _expanded(pair.value, default)
                self._set(index, Binding(name, "env", value, plain, pair, instruction))

    def _argument(self, index: int, instruction: Arg, pair: Pair) -> None:
        name = pair.key.text
        # One ARG may use the names that stand before it on its own line.
        lookup, default = self.lookup(index + 1), self.lookup(index + 1, defaults=True)
        value, own = _argument(pair, self.globals.build_args, lookup, default, self.errors)
        if pair.value is None:
            above = self.globals.get(name)
            earlier = self.get(name, index)
            if above is not None:
                value, own = (value if name in self.globals.build_args else above.value), above.default
            elif earlier is not None and name not in self.globals.build_args:
                value, own = earlier.value, earlier.default
        self._set(index, Binding(name, "arg", value, own, pair, instruction))

    def _set(self, index: int, binding: Binding) -> None:
        changes = self._changes.setdefault(binding.name, [])
        if changes and changes[-1][0] == index:
            # No line sees what stands between two values that one instruction gives a name.
            changes.pop()
        changes.append((index, binding))

    def get(self, name: str, index: int) -> Binding | None:
        """What the name stands for just before instruction ``index`` of the stage."""
        changes = self._changes.get(name)
        if changes is not None:
            if changes[-1][0] < index:
                return changes[-1][1]
            at = bisect_left(changes, index, key=lambda change: change[0])
            if at:
                return changes[at - 1][1]
        return self.inherited.get(name)

    def text(self, name: str, index: int) -> str | None:
        """The value of a name just before instruction ``index``; None if it is not set, or not known."""
        binding = self.get(name, index)
        return binding.value if binding is not None and isinstance(binding.value, str) else None

    def lookup(self, index: int, *, defaults: bool = False, declared: bool = False) -> Lookup:
        """The lookup for words of instruction ``index``. See ``Stage.lookup``."""
        fallback = UNSET if declared else self.outside

        def value_of(name: str) -> Value:
            binding = self.get(name, index)
            if binding is None:
                return None if name == "PATH" else fallback
            return binding.default if defaults else binding.value

        return value_of

    @property
    def final(self) -> dict[str, Binding]:
        """Every name in scope at the end of the stage. Not to be changed: stages without ARG and ENV share it."""
        if self._final is None:
            last = {name: changes[-1][1] for name, changes in self._changes.items()}
            self._final = {**self.inherited, **last} if last else self.inherited
        return self._final

    def at(self, index: int) -> dict[str, Binding]:
        """Every name in scope just before instruction ``index``."""
        found = dict(self.inherited)
        for name in self._changes:
            binding = self.get(name, index)
            if binding is not None:
                found[name] = binding
        return found


def _expanded(word: Word, lookup: Lookup, errors: list[tuple[Word, str]] | None = None) -> str | None:
    """The value of a word, ``None`` if it is not known; what fails goes to ``errors``."""
    literal = word.literal
    if literal is not None:
        return literal
    expansion = words.expand(word.text, lookup, escape=word.escape)
    if expansion.error is not None and errors is not None:
        errors.append((word, expansion.error))
    return expansion.value
