"""Runs checks over files: walks each tree once, hands every node to the rules that want it, makes findings.

The engine knows kinds of nodes and no rule. A check that raises becomes a failure of the run; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dlint.cache.store import Cache
from dlint.config.catalogue import Catalogue
from dlint.config.dispatch import Plan, plan
from dlint.config.load import Config
from dlint.lint.rules import catalogue_of, check_names, kinds_needed, kinds_with, plugged
from dlint.lint.sink import Sink
from dlint.project.files import Project
from dlint.rule.finding import Failure, Finding, Report, Suppressed
from dlint.rule.load import builtin
from dlint.source import Node, Source
from dlint.suppress import comments as suppress

if TYPE_CHECKING:
    from dlint.cache.store import Cache
    from dlint.suppress.buildkit import Verdict

_MOST_HINTS = 50


def _nothing() -> None:
    pass


class Run:
    """One run over a project: which files, with which configuration, and what came of it."""

    def __init__(self, project: Project, catalogue: Catalogue, config_of: Callable[[str], Config], today: str) -> None:
        self.project = project
        self.catalogue = catalogue
        self.config_of = config_of
        self.today = today
        self.sink = Sink()
        self.suppressions: list[suppress.Suppression] = []
        # Parsed files and models that several walks ask for; the walks choose the keys.
        self.memo: dict[Any, Any] = {}
        # The linted files (path → kind) in the order they were given: findings elsewhere are not shown.
        self.targets: Mapping[str, str] = {}
        # The Compose files that have Dockerfiles in them.
        self.with_inline: set[str] = set()
        # What files say about the builder's own checks; judged when all else is found.
        self.verdicts: list[Verdict] = []
        # How many ShellCheck processes may run at a time; 0: one per core.
        self.jobs = 0
        # What ShellCheck said in earlier runs, if that counts.
        self.cache: Cache | None = None
        # Called after each linted file.
        self.progress: Callable[[], None] = _nothing
        # Sentences about the run that a user must not miss: a tool that is absent, a part left out.
        self.notes: list[str] = []
        self._hints = 0

    def plan(self, path: str, kinds: tuple[str, ...], also: frozenset[str] = frozenset()) -> Plan:
        """The rules of ``kinds`` for the file at ``path``, ``also`` those the file asks for. Raises ConfigError."""
        return plan(self.config_of(path), self.catalogue, kinds, path, also)

    def lint(self, targets: Mapping[str, str], context: Mapping[str, str]) -> list[Finding]:
        """The findings in ``targets`` (path → kind), sorted, suppressed ones marked.

        ``context`` holds the other known files, read only where a target refers to them. Raises ConfigError.
        """
        known = {**{path: kind for path, kind in context.items() if self._matters(path, kind)}, **targets}
        self.targets = targets
        walks = _walks({*targets.values()} | ({"compose"} if "compose" in known.values() else set()))
        links = walks["compose"].links(self, known) if "compose" in walks else {}
        if any(self.config_of(path)["shellcheck"] for path in targets):
            from dlint.lint.scripts import Scripts

            scripts = Scripts(self)
            try:
                scripts.start(walks, links)
                self._walk(walks, links, scripts.tend)
                scripts.show()
            finally:
                scripts.close()
        else:
            self._walk(walks, links, lambda: None)
        return self.finish(targets)

    def _matters(self, path: str, kind: str) -> bool:
        """Whether a file that is not linted may say something about one that is: reading YAML costs time."""
        if kind != "compose":
            return True
        text = self.project.text(path)
        return any(word in text for word in ("build", "extends", "include"))

    def _walk(self, walks: Mapping[str, Any], links: Mapping[str, Any], between: Callable[[], None]) -> None:
        """Lint each target; ``between`` is called after each."""
        for path, kind in sorted(self.targets.items()):
            source = self.project.read(path)
            if source is None:
                reason = self.project.problems.get(path, "it cannot be read")
                self.sink.failures.append(Failure(path, reason.removeprefix(f"{path}: ")))
                continue
            file_plan = self.plan(path, ("file",))
            self.sink.visit(file_plan.of(Source), source, None, "", path)
            walks[kind].walk(self, path, source, links)
            between()
            self.progress()

    def comments(self, path: str, comments: Iterable[tuple[Node, str]], scopes: suppress.Scopes) -> None:
        """Read the suppressions of one file, if its configuration allows them."""
        if self.config_of(path)["inline-ignores"]:
            self.suppressions.extend(suppress.read(comments, scopes))

    def finish(self, targets: Mapping[str, str]) -> list[Finding]:
        """Apply suppressions, judge them, sort and number the findings."""
        sink = self.sink
        for suppression in self.suppressions:
            suppression.move_out()
        suppress.apply(sink.findings, self.suppressions, self._named, self.today)
        for verdict in self.verdicts:
            sink.findings = verdict.allowed(sink.findings)
            failed = verdict.judge(sink.findings)
            if failed is not None:
                sink.visit(self.plan(verdict.path, ("dockerfile",)).of(type(failed)), failed, None, "", verdict.path)
        self._excuse_services(targets)
        for suppression in self.suppressions:
            path = suppression.source.path
            kind = targets.get(path, "file")
            everything = self.plan(
                path, ("file", kind, "build", *(("dockerfile",) if path in self.with_inline else ()))
            )
            if suppression.tool == "dlint":
                self._judge(suppression, everything)
            sink.visit(self.plan(path, ("file",)).of(suppress.Suppression), suppression, self.config_of(path), "", path)
        shown = {path: self.config_of(path).show_from for path in targets}
        found = [f for f in sink.findings if f.source.path in shown and f.severity >= shown[f.source.path]]
        found.sort(key=lambda f: (f.source.path, f.span, f.rule.name, f.message))
        counts: dict[tuple[str, str, str, str], int] = {}
        for finding in found:
            identity = finding.identity
            finding.nth = counts.get(identity, 0)
            counts[identity] = finding.nth + 1
        return found

    def _excuse_services(self, targets: Mapping[str, str]) -> None:
        """Hide what the ``services`` tables of the configuration accept for a Compose service."""
        for finding in self.sink.findings:
            if (
                finding.rule.kind != "compose"
                or not finding.anchor
                or finding.suppressed
                or finding.path not in targets
            ):
                continue
            for table in self.config_of(finding.path)["services"]:
                if any(fnmatchcase(finding.anchor, pattern) for pattern in table.get("names", ())) and any(
                    finding.rule.name in self._named(name) for name in table.get("ignore", ())
                ):
                    finding.suppressed = Suppressed("config", table.get("reason", ""))
                    break

    def _named(self, written: str) -> set[str]:
        """The names of findings that ``written`` means; for a rule that gathers codes, these too."""
        rules = self.catalogue.find(written)
        names = {rule.name for rule in rules}
        if any(rule.page.codes for rule in rules):
            found = {finding.rule.name for finding in self.sink.findings}
            names |= {name for name in found for rule in rules if rule.page.code(name)}
        return names

    def _judge(self, suppression: suppress.Suppression, plan: Plan) -> None:
        named: set[str] = set()
        for written in suppression.rules:
            rules = self.catalogue.find(written)
            if not rules:
                # To find what was meant takes a while; who has that many wrong names needs no more hints.
                self._hints += 1
                hint = self.catalogue.hint(written) if self._hints <= _MOST_HINTS else ""
                suppression.unknown.append((written, hint))
            named.update(rule.name for rule in rules)
        # Without its tool a rule that gathers codes says nothing, whatever is in the file.
        absent = bool(self.notes) or not self.config_of(suppression.source.path)["shellcheck"]
        suppression.judged = not suppression.unknown and all(plan.tells(name, absent) for name in named)


def _walks(kinds: set[str]) -> dict[str, Any]:
    """The walk for each kind; only the syntax of the kinds at hand is imported."""
    from importlib import import_module

    return {kind: import_module(f"dlint.lint.{kind}") for kind in sorted(kinds)}


def run(
    project: Project,
    targets: Mapping[str, str],
    known: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    *,
    today: str | None = None,
    catalogue: Catalogue | None = None,
    jobs: int = 0,
    progress: Callable[[], None] | None = None,
    cache: Cache | None = None,
) -> Report:
    """Lint ``targets`` (path → kind) of a project; ``known`` are all files of known kind in it.

    ``config_of`` gives the configuration for a path and ``configs`` all there are. ``today`` is an ISO date, for
    suppressions that run out. ``catalogue`` holds the rules to choose from (default: built in and plugged in).
    ``jobs`` is how many ShellCheck processes may run at a time (0: one per core), ``progress`` is called after each
    file, ``cache`` has what ShellCheck said in earlier runs.
    Raises ConfigError.
    """
    if catalogue is None:
        own = plugged(configs)
        kinds = kinds_needed(project, targets)
        catalogue = Catalogue({**builtin(kinds), **own}) if own else catalogue_of(kinds)
    check_names(configs, catalogue)
    engine = Run(project, catalogue, config_of, today or _today())
    engine.jobs = jobs
    engine.cache = cache
    if progress is not None:
        engine.progress = progress
    findings = engine.lint(targets, {path: kind for path, kind in known.items() if path not in targets})
    plans = dict.fromkeys(engine.plan(path, kinds_with(project, path, kind)) for path, kind in targets.items())
    active = {entry.rule.name: (entry.rule, entry.severity) for plan in plans for entry in plan.active}
    rows = [active[name] for name in sorted(active)]
    linted = {path: kind for path, kind in sorted(targets.items()) if project.read(path) is not None}
    return Report(findings, engine.sink.failures, linted, rows, engine.notes)


def islands(
    project: Project, targets: Mapping[str, str], known: Mapping[str, str], config_of: Callable[[str], Config]
) -> list[list[str]]:
    """The paths of ``known``, in groups that have no bearing on one another; as for ``run``."""
    from dlint.workspace.groups import islands as found

    engine = Run(project, Catalogue({}), config_of, "")
    engine.targets = targets
    return found(engine, known)


def _today() -> str:
    import time

    return time.strftime("%Y-%m-%d")
