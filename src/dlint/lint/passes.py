"""What happens to the findings of a run once all files were shown: one function a step, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from dlint.config.catalogue import Catalogue
from dlint.lint import causes, redaction
from dlint.rule.finding import Finding, Gathered, Suppressed, number
from dlint.rule.hidden import Hidden
from dlint.rule.load import builtin
from dlint.rule.rule import Related, Rule
from dlint.source import Node, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.dispatch import Dispatch, EnabledRule
    from dlint.lint.file_run import RunState
    from dlint.rule.severity import Severity
    from dlint.suppress.comments import Suppression

_MOST_HINTS = 50


def finish(run: RunState, unread: frozenset[str]) -> list[Finding]:
    """The findings to show, sorted and numbered, suppressed ones marked."""
    targets = run.targets
    _hide_by_comments(run)
    _judge_for_buildkit(run)
    _excuse_services(run)
    plans = _Plans(run)
    _gather(run, plans)
    if not run.settings.own_only:
        _judge_comments(run, targets, unread)
    least = {path: run.config_of(path).show_from for path in {finding.source.path for finding in run.sink.findings}}
    found = [finding for finding in run.sink.findings if _is_shown(run, finding, targets, least)]
    paths = {finding.source.path for finding in found}
    found = causes.one_each(found, {path: plans[path].yields_to for path in paths})
    found = causes.joined(found, {path: plans[path].once for path in paths})
    # Nobody holds a changed file of another builder to what its tools accept.
    for finding in found if run.workspace.of_kind("builder") else ():
        if finding.fix is not None and any(_of_builder(run, edit.source.path) for edit in finding.fix.edits):
            finding.fix = None
    if run.settings.at_cause:
        for finding in found:
            if finding.path not in targets:
                _move_to_cause(finding, targets)
    found.sort(key=lambda finding: (finding.source.path, finding.span, finding.rule.name, finding.message))
    number(found)
    return found


def _hide_by_comments(run: RunState) -> None:
    if not run.sink.suppressions:
        return
    from dlint.suppress.comments import apply

    for suppression in run.sink.suppressions:
        suppression.move_out()
    apply(run.sink.findings, run.sink.suppressions, lambda name: _named(run, name), run.settings.today)


def _judge_for_buildkit(run: RunState) -> None:
    """Say where the builder would stop because the file makes its warnings errors."""
    sink = run.sink
    for outcome in sink.outcomes:
        sink.findings = outcome.allowed(sink.findings)
        failed = outcome.judge(sink.findings)
        if failed is not None:
            sink.visit(run.plan(outcome.path, ("dockerfile",)).of(type(failed)), failed, None, "", outcome.path)


def _excuse_services(run: RunState) -> None:
    """Hide what the ``services`` tables of the configuration accept for a Compose service."""
    tables = {path: run.config_of(path)["services"] for path in {finding.source.path for finding in run.sink.findings}}
    if not any(tables.values()):
        return
    from fnmatch import fnmatchcase

    for finding in run.sink.findings:
        if finding.rule.kind != "compose" or not finding.anchor or finding.suppressed:
            continue
        for table in tables[finding.path]:
            if any(fnmatchcase(finding.anchor, pattern) for pattern in table.get("names", ())) and any(
                finding.rule.name in _named(run, name) for name in table.get("ignore", ())
            ):
                finding.suppressed = Suppressed("config", table.get("reason", ""))
                break


def _everything(run: RunState, path: str) -> Dispatch:
    """All the rules that may speak about the file at ``path``."""
    kind = run.targets.get(path) or run.workspace.kinds.get(path, "file")
    inner = ("dockerfile",) if kind in ("compose", "builder") and run.workspace.inline_of(path) else ()
    return run.plan(path, ("file", "compose" if kind == "builder" else kind, "build", *inner))


class _Plans(dict[str, "Dispatch"]):
    """All the rules that may speak about a file, by its path; worked out once."""

    def __init__(self, run: RunState) -> None:
        self._run = run

    def __missing__(self, path: str) -> Dispatch:
        self[path] = found = _everything(self._run, path)
        return found


def _gather(run: RunState, plans: _Plans) -> None:
    """Report in one finding what rules found that are on only for another's sake; what is hidden stays out."""
    sink = run.sink
    gathered = {path: plans[path].gathered for path in {finding.source.path for finding in sink.findings}}
    if not any(gathered.values()):
        return
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    gatherers: dict[str, EnabledRule] = {}
    kept: list[Finding] = []
    for finding in sink.findings:
        path = finding.source.path
        gatherer = gathered[path].get(finding.rule.name)
        if gatherer is None or finding.suppressed is not None:
            kept.append(finding)
        else:
            gatherers[gatherer.rule.name] = gatherer
            groups.setdefault((path, gatherer.rule.name, finding.anchor), []).append(finding)
    sink.findings = kept
    for (path, name, anchor), parts in groups.items():
        order = gatherers[name].rule.page.gathers.index
        parts.sort(key=lambda part: order(part.rule.name))
        sink.visit((gatherers[name],), Gathered(anchor, parts), None, anchor, path)


def _named(run: RunState, written: str) -> set[str]:
    """The names of findings that ``written`` means; for a rule that gathers codes, these too."""
    rules = run.catalogue.find(written)
    names = {rule.name for rule in rules} | {part for rule in rules for part in rule.page.gathers}
    if any(rule.page.codes for rule in rules):
        found = {finding.rule.name for finding in run.sink.findings}
        names |= {name for name in found for rule in rules if rule.page.code(name)}
    return names


def _judge_comments(run: RunState, targets: Mapping[str, str], unread: frozenset[str]) -> None:
    """Show the suppressions of the targets to the rules about them, with what is known of each."""
    hints: dict[str, int] = {}
    everything = Everything(run.catalogue)
    for suppression in run.sink.suppressions:
        path = suppression.source.path
        if path not in targets:
            continue
        if suppression.tool == "dlint":
            _judge(run, suppression, everything, path in unread, hints)
        entries = run.plan(path, ("file",)).of(type(suppression))
        run.sink.visit(entries, suppression, run.config_of(path), "", path)


class Everything:
    """All rules there are, whatever files are at hand; looked for only if those at hand have not got the name."""

    def __init__(self, near: Catalogue) -> None:
        self._near = near
        self._all: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """All of them."""
        if self._all is None:
            self._all = Catalogue({**builtin(), **self._near.rules})
        return self._all

    def find(self, written: str) -> list[Rule]:
        """The rules that somebody means by a name."""
        return self._near.find(written) or self.catalogue.find(written)


def _judge(
    run: RunState, suppression: Suppression, everything: Everything, unread: bool, hints: dict[str, int]
) -> None:
    named: set[str] = set()
    path = suppression.source.path
    plan = _everything(run, path)
    for written in suppression.rules:
        rules = everything.find(written)
        if not rules:
            # To find what was meant takes a while; a file with that many wrong names needs no more hints.
            hints[path] = hints.get(path, 0) + 1
            hint = everything.catalogue.hint(written) if hints[path] <= _MOST_HINTS else ""
            suppression.unknown.append((written, hint))
        named.update(rule.name for rule in rules)
    # Without its tool a rule that gathers codes says nothing, whatever is in the file.
    absent = unread or not run.config_of(path)["shellcheck"]
    suppression.judged = not suppression.unknown and all(plan.tells(name, absent) for name in named)


def _is_shown(run: RunState, finding: Finding, targets: Mapping[str, str], least: Mapping[str, Severity]) -> bool:
    """Whether a finding stands in a target, or a target causes it, and is as severe as it must be in its file."""
    if finding.path not in targets:
        if finding.path not in run.workspace.kinds or run.is_excluded(finding.path):
            return False
        if finding.path in run.settings.elsewhere:
            return False
        if not any(related.where.source.path in targets for related in finding.related):
            return False
    return finding.severity >= least[finding.path]


def _of_builder(run: RunState, path: str) -> bool:
    return run.workspace.kinds.get(path) == "builder"


def _move_to_cause(finding: Finding, targets: Mapping[str, str]) -> None:
    """Show a finding where its cause stands: who looks at one file sees no other."""
    origin = Node(finding.source, finding.span)
    cause = next(related for related in finding.related if related.where.source.path in targets)
    finding.message = f"In `{origin.source.path}`, line {origin.line}: {finding.message}"
    finding.related = [Related(origin, "it shows here"), *(r for r in finding.related if r is not cause)]
    finding.source, finding.span, finding.fix = cause.where.source, cause.where.span, None
    finding.parts, finding.apart = (), None


def redact(run: RunState, findings: list[Finding]) -> Hidden:
    """Take credentials out of what findings and failures say; what else a report must not show of the files."""
    found: dict[str, list[redaction.Place]] = {}
    for finding in findings:
        for source in (finding.source, *(related.where.source for related in finding.related)):
            if source.path not in found:
                found[source.path] = _credentials(run, source)
    hidden = redaction.hide([*findings, *(part for finding in findings for part in finding.parts)], found)
    for failure in run.sink.failures:
        failure.message, failure.detail = hidden.without(failure.message), hidden.without(failure.detail)
    return hidden


def _credentials(run: RunState, source: Source) -> list[redaction.Place]:
    """The credentials of a file, from the trees that were read of it."""
    path, workspace = source.path, run.workspace
    kind = run.targets.get(path) or workspace.kinds.get(path, "")
    if workspace.files.read(path) is not source:
        return redaction.places(source, kind)
    if kind == "dockerfile":
        ways = run.ways.get(source)
        if ways is None:
            config = run.config_of(path)
            ways = workspace.configured(source, workspace.builds_of(path), config["build-args"], config["targets"])
        return [place for way in ways for place in redaction.of_dockerfile(way.graph)]
    if kind == "builder":
        return redaction.of_yaml(source, workspace.builders.trees(path)) if workspace.builders is not None else []
    if kind == "compose" or (not kind and path.endswith((".yml", ".yaml"))):
        file = workspace.compose_file(path)
        return redaction.of_yaml(source, file.stream.documents) if file is not None else []
    return redaction.places(source, kind)
