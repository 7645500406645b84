"""Variables that are used, and where they would have to be declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlint.api import Fix, Node, Problem, Problems, Related, check
from dlint.api.dockerfile import (
    PLATFORM_ARGS,
    PROXY_ARGS,
    UNSET,
    Add,
    Arg,
    Binding,
    Copy,
    Expose,
    From,
    Instruction,
    Onbuild,
    OwnImage,
    Pair,
    Run,
    Stage,
    StageGraph,
    VariableUse,
    Word,
    above,
    closest,
    is_bare,
    parse_image,
)

_MOST_TRIGGERS = 100
"""So many ONBUILD triggers of a base stage are looked at in each stage built from it."""

_MOST_SUGGESTIONS = 20
"""For so many names of a file a likely other one is looked for; more would cost too much in a file made to be slow."""


@check(on=StageGraph, words=("$",))
def undeclared_arg_in_from(graph: StageGraph) -> Problems:
    """A variable in FROM that no ARG above the first FROM declares."""
    scope = graph.globals
    inner: dict[str, Pair] = {}
    suggestions = 0
    for stage in graph.stages:
        for word in (stage.from_.image, stage.from_.platform):
            for use in _once(word.variables if word is not None else ()):
                if word is None or scope.declares(use.name):
                    continue
                where = word.at(use.start, use.end)
                if use.name in inner:
                    message = f"The ARG {use.name} stands inside a stage; FROM sees only those above the first FROM"
                    yield Problem(where, message, related=[Related(inner[use.name], "Declared here")])
                    continue
                meant = None
                if suggestions < _MOST_SUGGESTIONS:
                    suggestions += 1
                    meant = closest(use.name, scope.bindings) or closest(use.name, sorted(PLATFORM_ARGS))
                message = f"No ARG above the first FROM declares {use.name}"
                message += f", did you mean {meant}?" if meant else "; the builder puts nothing in its place"
                yield Problem(where, message, fix=_renamed(word, use, meant))
        for arg in stage.of(Arg):
            for pair in arg.pairs:
                inner[pair.key.text] = pair


def _renamed(word: Word, use: VariableUse, meant: str | None) -> Fix | None:
    """The fix that writes another name; a guess, so unsafe."""
    if not meant:
        return None
    start = use.start + (2 if word.text[use.start + 1] == "{" else 1)
    node = word.at(start, start + len(use.name))
    return (
        Fix(f"Use {meant}, a guess at what was meant", node.replace(meant), safe=False)
        if node.raw == use.name
        else None
    )


def _once(uses: Iterable[VariableUse]) -> Iterator[VariableUse]:
    """The first use of each name."""
    seen: set[str] = set()
    for use in uses:
        if use.name not in seen:
            seen.add(use.name)
            yield use


@check(on=From, words=("$",))
def invalid_default_in_from(node: From, stage: Stage) -> Problems:
    """An image that cannot be named without a build argument."""
    word = node.image
    if word is None or word.literal is not None:
        return
    scope = stage.graph.globals
    value = scope.expand(word, defaults=True).value
    if value is None or _names_image(value):
        return
    known = scope.expand(word).value
    if known is not None and not _names_image(known):
        return  # It is refused whatever is given: invalid-image-reference tells that.
    names = [use.name for use in word.variables]
    if all(map(stage.graph.usage.gives, names)):
        return
    if stage.graph.usage.run_as and any(scope.default(name) is UNSET for name in names):
        return  # It is known who builds it: build-argument-not-given tells who does not give it.
    declared = [binding.pair for name in names if (binding := scope.bindings.get(name)) and binding.pair]
    what = f"makes {value}, which is no image" if value else "names no image"
    message = f"Without build arguments {word.text} {what}; give {' and '.join(dict.fromkeys(names))} a default"
    yield Problem(word, message, related=[Related(pair, "Declared here") for pair in declared])


def _names_image(text: str) -> bool:
    reference = parse_image(text)
    return reference is not None and reference.valid


@check(on=Stage, words=("$",))
def undefined_variable(stage: Stage, *, bare_images: tuple[str, ...] = ()) -> Problems:
    """A variable that nothing has set where it is used."""
    if not stage.source.mentions("$"):
        return
    known_base = _is_bare(stage, bare_images)
    declared: set[str] = set()
    suggestions = 0
    for where, use, index, after in _uses(stage):
        name = use.name
        if name == "PATH" or name in after or name.startswith("BUILDKIT_SBOM_SCAN_"):
            continue
        if stage.history.get(name, index) is not None:
            continue
        outer = stage.graph.globals.bindings.get(name)
        if outer is not None and name in stage.graph.usage.given and stage.reachable and not use.operator.strip(":?"):
            continue  # build-argument-out-of-scope tells that where the value is given in vain.
        if outer is not None or name in PLATFORM_ARGS:
            first = name not in declared and index > 0
            yield _set_outside(where, name, outer, stage.instructions[index] if first else None)
            declared.update([name] if first else [])
        elif known_base or _is_not_of_base(name, stage):
            yield _set_nowhere(where, use, stage, index, suggestions < _MOST_SUGGESTIONS)
            suggestions += 1


def _set_outside(where: Node, name: str, outer: Binding | None, before: Instruction | None) -> Problem:
    """A name that has a value above the first FROM only, or for stages that ask; with a fix above ``before``."""
    message = f"{name} is declared above the first FROM only; repeat `ARG {name}` in this stage"
    if outer is None:
        message = f"{name} is set only for stages that ask for it; write `ARG {name}` above"
    related = [Related(outer.pair, "Declared here")] if outer is not None and outer.pair is not None else []
    title = f"Write ARG {name} above, so that the variable has its value here"
    fix = Fix(title, above(before, f"ARG {name}"), safe=False) if before is not None else None
    return Problem(where, message, fix=fix, related=related)


def _set_nowhere(where: Node, use: VariableUse, stage: Stage, index: int, suggests: bool) -> Problem:
    """A name that nothing sets, with the one that may be meant if that is to be looked for."""
    meant = None
    if suggests:
        facts = OwnImage.of_stage(stage).facts
        of_base = (facts.env or {}) if facts is not None else {}
        meant = closest(use.name, [*stage.env_at(max(index, 0)), *of_base, "PATH"])
    becomes = "this is always its default" if use.operator in ("-", ":-") else "it expands to nothing"
    return Problem(where, f"Nothing sets {use.name} here" + (f", did you mean {meant}?" if meant else f"; {becomes}"))


def _is_not_of_base(name: str, stage: Stage) -> bool:
    """Whether the image at the bottom is known not to set a variable; what the stage sets counts from there on."""
    facts = OwnImage.of_stage(stage).facts
    return facts is not None and facts.env is not None and name not in facts.env


def _is_bare(stage: Stage, more: tuple[str, ...]) -> bool:
    """Whether the stage starts, perhaps over others, from an image that is known to set no variable but PATH."""
    root = stage.root
    if root.scratch:
        return True
    image = root.image
    return image is not None and not image.has_variable and (is_bare(image) or image.familiar in more)


def _uses(stage: Stage) -> Iterator[tuple[Node, VariableUse, int, frozenset[str]]]:
    """Where the builder expands variables in a stage: place, use, index of the instruction, names its line declares."""
    for trigger in stage.inherited_triggers[:_MOST_TRIGGERS]:
        if "$" in trigger.text:
            for _, use, _ in _in_words(trigger):
                yield stage.from_.image or stage.from_.keyword, use, 0, frozenset()
    for index, instruction in enumerate(stage.instructions):
        if index and ("$" in instruction.text or instruction.heredocs):
            for where, use, after in _in_words(instruction):
                yield where, use, index, after


def _in_words(instruction: Instruction) -> Iterator[tuple[Node, VariableUse, frozenset[str]]]:
    nothing: frozenset[str] = frozenset()
    if isinstance(instruction, Expose | Onbuild | From):
        return
    if isinstance(instruction, Arg):
        above: set[str] = set()
        for pair in instruction.pairs:
            for use in _once(pair.value.variables if pair.value is not None else ()):
                assert pair.value is not None
                yield pair.value.at(use.start, use.end), use, frozenset(above)
            above.add(pair.key.text)
        return
    words: list[Word] = [flag.value for flag in instruction.flags if flag.value is not None and flag.value.escape]
    if instruction.expands:
        words += instruction.words
    if isinstance(instruction, Run) and instruction.flags:
        for mount in instruction.mounts:
            words += [field.value for field in mount.fields if field.value is not None]
    for word in words:
        for use in _once(word.variables):
            yield word.at(use.start, use.end), use, nothing
    if isinstance(instruction, Copy | Add):
        for heredoc in instruction.heredocs:
            for use in _once(heredoc.variables):
                yield heredoc.opener, use, nothing


@check(on=StageGraph, words=("?",))
def required_build_argument(graph: StageGraph) -> Problems:
    """``${NAME:?message}`` of an ARG that has no default and that no known build argument sets."""
    reported: set[str] = set()
    if graph.usage.run_as:
        return  # It is known who builds it: build-argument-not-given tells who does not give it.
    for stage in (graph.outside, *graph.stages):
        for index, instruction in enumerate(stage.instructions):
            if "?" not in instruction.text:
                continue
            inner = not isinstance(instruction, From) and stage.index >= 0
            for where, use in _expanded(instruction):
                binding = stage.history.get(use.name, index) if inner else graph.globals.get(use.name)
                if (
                    use.operator not in ("?", ":?")
                    or use.name in reported
                    or binding is None
                    or not _asks(graph, binding)
                ):
                    continue
                reported.add(use.name)
                reason = use.argument.strip("\"'")
                message = f"The build stops without --build-arg {use.name}=…" + (f": {reason}" if reason else "")
                yield Problem(where, message)


def _expanded(instruction: Instruction) -> Iterator[tuple[Node, VariableUse]]:
    if isinstance(instruction, From):
        for word in (instruction.image, instruction.platform):
            if word is not None:
                for use in word.variables:
                    yield word.at(use.start, use.end), use
        return
    for where, use, _ in _in_words(instruction):
        yield where, use


def _asks(graph: StageGraph, binding: Binding) -> bool:
    """Whether only the command line can give the value."""
    name, pair = binding.name, binding.pair
    if binding.kind != "arg" or binding.value is not None or pair is None or pair.value is not None:
        return False
    return name not in graph.build_args and name not in PLATFORM_ARGS and name not in PROXY_ARGS
