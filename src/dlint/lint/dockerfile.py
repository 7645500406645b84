"""Goes through a Dockerfile once: file, stages, instructions, RUN scripts and their commands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlint.config.dispatch import Active, Plan
from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.source import Node, Source, Span
from dlint.suppress.comments import Scopes
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile.parser import Cmd, Dockerfile, Entrypoint, Healthcheck, Instruction, Onbuild, Run
from dlint.syntax.dockerfile.validate.unknown import is_template
from dlint.syntax.fault import Fault

if TYPE_CHECKING:
    from dlint.lint import run as engine
    from dlint.shellcheck.scripts import CheckedScript
    from dlint.syntax.shell.script import Script


def walk(run: engine.Run, path: str, source: Source, links: dict[str, Any]) -> None:
    """Lint one Dockerfile. ``links`` maps Dockerfile paths to the compose builds that use them."""
    plan = run.plan(path, ("dockerfile",))
    config = run.config_of(path)
    builds = links.get(path, ())
    graph = _graph(run, path, source, builds)
    tree, args = graph.dockerfile, graph.build_args
    run.comments(path, ((comment, comment.text) for comment in tree.comments), _scopes(tree, graph))
    if config["inline-ignores"] and _for_others(source.text, args):
        from dlint.suppress import dockerfile_tools as suppress_peers

        run.suppressions += suppress_peers.of_dockerfile(tree, graph)
    also: frozenset[str] = frozenset()
    if tree.check is not None or "BUILDKIT_DOCKERFILE_CHECK" in args or "experimental" in source.text:
        also = _wishes(run, path, graph, plan)
        if also:
            plan = run.plan(path, ("dockerfile",), also)
    _Walk(run, path, plan).file(tree, graph)
    build_plan = run.plan(path, ("build",), also)
    if build_plan.active:
        from dlint.lint import build

        build.walk(run, path, graph, builds, build_plan)


def _graph(run: engine.Run, path: str, source: Source, builds: Any) -> StageGraph:
    """The stages of the Dockerfile at ``path``, read once."""
    graph: StageGraph | None = run.memo.get(source)
    if graph is None:
        config = run.config_of(path)
        args, targets = _build_inputs(config["build-args"], config["targets"], builds)
        graph = stages.build(dockerfile.parse(source), build_args=args, targets=targets)
        graph.run_as = [build.service.user.literal if build.service.user is not None else None for build in builds]
        run.memo[source] = graph
    return graph


def scripts(run: engine.Run, path: str, source: Source, links: Mapping[str, Any]) -> Iterator[CheckedScript]:
    """The scripts of one Dockerfile that ShellCheck is to read, those of ONBUILD triggers among them."""
    from dlint.shellcheck.scripts import Remark, of_instruction

    wanting = [entry.options for entry in run.plan(path, ("dockerfile",)).of(Remark)]
    plain_sh = any(options.get("plain_sh") for options in wanting)
    graph = _graph(run, path, source, links.get(path, ()))
    if any(map(is_template, graph.dockerfile.instructions)):
        return
    kinds: tuple[type[Instruction], ...] = (Run,)
    if any(options.get("commands") for options in wanting):
        kinds = (Run, Cmd, Entrypoint, Healthcheck)
    for stage in graph.stages:
        anchor = stage.name or str(stage.index)
        for instruction in stage.instructions:
            subject = instruction.trigger if type(instruction) is Onbuild else instruction
            if isinstance(subject, kinds):
                yield from of_instruction(stage, subject, anchor, plain_sh=plain_sh)


def _wishes(run: engine.Run, path: str, graph: StageGraph, configured: Plan) -> frozenset[str]:
    """The rules that the file itself asks for, in its words for BuildKit's checks."""
    from dlint.suppress.buildkit import Verdict, Wishes

    wishes = Wishes(graph.dockerfile, graph)
    if wishes.fatal or wishes.inside:
        run.verdicts.append(Verdict(path, graph, wishes, {entry.rule.name for entry in configured.active}))
    return wishes.rules


def _for_others(text: str, args: Mapping[str, str | None]) -> bool:
    """Whether there may be comments for other tools that hide findings."""
    words = ("skip", "check", "hadolint", "tally", "trivy:", "nosemgrep")
    return any(word in text for word in words) or "BUILDKIT_DOCKERFILE_CHECK" in args


def _build_inputs(
    args: dict[str, str | None], targets: tuple[str, ...], builds: Any
) -> tuple[dict[str, str | None], list[str]]:
    """Build arguments and targets from the configuration and from the services that build the file.

    An argument to which two services give different values is unknown: None.
    """
    joined: dict[str, str | None] = dict(args)
    wanted = list(targets)
    for build in builds:
        for name, value in build.args.items():
            joined[name] = value if joined.get(name, value) == value else None
        if build.target is not None and build.target not in wanted:
            wanted.append(build.target)
    if wanted and any(build.target is None for build in builds):
        wanted.append("")
    return joined, wanted


class _Walk:
    __slots__ = ("sink", "path", "plan", "scripts", "every")

    def __init__(self, run: engine.Run, path: str, plan: Plan) -> None:
        from dlint.syntax.shell.script import Script, ShellCommand

        self.sink = run.sink
        self.path = path
        self.plan = plan
        self.every = plan.of(ShellCommand)
        self.scripts = bool(plan.commands or plan.runs or plan.of(Script) or self.every)

    def file(self, tree: Dockerfile, graph: StageGraph) -> None:
        plan, visit, path = self.plan, self.sink.visit, self.path
        visit(plan.of(Dockerfile), tree, graph, "", path)
        visit(plan.of(StageGraph), graph, graph, "", path)
        if plan.faults or plan.of(Fault):
            for fault in (*tree.faults, *graph.faults):
                visit(plan.of_fault(fault), fault, graph, "", path)
        for node in (*tree.directives, *tree.comments):
            visit(plan.of(type(node)), node, graph, "", path)
        for instruction in graph.preamble:
            self.instruction(instruction, graph.outside, "")
        for stage in graph.stages:
            anchor = stage.name or str(stage.index)
            visit(plan.of(Stage), stage, graph, anchor, path)
            for instruction in stage.instructions:
                self.instruction(instruction, stage, anchor)

    def instruction(self, instruction: Instruction, stage: Stage, anchor: str) -> None:
        kind = type(instruction)
        entries = self.plan.of(kind)
        if entries:
            self.sink.visit(entries, instruction, stage, anchor, self.path)
        if kind is Run:
            if self.scripts:
                self.run(instruction, stage, anchor)
        elif kind is Onbuild:
            trigger = instruction.trigger  # type: ignore[attr-defined]
            if trigger is not None:
                wanted = [entry for entry in self.plan.of(type(trigger)) if entry.onbuild]
                self.sink.visit(wanted, trigger, stage, anchor, self.path)
                if type(trigger) is Run and self.scripts:
                    self.run(trigger, stage, anchor)

    def run(self, instruction: Instruction, stage: Stage, anchor: str) -> None:
        script: Script | None = stage.script(instruction)
        if script is None or not script.posix:
            return
        plan, visit, path = self.plan, self.sink.visit, self.path
        visit(plan.of(type(script)), script, stage, anchor, path)
        runs: dict[Active, None] = {}
        for command in script.commands:
            wanted, around = plan.of_command(command)
            if wanted:
                visit(wanted, command, stage, anchor, path)
            if around:
                runs |= dict.fromkeys(around)
            if self.every:
                visit(self.every, command, stage, anchor, path)
        if runs:
            visit(runs, instruction, stage, anchor, path)


def _scopes(tree: Dockerfile, graph: StageGraph) -> Scopes:
    def below(comment: Node) -> Span:
        inside = getattr(comment, "inside", None)
        if inside is not None:
            return _next_line(comment)
        at = bisect_left(tree.instructions, comment.span[1], key=lambda instruction: instruction.span[0])
        if at < len(tree.instructions):
            return tree.instructions[at].span
        return Span(comment.span[1], comment.span[1])

    def stage(comment: Node) -> Span | None:
        ends = [s.span[0] for s in graph.stages[1:]] + [len(comment.source.text) + 1]
        below_it = below(comment)[0]
        for candidate, end in zip(graph.stages, ends, strict=True):
            if candidate.span[0] <= below_it < end:
                return Span(candidate.span[0], end)
        return None

    return Scopes(below, stage)


def _next_line(comment: Node) -> Span:
    """The first line below a comment inside a continued instruction that is not a comment itself."""
    source = comment.source
    line = comment.line + 1
    while line < source.line_count and source.line_text(line).lstrip().startswith("#"):
        line += 1
    return source.full_line_span(min(line, source.line_count))
