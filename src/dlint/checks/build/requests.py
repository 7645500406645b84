"""What a service asks of a build, held to the Dockerfile: its target, arguments and named contexts."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Fix, NamedTuple, Node, Problem, Problems, Related, check, pattern
from dlint.api.build import (
    PLATFORM_ARGS,
    PROXY_ARGS,
    UNSET,
    Arg,
    Binding,
    Build,
    Copy,
    Instruction,
    Onbuild,
    OwnImage,
    Run,
    Stage,
    StageGraph,
    Use,
    closest,
    familiar,
    uses_in,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.compose import KeyValue


@check(on=Build, having=("links",))
def build_target_by_number(build: Build) -> Problems:
    """A target that is the number of a stage."""
    for link, config in build.asks:
        target = link.target
        if config.target is None or not target or not target.isdecimal() or len(target) > 9:
            continue
        if build.graph.by_name(target) is not None or int(target) >= len(build.graph.stages):
            continue
        stage = build.graph.stages[int(target)]
        name = stage.from_.stage_name
        hint = f": write {name.text}" if name is not None else "; give that stage a name with AS"
        fix = None
        if name is not None and config.target.raw.strip("\"'") == target:
            fix = Fix(f"Write {name.text}", config.target.replace(name.text))
        related = [
            Related(name or stage.from_.keyword, "the stage of that number"),
            *build.origins(link, config.target),
        ]
        message = f"BuildKit knows stages by name, and stops at the target {target}{hint}"
        yield Problem(config.target.place, message, fix=fix, related=related)


# Arguments

_MOST_RELATED = 5
"""Of so many arguments that one build does not give, the places are shown."""


@check(on=Build, having=("links",))
def build_argument_out_of_scope(build: Build) -> Problems:
    """An argument that is declared above the first FROM or in another stage only, and that a stage uses."""
    declared = _declared_elsewhere(build.graph) if build.args else {}
    used = _undeclared(build.graph, declared) if declared else {}
    for link, config in build.asks if used else ():
        for argument in config.args:
            use = used.get(argument.name)
            if use is None:
                continue
            pair, where = declared[argument.name]
            related = [
                Related(use.place, "used here"),
                Related(pair, f"declared here, for {where} alone"),
                *build.origins(link, argument.scalar),
            ]
            where = "above the first FROM" if where == "FROM" else f"in {where}"
            message = (
                f"{argument.name} is empty in {_stage_of(build.graph, use)}: it is declared {where} only;"
                f" repeat `ARG {argument.name}` in the stage"
            )
            yield Problem(argument.key, message, related=related)


def _declared_elsewhere(graph: StageGraph) -> dict[str, tuple[Node, str]]:
    """The arguments that an ARG declares: its place, and for what."""
    found: dict[str, tuple[Node, str]] = {}
    for name, bound in graph.globals.bindings.items():
        if bound.pair is not None:
            found[name] = (bound.pair, "FROM")
    for stage in graph.stages:
        for _, node in stage.events((Arg,)):
            for pair in node.pairs if isinstance(node, Arg) else ():
                found.setdefault(pair.key.text, (pair, f"the stage {stage.name or stage.index}"))
    return found


def _stage_of(graph: StageGraph, use: Use) -> str:
    stage = next(one for one in reversed(graph.stages) if one.span[0] <= use.instruction.span[0])
    return f"the stage {stage.name}" if stage.name else "its stage"


def _undeclared(graph: StageGraph, declared: dict[str, tuple[Node, str]]) -> dict[str, Use]:
    """The first use of each name in a stage that is built and does not declare it, though the file does elsewhere."""
    found: dict[str, Use] = {}
    for stage in graph.stages:
        for use in uses_in(stage) if stage.reachable else ():
            name = use.name
            if name in found or name not in declared or name in PLATFORM_ARGS or name in PROXY_ARGS:
                continue
            if not use.operator.strip(":?") and stage.history.get(name, use.at) is None:
                of_base = OwnImage.of_stage(stage).sets(name)
                if of_base is False or (of_base is None and declared[name][1] == "FROM"):
                    found[name] = use
    return found


class _Gap(NamedTuple):
    """An ARG without value, and where it is used."""

    name: str
    declared: Node
    where: Node
    what: str


@check(on=Build, having=("links",))
def build_argument_not_given(build: Build) -> Problems:
    """An ARG without default that the build needs, and that the service does not give."""
    gaps = list(_gaps(build.graph)) if build.links else []
    for link, config in build.asks if gaps else ():
        name, origins = link.service.name, build.origins(link, config.context, config.dockerfile)
        lacking = []
        for gap in gaps:
            near = next((arg for arg in config.args if _is_meant(arg.name, gap.name)), None)
            if near is not None:
                given = f", did you mean {gap.name} by {near.name}?"
                yield _not_given(name, [gap], near.key, given, origins)
            else:
                lacking.append(gap)
        # What stands in another builder's file is shown at the ARG, so that each has a place of its own.
        for some in [lacking] if link.is_service else [[gap] for gap in lacking]:
            if some:
                more = f" (nor {', '.join(gap.name for gap in some[1:])})" if len(some) > 1 else ""
                yield _not_given(name, some, build.key(link, config), more, origins)


def _is_meant(name: str, wanted: str) -> bool:
    return name != wanted and closest(name, [wanted]) is not None


def _not_given(service: str, gaps: list[_Gap], where: Node, more: str, origins: list[Related]) -> Problem:
    """The finding for arguments that one build does not give; ``more`` ends its sentence."""
    first = gaps[0]
    related = [
        place
        for gap in gaps[:_MOST_RELATED]
        for place in (Related(gap.declared, "declared here, without default"), Related(gap.where, "used here"))
    ]
    message = f"The build of {service} does not give {first.name}: {first.what}{more}"
    return Problem(where, message, related=[*related, *origins])


def _gaps(graph: StageGraph) -> Iterator[_Gap]:
    seen: set[str] = set()
    for gap in (*_gaps_in_from(graph), *(gap for stage in graph.stages for gap in _gaps_in(stage))):
        if gap.name not in seen:
            seen.add(gap.name)
            yield gap


def _gaps_in_from(graph: StageGraph) -> Iterator[_Gap]:
    for stage in graph.stages:
        word = stage.from_.image
        for use in word.variables if word is not None and stage.reachable else ():
            bound = graph.globals.bindings.get(use.name)
            if word is None or bound is None or use.operator in (":-", "-", ":+", "+"):
                continue
            if bound.pair is not None and _is_unset(bound, graph):
                where = word.at(use.start, use.end)
                yield _Gap(use.name, bound.pair, where, f"the FROM in line {where.line} names no image without it")


def _is_unset(bound: Binding, graph: StageGraph) -> bool:
    name = bound.name
    if (
        name in graph.build_args
        or name in PLATFORM_ARGS
        or name in PROXY_ARGS
        or name.startswith(("BUILDKIT_", "SOURCE_DATE_"))
    ):
        return False
    return bound.kind == "arg" and bound.pair is not None and bound.pair.value is None and bound.default is UNSET


_TESTS = pattern(r"(?:^|[\s;&|(])(?:\[\[?|test|case)\s[^;\n]*")


def _gaps_in(stage: Stage) -> Iterator[_Gap]:
    """The ARGs of a stage that COPY, ADD, ENV or RUN need; what a script asks about may be left out on purpose."""
    if not stage.reachable:
        return
    optional: set[str] = set()
    tests: dict[int, str] = {}
    found: list[tuple[Use, Binding]] = []
    for use in uses_in(stage):
        bound = stage.history.get(use.name, use.at)
        if bound is None or not _is_unset(bound, _graph(stage)):
            continue
        if use.operator in (":-", "-", ":+", "+", ":=", "=") or (use.shell and _is_tested(use, tests)):
            optional.add(use.name)
        elif use.instruction.name in ("COPY", "ADD", "ENV", "RUN"):
            found.append((use, bound))
    for use, bound in found:
        assert bound.pair is not None
        stops = use.operator in (":?", "?")
        if stops or use.name not in optional:
            what = "the build stops" if stops else f"it is empty in {use.instruction.name}, line {use.place.line}"
            yield _Gap(use.name, bound.pair, use.place, what)


def _graph(stage: Stage) -> StageGraph:
    assert isinstance(stage.graph, StageGraph)
    return stage.graph


def _is_tested(use: Use, tests: dict[int, str]) -> bool:
    """Whether the script asks whether, or what, the variable is; ``tests`` keeps what each RUN asks."""
    if use.at not in tests:
        tests[use.at] = " ".join(_TESTS.findall(use.instruction.raw))
    return use.name in tests[use.at]


@check(on=Build, having=("links",))
def build_context_unused(build: Build) -> Problems:
    """A named context that no FROM, COPY --from or mount names."""
    if not any(link.contexts for link in build.links):
        return
    used = list(_names_used(build.graph))
    if any(name is None for name, _ in used) or build.takes_more:
        return
    known = {familiar(name or ""): where for name, where in used}
    stages = {stage.name for stage in build.graph.stages if stage.name}
    for link, config in build.asks:
        for entry in config.additional_contexts:
            if "$" in entry.name or familiar(entry.name) in known or entry.name.lower() in stages:
                continue
            yield _unused(build, entry, known, build.origins(link, entry.scalar))


def _unused(build: Build, entry: KeyValue, known: dict[str, Node], origins: list[Related]) -> Problem:
    near = closest(entry.name, known)
    hint = f", did you mean {near}?" if near else ""
    related = [Related(known[near], "used here")] if near else []
    related = related or [Related(stage.from_.keyword, "what is built") for stage in build.graph.shipped]
    message = f"Nothing in {build.source.path} uses the context {entry.name}{hint}"
    return Problem(entry.key, message, related=[*related, *origins])


def _names_used(graph: StageGraph) -> Iterator[tuple[str | None, Node]]:
    """What FROM, COPY --from and mounts name, with the places; None for what is unknown."""
    for stage in graph.stages:
        word = stage.from_.image
        if word is not None:
            yield word.literal if word.literal is not None else graph.globals.expand(word).value, word
        for node in stage.instructions:
            subject: Instruction | None = node.trigger if isinstance(node, Onbuild) else node
            if isinstance(subject, Copy) and subject.from_ is not None:
                yield subject.from_.literal, subject.from_
            elif isinstance(subject, Run):
                for mount in subject.mounts:
                    name = mount.get("from")
                    if name:
                        yield (None if "$" in name else name), mount
