"""Goes through a Dockerfile once a build: file, stages, instructions, RUN scripts and their commands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from dlint.config.dispatch import Dispatch, EnabledRule, spoken_of
from dlint.lint.sink import Sink
from dlint.model.dockerfile.graph import Stage, StageGraph
from dlint.project.kinds import is_workflow
from dlint.rule.finding import Finding
from dlint.rule.rule import Related
from dlint.source import Node, Source, Span
from dlint.syntax.dockerfile.parser import Cmd, Dockerfile, Entrypoint, Healthcheck, Instruction, Onbuild, Run
from dlint.syntax.dockerfile.validate.file import template_line
from dlint.syntax.fault import Fault
from dlint.syntax.templates import is_templated
from dlint.workspace.contexts import Contexts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.lint.file_run import FileRun
    from dlint.shellcheck.scripts import CheckedScript
    from dlint.suppress.comments import Below
    from dlint.suppress.comments import Stage as Covers
    from dlint.syntax.shell.script import Script, ShellCommand
    from dlint.workspace.configured import Configured
    from dlint.workspace.service_build import ServiceBuild


def walk(at: FileRun) -> None:
    """Lint one Dockerfile."""
    walk_builds(at, at.source, at.workspace.builds_of(at.path))


def walk_builds(at: FileRun, source: Source, builds: Sequence[ServiceBuild]) -> None:
    """Lint a Dockerfile's text, which may stand in a Compose file, for each way it is built."""
    config = at.config
    ways = at.workspace.configured(source, builds, config["build-args"], config["targets"])
    at.run.ways[source] = ways
    graph = ways[0].graph
    also = _comments(at, graph)
    found: list[tuple[Configured, Sink]] = []
    first = len(at.sink.findings)
    template = is_templated(at.path) or template_line(graph.dockerfile) is not None
    for way in ways:
        sink = Sink(at.sink) if len(ways) > 1 else at.sink
        way.graph.context = contexts = Contexts(at.workspace, way, at.run.is_excluded)
        if at.target or way.graph.usage.given:
            # What a service gives to FROM is wrong at the service.
            start = len(sink.findings)
            _Walk(sink, at.path, at.plan("dockerfile", also=also), way.graph).file()
            if template:
                from dlint.lint.templates import of_the_template

                sink.findings[start:] = of_the_template(sink.findings[start:])
        if not template:
            _walk_builds(at, sink, way.graph, contexts, also)
        found.append((way, sink))
    if len(ways) > 1:
        from dlint.lint.builds import joined

        at.sink.take(joined([(way, sink.findings) for way, sink in found]))
    if any(is_workflow(path) for path in {finding.source.path for finding in at.sink.findings[first:]}):
        at.sink.findings[first:] = [one for one in at.sink.findings[first:] if _finds_home(one)]


def _comments(at: FileRun, graph: StageGraph) -> frozenset[str]:
    """Read what the comments of the file hide; the rules the file itself asks for, in its words for BuildKit's."""
    tree, args = graph.dockerfile, graph.build_args
    if at.config["inline-ignores"]:
        if "dlint" in tree.source.text:
            at.sink.read_comments(((comment, comment.text) for comment in tree.comments), *_scopes(tree, graph))
        if _for_others(tree, args):
            from dlint.suppress import dockerfile_tools

            at.sink.suppressions += dockerfile_tools.of_dockerfile(tree, graph)
    if tree.check is None and "BUILDKIT_DOCKERFILE_CHECK" not in args and "experimental" not in tree.source.text:
        return frozenset()
    from dlint.suppress.buildkit import BuildKitOutcome, RequestedChecks

    wishes = RequestedChecks(tree, graph)
    if wishes.fatal or wishes.inside:
        configured = {entry.rule.name for entry in at.plan("dockerfile").active}
        at.sink.outcomes.append(BuildKitOutcome(at.path, graph, wishes, configured))
    return wishes.rules


def _walk_builds(at: FileRun, sink: Sink, graph: StageGraph, contexts: Contexts, also: frozenset[str]) -> None:
    """Show each build of the file, with its context, to the rules across files."""
    plan = at.plan("build", also=also)
    if plan.active:
        from dlint.workspace.build import Build

        entries = spoken_of(plan.of(Build), graph)
        for build in contexts.builds if entries else ():
            sink.visit(entries, build, graph, build.service.name if build.service is not None else "", at.path)


def _finds_home(finding: Finding) -> bool:
    """Move a finding out of a workflow that is no place for it, to what it is about; False if that is nowhere."""
    if finding.rule.page.workflows or not is_workflow(finding.path):
        return True
    home = next((one for one in finding.related if not is_workflow(one.where.source.path)), None)
    if home is None:
        return False
    asked = Related(Node(finding.source, finding.span), "the build that asks for it")
    finding.related = [asked, *(one for one in finding.related if one is not home)]
    finding.source, finding.span, finding.fix = home.where.source, home.where.span, None
    return True


def scripts(at: FileRun) -> Iterator[CheckedScript]:
    """The scripts of one Dockerfile that ShellCheck is to read, those of ONBUILD triggers among them."""
    yield from scripts_in(at, at.source, at.workspace.builds_of(at.path))


def scripts_in(at: FileRun, source: Source, builds: Sequence[ServiceBuild]) -> Iterator[CheckedScript]:
    """The same for a text that may stand in a Compose file; each script in a build that needs its stage."""
    from dlint.shellcheck.remark import Remark
    from dlint.shellcheck.scripts import of_instruction

    wanting = [entry.options for entry in at.plan("dockerfile").of(Remark)]
    plain_sh = any(options.get("plain_sh") for options in wanting)
    kinds: tuple[type[Instruction], ...] = (Run,)
    if any(options.get("commands") for options in wanting):
        kinds = (Run, Cmd, Entrypoint, Healthcheck)
    graphs = [
        way.graph for way in at.workspace.configured(source, builds, at.config["build-args"], at.config["targets"])
    ]
    if is_templated(at.path) or template_line(graphs[0].dockerfile) is not None:
        return
    for index, first in enumerate(graphs[0].stages):
        stage = next((graph.stages[index] for graph in graphs if graph.stages[index].reachable), first)
        anchor = stage.name or str(stage.index)
        for instruction in stage.instructions:
            subject = instruction.trigger if type(instruction) is Onbuild else instruction
            if isinstance(subject, kinds):
                yield from of_instruction(stage, subject, anchor, plain_sh=plain_sh)


# What comments for other tools have in them.
_OTHERS = ("hadolint", "tally", "trivy:", "checkov:", "nosemgrep", "kics-scan")


def _for_others(tree: Dockerfile, args: Mapping[str, str | None]) -> bool:
    """Whether there may be comments for other tools that hide findings."""
    if tree.check is not None or "BUILDKIT_DOCKERFILE_CHECK" in args:
        return True
    if not _may_be_for_others(tree.source.lowered):
        return False
    return any(_may_be_for_others(comment.text.lower()) for comment in tree.comments)


def _may_be_for_others(comment: str) -> bool:
    """Whether a comment, or one of a whole text, in lower case, may be for another tool."""
    return ("check" in comment and "=" in comment) or any(map(comment.__contains__, _OTHERS))


class _Walk:
    """Shows a Dockerfile to the rules of a plan, without those whose words it lacks."""

    __slots__ = ("sink", "path", "plan", "graph", "kinds", "named", "scripts", "every")

    def __init__(self, sink: Sink, path: str, plan: Dispatch, graph: StageGraph) -> None:
        from dlint.syntax.shell.script import Script, ShellCommand

        self.sink = sink
        self.path = path
        self.plan = plan
        self.graph = graph
        self.kinds: dict[type, Sequence[EnabledRule]] = {}
        self.named: dict[str, tuple[Sequence[EnabledRule], Sequence[EnabledRule]]] = {}
        self.every = self.of(ShellCommand)
        self.scripts = bool(plan.commands or plan.runs or plan.of(Script) or self.every)

    def of(self, kind: type) -> Sequence[EnabledRule]:
        """The rules that want nodes of a class."""
        found = self.kinds.get(kind)
        if found is None:
            found = self.kinds[kind] = spoken_of(self.plan.of(kind), self.graph)
        return found

    def of_command(self, command: ShellCommand) -> tuple[Sequence[EnabledRule], Sequence[EnabledRule]]:
        """The rules that want a command, and those that want the RUN it stands in."""
        found = self.named.get(command.name)
        if found is None:
            wanted, around = self.plan.of_command(command)
            found = self.named[command.name] = (spoken_of(wanted, self.graph), spoken_of(around, self.graph))
        return found

    def file(self) -> None:
        of, visit, path, graph = self.of, self.sink.visit, self.path, self.graph
        plan, tree = self.plan, graph.dockerfile
        visit(of(Dockerfile), tree, graph, "", path)
        visit(of(StageGraph), graph, graph, "", path)
        if plan.faults or plan.of(Fault):
            from dlint.model.dockerfile.faults import faults_of

            for fault in (*graph.syntax_faults, *faults_of(graph)):
                visit(plan.of_fault(fault), fault, graph, "", path)
        for node in (*tree.directives, *tree.comments):
            visit(of(type(node)), node, graph, "", path)
        for instruction in graph.preamble:
            self.instruction(instruction, graph.outside, "")
        for stage in graph.stages:
            anchor = stage.name or str(stage.index)
            visit(of(Stage), stage, graph, anchor, path)
            for instruction in stage.instructions:
                self.instruction(instruction, stage, anchor)

    def instruction(self, instruction: Instruction, stage: Stage, anchor: str) -> None:
        kind = type(instruction)
        entries = self.kinds.get(kind)
        if entries is None:
            entries = self.of(kind)
        if entries:
            self.sink.visit(entries, instruction, stage, anchor, self.path)
        if kind is Run:
            if self.scripts:
                self.run(instruction, stage, anchor)
        elif kind is Onbuild:
            trigger = instruction.trigger  # type: ignore[attr-defined]
            if trigger is not None:
                wanted = [entry for entry in self.of(type(trigger)) if entry.onbuild]
                self.sink.visit(wanted, trigger, stage, anchor, self.path)
                if type(trigger) is Run and self.scripts:
                    self.run(trigger, stage, anchor)

    def run(self, instruction: Instruction, stage: Stage, anchor: str) -> None:
        script: Script | None = stage.script(instruction)
        if script is None:
            return
        if not script.posix:
            if script.windows:
                self.windows(script, instruction, stage, anchor)
            return
        visit, path = self.sink.visit, self.path
        entries = self.kinds.get(type(script))
        visit(self.of(type(script)) if entries is None else entries, script, stage, anchor, path)
        runs: dict[EnabledRule, None] = {}
        named, every = self.named, self.every
        for command in script.commands:
            wanted, around = named.get(command.name) or self.of_command(command)
            if wanted:
                visit(wanted, command, stage, anchor, path)
            if around:
                runs |= dict.fromkeys(around)
            if every:
                visit(every, command, stage, anchor, path)
        if runs:
            visit(runs, instruction, stage, anchor, path)

    def windows(self, script: Script, run: Instruction, stage: Stage, anchor: str) -> None:
        """Show the commands of cmd and PowerShell to the rules that know them."""
        runs: dict[EnabledRule, None] = {}
        for command in script.commands:
            wanted, around = self.of_command(command)
            known = [entry for entry in wanted if entry.rule.check.windows]
            if known:
                self.sink.visit(known, command, stage, anchor, self.path)
            runs |= dict.fromkeys(entry for entry in around if entry.rule.check.windows)
        if runs:
            self.sink.visit(runs, run, stage, anchor, self.path)


def _scopes(tree: Dockerfile, graph: StageGraph) -> tuple[Below, Covers]:
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

    return below, stage


def _next_line(comment: Node) -> Span:
    """The first line below a comment inside a continued instruction that is not a comment itself."""
    source = comment.source
    line = comment.line + 1
    while line < source.line_count and source.line_text(line).lstrip().startswith("#"):
        line += 1
    return source.full_line_span(min(line, source.line_count))
