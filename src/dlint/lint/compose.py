"""Goes through Compose files: each file as written, then once the effective model it belongs to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlint.model.compose import files as compose_files
from dlint.model.compose import model as models
from dlint.model.compose.model import ComposeModel
from dlint.model.compose.validate import validate
from dlint.rule.finding import Finding
from dlint.rule.rule import Related
from dlint.source import Node, Source, Span
from dlint.suppress.comments import Scopes
from dlint.syntax.compose import file as compose
from dlint.syntax.compose.file import ComposeFile
from dlint.syntax.fault import Fault
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlSeq
from dlint.workspace.service_build import ServiceBuild, service_builds

if TYPE_CHECKING:
    from dlint.config.dispatch import Plan
    from dlint.lint import run as engine
    from dlint.shellcheck.scripts import CheckedScript
    from dlint.syntax.compose.service import Service

_PARTS = ("ports", "mounts", "environment", "env_files", "labels", "devices", "tmpfs", "ulimits", "depends_on")
_VIEWS = ("build", "healthcheck", "deploy", "logging")
_DEFINITIONS = ("networks", "volumes", "configs", "secrets", "models", "include")


def links(run: engine.Run, known: Mapping[str, str]) -> dict[str, list[ServiceBuild]]:
    """The services that build each Dockerfile, by the Dockerfile's path."""
    paths = sorted(path for path, kind in known.items() if kind == "compose")
    run.memo[_pieces] = _pieces(run, [model for path in paths if (model := model_of(run, path)) is not None])
    found: dict[str, list[ServiceBuild]] = {}
    for model in {id(model): model for path in paths if (model := model_of(run, path)) is not None}.values():
        for build in service_builds(model):
            found.setdefault(build.dockerfile, []).append(build)
    return found


def _pieces(run: engine.Run, models: Sequence[ComposeModel]) -> dict[str, ComposeModel]:
    """The files that are no project of their own, with the first project that has them as a piece.

    They are included, or extended and have a service with nothing to run.
    """
    pieces: dict[str, ComposeModel] = {}
    for model in models:
        for path in sorted(model.included) + sorted(path for path in model.extended if _is_bare(run, path)):
            pieces.setdefault(path, model)
    return pieces


def _is_bare(run: engine.Run, path: str) -> bool:
    """Whether a file stands alone and gives a service nothing to run."""
    if posixpath.basename(path) in compose_files.BASES or len(_group(run, path)) > 1:
        return False
    file = _file(run, path)
    return file is not None and bool(compose_files.bare_services(file))


def model_of(run: engine.Run, path: str) -> ComposeModel | None:
    """The effective model a Compose file belongs to, or None if it cannot be read."""
    piece: ComposeModel | None = run.memo.get(_pieces, {}).get(path)
    if piece is not None:
        return piece
    group = _group(run, path)
    memo = run.memo
    if group not in memo:
        files = [file for member in group if (file := _file(run, member)) is not None]
        model = models.build(files, run.project.read, {}) if files else None
        if model is not None:
            model.project = run.project
        memo[group] = model
    found: ComposeModel | None = memo[group]
    return found


def _group(run: engine.Run, path: str) -> tuple[str, ...]:
    key = (_group, path)
    if key not in run.memo:
        targets = [target for target, kind in run.targets.items() if kind == "compose"]
        run.memo[key] = compose_files.group(run.project, path, targets, lambda member: _file(run, member))
    found: tuple[str, ...] = run.memo[key]
    return found


def _file(run: engine.Run, path: str) -> ComposeFile | None:
    if path not in run.memo:
        source = run.project.read(path)
        run.memo[path] = compose.parse(source) if source is not None else None
    found: ComposeFile | None = run.memo[path]
    return found


def walk(run: engine.Run, path: str, source: Source, links: dict[str, Any]) -> None:
    """Lint one Compose file: what it says itself, what comes of it in the effective model, the Dockerfiles in it."""
    plan = run.plan(path, ("compose",))
    file = _file(run, path)
    model = model_of(run, path)
    if file is None or model is None:
        return
    _dockerfiles(run, path, links.get(path, ()))
    run.comments(path, ((comment, comment.text) for comment in file.comments), _scopes(file))
    if "dclint" in source.text and run.config_of(path)["inline-ignores"]:
        from dlint.suppress import compose_tools as suppress_dclint

        run.suppressions.extend(suppress_dclint.of_compose(file))
    visit = run.sink.visit
    visit(plan.of(ComposeFile), file, model, "", path)
    for fault in file.faults:
        visit(plan.of_fault(fault), fault, model, "", path)
    done = (id(model), id(plan))
    if done in run.memo:
        return
    run.memo[done] = True
    visit(plan.of(ComposeModel), model, model, "", path)
    if plan.faults or plan.of(Fault):
        for fault in validate(model, run.project.exists):
            visit(plan.of_fault(fault), _shown(run, fault, model), model, "", path)
    for name in _DEFINITIONS:
        for definition in getattr(model, name):
            visit(plan.of(type(definition)), definition, model, getattr(definition, "name", ""), path)
    start = len(run.sink.findings)
    for service in model.services:
        before = len(run.sink.findings)
        _service(run, plan, service, model, path)
        _bring_home(run, service, model, before)
    shared = any("&" in file.source.text or "extends" in file.source.text for file in model.files) or not model.whole
    if (shared or "include" in model.map) and not run.config_of(path)["services"]:
        _join_shared(run, start)


def _dockerfiles(run: engine.Run, path: str, builds: Sequence[ServiceBuild]) -> None:
    """Lint the Dockerfiles that stand in a Compose file, each once with all the services that build it."""
    for inner, found in _inline(run, path, builds):
        from dlint.lint import dockerfile

        run.with_inline.add(path)
        dockerfile.walk(run, path, inner, {path: found})


def _inline(run: engine.Run, path: str, builds: Sequence[ServiceBuild]) -> list[tuple[Source, Sequence[ServiceBuild]]]:
    """The Dockerfiles that stand in a Compose file with the services that build each, read once."""
    key = ("inline", path)
    if key not in run.memo:
        inline: dict[Span, list[ServiceBuild]] = {}
        for build in builds:
            if build.inline is not None:
                inline.setdefault(build.inline.span, []).append(build)
        run.memo[key] = []
        if inline:
            from dlint.workspace.inline_dockerfile import inline_source

            run.memo[key] = [(inline_source(found[0].inline), found) for found in inline.values() if found[0].inline]
    known: list[tuple[Source, Sequence[ServiceBuild]]] = run.memo[key]
    return known


def scripts(run: engine.Run, path: str, source: Source, links: Mapping[str, Any]) -> Iterator[CheckedScript]:
    """The scripts of one Compose file that ShellCheck is to read."""
    for inner, found in _inline(run, path, links.get(path, ())):
        from dlint.lint import dockerfile

        yield from dockerfile.scripts(run, path, inner, {path: found})
    text = source.text
    model = model_of(run, path) if "healthcheck" in text or "command" in text or "entrypoint" in text else None
    if model is not None:
        from dlint.shellcheck.service_scripts import of_service

        for service in model.services:
            yield from of_service(service)


def _shown(run: engine.Run, fault: Fault, model: ComposeModel) -> Fault:
    """The fault, or, if it stands in a file that is not linted, one at the key through which that file came in."""
    path = fault.source.path
    if path in run.targets or not model.files:
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


def _bring_home(run: engine.Run, service: Service, model: ComposeModel, before: int) -> None:
    """Show what a service extends from a file that is not linted at its own ``extends``; ``before``: findings so far.

    The service runs with it, and its own file is the one that is looked at.
    """
    if all(finding.source.path in run.targets for finding in run.sink.findings[before:]):
        return
    written = [own for file in model.files for own in file.services if own.name == service.name]
    extends = next((entry for own in written if (entry := own.map.entry("extends")) is not None), None)
    if extends is None or extends.source.path not in run.targets:
        return
    for finding in run.sink.findings[before:]:
        path = finding.source.path
        if path not in run.targets:
            origin = Node(finding.source, finding.span)
            finding.message = f"In `{path}`, line {origin.line}: {finding.message}"
            finding.related = [Related(origin, "It stands here"), *finding.related]
            finding.source, finding.span, finding.fix = extends.source, extends.key.span, None


def _join_shared(run: engine.Run, start: int) -> None:
    """Make one finding of those that several services have in one place, which they share by an anchor or extends.

    ``start``: findings of other nodes. Not to be used where the configuration excuses single services.
    """
    found: dict[tuple[str, str, Span], list[Finding]] = {}
    for finding in run.sink.findings[start:]:
        found.setdefault((finding.rule.name, finding.source.path, finding.span), []).append(finding)
    dropped = set()
    for same in found.values():
        first = same[0]
        others = {finding.anchor: finding for finding in same if finding.anchor != first.anchor}
        if others:
            first.message += f" (and {len(others)} more service{'s' if len(others) > 1 else ''})"
            dropped |= {id(finding) for finding in same if finding.anchor != first.anchor}
    if dropped:
        run.sink.findings[start:] = [finding for finding in run.sink.findings[start:] if id(finding) not in dropped]


def _service(run: engine.Run, plan: Plan, service: Service, model: ComposeModel, path: str) -> None:
    visit = run.sink.visit
    visit(plan.of(type(service)), service, model, service.name, path)
    for name in _PARTS:
        for part in getattr(service, name):
            visit(plan.of(type(part)), part, service, service.name, path)
    for name in _VIEWS:
        view = getattr(service, name)
        if view is not None:
            visit(plan.of(type(view)), view, service, service.name, path)


def _scopes(file: ComposeFile) -> Scopes:
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

    return Scopes(below, lambda comment: None)


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
