"""Goes through Compose files: each file as written, then once the effective model it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlint.model.compose.model import ComposeModel
from dlint.model.compose.validate import validate
from dlint.rule.finding import Finding
from dlint.rule.rule import Related
from dlint.source import Node, Span
from dlint.syntax.compose.file import ComposeFile
from dlint.syntax.fault import Fault
from dlint.syntax.templates import is_templated, mark_in, template_fault
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.dispatch import Dispatch, EnabledRule
    from dlint.lint.file_run import FileRun
    from dlint.shellcheck.scripts import CheckedScript
    from dlint.suppress.comments import Below
    from dlint.syntax.compose.service import Service

# Keys of a service, and what the view of a service calls what stands there.
_PARTS = (
    ("ports", "ports"), ("volumes", "mounts"), ("environment", "environment"), ("env_file", "env_files"),
    ("labels", "labels"), ("devices", "devices"), ("tmpfs", "tmpfs"), ("ulimits", "ulimits"),
    ("depends_on", "depends_on"),
)  # fmt: skip
_VIEWS = ("build", "healthcheck", "deploy", "logging")
_DEFINITIONS = ("networks", "volumes", "configs", "secrets", "models", "include")


def walk(at: FileRun) -> None:
    """Lint one Compose file: what it says itself, what comes of it in the effective model, the Dockerfiles in it."""
    plan = at.plan("compose")
    file = at.workspace.compose_file(at.path)
    model = at.workspace.model_of(at.path)
    if file is None or model is None:
        return
    for inner, builds in at.workspace.inline_of(at.path):
        from dlint.lint import dockerfile

        dockerfile.walk_builds(at, inner, builds)
    if at.config["inline-ignores"]:
        if at.source.mentions("dlint"):
            at.sink.read_comments(((comment, comment.text) for comment in file.comments), _below(file))
        if "dclint" in at.source.text:
            from dlint.suppress import compose_tools

            at.sink.suppressions.extend(compose_tools.of_compose(file))
        if "nosemgrep" in at.source.text or "kics-scan" in at.source.text:
            from dlint.suppress import compose_scanners

            at.sink.suppressions.extend(compose_scanners.of_compose(file, _below(file)))
    if at.target:
        visit = at.sink.visit
        visit(plan.of(ComposeFile), file, model, "", at.path)
        mark = mark_in(file)
        for fault in file.faults if mark is None else [template_fault(mark)]:
            visit(plan.of_fault(fault), fault, model, "", at.path)
    _walk_model(at, model)


def _walk_model(at: FileRun, model: ComposeModel) -> None:
    """Show the effective model to the rules, once a run; each file of it has the findings of its own configuration."""
    if not at.sink.begins(model):
        return
    main = at.of(model.files[0].source.path) if model.files else at
    plans: dict[Dispatch, FileRun] = {}
    for path in dict.fromkeys((main.path if main is not None else at.path, *sorted(model.paths))):
        one = at.of(path)
        if one is not None:
            plans.setdefault(one.plan("compose"), one)
    home = next(iter(plans), None)
    shown = at.workspace.at_home(model)
    template = any(_is_template(file) for file in model.files)
    for plan, one in plans.items():
        start = len(at.sink.findings)
        if not at.run.of_builds:
            _show_model(one, plan, model)
        elif plan.blaming.active:
            own = model.with_images(lambda service: at.workspace.own_image_of(model, service))
            _show_model(one, plan.blaming, own)
        if template:
            from dlint.lint.templates import of_the_template

            at.sink.findings[start:] = of_the_template(at.sink.findings[start:])
        if len(shown) < len(model.paths):
            at.sink.keep(start, lambda finding: finding.path in shown or finding.path not in model.paths)
        if len(plans) > 1:
            at.sink.keep(start, lambda finding, plan=plan: _plan_for(at, finding, model, home) is plan)  # type: ignore[misc]


def _is_template(file: ComposeFile) -> bool:
    return is_templated(file.source.path) or mark_in(file) is not None


def _plan_for(at: FileRun, finding: Finding, model: ComposeModel, home: Dispatch | None) -> Dispatch | None:
    """The rules that count for a finding: those of its own file, if that is a Compose file of the model."""
    return at.run.plan(finding.path, ("compose",)) if finding.path in model.paths else home


def _show_model(at: FileRun, plan: Dispatch, model: ComposeModel) -> None:
    visit, path = at.sink.visit, at.path
    unspoken = _unspoken(plan, model)
    visit([entry for entry in plan.of(ComposeModel) if entry not in unspoken], model, model, "", path)
    if plan.faults or plan.of(Fault):
        start = len(at.sink.findings)
        for fault in validate(model, at.workspace.files.exists):
            visit(plan.of_fault(fault), _shown(at, fault, model), model, "", path)
        _name_ways_in(at.sink.findings[start:], model)
    for name in _DEFINITIONS:
        for definition in getattr(model, name):
            visit(plan.of(type(definition)), definition, model, getattr(definition, "name", ""), path)
    start = len(at.sink.findings)
    linted: dict[str, bool] = {}
    for service in model.services:
        before = len(at.sink.findings)
        _service(at, plan, service, model, unspoken)
        _bring_home(at, service, model, before, linted)
    shared = any("&" in file.source.text or "extends" in file.source.text for file in model.files) or not model.whole
    if (shared or "include" in model.map) and not at.config["services"]:
        _join_shared(at, start)


def _unspoken(plan: Dispatch, model: ComposeModel) -> frozenset[EnabledRule]:
    """The rules of whose words none stands in the model's files; none if another file may bring a word."""
    if len(model.paths) > len(model.files):
        return frozenset()
    quiet = plan.speaking
    for file in model.files:
        if "env_file" in file.source.text:
            return frozenset()
        text = file.source.lowered
        quiet = [entry for entry in quiet if not any(map(text.__contains__, entry.words or ()))]
    return frozenset(quiet)


def scripts(at: FileRun) -> Iterator[CheckedScript]:
    """The scripts of one Compose file that ShellCheck is to read."""
    for inner, builds in at.workspace.inline_of(at.path):
        from dlint.lint import dockerfile

        yield from dockerfile.scripts_in(at, inner, builds)
    text = at.source.text
    if not ("healthcheck" in text or "command" in text or "entrypoint" in text):
        return
    model = at.workspace.model_of(at.path)
    if model is not None:
        from dlint.shellcheck.service_scripts import of_service

        for service in model.services:
            yield from of_service(service)


def _shown(at: FileRun, fault: Fault, model: ComposeModel) -> Fault:
    """The fault, or, if it stands in a file that is none of the project's, one at the key through which it came in."""
    path = fault.source.path
    if _is_linted(at, path) or not model.files:
        return fault
    main = model.files[0]
    used = main.map.entry("include")
    for service in main.services:
        if used is None:
            used = service.map.entry("extends")
    if used is None or path.endswith(".env"):
        used = next((entry for entry in main.map.entries if entry.source is main.source), None)
    where = used.key if used is not None else main
    message = f"In `{path}`, line {fault.line}: {fault.message}"
    return Fault(where.source, where.span, fault.kind, message, None, fault)


def _is_linted(at: FileRun, path: str) -> bool:
    """Whether what is wrong with a file is reported there: it is one of the project's, and nobody leaves it out."""
    return path in at.workspace.kinds and not at.run.is_excluded(path)


def _name_ways_in(findings: Iterable[Finding], model: ComposeModel) -> None:
    """Relate what is wrong in an extended or included file to the key by which the project has it."""
    own = {file.source.path for file in model.files}
    for finding in findings:
        if finding.source.path not in own:
            from dlint.model.compose.origins import origins

            service = next((one for one in model.services if _holds(one, finding)), None)
            finding.related = [*finding.related, *origins(model, service, Node(finding.source, finding.span))]


def _holds(service: Service, finding: Finding) -> bool:
    """Whether a finding stands at a value of a service, wherever that was written."""
    entries = service.map.entries if isinstance(service.node, YamlMap) else ()
    start, end = finding.span
    return any(
        entry.source is finding.source and entry.span[0] <= start and end <= max(entry.span[1], entry.value.span[1])
        for entry in entries
    )


def _bring_home(at: FileRun, service: Service, model: ComposeModel, before: int, linted: dict[str, bool]) -> None:
    """Show what a service extends from a file that nobody lints at its own ``extends``; ``before``: findings so far.

    The service runs with it, and its own file is the one that is looked at. ``linted`` is what is known of files.
    """
    paths = {finding.source.path for finding in at.sink.findings[before:]}
    linted.update((path, _is_linted(at, path)) for path in paths - linted.keys())
    if all(map(linted.__getitem__, paths)):
        return
    written = [own for file in model.files for own in file.services if own.name == service.name]
    extends = next((entry for own in written if (entry := own.map.entry("extends")) is not None), None)
    if extends is None:
        return
    for finding in at.sink.findings[before:]:
        path = finding.source.path
        if not linted[path]:
            origin = Node(finding.source, finding.span)
            finding.message = f"In `{path}`, line {origin.line}: {finding.message}"
            finding.related = [Related(origin, "It stands here"), *finding.related]
            finding.source, finding.span, finding.fix = extends.source, extends.key.span, None


def _join_shared(at: FileRun, start: int) -> None:
    """Make one finding of those that several services have in one place, which they share by an anchor or extends.

    ``start``: findings of other nodes. Not to be used where the configuration excuses single services.
    """
    found: dict[tuple[str, str, Span], list[Finding]] = {}
    for finding in at.sink.findings[start:]:
        found.setdefault((finding.rule.name, finding.source.path, finding.span), []).append(finding)
    dropped = set()
    for same in found.values():
        first = same[0]
        others = {finding.anchor: finding for finding in same if finding.anchor != first.anchor}
        if others:
            first.message += f" (and {len(others)} more service{'s' if len(others) > 1 else ''})"
            dropped |= {id(finding) for finding in same if finding.anchor != first.anchor}
    if dropped:
        at.sink.findings[start:] = [finding for finding in at.sink.findings[start:] if id(finding) not in dropped]


def _service(
    at: FileRun, plan: Dispatch, service: Service, model: ComposeModel, unspoken: frozenset[EnabledRule]
) -> None:
    visit, path, keys = at.sink.visit, at.path, service.map.index
    visit(plan.of_mapping(type(service), keys, unspoken), service, model, service.name, path)
    for key, name in _PARTS:
        for part in getattr(service, name) if key in keys else ():
            visit(plan.of(type(part)), part, service, service.name, path)
    for name in _VIEWS:
        view = getattr(service, name) if name in keys else None
        if view is not None:
            visit(plan.of(type(view)), view, service, service.name, path)


def _below(file: ComposeFile) -> Below:
    def below(comment: Node) -> Span:
        source = comment.source
        line = comment.line
        if source.line_text(line).lstrip().startswith("#"):
            line += 1
            while line < source.line_count and source.line_text(line).lstrip()[:1] in ("", "#"):
                line += 1
            for node in _lines(file):
                if node.line == line:
                    start = source.full_line_span(line)[0]
                    return Span(start, max(node.span[1], source.line_span(line).end))
        return source.full_line_span(min(line, source.line_count))

    return below


def _lines(file: ComposeFile) -> Iterator[Node]:
    """Entries and items of the file, outer before inner."""
    stack: list[YamlNode] = list(reversed(file.stream.documents))
    while stack:
        node = stack.pop()
        if isinstance(node, YamlMap):
            for entry in node.entries:
                if isinstance(entry, YamlEntry):
                    yield entry
                if entry.value.source is file.source and entry.value.alias is None:
                    stack.append(entry.value)
        elif isinstance(node, YamlSeq):
            yield from node.items
            stack.extend(item for item in node.items if item.alias is None)
