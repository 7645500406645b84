"""Runs checks over files: walks each tree once, hands every node to the rules that want it, makes findings.

The engine knows kinds of nodes and no rule. A check that raises becomes a failure of the run; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dlint import suppress
from dlint.config import Config
from dlint.model.project import Project
from dlint.rule import Failure, Finding, Fix, Problem, Related, Severity, Suppressed
from dlint.select import Active, Catalogue, Plan, plan
from dlint.source import Embedded, Node, Source, Span

if TYPE_CHECKING:
    from dlint.build_checks import Verdict
    from dlint.cache import Cache

_MOST_HINTS = 50


class Sink:
    """Takes what checks yield and makes findings of it."""

    __slots__ = ("findings", "failures", "_seen", "_broken")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.failures: list[Failure] = []
        self._seen: set[tuple[str, str, Span, str]] = set()
        self._broken: set[tuple[str, str]] = set()

    def visit(self, entries: Iterable[Active], node: Any, context: Any, anchor: str, path: str) -> None:
        """Show ``node`` to each rule of ``entries``; ``anchor`` names the stage or service around it."""
        for entry in entries:
            try:
                for problem in entry.call(node, context) if entry.context else entry.call(node):
                    self.add(entry, problem, anchor)
            except Exception as error:
                self.crashed(entry, path, error)

    def add(self, entry: Active, problem: Problem, anchor: str) -> None:
        """Make a finding of a problem, once."""
        where = problem.where
        if isinstance(where.source, Embedded):
            if where.source.is_unknown(where):
                return
            problem = _outside(problem, where.source)
            where = problem.where
        if problem.code is not None and entry.codes is not None:
            one = entry.codes.active(problem.code)
            if one is None:
                return
            entry = one
        message = problem.message or entry.rule.title
        seen = (entry.rule.name, where.source.path, where.span, message)
        if seen in self._seen:
            return
        self._seen.add(seen)
        severity = min(entry.severity, Severity.INFO) if problem.doubtful else entry.severity
        finding = Finding(entry.rule, severity, where.source, where.span, message, problem.fix, problem.related)
        finding.hides = problem.hides
        finding.anchor = anchor
        self.findings.append(finding)

    def crashed(self, entry: Active, path: str, error: Exception) -> None:
        """Note, once a file, that a rule raised."""
        import traceback

        name = entry.rule.name
        if (name, path) in self._broken:
            return
        self._broken.add((name, path))
        message = f"the rule {name} failed here: {type(error).__name__}: {error}; please report it, or ignore the rule"
        self.failures.append(Failure(path, message, rule=name, detail="".join(traceback.format_exception(error))))


def _nothing() -> None:
    pass


def _outside(problem: Problem, inner: Embedded) -> Problem:
    """A problem of an embedded text as one of the file around it; a fix that has no counterpart there is left out."""
    fix = problem.fix
    if fix is not None:
        edits = inner.edits(fix.edits)
        fix = Fix(fix.title, *edits, safe=fix.safe, removes_comments=fix.removes_comments) if edits else None
    return Problem(
        inner.place(problem.where),
        problem.message,
        fix=fix,
        related=[Related(inner.place(related.where), related.message) for related in problem.related],
        hides=None if problem.hides is None else [inner.place(node) for node in problem.hides],
        doubtful=problem.doubtful,
        code=problem.code,
    )


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
            from dlint.walks.scripts import Scripts

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

    return {kind: import_module(f"dlint.walks.{kind}") for kind in sorted(kinds)}
