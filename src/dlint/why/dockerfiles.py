"""The accounts of a Dockerfile, one for each way it is built: for whom, with what, and what is in effect at a line."""

from __future__ import annotations

from dlint.model.compose.serving import serving_of
from dlint.model.own_image import OwnImage
from dlint.source import Node
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.parser import Add, Arg, Copy, Env
from dlint.syntax.dockerfile.words import Unset
from dlint.why.account import Account, Asked, Origin
from dlint.why.images import base_of, running
from dlint.why.services import arguments, context, given_at, needs
from dlint.why.words import counted, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlint.model.dockerfile.scope import Binding
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Dockerfile, Instruction
    from dlint.workspace.build import Build
    from dlint.workspace.configured import Configured
    from dlint.workspace.service_build import ServiceBuild

_MOST = 8


def accounts_of(asked: Asked, source: Source, builds: Sequence[ServiceBuild], line: int | None) -> Iterator[Account]:
    """One account for each way the Dockerfile is built."""
    from dlint.workspace.build import builds_of

    args, targets = asked.given(source.path)
    for way in asked.workspace.configured(source, builds, args, targets):
        for build in builds_of(asked.workspace, way):
            yield _account(asked, way, build, line)


def _account(asked: Asked, way: Configured, build: Build, line: int | None) -> Account:
    graph = way.graph
    account = Account("Dockerfile", graph.dockerfile, line)
    stage = _stage_at(way, line)
    _built_for(asked, account, way, build)
    link = build.links[0] if build.links else None
    context(asked, account, build, link.service.build if link is not None else None)
    if stage is not None and line is not None:
        account.add("stage", _stage_in_words(stage), stage.from_)
    instruction = _instruction_at(graph.dockerfile, line)
    if instruction is not None:
        _values(asked, account, way, build, instruction, stage)
        if isinstance(instruction, Copy | Add) and stage is not None:
            _copied(asked, account, build, instruction, stage)
    elif link is not None:
        arguments(asked, account, link.model, link.service, link)
    shipped = graph.shipped[0] if graph.shipped and not graph.missing_targets else None
    subject = stage if stage is not None and line is not None else shipped
    if subject is not None:
        base_of(account, subject, OwnImage.of_stage(subject).facts, asked.shown)
    _running(asked, account, build, stage if line is not None else shipped, shipped)
    return account


def _built_for(asked: Asked, account: Account, way: Configured, build: Build) -> None:
    graph = way.graph
    if not build.links:
        account.add("built for", "nobody that is known", "what follows is for docker build of the last stage")
        return
    names = [_asking(asked, link) for link in build.links]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    if graph.missing_targets:
        ending = f", but there is no stage {asked.shown.text(graph.missing_targets[0])}"
    else:
        stage = graph.shipped[0] if graph.shipped else None
        ending = "" if stage is None else ", the last stage" if stage is graph.stages[-1] else f", stage {stage.name}"
    places = [link.service.key for link in build.links[:3]]
    account.add("built for", (listed(names) if not more else ", ".join(names[:_MOST]) + more) + ending, *places)


def _asking(asked: Asked, link: ServiceBuild) -> str:
    """Who asks for a build: a service by its name, others with what they are."""
    name = asked.shown.text(link.service.name)
    return name if link.is_service else f"{link.service.noun} {name}"


def _stage_at(way: Configured, line: int | None) -> Stage | None:
    """The stage of a line; above the first there is none."""
    if line is None:
        return None
    offset = way.graph.source.line_span(line).end
    return next((stage for stage in reversed(way.graph.stages) if stage.span[0] <= offset), None)


def _stage_in_words(stage: Stage) -> str:
    last = stage is stage.graph.stages[-1]
    name = stage.name or ("the last stage" if last else f"stage {stage.index}")
    if stage.shipped:
        return f"{name}, which is shipped"
    if stage.layered:
        return f"{name}, which what is shipped is built on"
    return f"{name}, which the build needs" if stage.reachable else f"{name}, which this build leaves out"


def _instruction_at(tree: Dockerfile, line: int | None) -> Instruction | None:
    if line is None:
        return None
    start, end = tree.source.line_span(line)
    return next((one for one in tree.instructions if one.span[0] <= end and start <= one.span[1]), None)


def _values(
    asked: Asked, account: Account, way: Configured, build: Build, at: Instruction, stage: Stage | None
) -> None:
    """The variables that an instruction sets or uses."""
    scope, after = _scope(way, at, stage), _scope(way, at, stage, after=True)
    names = list(dict.fromkeys([*_set_by(at), *_used_by(at)]))
    for name in names:
        binding = after.get(name) if name in _set_by(at) else scope.get(name)
        _value(asked, account, way, build, name, binding, at)


def _scope(way: Configured, at: Instruction, stage: Stage | None, *, after: bool = False) -> dict[str, Binding]:
    if stage is None or at is stage.from_ or at in way.graph.preamble:
        return way.graph.globals.bindings
    return stage.env_at(stage.position(at) + after)


def _set_by(at: Instruction) -> list[str]:
    return [pair.key.text for pair in at.pairs] if isinstance(at, Arg | Env) else []


def _used_by(at: Instruction) -> list[str]:
    found = [use.name for word in at.words for use in words.variables(word.text)]
    return [*found, *(use.name for use in words.variables(at.raw, quotes=False))]


def _value(
    asked: Asked, account: Account, way: Configured, build: Build, name: str, binding: Binding | None, at: Instruction
) -> None:
    if binding is None:
        if isinstance(at, Arg | Env) or at.expands:
            account.add("value", None, "no ARG or ENV above sets it; the base image may", of=name)
        return
    origin = _from(asked, way, build, name, binding, at)
    if isinstance(binding.value, Unset):
        account.add("value", "not set", *origin, of=name)
        return
    place = binding.pair.value if binding.pair is not None else None
    shown = asked.shown.value(name, binding.value, place)
    account.add("value", shown, "only the build knows it" if shown is None else None, *origin, of=name)


def _from(
    asked: Asked, way: Configured, build: Build, name: str, binding: Binding, at: Instruction, depth: int = 0
) -> list[Origin]:
    """Where a variable has its value from: a build argument, or the line that sets it and what that is made of."""
    pair = binding.pair
    if name in way.graph.build_args and binding.kind == "arg":
        declared = f"declared in line {pair.line}" if pair is not None else None
        given = [place for link in build.links[:1] for place in _given(asked, link, name)]
        return [*(given or ["given by the configuration"]), *([declared] if declared else [])]
    if pair is None:
        return ["set by the builder"]
    if pair.value is None and name in way.graph.globals.bindings and way.graph.globals.bindings[name] is not binding:
        above = way.graph.globals.bindings[name]
        return [*_from(asked, way, build, name, above, at, depth + 1), f"declared in line {pair.line}"]
    found: list[Origin] = [Node(pair.source, pair.span)]
    stage = _stage_at(way, pair.line)
    inner = words.variables(pair.value.text) if pair.value is not None and depth < _MOST else []
    scope = _scope(way, binding.instruction, stage) if binding.instruction is not None else {}
    for used in dict.fromkeys(use.name for use in inner):
        other = scope.get(used)
        if other is not None and other is not binding:
            found += _from(asked, way, build, used, other, at, depth + 1)
    return found[: 2 * _MOST]


def _given(asked: Asked, link: ServiceBuild, name: str) -> list[Origin]:
    config = link.service.build
    argument = next((one for one in (config.args if config is not None else ()) if one.name == name), None)
    return given_at(asked, link.model, link.service, argument) if argument is not None else []


def _copied(asked: Asked, account: Account, build: Build, at: Copy | Add, stage: Stage) -> None:
    """What a COPY or ADD takes."""
    from dlint.model.dockerfile.taken import local_path

    if isinstance(at, Copy) and at.from_ is not None:
        found = stage.source_of(at)
        text = found.name or f"stage {found.index}" if found is not None else at.from_.text
        account.add("copies from", asked.shown.text(text), found.from_ if found is not None else at.from_)
        return
    for word in at.sources:
        path = local_path(word, at, stage)
        if path is None or any(sign in path for sign in "*?["):
            account.add(
                "copies", None, word, "a pattern, a variable or an address" if path is None else f"all of {path}"
            )
            continue
        shown = asked.shown.text(path)
        kept_out = build.contents.kept_out_by(path)
        if kept_out is not None:
            account.add("copies", f"nothing of {shown}", kept_out, "an ignore pattern keeps it out")
        elif not build.contents.has(path):
            account.add("copies", f"{shown}, which is not there", word)
        else:
            account.add("copies", f"{shown}{_size(build, path)}", word)


def _size(build: Build, path: str) -> str:
    inner = "" if path == "." else path
    if not build.project.is_dir(build.contents.path(path)):
        return ""
    return f", {counted(sum(1 for _ in build.files(inner)), 'entry', 'entries')}"


def _running(asked: Asked, account: Account, build: Build, stage: Stage | None, shipped: Stage | None) -> None:
    """What the container does, if the stage is part of what is shipped."""
    if shipped is None or (stage is not None and not stage.layered):
        return
    link = build.links[0] if len(build.links) == 1 else None
    image = link.model.image_of(link.service) if link is not None else None
    service = link.service if link is not None and link.is_service else None
    own = OwnImage.of_stage(shipped)
    serving = serving_of(service, link.model) if link is not None and service is not None else build.serves(own)
    running(account, image or own, service, asked.shown, serving)
    if link is not None and service is not None:
        needs(asked, account, link.model, service)
